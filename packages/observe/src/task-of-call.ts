/** The task that a call between modules is about. */
import {
  type ExecutorTask,
  type GfSpError,
  keyOf,
  type ModuleCall,
  type TaskKind,
  type TaskMessages,
  taskError,
} from '@prairie/gfsp';

/** Calls whose first argument is a task → its kind. */
const kinds: Readonly<Record<string, TaskKind>> = {
  'approver.createBucketApproval': 'create-bucket-approval',
  'approver.createObjectApproval': 'create-object-approval',
  'approver.migrateBucketApproval': 'migrate-bucket-approval',
  'approver.delegateCreateObjectApproval': 'delegate-create-object-approval',
  'uploader.uploadObject': 'upload',
  'uploader.resumableUploadObject': 'resumable-upload',
  'downloader.downloadObject': 'download',
  'receiver.replicatePiece': 'receive',
  'receiver.doneReplicatePiece': 'receive',
  'manager.beginUpload': 'upload',
  'manager.doneUpload': 'upload',
  'manager.beginResumableUpload': 'resumable-upload',
  'manager.doneResumableUpload': 'resumable-upload',
  'p2p.askSecondaryReplicatePieceApproval': 'replicate-approval',
};

/** Its key. Undefined for other calls, and for one without its argument: what is wrong with that, the module will say. */
export function taskKeyOf({ module, method, args }: ModuleCall): string | undefined {
  if (typeof args[0] !== 'object' || args[0] === null) return undefined;
  const name = `${module}.${method}`;
  if (name === 'manager.reportTask') return (args[0] as ExecutorTask).key;
  const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
  return kind && keyOf(kind, args[0] as TaskMessages[typeof kind]);
}

/** Why a task failed that came back from its executor; undefined for anything else. */
export function taskFailure(result: unknown): GfSpError | undefined {
  const value = (result as Partial<ExecutorTask> | undefined)?.value;
  return value && taskError(value);
}
