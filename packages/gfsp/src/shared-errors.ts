/**
 * Errors that several rooms answer with. A code stands in one table only: each module adds its own to what is here, so
 * that a list of all errors has every one once.
 */
import { defineErrors } from './errors.ts';

/** Requests that lack their task (`reference/internal-grpc.md` §1.1). */
export const baseErrors = defineErrors('gfsp-base-app', {
  approvalTaskDangling: [400, 990101, 'request lost: an approval task was expected'],
  downloadTaskDangling: [400, 990301, 'request lost: a download task was expected'],
  uploadTaskDangling: [400, 990601, 'request lost: an upload task was expected'],
  unsupportedTaskType: [404, 990602, 'unsupported task type'],
  noTaskMatchLimit: [404, 990603, 'no task to dispatch below the require limits'],
  replicatePieceApprovalTaskDangling: [400, 990701, 'request lost: a replicate approval task was expected'],
  receiveTaskDangling: [400, 990801, 'request lost: a receive task was expected'],
  signTaskDangling: [400, 991001, 'request lost: something to sign was expected'],
  uploadObjectDangling: [400, 991101, 'request lost: an upload task was expected in the first message'],
  exceptionsStream: [400, 991103, 'the stream of the payload broke before its end'],
  futureSupport: [404, 995301, 'future support'],
});

/**
 * Refusals that more than one module gives under the gateway's name (`reference/gateway-http.md` §4.2): clients know
 * them by these numbers, whoever found the reason.
 */
export const sharedGatewayErrors = defineErrors('gateway', {
  noPermission: [401, 50004, 'no permission'],
  mismatchedProvider: [406, 50014, "the bucket's primary provider is another one"],
  chain: [500, 55001, 'the chain could not be asked'],
});

/** Of the wire's number as well as of the name (`reference/gateway-http.md` §4.3). */
export const sharedAuthenticatorErrors = defineErrors('authenticator', {
  unknownOperation: [400, 20001, 'unknown operation'],
});

/** A range that the object does not have, or one message has no room for (`reference/gateway-http.md` §4.6). */
export const sharedDownloaderErrors = defineErrors('downloader', {
  invalidParams: [400, 30005, 'request params invalid'],
});

/** The reference has the downloader's, too, under the receiver's name (`reference/gateway-http.md` §4.7). */
export const sharedReceiverErrors = defineErrors('receiver', {
  pieceStore: [500, 85101, 'failed to access the piece store'],
});

/** Questions about something unknown, which the gateway notices as well (`reference/gateway-http.md` §4.9). */
export const sharedMetadataErrors = defineErrors('metadata', {
  noSuchBucket: [404, 90008, 'the specified bucket does not exist'],
  noSuchObject: [404, 90010, 'the specified object does not exist'],
});
