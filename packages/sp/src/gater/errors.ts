import { defineErrors, sharedGatewayErrors } from '@prairie/gfsp';

/** `reference/gateway-http.md` §4.2. Texts are ours, except where a client compares them. */
export const gatewayErrors = {
  ...sharedGatewayErrors,
  ...defineErrors('gateway', {
    unsupportedSignature: [400, 50001, 'an Authorization header of scheme GNFD1-ECDSA is needed'],
    malformedAuthorization: [400, 50002, 'the Authorization header must read: GNFD1-ECDSA, Signature=<hex>'],
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
    taskSignature: [406, 50015, 'the signature of the task is not valid'],
    payloadSize: [403, 50016, 'the payload is empty or too large'],
    expiry: [400, 50023, 'X-Gnfd-Expiry-Timestamp must be an RFC 3339 time within the next seven days'],
    noSuchObject: [404, 50025, 'no such object'],
    notInService: [403, 50029, 'this provider is not in service'],
    bucketState: [403, 50036, 'the bucket is migrating or discontinued: it takes no objects now'],
    taskExpired: [400, 50038, 'the task is older than 1000 seconds'],
    secondaryMismatch: [406, 50039, 'this provider is not the secondary of that index'],
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
});
