/**
 * Who uploads an object, in the object's own row: after a restart of the manager, or beside another one, the row alone
 * says whose upload it is, and an uploader that was thought gone finds there that another has taken over.
 */
import { TaskState, type UploadProgress } from '@prairie/gfsp';

/** The reference's text of the state comes first, so that its tools still read it. */
const PREFIX = 'TASK_STATE_INIT_UNSPECIFIED by ';

/** States in which nothing was acknowledged yet. */
export const INCOMPLETE: readonly number[] = [
  TaskState.INIT,
  TaskState.UPLOAD_OBJECT_DOING,
  TaskState.UPLOAD_OBJECT_ERROR,
];

/** `task_state_description` of a row whose upload `member` has begun. */
export function heldBy(member: string): string {
  return PREFIX + member;
}

/** The member that uploads the object of this row; '' when nobody does, or nobody who gave a name. */
export function holderOf(row: UploadProgress | undefined): string {
  const text = row?.task_state === TaskState.INIT ? row.task_state_description : '';
  return text.startsWith(PREFIX) ? text.slice(PREFIX.length) : '';
}
