/** What a client is told of its upload (`reference/tasks-and-manager.md` §6.3, `gateway-http.md` §5.5). */
import { greenfieldStorage as storage } from '@prairie/chain';
import { TaskState, type UploadProgress, type UploadProgressText } from '@prairie/gfsp';

const { OBJECT_STATUS_DISCONTINUED, OBJECT_STATUS_SEALED } = storage.ObjectStatus;

const CREATED = 'object meta is created onto the chain';
const REPLICATING = 'object payload is replicating to the secondary SPs in the background';
const SEALING = 'object meta is sealing onto the chain in the background';

const texts = new Map<number, string>([
  [TaskState.INIT, CREATED],
  [TaskState.UPLOAD_OBJECT_DOING, 'object payload is uploading to the primary SP'],
  [TaskState.UPLOAD_OBJECT_DONE, REPLICATING],
  [TaskState.UPLOAD_OBJECT_ERROR, 'something is wrong in uploading to primary'],
  [TaskState.ALLOC_SECONDARY_DOING, REPLICATING],
  [TaskState.ALLOC_SECONDARY_DONE, REPLICATING],
  [TaskState.ALLOC_SECONDARY_ERROR, 'something is wrong in allocating secondary SPs'],
  [TaskState.REPLICATE_OBJECT_DOING, REPLICATING],
  [TaskState.REPLICATE_OBJECT_DONE, REPLICATING],
  [TaskState.REPLICATE_OBJECT_ERROR, 'something is wrong in replicating secondary SPs'],
  [TaskState.SIGN_OBJECT_DOING, SEALING],
  [TaskState.SIGN_OBJECT_DONE, SEALING],
  [TaskState.SIGN_OBJECT_ERROR, 'something is wrong in signing the object'],
  [TaskState.SEAL_OBJECT_DOING, SEALING],
  [TaskState.SEAL_OBJECT_DONE, 'object is succeed to upload and seal onto the chain'],
  [TaskState.SEAL_OBJECT_ERROR, 'something is wrong in sealing object'],
  [TaskState.OBJECT_DISCONTINUED, 'object has been discontinued'],
]);

export interface ObjectState {
  object_status: number;
  is_updating: boolean;
}

/** The chain's word first; the job's while the chain still waits for content. */
export function progressText(object: ObjectState | undefined, job: UploadProgress | undefined): UploadProgressText {
  if (object?.object_status === OBJECT_STATUS_DISCONTINUED) return progress(TaskState.OBJECT_DISCONTINUED);
  if (object?.object_status === OBJECT_STATUS_SEALED && !object.is_updating)
    return progress(TaskState.SEAL_OBJECT_DONE);
  // the reference's words for an object of which nothing has come yet
  return job
    ? progress(job.task_state, job.error_description)
    : progress(TaskState.INIT, 'failed to query upload table');
}

function progress(state: number, error = ''): UploadProgressText {
  return { progress_description: texts.get(state) ?? '', error_description: error, state };
}
