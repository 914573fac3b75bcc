import { defineErrors, sharedGatewayErrors } from '@prairie/gfsp';
import { recoveryErrors } from '../recovery/errors.ts';

/** `reference/gateway-http.md` §4.2. Texts are ours, except where a client compares them. */
export const gatewayErrors = {
  ...sharedGatewayErrors,
  /** The reference has it under the executor's name. */
  recoveryIndex: recoveryErrors.index,
  ...defineErrors('rateLimit', { rateLimited: [429, 960001, 'too many requests: try again later'] }),
  ...defineErrors('gateway', {
    unsupportedSignature: [400, 50001, 'Authorization of scheme GNFD1-ECDSA, GNFD1-EDDSA or GNFD2-EDDSA is needed'],
    malformedAuthorization: [400, 50002, 'Authorization must read: <scheme>, Signature=<hex>'],
    invalidSignature: [
      400,
      50003,
      'no account can be recovered from the signature: 65 bytes R, S, V with V 0 or 1 expected',
    ],
    undecodableMessage: [400, 50005, 'the message header must be hex of a JSON message'],
    invalidMessage: [400, 50006, 'the message is not valid'],
    unknownAction: [400, 50008, 'unknown approval action'],
    invalidHeader: [400, 50009, 'invalid request header'],
    invalidQuery: [400, 50010, 'invalid request params for query'],
    encodingFailed: [500, 50011, 'the answer could not be encoded'],
    invalidRange: [400, 50012, 'invalid range'],
    bodyBroke: [400, 50013, 'the request body ended early'],
    wrongSignature: [406, 50015, 'the signature is not valid'],
    payloadSize: [403, 50016, 'the payload is empty or too large'],
    appDomain: [400, 50017, 'X-Gnfd-App-Domain must be the origin of the application, and equal the Origin header'],
    publicKey: [400, 50018, 'X-Gnfd-App-Reg-Public-Key must have 64 hex digits'],
    nonce: [400, 50019, 'X-Gnfd-App-Reg-Nonce must be the next nonce, which GET /auth/request_nonce gives'],
    textForOthers: [400, 50021, 'the signed text names no nonce for this provider'],
    textTemplate: [400, 50022, 'the signed text does not fit the template of a key registration'],
    expiry: [400, 50023, 'X-Gnfd-Expiry-Timestamp must be an RFC 3339 time within the next seven days'],
    universalExpiry: [400, 50024, 'X-Gnfd-Expiry-Timestamp must be an RFC 3339 time within the next seven days'],
    noSuchObject: [404, 50025, 'no such object'],
    forbidden: [403, 50026, 'Forbidden to access: sign in with an account that may read the object'],
    /** Text as recorded. */
    invalidComplete: [400, 50027, 'invalid complete'],
    notInService: [403, 50029, 'this provider is not in service'],
    recoveryRole: [400, 50030, 'the sender, or this provider, has no such piece of the object'],
    recoveryRedundancy: [400, 50031, 'only erasure-coded objects are recovered'],
    recoveryBusy: [500, 50032, 'too many pieces are being made: try again later'],
    migrationApproval: [500, 50033, 'the approval could not be signed'],
    swapOutNotice: [500, 50034, 'the swap-out was not noted'],
    redundancyIndex: [500, 50035, 'the redundancy index is out of range'],
    bucketState: [403, 50036, 'the bucket is migrating or discontinued: it takes no objects now'],
    textDomain: [400, 50037, 'the domain in the signed text is not the one in X-Gnfd-App-Domain'],
    textExpiry: [400, 50038, 'the expiration time in the signed text is not the one in X-Gnfd-Expiry-Timestamp'],
    taskExpired: [400, 50038, 'the task is older than 1000 seconds'],
    textPublicKey: [400, 50039, 'the key in the signed text is not the one in X-Gnfd-App-Reg-Public-Key'],
    secondaryMismatch: [406, 50039, 'this provider is not the secondary of that index'],
    textNonce: [400, 50040, 'the nonce in the signed text is not the one in X-Gnfd-App-Reg-Nonce'],
    primaryMismatch: [406, 50041, 'the sender is not the primary of the group'],
    /** Clients look for this text. */
    objectNotCreated: [400, 50042, 'object has not been created state'],
    objectNotSealed: [400, 50043, 'the object is not sealed'],
    unsafeName: [400, 50044, 'the object name is not safe'],
    noObjectOnChain: [404, 55002, 'no such object on the chain'],
  }),
};

/** What the HTTP layer itself refuses; no number of the reference. */
export const httpErrors = defineErrors('http', {
  notFound: [404, 404, 'nothing is served at this path: expected /{bucket}/{object} or a route of the API'],
  methodNotAllowed: [405, 405, 'this path is served, but not with this method'],
  unreadable: [400, 400, 'this is no HTTP/1.1 request'],
  headersTooSlow: [408, 408, 'the header of the request did not arrive within a minute'],
  headersTooLarge: [431, 431, 'the header of the request has more than 1 MiB'],
  preconditionFailed: [412, 412, 'the object is not as If-Match or If-Unmodified-Since expect it'],
});
