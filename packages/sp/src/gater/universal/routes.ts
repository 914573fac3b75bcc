/** Routes of this folder (`reference/gateway-http.md` §1.4); `../http/routes.ts` says in which order they are tried. */

import { type AnswerKind, header, namedRoutes, type Param, query, type RouteDoc } from '../http/route.ts';
import { universalEndpoint } from './universal.ts';

const PARAMS: readonly Param[] = [
  query('X-Gnfd-Expiry-Timestamp', 'time', 'with `signature`: when the link ends, RFC 3339, at most 7 days ahead'),
  query(
    'signature',
    'hex',
    "a wallet's `personal_sign` of the text that names the object and the end; 0x and 130 digits",
  ),
  header('User-Agent', 'text', 'one with Chrome, Firefox, Safari, Opera or Edge gets pages: to sign, and for errors'),
  header('Range', 'text', '`bytes=a-b`, `bytes=a-` or `bytes=-n`; what else is ignored'),
  header('If-None-Match', 'text', 'answered 304 when the content is that one; likewise If-Modified-Since'),
  header('If-Match', 'text', 'answered 412 when the content is another one; likewise If-Unmodified-Since'),
  header('If-Range', 'text', 'the range counts for that content only'),
];

const ANSWERS =
  'the object, with Content-Disposition; 206 with Content-Range for a range; 302 when another provider has the bucket; ' +
  'for browsers a page to sign on when the object is private, and errors as a page with status 200';

const doc = (summary: string, params: readonly Param[] = []): RouteDoc => ({
  summary,
  params: [...params, ...PARAMS],
  answer: 'bytes' satisfies AnswerKind,
  answers: ANSWERS,
  errors: [
    50010, 50025, 50024, 50015, 50026, 55002, 55001, 412, 50012, 30009, 30008, 30003, 30004, 85102, 85101, 45203, 45206,
  ],
});

const OBJECT_PATH: Param = { ...query('objectPath', 'text', '`{bucket}/{object}`, form-escaped'), required: true };

export const universalRoutes = namedRoutes({
  DownloadObjectByUniversalEndpoint: {
    method: 'GET',
    scope: 'fixed',
    path: /^\/download\/(?<bucket>[^/]*)\/(?<object>.+)$/s,
    shown: '/download/{bucket}/{object}',
    auth: 'universal',
    head: true,
    handle: universalEndpoint('attachment'),
    doc: doc('An object as a file to keep.'),
  },
  DownloadObjectByObjectPath: {
    method: 'GET',
    scope: 'fixed',
    path: '/download',
    pathKey: 'objectPath',
    auth: 'universal',
    head: true,
    handle: universalEndpoint('attachment'),
    doc: doc('The same, with the object in the query.', [OBJECT_PATH]),
  },
  ViewObjectByUniversalEndpoint: {
    method: 'GET',
    scope: 'fixed',
    path: /^\/view\/(?<bucket>[^/]*)\/(?<object>.+)$/s,
    shown: '/view/{bucket}/{object}',
    auth: 'universal',
    head: true,
    handle: universalEndpoint('inline'),
    doc: doc('An object to look at.'),
  },
  ViewObjectByObjectPath: {
    method: 'GET',
    scope: 'fixed',
    path: '/view',
    pathKey: 'objectPath',
    auth: 'universal',
    head: true,
    handle: universalEndpoint('inline'),
    doc: doc('The same, with the object in the query.', [OBJECT_PATH]),
  },
});
