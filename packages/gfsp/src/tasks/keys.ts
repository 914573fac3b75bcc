/**
 * Keys of tasks (`reference/tasks-and-manager.md` §1.4). A queue holds a key once, so work is not doubled.
 *
 * A key can be made of any task, also of one that came without its object: names are empty then, and numbers 0.
 */
import { approvalSignText, greenfieldStorage } from '@prairie/chain';
import type { ExecutorTaskKind, ExecutorTasks } from './executor-task.ts';
import type { TaskKind, TaskMessages } from './kinds.ts';
import type { ReceivePieceTask } from './receive.ts';

type ObjectInfo = greenfieldStorage.ObjectInfo;

/** The same for upload, replicate and seal: an object is in one of them only. */
export function uploadKey(object: ObjectInfo | undefined): string {
  return `Uploading-${objectPart(object)}`;
}

export function receiveKey(task: ReceivePieceTask): string {
  const object = objectPart(task.object_info);
  return `ReceivePiece-${object}-segmentIdx:${task.segment_idx}-redundancyIdx:${task.redundancy_idx}`;
}

/** Of the migration of a bucket as a whole, which is no task itself. */
export function migrateBucketKey(bucketId: bigint): string {
  return `MigrateBucket-bucketID${bucketId}`;
}

const makers: { readonly [K in TaskKind]: (task: TaskMessages[K]) => string } = {
  'create-bucket-approval': ({ create_bucket_info: msg, fingerprint }) =>
    `CreateBucketApproval-bucket:${msg?.bucket_name ?? ''}-account:${msg?.creator ?? ''}-fingerprint:${hex(fingerprint)}`,
  'create-object-approval': ({ create_object_info: msg, fingerprint }) => createObjectKey(msg, fingerprint),
  'delegate-create-object-approval': ({ delegate_create_object: msg, fingerprint }) =>
    createObjectKey(msg, fingerprint),
  'migrate-bucket-approval': ({ migrate_bucket_info: msg }) =>
    `MigrateBucketApproval-bucket:${msg?.bucket_name ?? ''}-hash:${hex(migrateSignBytes(msg))}`,
  'replicate-approval': ({ object_info }) => `ReplicatePieceApproval-${objectPart(object_info)}`,
  upload: ({ object_info }) => uploadKey(object_info),
  replicate: ({ object_info }) => uploadKey(object_info),
  seal: ({ object_info }) => uploadKey(object_info),
  'resumable-upload': ({ object_info: object, offset }) =>
    `ResumableUploading-${object?.bucket_name ?? ''}-${object?.object_name ?? ''}-${object?.id ?? 0n}-${offset}`,
  recover: ({ object_info, segment_idx, ec_idx }) =>
    `Recovering-${objectPart(object_info)}-segIdx:${segment_idx}${ec_idx >= 0 ? `-ecIdx:${ec_idx}` : ''}`,
  receive: receiveKey,
  download: ({ object_info, low, high }) => `DownloadObject-${objectPart(object_info)}-low:${low}-high:${high}`,
  'download-piece': ({ object_info: object, piece_key, piece_offset, piece_length }) =>
    `DownloadPiece-${namesPart(object)}-piece:${piece_key}-offset:${piece_offset}-length:${piece_length}`,
  challenge: ({ object_info, segment_idx, redundancy_idx, task }) =>
    `ChallengePiece-${objectPart(object_info)}-sIdx:${segment_idx}-rIdx:${redundancy_idx}-${task?.user_address ?? ''}`,
  'gc-object': ({ start_block_number, end_block_number, task }) =>
    `GCObject-start${start_block_number}-end${end_block_number}-time${task?.create_time ?? 0n}`,
  'gc-zombie': ({ start_object_id, end_object_id, task }) =>
    `GCZombiePiece-start${start_object_id}-end${end_object_id}-time${task?.create_time ?? 0n}`,
  'gc-stale-version': ({ object_id, version, redundancy_index, task }) =>
    `GCStaleVersionObject-object_id${object_id}-version${version}-redundancy_index${redundancy_index}` +
    `-time${task?.create_time ?? 0n}`,
  'gc-meta': ({ task }) => `GCMeta-time${task?.create_time ?? 0n}`,
  'gc-bucket-migration': ({ bucket_id }) => `GCBucketMigration-bucketID${bucket_id}`,
  'migrate-gvg': ({ src_gvg, bucket_id, redundancy_idx }) =>
    `MigrateGVG-oldGvgID${src_gvg?.id ?? 0}-bucketID${bucket_id}-redundancyIndex${redundancy_idx}`,
  // Labels and values are separate fields here, hence the second hyphens.
  'migrate-piece': ({ object_info: object, segment_idx, redundancy_idx }) =>
    `MigratePiece-object:${object?.object_name ?? ''}-id:-${object?.id ?? 0n}` +
    `-segIdx:-${segment_idx}-redundancyIndex:-${redundancy_idx}`,
};

/** Two signatures, because the compiler does not see that a dispatched kind's message is the same in both tables. */
export function keyOf<K extends ExecutorTaskKind>(kind: K, task: ExecutorTasks[K]): string;
export function keyOf<K extends TaskKind>(kind: K, task: TaskMessages[K]): string;
export function keyOf<K extends TaskKind>(kind: K, task: TaskMessages[K]): string {
  return makers[kind](task);
}

function createObjectKey(
  msg: { bucket_name: string; object_name: string; creator: string } | undefined,
  fingerprint: Uint8Array,
): string {
  const names = namesPart(msg);
  return `CreateObjectApproval-${names}-account:${msg?.creator ?? ''}-fingerprint:${hex(fingerprint)}`;
}

function objectPart(object: ObjectInfo | undefined): string {
  return `${namesPart(object)}-id:${object?.id ?? 0n}`;
}

function namesPart(object: { bucket_name: string; object_name: string } | undefined): string {
  return `bucket:${object?.bucket_name ?? ''}-object:${object?.object_name ?? ''}`;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

/** What the approval is a signature of: a question is the same when its answer would be. */
function migrateSignBytes(msg: greenfieldStorage.MsgMigrateBucket | undefined): Uint8Array {
  return Buffer.from(msg ? approvalSignText(greenfieldStorage.MsgMigrateBucket, msg) : '');
}
