/**
 * The ten kinds of tasks that executors run, one row each (`reference/tasks-and-manager.md` §5, §7): the queue, and what
 * a report means. A kind comes alive with a producer that pushes it and an executor's handler; nothing else knows kinds.
 *
 * The reference's filter and retire rules are the lease's: a task that is handed out is nobody else's until its time is
 * over (Uploading, First-run, Migrate), and leaves after its last attempt (Expired, ExceedRetry).
 */
import type { ExecutorTaskKind, ExecutorTasks } from '@prairie/gfsp';

export interface JobKind<T> {
  /** The reference's name of the queue. */
  queue: string;
  /** Default capacity; the configuration's key in section `Parallel` is beside it. */
  capacity: number;
  /** Pause before the first hand-out. Default: none. */
  delayMs?: number;
  /** First and longest pause after a failure. Default 1 s and 60 s. */
  backoff?: { baseMs: number; maxMs: number };
  /** Times it is handed out at least, whatever the configuration of retries says. */
  minAttempts?: number;
  /** Seconds that it may take, whatever its size. */
  timeout?: bigint;
  /** Bytes that its time is measured by. Default: its time is fixed. */
  sizeOf?: (task: T) => bigint;
  /** Of a report without an error: the task is done. Otherwise it goes on, and the report is its progress. */
  isDone: (task: T) => boolean;
  /** A reported failure ends the task: its producer makes a new one. Default: it comes again. */
  dropsOnError?: true;
}

/** How long after its pieces came a secondary looks whether the object was sealed (§5, filter Receive). */
const CONFIRM_AFTER_MS = 90_000;

const always = (): boolean => true;

export const jobKinds: { readonly [K in ExecutorTaskKind]: JobKind<ExecutorTasks[K]> } = {
  // GlobalReplicatePieceParallel
  replicate: {
    queue: 'manager-replicate-piece',
    capacity: 10_240,
    sizeOf: (task) => task.object_info.payload_size,
    isDone: always,
  },
  // GlobalSealObjectParallel
  seal: { queue: 'manager-seal-object', capacity: 10_240, isDone: always },
  // GlobalReceiveObjectParallel. The reference tries once by default; an object may be sealed later than that.
  receive: {
    queue: 'manager-confirm-receive-piece',
    capacity: 102_400,
    delayMs: CONFIRM_AFTER_MS,
    backoff: { baseMs: CONFIRM_AFTER_MS, maxMs: 4 * CONFIRM_AFTER_MS },
    minAttempts: 3,
    isDone: (task) => task.sealed,
  },
  // GlobalGCObjectParallel
  'gc-object': {
    queue: 'manager-gc-object',
    capacity: 4,
    isDone: (task) => task.current_block_number > task.end_block_number,
  },
  // GlobalGCZombieParallel
  'gc-zombie': { queue: 'manager-gc-zombie', capacity: 1, isDone: always, dropsOnError: true },
  // GlobalGCMetaParallel
  'gc-meta': { queue: 'manager-gc-meta', capacity: 1, isDone: always, dropsOnError: true },
  // GlobalGCBucketMigrationParallel
  'gc-bucket-migration': { queue: 'manager-gc-bucket-migration', capacity: 1, isDone: (task) => task.finished },
  // GlobalGCStaleVersionObjectParallel
  'gc-stale-version': {
    queue: 'manager-gc-stale-version-object',
    capacity: 10,
    isDone: always,
    dropsOnError: true,
  },
  // GlobalRecoveryPieceParallel
  recover: {
    queue: 'manager-recovery-piece',
    capacity: 100,
    // of what operators and successors ask for (§13.1, §13.2); nothing else makes such tasks
    timeout: 50n,
    isDone: (task) => task.recovered,
  },
  // GlobalMigrateGVGParallel
  'migrate-gvg': { queue: 'manager-migrate-gvg', capacity: 200, isDone: (task) => task.finished },
};

export const jobKindNames = Object.keys(jobKinds) as ExecutorTaskKind[];
