/** Routes of this folder (`reference/gateway-http.md` §1.4); `../http/routes.ts` says in which order they are tried. */
import { header, namedRoutes, type Param, required } from '../http/route.ts';
import {
  getChallengeInfo,
  getChallengeInfoV2,
  OBJECT_ID_HEADER,
  PIECE_INDEX_HEADER,
  REDUNDANCY_INDEX_HEADER,
} from './challenge.ts';

const PARAMS: readonly Param[] = [
  required(header(OBJECT_ID_HEADER, 'integer', "The object's id.")),
  required(
    header(
      REDUNDANCY_INDEX_HEADER,
      'integer',
      '-1 for a segment of the primary, else the place among the secondaries.',
    ),
  ),
  required(header(PIECE_INDEX_HEADER, 'integer', 'Which segment, from 0.')),
];

/** In the order of the checks: header, object, who may ask, the other headers, the piece. */
const ERRORS = [
  ...[50009, 50025, 55001, 20006, 20011, 20002, 25002],
  ...[30002, 990302, 30003, 85201, 30006, 85102, 85101, 45203, 45206],
] as const;

export const challengeRoutes = namedRoutes({
  GetChallengeInfo: {
    method: 'GET',
    scope: 'fixed',
    path: '/greenfield/admin/v1/challenge',
    auth: 'signed',
    handle: getChallengeInfo,
    doc: {
      summary: 'A piece with all checksums of its object, for the challenger of a bonded validator.',
      params: PARAMS,
      answer: 'bytes',
      answers:
        'the piece; `X-Gnfd-Object-ID`, `X-Gnfd-Integrity-Hash` (hex), `X-Gnfd-Piece-Hash` (hex of each segment, with ' +
        'commas between them)',
      errors: ERRORS,
    },
  },
  GetChallengeInfoV2: {
    method: 'GET',
    scope: 'fixed',
    path: '/greenfield/admin/v2/challenge',
    auth: 'signed',
    handle: getChallengeInfoV2,
    doc: {
      summary: 'The same as XML.',
      params: PARAMS,
      answer: 'xml',
      answers: '`GetChallengeInfo` with the indexes as they came, the hashes and `PieceData` in hex',
      errors: ERRORS,
    },
  },
});
