/** A task from its making to its end (`reference/tasks-and-manager.md` §1.2). Times are unix seconds. */
import { writeTrace } from '../context.ts';
import { GfSpError } from '../errors.ts';
import type { Task, TaskError } from './envelope.ts';
import { estimateOf } from './estimates.ts';
import type { ExecutorTaskKind, ExecutorTasks } from './executor-task.ts';
import { keyOf } from './keys.ts';
import { type TaskKind, type TaskMessages, taskKinds } from './kinds.ts';
import { levelOf } from './priorities.ts';

export const nowSeconds = (): bigint => BigInt(Math.floor(Date.now() / 1000));

/** A task envelope that begins now, in the trace of whatever makes it. */
export function newTask(init: Partial<Task> = {}): Task {
  const now = nowSeconds();
  return writeTrace({
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
  });
}

type Carrier = { readonly task?: Task | undefined };

/** The error of a task; one with code 0 is none. */
export function taskError({ task }: Carrier): GfSpError | undefined {
  return task?.err && task.err.inner_code !== 0 ? new GfSpError(task.err) : undefined;
}

export function toTaskError(error: unknown): TaskError {
  return GfSpError.from(error).toJSON();
}

/** It has been out for longer than it may. */
export function exceedTimeout(task: Task, now = nowSeconds()): boolean {
  return task.update_time + task.timeout < now;
}

/** It was handed out as often as it may. */
export function exceedRetry(task: Task): boolean {
  return task.retry >= task.max_retry;
}

/** Out of time at its last attempt. */
export function expired(task: Task, now = nowSeconds()): boolean {
  return exceedTimeout(task, now) && exceedRetry(task);
}

/** A trail grows by a few lines an attempt; this ends one that something writes to without end. */
const MAX_LOG_LENGTH = 16_384;

/** The envelope with one more line in its trail. A line that a full trail has no room for is left out. */
export function appendLog(task: Task, text: string, now = nowSeconds()): Task {
  const line = `${now}-${text.replaceAll(/\s*[\r\n]+\s*/g, ' ')}\n`;
  return task.logs.length + line.length > MAX_LOG_LENGTH ? task : { ...task, logs: task.logs + line };
}

/** One line about a task, for whoever asks what is going on: `<key> <name> <field>=<value> …`. */
export function describeTask<K extends ExecutorTaskKind>(kind: K, value: ExecutorTasks[K]): string;
export function describeTask<K extends TaskKind>(kind: K, value: TaskMessages[K]): string;
export function describeTask<K extends TaskKind>(kind: K, value: TaskMessages[K]): string {
  const task = value.task ?? newTask({ create_time: 0n, update_time: 0n });
  const error = taskError(value);
  const fields: Record<string, unknown> = {
    priority: `${task.task_priority}/${levelOf(task.task_priority)}`,
    retry: `${task.retry}/${task.max_retry}`,
    timeout: `${task.timeout}s`,
    created: task.create_time,
    updated: task.update_time,
    memory: estimateOf(kind, value).memory,
    address: task.address,
    user: task.user_address,
    error: error && JSON.stringify(`${error.codeSpace} ${error.innerCode} ${error.message}`),
  };
  const shown = Object.entries(fields).filter(([, field]) => field !== '' && field !== undefined);
  return [keyOf(kind, value), taskKinds[kind].type, ...shown.map(([name, field]) => `${name}=${field}`)].join(' ');
}
