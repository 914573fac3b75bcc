import { defineErrors } from '@prairie/gfsp';

/** `reference/gateway-http.md` §4.8. */
export const executorErrors = defineErrors('taskexecutor', {
  requestLost: [400, 40001, 'OoooH.... request lost'],
  sealFailed: [500, 40003, 'seal object on chain failed'],
  secondaryMismatch: [406, 40006, 'secondary sp mismatch'],
  indexOutOfBounds: [406, 40007, 'replicate idx out of bounds'],
  blsSignature: [406, 45216, 'primary receive invalid bls signature from secondary SP'],
  invalidReplicateTask: [500, 45217, 'invalid replicate piece task'],
});

/** The executor reads pieces under the receiver's code. */
export const pieceErrors = defineErrors('receiver', {
  pieceStore: [500, 45205, 'failed to access the piece store'],
});
