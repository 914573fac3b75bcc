import { defineErrors, sharedAuthenticatorErrors } from '@prairie/gfsp';

/** `reference/gateway-http.md` §4.3. Texts are ours, except those that were recorded. */
export const authenticatorErrors = {
  ...sharedAuthenticatorErrors,
  ...defineErrors('authenticator', {
    mismatchedProvider: [400, 20002, 'mismatched primary sp'],
    unexpectedStatus: [400, 20003, 'the object has another status than expected'],
    notSealed: [400, 20004, 'the object is not sealed'],
    paymentNotActive: [400, 20005, "the stream record of the bucket's payment account is not active"],
    invalidAddress: [400, 20006, 'the account is no address: 0x and 40 hex digits are expected'],
    noSuchBucket: [404, 20007, 'no such bucket'],
    noSuchObject: [404, 20008, 'no such object'],
    bucketExists: [400, 20009, 'the bucket exists already'],
    objectExists: [400, 20010, 'the object exists already'],
    noPermission: [400, 20011, 'no permission'],
    keyExpired: [400, 20015, 'the registration of the key has ended: register a key again'],
    emptyScope: [400, 20016, 'account and app domain are expected, one of them is empty'],
    emptyKey: [400, 20017, 'account, app domain and public key are expected, one of them is empty'],
    keyNotRegistered: [400, 20019, 'The publicKey was not registered'],
    rateLimited: [400, 20020, 'the bucket is over its flow rate limit on chain'],
    chain: [500, 25002, 'the chain could not be asked'],
  }),
  // the reference has no number for its tables
  ...defineErrors('GfSp', {
    keyTables: [500, 999999, 'the keys of applications could not be read or written: try again later'],
  }),
};
