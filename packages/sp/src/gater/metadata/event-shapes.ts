/** Events of the chain and providers, fields in the order of their messages (`internal-grpc.md` §3.12). */
import type {
  greenfieldSp as sp,
  greenfieldStorage as storage,
  greenfieldVirtualgroup as virtualgroup,
} from '@prairie/chain';
import type { MigrateBucketEvents, SpExitEvents, SwapOutEvents } from '@prairie/gfsp';
import { big, type Elements, flag, many, message, NUMBER, number, one, optional, text } from '../http/shape.ts';

const ofBucket: Elements<Pick<storage.EventMigrationBucket, 'operator' | 'bucket_name' | 'bucket_id'>> = {
  Operator: text((e) => e.operator),
  BucketName: text((e) => e.bucket_name),
  BucketId: big((e) => e.bucket_id),
};

const migration = message<storage.EventMigrationBucket>('EventMigrationBucket', {
  ...ofBucket,
  DstPrimarySpId: number((e) => e.dst_primary_sp_id),
  Status: number((e) => e.status),
});
/** A cancelled one has the same fields as a rejected one. */
const ended = message<storage.EventCancelMigrationBucket>('EventEndOfMigration', {
  ...ofBucket,
  Status: number((e) => e.status),
});

export const migrateEvents = message<MigrateBucketEvents>('ListMigrateBucketEvents', {
  Event: one(migration, (e) => e.event),
  CancelEvent: optional(ended, (e) => e.cancel_event),
  RejectEvent: optional(ended, (e) => e.reject_event),
});

const swapOut = message<virtualgroup.EventSwapOut>('EventSwapOut', {
  StorageProviderId: number((e) => e.storage_provider_id),
  GlobalVirtualGroupFamilyId: number((e) => e.global_virtual_group_family_id),
  GlobalVirtualGroupIds: many(NUMBER, (e) => e.global_virtual_group_ids),
  SuccessorSpId: number((e) => e.successor_sp_id),
});
const completeSwapOut = message<virtualgroup.EventCompleteSwapOut>('EventCompleteSwapOut', {
  StorageProviderId: number((e) => e.storage_provider_id),
  SrcStorageProviderId: number((e) => e.src_storage_provider_id),
  GlobalVirtualGroupFamilyId: number((e) => e.global_virtual_group_family_id),
  GlobalVirtualGroupIds: many(NUMBER, (e) => e.global_virtual_group_ids),
});

export const swapOutEvents = message<SwapOutEvents>('ListSwapOutEvents', {
  Events: one(swapOut, (e) => e.event),
  CancelEvents: optional(swapOut, (e) => e.cancel_event),
  CompleteEvents: optional(completeSwapOut, (e) => e.complete_event),
});

const exit = message<virtualgroup.EventStorageProviderExit>('EventStorageProviderExit', {
  StorageProviderId: number((e) => e.storage_provider_id),
  OperatorAddress: text((e) => e.operator_address),
});
const completeExit = message<virtualgroup.EventCompleteStorageProviderExit>('EventCompleteStorageProviderExit', {
  StorageProviderId: number((e) => e.storage_provider_id),
  OperatorAddress: text((e) => e.operator_address),
  StorageProviderAddress: text((e) => e.storage_provider_address),
  TotalDeposit: big((e) => e.total_deposit),
  ForcedExit: flag((e) => e.forced_exit),
});

export const spExitEvents = message<SpExitEvents>('ListSpExitEvents', {
  Event: optional(exit, (e) => e.event),
  CompleteEvent: optional(completeExit, (e) => e.complete_event),
});

const description = message<sp.Description | undefined>('Description', {
  Moniker: text((d) => d?.moniker ?? ''),
  Identity: text((d) => d?.identity ?? ''),
  Website: text((d) => d?.website ?? ''),
  SecurityContact: text((d) => d?.security_contact ?? ''),
  Details: text((d) => d?.details ?? ''),
});

export const storageProvider = message<sp.StorageProvider>('StorageProvider', {
  Id: number((p) => p.id),
  OperatorAddress: text((p) => p.operator_address),
  FundingAddress: text((p) => p.funding_address),
  SealAddress: text((p) => p.seal_address),
  ApprovalAddress: text((p) => p.approval_address),
  GcAddress: text((p) => p.gc_address),
  MaintenanceAddress: text((p) => p.maintenance_address),
  TotalDeposit: big((p) => p.total_deposit),
  Status: number((p) => p.status),
  Endpoint: text((p) => p.endpoint),
  Description: one(description, (p) => p.description),
  BlsKey: text((p) => Buffer.from(p.bls_key).toString('hex')),
});
