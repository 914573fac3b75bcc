/**
 * Keys, priorities, timeouts and retries of tasks (`reference/tasks-and-manager.md` §1.4–1.8), and how one is made.
 */
import type { greenfieldStorage } from '@prairie/chain';
import { GfSpError } from './errors.ts';
import type { ObjectTask, ReceivePieceTask, Task, TaskError } from './tasks.ts';

/** Bytes a second that a transfer is expected to make at least. */
const MIN_SPEED = 10n * 1024n * 1024n;

export const TaskPriority = { replicate: 255, seal: 85, receive: 21, upload: 0 } as const;

/** Times a task is handed out at most: the least of the reference's ranges, except the confirmation's. */
export const TaskAttempts = { replicate: 3, seal: 3, receive: 3 } as const;

/** Seconds that a task may run. */
export const TaskTimeout = {
  upload: (payload: bigint): bigint => clamp(payload / MIN_SPEED, 2n, 300n),
  replicate: (payload: bigint): bigint => clamp(payload / MIN_SPEED, 90n, 500n),
  seal: 90n,
  receive: 90n,
} as const;

/** The same for upload, replicate and seal: an object is in one of them only. */
export function uploadKey(object: greenfieldStorage.ObjectInfo): string {
  return `Uploading-bucket:${object.bucket_name}-object:${object.object_name}-id:${object.id}`;
}

export function receiveKey(task: ReceivePieceTask): string {
  const object = task.object_info;
  const id = `bucket:${object?.bucket_name ?? ''}-object:${object?.object_name ?? ''}-id:${object?.id ?? 0n}`;
  return `ReceivePiece-${id}-segmentIdx:${task.segment_idx}-redundancyIdx:${task.redundancy_idx}`;
}

/** When the content of an object last changed: the parameters of that time are the ones that hold for it. */
export function contentTime(object: greenfieldStorage.ObjectInfo): bigint {
  return object.updated_at === 0n ? object.create_at : object.updated_at;
}

export const nowSeconds = (): bigint => BigInt(Math.floor(Date.now() / 1000));

/** A task envelope that begins now. */
export function newTask(init: Partial<Task> = {}): Task {
  const now = nowSeconds();
  return {
    address: '',
    create_time: now,
    update_time: now,
    timeout: 0n,
    task_priority: 0,
    retry: 0n,
    max_retry: 0n,
    user_address: '',
    logs: '',
    err: undefined,
    ...init,
  };
}

/** The error of a task; one with code 0 is none (`reference/tasks-and-manager.md` §1.2). */
export function taskError(task: Pick<ObjectTask, 'task'> | ReceivePieceTask): GfSpError | undefined {
  const err = task.task?.err;
  return err && err.inner_code !== 0 ? new GfSpError(err) : undefined;
}

export function toTaskError(error: unknown): TaskError {
  return GfSpError.from(error).toJSON();
}

function clamp(value: bigint, min: bigint, max: bigint): bigint {
  if (value < min) return min;
  return value > max ? max : value;
}
