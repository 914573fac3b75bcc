/** Routes of this folder (`reference/gateway-http.md` §1.4); `../http/routes.ts` says in which order they are tried. */
import {
  INTEGRITY_SIGNATURE_HEADER,
  RECEIVE_MSG_HEADER,
  RECOVER_PIECE_PATH,
  RECOVERY_MSG_HEADER,
  REPLICATE_PIECE_PATH,
} from '@prairie/client';
import { header, namedRoutes, required } from '../http/route.ts';
import { MIGRATE_GVG_MSG_HEADER, MIGRATE_PIECE_MSG_HEADER, migratePiece } from './migrate-piece.ts';
import { recoverPiece } from './recover-piece.ts';
import { replicatePiece } from './replicate-piece.ts';

/** Of the downloader, for a piece that is stored here. */
const PIECE_ERRORS = [990302, 30003, 85102, 85101, 45203, 45206] as const;

const REPLICATE_ERRORS: readonly number[] = [
  ...[50005, 50015, 50038, 50025, 55001, 50043, 50004, 50042, 50041, 50039, 50009, 50013],
  ...[80001, 80002, 80003, 80004, 970001, 970002, 990802, 85201, 85101],
];

export const piecesRoutes = namedRoutes({
  ReplicateObjectPiece: {
    method: 'PUT',
    scope: 'fixed',
    path: REPLICATE_PIECE_PATH,
    auth: 'task',
    handle: replicatePiece,
    doc: {
      summary: 'Takes a piece of another primary, or hears that all are there.',
      params: [
        required(
          header(RECEIVE_MSG_HEADER, 'hex', 'The signed task as JSON; `finished` says that all pieces are there.'),
        ),
      ],
      body: 'the piece, of exactly `piece_size` bytes; nothing with `finished`',
      answer: 'empty',
      answers: `with \`finished\`: \`${INTEGRITY_SIGNATURE_HEADER}\`, hex of the BLS signature over the seal document`,
      errors: REPLICATE_ERRORS,
    },
  },
  RecoveryObjectPiece: {
    method: 'GET',
    scope: 'fixed',
    path: RECOVER_PIECE_PATH,
    auth: 'task',
    handle: recoverPiece,
    doc: {
      summary: 'A piece, for a provider that has lost its own or takes over the place of another.',
      params: [required(header(RECOVERY_MSG_HEADER, 'hex', 'The signed task as JSON.'))],
      answer: 'bytes',
      answers: 'at the primary the piece of `ec_idx`, at a secondary its own',
      errors: [50005, 50015, 50038, 50009, 50031, 50043, 45209, 55001, 50030, ...PIECE_ERRORS, 50032],
    },
  },
  MigratePiece: {
    method: 'GET',
    scope: 'fixed',
    path: '/greenfield/migrate/v1/migrate-piece',
    auth: 'task',
    handle: migratePiece,
    doc: {
      summary: 'A piece, for the provider that its bucket or group migrates to.',
      params: [
        required(header(MIGRATE_GVG_MSG_HEADER, 'hex', 'The signed migration as JSON.')),
        required(header(MIGRATE_PIECE_MSG_HEADER, 'hex', 'Which piece, as JSON; `redundancy_idx` -1 is the segment.')),
      ],
      answer: 'bytes',
      answers: 'the piece',
      errors: [50005, 50004, 50015, 55001, 50009, 50035, ...PIECE_ERRORS],
    },
  },
});
