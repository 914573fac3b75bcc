/** Routes of this folder (`reference/gateway-http.md` §1.4); `../http/routes.ts` says in which order they are tried. */
import { notYet } from '../http/not-yet.ts';
import { namedRoutes } from '../http/route.ts';

export const universalRoutes = namedRoutes({
  DownloadObjectByUniversalEndpoint: {
    method: 'GET',
    scope: 'fixed',
    path: /^\/download\/(?<bucket>[^/]*)\/(?<object>.+)$/s,
    shown: '/download/{bucket}/{object}',
    auth: 'universal',
    handle: notYet,
    doc: {
      summary: 'An object as a file to keep.',
      answer: 'bytes',
      answers: 'the object',
      errors: [],
    },
  },
  DownloadObjectByObjectPath: {
    method: 'GET',
    scope: 'fixed',
    path: '/download',
    pathKey: 'objectPath',
    auth: 'universal',
    handle: notYet,
    doc: {
      summary: 'The same, with the object in the query.',
      answer: 'bytes',
      answers: 'the object',
      errors: [],
    },
  },
  ViewObjectByUniversalEndpoint: {
    method: 'GET',
    scope: 'fixed',
    path: /^\/view\/(?<bucket>[^/]*)\/(?<object>.+)$/s,
    shown: '/view/{bucket}/{object}',
    auth: 'universal',
    handle: notYet,
    doc: {
      summary: 'An object to look at.',
      answer: 'bytes',
      answers: 'the object',
      errors: [],
    },
  },
  ViewObjectByObjectPath: {
    method: 'GET',
    scope: 'fixed',
    path: '/view',
    pathKey: 'objectPath',
    auth: 'universal',
    handle: notYet,
    doc: {
      summary: 'The same, with the object in the query.',
      answer: 'bytes',
      answers: 'the object',
      errors: [],
    },
  },
});
