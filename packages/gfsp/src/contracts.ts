/**
 * What each module offers to the others. A module is reached through `app.client`, never by import: the same call is
 * served in this process or by RPC, so arguments and results are plain values or byte streams.
 *
 * Errors are `GfSpError` values; each method names the tables its errors come from.
 */
import type { greenfieldPermission, greenfieldStorage, greenfieldVirtualgroup } from '@prairie/chain';
import type { BucketMeta, ListObjectsPage, ListObjectsQuery, ObjectMeta, UploadProgressText } from './records.ts';
import type { ExecutorTask, ReceivePieceTask, UploadObjectTask } from './tasks.ts';

/** Bytes in order, in chunks of any size. Pulling slowly holds the sender back. */
export type ByteStream = AsyncIterable<Uint8Array>;

/** Operations that need an account's permission (`reference/internal-grpc.md` §4.1). */
export type AuthOperation =
  | 'ask-create-bucket-approval'
  | 'ask-create-object-approval'
  | 'put-object'
  | 'get-uploading-state'
  | 'get-object'
  | 'get-bucket-quota'
  | 'list-bucket-read-record';

export interface Authenticator {
  /**
   * Resolves when `account` may do `operation`; the reference's checks in the reference's order.
   * @throws authenticator 20001…20020, 25002; gateway 50004 when the chain or metadata say no.
   */
  authorize(operation: AuthOperation, account: string, bucket: string, object: string): Promise<void>;
}

export interface Approver {
  /** The message with family, expiry height and signature filled in; the same answer within its life. @throws approver */
  createBucketApproval(msg: greenfieldStorage.MsgCreateBucket): Promise<greenfieldStorage.MsgCreateBucket>;
  createObjectApproval(msg: greenfieldStorage.MsgCreateObject): Promise<greenfieldStorage.MsgCreateObject>;
}

export interface Uploader {
  /**
   * Resolves when the whole payload is durable and its integrity equals the chain's. `contentLength` is what the sender
   * announced, if it did: a wrong one is refused before a byte is read. @throws uploader, manager
   */
  uploadObject(task: UploadObjectTask, payload: ByteStream, contentLength?: bigint): Promise<void>;
}

export interface DownloadRequest {
  object_info: greenfieldStorage.ObjectInfo;
  bucket_info: greenfieldStorage.BucketInfo;
  storage_params: greenfieldStorage.Params;
  /** Reader's address; empty when anonymous. */
  user_address: string;
  /** First and last byte, both inclusive, already clamped to the object. */
  low: bigint;
  high: bigint;
}

export interface Downloader {
  /** Charges quota, writes the read record, then yields the bytes. @throws downloader (before the first byte, where it can be known) */
  downloadObject(request: DownloadRequest): Promise<ByteStream>;
}

export interface Receiver {
  /** Stores one piece for another primary. @throws receiver 80001…80004, 85101, 85201 */
  replicatePiece(task: ReceivePieceTask, piece: Uint8Array): Promise<void>;
  /** All pieces are here: checks integrity, records it, and signs the seal document with the BLS key. */
  doneReplicatePiece(task: ReceivePieceTask): Promise<{ integrity_hash: Uint8Array; signature: Uint8Array }>;
}

export interface Manager {
  /** Admits an upload and records it. @throws manager 60001…60003 */
  beginUpload(task: UploadObjectTask): Promise<void>;
  /** The payload is durable (no error) or lost (error); the manager carries on. */
  doneUpload(task: UploadObjectTask): Promise<void>;
  /**
   * The next task for an executor: waits until there is one, or until `signal` aborts.
   * A task that is not reported within its timeout is handed out again.
   */
  askTask(signal: AbortSignal): Promise<ExecutorTask | undefined>;
  /** An executor ended a task; its error, if any, is in `task.value.task.err`. */
  reportTask(task: ExecutorTask): Promise<void>;
  /** A family of this provider for a new bucket. @throws 540001 */
  pickVirtualGroupFamily(): Promise<number>;
  /** Keys, kinds and states of what is queued or running. */
  queryTasks(filter: string): Promise<string[]>;
}

/** The only holder of private keys. */
export interface Signer {
  /** 65 bytes R‖S‖V (V 0 or 1) over keccak256 of the task's sign bytes, by the operator key. */
  signReceivePieceTask(task: ReceivePieceTask): Promise<Uint8Array>;
  /** BLS signature (96 bytes) of the seal document. `checksum` is SHA-256 over all object checksums. */
  signSecondarySealBls(objectId: bigint, gvgId: number, checksum: Uint8Array): Promise<Uint8Array>;
  signCreateBucketApproval(msg: greenfieldStorage.MsgCreateBucket): Promise<Uint8Array>;
  signCreateObjectApproval(msg: greenfieldStorage.MsgCreateObject): Promise<Uint8Array>;
  /** Each broadcasts and resolves with the transaction's hash (upper hex) once it is in a block. @throws signer */
  sealObject(msg: greenfieldStorage.MsgSealObject): Promise<string>;
  rejectUnsealedObject(msg: greenfieldStorage.MsgRejectSealObject): Promise<string>;
  createGlobalVirtualGroup(msg: greenfieldVirtualgroup.MsgCreateGlobalVirtualGroup): Promise<string>;
}

/** The block syncer's picture of the chain, and the SPDB's of uploads and quota. */
export interface Metadata {
  getUserBuckets(account: string, includeRemoved: boolean): Promise<BucketMeta[]>;
  listObjectsByBucket(query: ListObjectsQuery): Promise<ListObjectsPage>;
  /** undefined when there is none. */
  getBucketMeta(bucketName: string): Promise<BucketMeta | undefined>;
  getObjectMeta(bucketName: string, objectName: string): Promise<ObjectMeta | undefined>;
  /** @throws metadata 90008, 90010 */
  verifyPermission(
    operator: string,
    bucketName: string,
    objectName: string,
    action: number,
  ): Promise<greenfieldPermission.Effect>;
  getUserBucketsCount(account: string): Promise<number>;
  getUploadProgress(objectId: bigint): Promise<UploadProgressText>;
  /** Stored segments of an upload that is not complete. @throws metadata 90003 `no uploading record` */
  getUploadedSegments(objectId: bigint): Promise<number>;
}

/** Modules by the reference's names; what one process lacks is reached by RPC. */
export interface Modules {
  authenticator: Authenticator;
  approver: Approver;
  uploader: Uploader;
  downloader: Downloader;
  receiver: Receiver;
  manager: Manager;
  signer: Signer;
  metadata: Metadata;
}

export type ModuleName = keyof Modules;
