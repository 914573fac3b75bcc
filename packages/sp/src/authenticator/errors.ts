import { defineErrors, sharedAuthenticatorErrors } from '@prairie/gfsp';

/** `reference/gateway-http.md` §4.3. Texts are ours, except those that were recorded. */
export const authenticatorErrors = {
  ...sharedAuthenticatorErrors,
  ...defineErrors('authenticator', {
    mismatchedProvider: [400, 20002, 'mismatched primary sp'],
    unexpectedStatus: [400, 20003, 'the object has another status than expected'],
    paymentNotActive: [400, 20005, "the stream record of the bucket's payment account is not active"],
    invalidAddress: [400, 20006, 'the account is no address: 0x and 40 hex digits are expected'],
    noSuchBucket: [404, 20007, 'no such bucket'],
    noSuchObject: [404, 20008, 'no such object'],
    bucketExists: [400, 20009, 'the bucket exists already'],
    objectExists: [400, 20010, 'the object exists already'],
    noPermission: [400, 20011, 'no permission'],
    rateLimited: [400, 20020, 'the bucket is over its flow rate limit on chain'],
    chain: [500, 25002, 'the chain could not be asked'],
  }),
};
