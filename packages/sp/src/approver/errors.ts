import { defineErrors } from '@prairie/gfsp';

/** `reference/gateway-http.md` §4.4. */
export const approverErrors = defineErrors('approver', {
  requestLost: [400, 10001, 'OoooH... request lost'],
  tooManyBuckets: [406, 10002, 'the account owns too many buckets'],
  tooBusy: [406, 10003, 'too many approvals are asked for now, try again later'],
  signer: [500, 11001, 'the approval could not be signed'],
});
