/** Routes of this folder (`reference/gateway-http.md` §1.4); `../http/routes.ts` says in which order they are tried. */
import { notYet } from '../http/not-yet.ts';
import { namedRoutes } from '../http/route.ts';

export const challengeRoutes = namedRoutes({
  GetChallengeInfo: {
    method: 'GET',
    scope: 'fixed',
    path: '/greenfield/admin/v1/challenge',
    auth: 'signed',
    handle: notYet,
    doc: {
      summary: 'A piece with all checksums of its object, for a challenger.',
      answer: 'bytes',
      answers: 'the piece; `X-Gnfd-Integrity-Hash`, `X-Gnfd-Piece-Hash`',
      errors: [],
    },
  },
  GetChallengeInfoV2: {
    method: 'GET',
    scope: 'fixed',
    path: '/greenfield/admin/v2/challenge',
    auth: 'signed',
    handle: notYet,
    doc: {
      summary: 'The same as XML.',
      answer: 'xml',
      answers: 'GetChallengeInfo',
      errors: [],
    },
  },
});
