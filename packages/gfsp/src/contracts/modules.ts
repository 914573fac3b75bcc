/**
 * What each module offers to the others. A module is reached through `app.client`, never by import: the same call is
 * served in this process or by RPC, so arguments and results are plain values or byte streams.
 *
 * Errors are `GfSpError` values; each method names the tables its errors come from.
 */
import type { greenfieldPermission, greenfieldStorage } from '@prairie/chain';
import type { ReplicatePieceApprovalTask } from '../tasks/approvals.ts';
import type { ExecutorTask } from '../tasks/executor-task.ts';
import type { Limit } from '../tasks/limit.ts';
import type { DownloadObjectTask, UploadObjectTask } from '../tasks/objects.ts';
import type { ReceivePieceTask } from '../tasks/receive.ts';
import type { BucketMeta, ListObjectsPage, ListObjectsQuery, ObjectMeta, UploadProgressText } from './records.ts';
import type { Signer } from './signer.ts';

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
  /**
   * The message with family, expiry height and signature filled in; the same answer within its life.
   * @throws approver 10001…10003, 11001; 990102 when busy; 540001 without a family; gateway 55001
   */
  createBucketApproval(msg: greenfieldStorage.MsgCreateBucket): Promise<greenfieldStorage.MsgCreateBucket>;
  /** As for a bucket; the family stays as it came. @throws approver 10001, 10003, 11001; 990102; gateway 55001 */
  createObjectApproval(msg: greenfieldStorage.MsgCreateObject): Promise<greenfieldStorage.MsgCreateObject>;
}

export interface Uploader {
  /**
   * Resolves when the whole payload is durable and its integrity equals the chain's. `contentLength` is what the sender
   * announced, if it did: a wrong one is refused before a byte is read. The payload is read to its end or left; what is
   * refused leaves nothing behind.
   * @throws uploader 110001…110008, 115001, 115101; manager 60001…60003; 991102 when busy
   */
  uploadObject(task: UploadObjectTask, payload: ByteStream, contentLength?: bigint): Promise<void>;
}

export interface Downloader {
  /**
   * Charges quota, writes the read record, then yields the bytes `low` to `high`, both inclusive. The caller reads the
   * stream to its end or calls its `return`: what was charged and not sent is given back then.
   * @throws before the first byte, where it can be known: downloader 30001…30009; receiver 85101, 85102; 990302 when busy
   */
  downloadObject(task: DownloadObjectTask): Promise<ByteStream>;
}

export interface Receiver {
  /**
   * Stores one piece for another primary, whose signature was checked. A piece that is there already is no error.
   * @throws receiver 80001…80004, 85101, 85201; TaskQueue 970002, or 990802, when busy
   */
  replicatePiece(task: ReceivePieceTask, piece: Uint8Array): Promise<void>;
  /**
   * All pieces are here: checks integrity, records it durably, and signs the seal document with the BLS key. 32 and 96
   * bytes. The same answer when asked again.
   * @throws receiver 80001, 80003, 80004, 85201; TaskQueue 970001, 970002 when busy; what the signer throws
   */
  doneReplicatePiece(task: ReceivePieceTask): Promise<{ integrity_hash: Uint8Array; signature: Uint8Array }>;
}

/** Who asks for work, and for how much. */
export interface TaskRequest {
  /** Name under which the caller attends; empty when it does not. */
  member: string;
  /** What the caller has left: only a task that fits is given. Without it any fits. */
  limit?: Limit;
}

export interface Manager {
  /** Admits an upload and records it. `task.task.address` is the member that takes it. @throws manager 60001…60003 */
  beginUpload(task: UploadObjectTask): Promise<void>;
  /** The payload is durable (no error) or lost (error); the manager carries on. @throws manager 60001, 60002 */
  doneUpload(task: UploadObjectTask): Promise<void>;
  /**
   * Held open while the caller lives. When it ends, by `signal` or because the connection broke, what the member had in
   * work is handed out again, and what it was uploading is no longer believed to run.
   */
  attend(member: string, signal: AbortSignal): Promise<void>;
  /**
   * The next task for an executor: waits until there is one that fits, or until `signal` aborts.
   * A task that is not reported within its timeout is handed out again.
   */
  askTask(request: TaskRequest, signal: AbortSignal): Promise<ExecutorTask | undefined>;
  /**
   * A task ended, or has news of its progress; its error, if any, is in `task.value.task.err`.
   * @throws manager 60001…60004
   */
  reportTask(task: ExecutorTask): Promise<void>;
  /**
   * What an executor is at with a task, a `TaskState`: for `queryTasks`, nothing depends on it. Notes about tasks that
   * nobody knows are dropped.
   */
  noteState(key: string, state: number): Promise<void>;
  /** Takes a task out of its queue; reports about it get 60004. false when there is none. */
  cancelTask(key: string): Promise<boolean>;
  /** A family of this provider for a new bucket. @throws 540001 */
  pickVirtualGroupFamily(): Promise<number>;
  /** Keys, kinds and states of what is queued or running, for keys that contain `filter`. */
  queryTasks(filter: string): Promise<string[]>;
  /** Counts of what is queued or running now. */
  queryTasksStats(): Promise<TasksStats>;
}

/** Numbers of tasks (`reference/tasks-and-manager.md` §4.1). */
export interface TasksStats {
  upload_count: number;
  replicate_count: number;
  seal_count: number;
  resumable_upload_count: number;
  max_uploading: number;
  migrate_gvg_count: number;
  recovery_process_count: number;
  recovery_failed_list: string[];
}

/** Follows the chain into the BSDB. */
export interface BlockSyncer {
  /** The height of the tables now, then each later one; a slow reader skips. Ends with the signal. */
  heights(signal: AbortSignal): AsyncIterable<bigint>;
}

/** Talks to other providers' peers (`reference/internal-grpc.md` §3.7). */
export interface P2p {
  /** Answers of `min` to `max` other providers within `timeoutMs`. @throws p2p 70002 when fewer agree */
  askSecondaryReplicatePieceApproval(
    task: ReplicatePieceApprovalTask,
    wanted: { min: number; max: number; timeoutMs: number },
  ): Promise<ReplicatePieceApprovalTask[]>;
  /** Configured bootstrap addresses. */
  queryBootstrap(): Promise<string[]>;
}

/** The block syncer's picture of the chain, and the SPDB's of uploads and quota. */
export interface Metadata {
  /** The account's, newest first, at most 100. @throws metadata 95202, as all of these */
  getUserBuckets(account: string, includeRemoved: boolean): Promise<BucketMeta[]>;
  /** One page; at most 1000 entries. A bucket that is not there has an empty one. */
  listObjectsByBucket(query: ListObjectsQuery): Promise<ListObjectsPage>;
  /** undefined when there is none, or it was removed; so for objects. */
  getBucketMeta(bucketName: string): Promise<BucketMeta | undefined>;
  getObjectMeta(bucketName: string, objectName: string): Promise<ObjectMeta | undefined>;
  /** `action` is an `ActionType`; an empty object name asks about the bucket. @throws metadata 90008, 90010 */
  verifyPermission(
    operator: string,
    bucketName: string,
    objectName: string,
    action: number,
  ): Promise<greenfieldPermission.Effect>;
  /** Buckets of the account that are not removed. */
  getUserBucketsCount(account: string): Promise<number>;
  /** What the owner is told of an upload; never fails for an object that is unknown. */
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
  blocksyncer: BlockSyncer;
  p2p: P2p;
}

export type ModuleName = keyof Modules;
