/** What the gateway says of itself. */
import { namedRoutes } from '../http/route.ts';
import { getOpenApi } from './get-openapi.ts';

export const docsRoutes = namedRoutes({
  GetOpenApi: {
    method: 'GET',
    scope: 'own',
    path: '/openapi.json',
    auth: 'none',
    handle: getOpenApi,
    doc: {
      summary: 'This API as an OpenAPI 3.1 document.',
      answer: 'json',
      answers: 'the document',
      errors: [],
    },
  },
});
