/** Routes of this folder (`reference/gateway-http.md` §1.4); `../http/routes.ts` says in which order they are tried. */

import { header, namedRoutes, query } from '../http/route.ts';
import { getObject } from './get-object.ts';

const ERRORS: readonly number[] = [
  ...[50010, 90008, 90010, 20006, 20007, 20008, 20020, 20002, 20011, 20005, 50004, 55002, 55001, 412, 50012],
  ...[30009, 30008, 30003, 30004, 85102, 85101, 45203, 45206],
];

export const readRoutes = namedRoutes({
  GetObject: {
    method: 'GET',
    scope: 'object',
    auth: 'public-or-signed',
    head: true,
    handle: getObject,
    doc: {
      summary: 'The content of an object, or a range of it.',
      params: [
        header('Range', 'text', '`bytes=a-b`, `bytes=a-` or `bytes=-n`; what else is ignored'),
        header('If-None-Match', 'text', 'answered 304 when the content is that one; likewise If-Modified-Since'),
        header('If-Match', 'text', 'answered 412 when the content is another one; likewise If-Unmodified-Since'),
        header('If-Range', 'text', 'the range counts for that content only'),
        query(
          'Authorization',
          'text',
          'of a presigned URL: `GNFD1-EDDSA,Signature=<hex>` or `GNFD2-EDDSA,Signature=<hex>`',
        ),
        query('X-Gnfd-User-Address', 'address', 'of a presigned URL: the account'),
        query('X-Gnfd-App-Domain', 'text', "of a presigned URL: the application's origin"),
        query('X-Gnfd-App-Reg-Public-Key', 'hex', 'of a presigned URL of the second generation: the registered key'),
        query('X-Gnfd-Expiry-Timestamp', 'time', 'of a presigned URL: when it ends, RFC 3339, at most 7 days ahead'),
        query('view', 'boolean', 'of a presigned URL: true is to look at, everything else a file to keep'),
        query('redirected', 'text', 'another provider has sent the client here: it is not sent on'),
      ],
      answer: 'bytes',
      answers:
        'the object, with its Content-Type, ETag and Last-Modified; 206 with Content-Range for a range; 307 when another ' +
        'provider has the public object; Content-Disposition for presigned URLs',
      errors: ERRORS,
    },
  },
});
