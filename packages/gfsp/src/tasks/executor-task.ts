/** What the manager hands to executors: the ten dispatched kinds (`reference/tasks-and-manager.md` §1.1, §4.1). */
import type { TaskMessages } from './kinds.ts';

export type ExecutorTaskKind =
  | 'replicate'
  | 'seal'
  | 'receive'
  | 'recover'
  | 'gc-object'
  | 'gc-zombie'
  | 'gc-meta'
  | 'gc-bucket-migration'
  | 'gc-stale-version'
  | 'migrate-gvg';

/** Kind → message. */
export type ExecutorTasks = Pick<TaskMessages, ExecutorTaskKind>;

/** `key` is the task's key (`keyOf`), unique in the queue of its kind. */
export type ExecutorTask = {
  [K in ExecutorTaskKind]: { kind: K; key: string; value: ExecutorTasks[K] };
}[ExecutorTaskKind];
