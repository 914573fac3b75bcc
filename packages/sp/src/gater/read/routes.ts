/** Routes of this folder (`reference/gateway-http.md` §1.4); `../http/routes.ts` says in which order they are tried. */

import { namedRoutes } from '../http/route.ts';
import { getObject } from './get-object.ts';

export const readRoutes = namedRoutes({
  GetObject: {
    method: 'GET',
    scope: 'object',
    auth: 'public-or-signed',
    head: true,
    handle: getObject,
    doc: {
      summary: 'The content of an object, or a range of it.',
      answer: 'bytes',
      answers: 'the object',
      errors: [],
    },
  },
});
