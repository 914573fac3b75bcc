import { defineErrors, GfSpError } from '@prairie/gfsp';
import { pieceErrors } from '../executor/errors.ts';

/** `reference/pieces-and-redundancy.md` §17; 45205 stands with the executor's other errors of the piece store. */
export const recoveryErrors = defineErrors('taskexecutor', {
  database: [500, 45201, 'failed to access the database'],
  replicated: [500, 45202, 'recovery only support EC redundancy type'],
  notEnough: [500, 45203, 'failed to get enough piece data to recovery'],
  decode: [500, 45204, 'EC decode error'],
  checksum: [500, 45206, 'recovery checksum not correct'],
  length: [500, 45207, 'get secondary piece data length error'],
  primaryEndpoint: [406, 45208, 'primary sp endpoint not found when recovering'],
  index: [406, 45209, 'recovery piece index invalid'],
  notSealed: [406, 45215, 'the recovered object has not been sealed state'],
});

/** 45205 */
export function storeFailure({ key }: { key: string }, what: 'read' | 'store', error: unknown): GfSpError {
  return pieceErrors.pieceStore(`failed to ${what} piece ${key}: ${GfSpError.from(error).message}`, error);
}
