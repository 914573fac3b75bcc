import type { greenfieldVirtualgroup } from '@prairie/chain';
import type { ExecutorTask } from '../../tasks/executor-task.ts';
import type { Limit } from '../../tasks/limit.ts';
import type { BucketMigrationInfo, BucketQuotaInfo } from '../../tasks/migration.ts';
import type { Delivery, ResumableUploadObjectTask, UploadObjectTask } from '../../tasks/objects.ts';
import type { BucketMigrationProgress } from '../spdb/migration.ts';
import type { Collections } from './collection.ts';
import type { Recovering } from './recovering.ts';
import type { Scrubbing } from './scrub.ts';

/** Who asks for work, and for how much. */
export interface TaskRequest {
  /** Name under which the caller attends; empty when it does not. */
  member: string;
  /** What the caller has left: only a task that fits is given. Without it any fits. */
  limit?: Limit;
}

/** What the two providers of a migration tell each other (`reference/sp-to-sp.md` §4.4, §4.8). */
export interface Migrations {
  /**
   * A provider leaves a family or groups to this one. Written down before it resolves; said again, it changes nothing.
   * @throws manager 60001, 60006, 65201
   */
  notifyMigrateSwapOut(msg: greenfieldVirtualgroup.MsgSwapOut): Promise<void>;
  /**
   * Takes the read quota that moving the bucket away to that provider costs, once. The quota as it was before; undefined when that was
   * done already. @throws manager 65201; downloader 30004; metadata 95202; GfSp 999999 for a bucket that is unknown
   */
  notifyPreMigrateBucket(bucketId: bigint, destSpId: number): Promise<BucketQuotaInfo | undefined>;
  /**
   * The destination is done, or gave up after `migrated_bytes_size`: what was not moved is given back. The quota as it
   * was before. @throws manager 65201; metadata 95202; GfSp 999999 unless the last thing said was `notifyPreMigrateBucket`
   */
  notifyPostMigrateBucket(info: BucketMigrationInfo): Promise<BucketQuotaInfo>;
  /** Zeros for a bucket that does not migrate. @throws manager 65201 */
  queryBucketMigrationProgress(bucketId: bigint): Promise<BucketMigrationProgress>;
}

export interface Manager extends Migrations, Collections, Recovering, Scrubbing {
  /**
   * Admits an upload and records it. `task.task.address` is the member that takes it. Resolves with the group that the
   * object is meant for, if there is one that can be used at once: the pieces may go there while the payload comes in.
   * @throws manager 60001…60003
   */
  beginUpload(task: UploadObjectTask): Promise<Delivery | undefined>;
  /** The payload is durable (no error) or lost (error); the manager carries on. @throws manager 60001, 60002 */
  doneUpload(task: UploadObjectTask): Promise<void>;
  /** The same of one part. @throws manager 60001…60003 */
  beginResumableUpload(task: ResumableUploadObjectTask): Promise<Delivery | undefined>;
  /** A part ended; only after the one that completes the object does the manager carry on. @throws manager 60001, 60002 */
  doneResumableUpload(task: ResumableUploadObjectTask): Promise<void>;
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
