/** What every task carries, and how a failure travels in it (`reference/tasks-and-manager.md` §1.2). */
import { define } from '@prairie/chain';

export interface TaskError {
  code_space: string;
  http_status_code: number;
  inner_code: number;
  description: string;
}
export const TaskError = define<TaskError>('base.types.gfsperrors.GfSpError', {
  code_space: [1, 'string'],
  http_status_code: [2, 'int32'],
  inner_code: [3, 'int32'],
  description: [4, 'string'],
});

/** What every task carries. Times are unix seconds. */
export interface Task {
  /** Who has it in work: the member that asked for it, or its remote address. */
  address: string;
  create_time: bigint;
  update_time: bigint;
  /** Seconds. */
  timeout: bigint;
  /** 0–255; see `bandOf`. */
  task_priority: number;
  /** Times it was handed out. */
  retry: bigint;
  max_retry: bigint;
  user_address: string;
  /** Append-only trail: lines of `<unix seconds>-<text>`. */
  logs: string;
  err: TaskError | undefined;
}
export const Task = define<Task>('base.types.gfsptask.GfSpTask', {
  address: [1, 'string'],
  create_time: [2, 'int64'],
  update_time: [3, 'int64'],
  timeout: [4, 'int64'],
  task_priority: [5, 'int32'],
  retry: [6, 'int64'],
  max_retry: [7, 'int64'],
  user_address: [8, 'string'],
  logs: [9, 'string'],
  err: [10, 'base.types.gfsperrors.GfSpError'],
});
