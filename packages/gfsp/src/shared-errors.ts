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
  /** What a client is told by a success without an approval (`reference/gateway-http.md` §5.2). */
  approvalRefused: [200, 50007, 'this provider does not approve it'],
  mismatchedProvider: [406, 50014, "the bucket's primary provider is another one"],
  invalidOffset: [400, 50028, 'invalid offset'],
  chain: [500, 55001, 'the chain could not be asked'],
});

/** Of the wire's number as well as of the name (`reference/gateway-http.md` §4.3). */
export const sharedAuthenticatorErrors = defineErrors('authenticator', {
  unknownOperation: [400, 20001, 'unknown operation'],
  badSignature: [400, 20012, 'bad signature'],
  tooManyKeys: [400, 20018, 'more than 100 keys to delete: send them in several requests'],
});

/** A range that the object does not have, or one message has no room for (`reference/gateway-http.md` §4.6). */
export const sharedDownloaderErrors = defineErrors('downloader', {
  exceeded: [400, 30003, 'get piece request exceed'],
  invalidParams: [400, 30005, 'request params invalid'],
});

/** A length that is wrong before an upload begins (`reference/gateway-http.md` §4.5). */
export const sharedUploaderErrors = defineErrors('uploader', {
  sizeMismatch: [400, 110008, 'The file payload size is inconsistent with the parameter payload size'],
});

/** The reference has the downloader's, too, under the receiver's name (`reference/gateway-http.md` §4.7). */
export const sharedReceiverErrors = defineErrors('receiver', {
  pieceStore: [500, 85101, 'failed to access the piece store'],
  database: [500, 85201, 'failed to access the database'],
});

/** Questions about something unknown, which the gateway notices as well (`reference/gateway-http.md` §4.9). */
export const sharedMetadataErrors = defineErrors('metadata', {
  requestLost: [400, 90001, 'request lost: it lacks what it is about'],
  noSuchBucket: [404, 90008, 'the specified bucket does not exist'],
  noSuchObject: [404, 90010, 'the specified object does not exist'],
});
