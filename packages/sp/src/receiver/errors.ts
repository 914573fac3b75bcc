import { defineErrors, sharedReceiverErrors } from '@prairie/gfsp';

/** `reference/gateway-http.md` §4.7. */
export const receiverErrors = {
  ...sharedReceiverErrors,
  ...defineErrors('receiver', {
    requestLost: [400, 80001, 'OoooH... request lost, try again later'],
    repeated: [406, 80002, 'request repeated'],
    unfinished: [403, 80003, 'replicate piece unfinished'],
    checksumMismatch: [406, 80004, 'verify data checksum failed'],
  }),
};

export function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
