/** Every kind of task: its message, its number on the wire and its name (`reference/tasks-and-manager.md` §1.1). */
import type { MessageType } from '@prairie/chain';
// The tables name the envelope's, so it has to be there.
import './envelope.ts';
import {
  CreateBucketApprovalTask,
  CreateObjectApprovalTask,
  DelegateCreateObjectApprovalTask,
  MigrateBucketApprovalTask,
  ReplicatePieceApprovalTask,
} from './approvals.ts';
import { GCBucketMigrationTask, GCMetaTask, GCObjectTask, GCStaleVersionObjectTask, GCZombiePieceTask } from './gc.ts';
import { MigrateGVGTask, MigratePieceTask } from './migration.ts';
import {
  ChallengePieceTask,
  DownloadObjectTask,
  DownloadPieceTask,
  RecoverPieceTask,
  ReplicatePieceTask,
  ResumableUploadObjectTask,
  SealObjectTask,
  UploadObjectTask,
} from './objects.ts';
import { ReceivePieceTask } from './receive.ts';

/** Kind → message: what modules do at once, and what the manager hands to executors (`ExecutorTasks`). */
export interface TaskMessages {
  'create-bucket-approval': CreateBucketApprovalTask;
  'migrate-bucket-approval': MigrateBucketApprovalTask;
  'create-object-approval': CreateObjectApprovalTask;
  'delegate-create-object-approval': DelegateCreateObjectApprovalTask;
  'replicate-approval': ReplicatePieceApprovalTask;
  upload: UploadObjectTask;
  'resumable-upload': ResumableUploadObjectTask;
  download: DownloadObjectTask;
  'download-piece': DownloadPieceTask;
  challenge: ChallengePieceTask;
  'migrate-piece': MigratePieceTask;
  replicate: ReplicatePieceTask;
  seal: SealObjectTask;
  receive: ReceivePieceTask;
  recover: RecoverPieceTask;
  'gc-object': GCObjectTask;
  'gc-zombie': GCZombiePieceTask;
  'gc-meta': GCMetaTask;
  'gc-bucket-migration': GCBucketMigrationTask;
  'gc-stale-version': GCStaleVersionObjectTask;
  'migrate-gvg': MigrateGVGTask;
}

export type TaskKind = keyof TaskMessages;

/** The number of a task's type (`TType`), by its readable name. */
export const TaskType = {
  UnknownTask: 0,
  CreateBucketApprovalTask: 1,
  MigrateBucketApprovalTask: 2,
  CreateObjectApprovalTask: 3,
  ReplicatePieceApprovalTask: 4,
  UploadObjectTask: 5,
  ReplicatePieceTask: 6,
  SealObjectTask: 7,
  ReceivePieceTask: 8,
  DownloadObjectTask: 9,
  // The reference has no name for 10 and 18 and prints "UnknownTask"; whoever reads a list is better served by one.
  DownloadPieceTask: 10,
  ChallengePieceTask: 11,
  GCObjectTask: 12,
  GCZombiePieceTask: 13,
  GCMetaTask: 14,
  GCBucketMigrationTask: 15,
  RecoverPieceTask: 16,
  MigrateGVGTask: 17,
  GCStaleVersionObjectTask: 18,
} as const;

export type TaskTypeName = keyof typeof TaskType;

const names = new Map<number, TaskTypeName>(
  Object.entries(TaskType).map(([name, type]) => [type, name as TaskTypeName]),
);

/** `UploadObjectTask` of 5; `UnknownTask` of a number that is none. */
export function taskTypeName(type: number): TaskTypeName {
  return names.get(type) ?? 'UnknownTask';
}

interface KindRow<T> {
  /** Its name and so its number: several kinds may share one, migrate piece has none of its own. */
  readonly type: TaskTypeName;
  readonly table: MessageType<T>;
}

export const taskKinds: { readonly [K in TaskKind]: KindRow<TaskMessages[K]> } = {
  'create-bucket-approval': { type: 'CreateBucketApprovalTask', table: CreateBucketApprovalTask },
  'migrate-bucket-approval': { type: 'MigrateBucketApprovalTask', table: MigrateBucketApprovalTask },
  'create-object-approval': { type: 'CreateObjectApprovalTask', table: CreateObjectApprovalTask },
  'delegate-create-object-approval': { type: 'CreateObjectApprovalTask', table: DelegateCreateObjectApprovalTask },
  'replicate-approval': { type: 'ReplicatePieceApprovalTask', table: ReplicatePieceApprovalTask },
  upload: { type: 'UploadObjectTask', table: UploadObjectTask },
  'resumable-upload': { type: 'UploadObjectTask', table: ResumableUploadObjectTask },
  replicate: { type: 'ReplicatePieceTask', table: ReplicatePieceTask },
  seal: { type: 'SealObjectTask', table: SealObjectTask },
  receive: { type: 'ReceivePieceTask', table: ReceivePieceTask },
  download: { type: 'DownloadObjectTask', table: DownloadObjectTask },
  'download-piece': { type: 'DownloadPieceTask', table: DownloadPieceTask },
  challenge: { type: 'ChallengePieceTask', table: ChallengePieceTask },
  'gc-object': { type: 'GCObjectTask', table: GCObjectTask },
  'gc-zombie': { type: 'GCZombiePieceTask', table: GCZombiePieceTask },
  'gc-meta': { type: 'GCMetaTask', table: GCMetaTask },
  'gc-bucket-migration': { type: 'GCBucketMigrationTask', table: GCBucketMigrationTask },
  recover: { type: 'RecoverPieceTask', table: RecoverPieceTask },
  'migrate-gvg': { type: 'MigrateGVGTask', table: MigrateGVGTask },
  'migrate-piece': { type: 'UnknownTask', table: MigratePieceTask },
  'gc-stale-version': { type: 'GCStaleVersionObjectTask', table: GCStaleVersionObjectTask },
};

export const taskKindNames = Object.keys(taskKinds) as TaskKind[];
