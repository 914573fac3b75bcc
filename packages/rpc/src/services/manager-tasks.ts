/** Which field of a request or an answer holds which kind of task. */
import { type ExecutorTask, type ExecutorTaskKind, keyOf } from '@prairie/gfsp';
import type { AskTaskResponse, ReportTaskRequest } from '../messages/manager.ts';

/** Fields that both messages have. */
type TaskField = Exclude<keyof AskTaskResponse & keyof ReportTaskRequest, 'prairie_key'>;

const FIELDS: Readonly<Record<ExecutorTaskKind, TaskField>> = {
  replicate: 'replicate_piece_task',
  seal: 'seal_object_task',
  receive: 'receive_piece_task',
  recover: 'recover_piece_task',
  'gc-object': 'gc_object_task',
  'gc-zombie': 'gc_zombie_piece_task',
  'gc-meta': 'gc_meta_task',
  'gc-bucket-migration': 'gc_bucket_migration_task',
  'gc-stale-version': 'gc_stale_version_object_task',
  'migrate-gvg': 'migrate_gvg_task',
};

type TaskHolder = Pick<ReportTaskRequest, TaskField | 'prairie_key'>;

export function fromExecutorTask(task: ExecutorTask): Partial<TaskHolder> {
  return { [FIELDS[task.kind]]: task.value, prairie_key: task.key };
}

/** undefined when there is none. */
export function toExecutorTask(holder: TaskHolder): ExecutorTask | undefined {
  for (const [kind, field] of Object.entries(FIELDS)) {
    const value = holder[field];
    if (!value) continue;
    // callers of the reference send no key: there it follows from the task
    const key = holder.prairie_key || keyOf(kind as ExecutorTaskKind, value as never);
    return { kind, value, key } as ExecutorTask;
  }
  return undefined;
}
