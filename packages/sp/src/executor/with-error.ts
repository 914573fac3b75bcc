import { newTask, toTaskError } from '@prairie/gfsp';

/** A task's value as it is reported after a failure. */
export function withError<T extends { task?: unknown }>(value: T, error: unknown): T {
  return { ...value, task: { ...newTask(), ...(value.task ?? {}), err: toTaskError(error) } };
}
