import { defineErrors } from '@prairie/gfsp';

/** `reference/gateway-http.md` §4.4. */
export const approverErrors = defineErrors('approver', {
  requestLost: [400, 10001, 'OoooH... request lost'],
  tooManyBuckets: [406, 10002, 'the account owns too many buckets'],
  tooBusy: [406, 10003, 'this provider has as much work as it takes, try again later'],
  migrating: [406, 10004, 'the bucket is migrating, or what is left of its last migration is being collected'],
  signer: [500, 11001, 'the approval could not be signed'],
});

/** The reference knows it by its text alone. */
export const destinationErrors = defineErrors('GfSp', {
  anotherProvider: [500, 999999, 'current SP is not the correct one to ask for approval'],
});
