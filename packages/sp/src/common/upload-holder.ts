/**
 * Who uploads an object, in the object's own row: after a restart of the manager, or beside another one, the row alone
 * says whose upload it is, and an uploader that was thought gone finds there that another has taken over.
 */
import { TaskState, type UploadProgress } from '@prairie/gfsp';

/** States of an upload that runs. The reference's text of the state comes first, so that its tools still read it. */
const PREFIXES = new Map<number, string>([
  [TaskState.INIT, 'TASK_STATE_INIT_UNSPECIFIED by '],
  [TaskState.UPLOAD_OBJECT_DOING, 'TASK_STATE_UPLOAD_OBJECT_DOING by '],
]);

/** States in which nothing was acknowledged yet. */
export const INCOMPLETE: readonly number[] = [
  TaskState.INIT,
  TaskState.UPLOAD_OBJECT_DOING,
  TaskState.UPLOAD_OBJECT_ERROR,
];

/** State of a row whose upload `member` has begun, and in whose name. */
export function heldBy(
  member: string,
  task_state: number = TaskState.INIT,
): Pick<UploadProgress, 'task_state' | 'task_state_description'> {
  return { task_state, task_state_description: PREFIXES.get(task_state) + member };
}

/** Whether somebody may be at it: what he has was not acknowledged yet, and not given up either. */
export function isRunning(row: UploadProgress | undefined): row is UploadProgress {
  return row !== undefined && PREFIXES.has(row.task_state);
}

/** The member that uploads the object of this row; '' when nobody does, or nobody who gave a name. */
export function holderOf(row: UploadProgress | undefined): string {
  const prefix = row && PREFIXES.get(row.task_state);
  return prefix && row.task_state_description.startsWith(prefix) ? row.task_state_description.slice(prefix.length) : '';
}
