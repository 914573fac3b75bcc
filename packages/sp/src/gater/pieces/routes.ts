/** Routes of this folder (`reference/gateway-http.md` §1.4); `../http/routes.ts` says in which order they are tried. */
import { REPLICATE_PIECE_PATH } from '@prairie/client';
import { notYet } from '../http/not-yet.ts';
import { namedRoutes } from '../http/route.ts';
import { replicatePiece } from './replicate-piece.ts';

export const piecesRoutes = namedRoutes({
  ReplicateObjectPiece: {
    method: 'PUT',
    scope: 'fixed',
    path: REPLICATE_PIECE_PATH,
    auth: 'task',
    handle: replicatePiece,
    doc: {
      summary: 'Takes a piece of another primary.',
      answer: 'empty',
      answers: '`X-Gnfd-Integrity-Hash-Signature` of the last call',
      errors: [],
    },
  },
  RecoveryObjectPiece: {
    method: 'GET',
    scope: 'fixed',
    path: '/greenfield/recovery/v1/get-piece',
    auth: 'task',
    handle: notYet,
    doc: {
      summary: 'A piece, for a provider that has lost its own.',
      answer: 'bytes',
      answers: 'the piece',
      errors: [],
    },
  },
  MigratePiece: {
    method: 'GET',
    scope: 'fixed',
    path: '/greenfield/migrate/v1/migrate-piece',
    auth: 'task',
    handle: notYet,
    doc: {
      summary: 'A piece, for the provider that its group migrates to.',
      answer: 'bytes',
      answers: 'the piece',
      errors: [],
    },
  },
});
