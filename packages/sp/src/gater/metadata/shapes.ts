/** Records as answers show them, elements in the order of `reference/gateway-http.md` §5.9.1. Enums are numbers. */
import type {
  greenfieldPayment as payment,
  greenfieldStorage as storage,
  greenfieldVirtualgroup as virtualgroup,
} from '@prairie/chain';
import type {
  BucketMeta,
  BucketRecord,
  GroupMemberRecord,
  GroupRecord,
  ObjectDetails,
  ObjectMeta,
  PaymentAccountRecord,
  PolicyRecord,
} from '@prairie/gfsp';
import { BASE64, big, type Elements, flag, many, message, NUMBER, number, one, optional, text } from '../http/shape.ts';

const tag = message<storage.ResourceTags_Tag>('Tag', { Key: text((t) => t.key), Value: text((t) => t.value) });
/** Always present: the JavaScript SDK throws without it. */
const tags = message<storage.ResourceTags | undefined>('Tags', { Tags: many(tag, (all) => all?.tags ?? []) });

export const bucketInfo = message<storage.BucketInfo>('BucketInfo', {
  Owner: text((b) => b.owner),
  BucketName: text((b) => b.bucket_name),
  Visibility: number((b) => b.visibility),
  Id: big((b) => b.id),
  SourceType: number((b) => b.source_type),
  CreateAt: big((b) => b.create_at),
  PaymentAddress: text((b) => b.payment_address),
  GlobalVirtualGroupFamilyId: number((b) => b.global_virtual_group_family_id),
  ChargedReadQuota: big((b) => b.charged_read_quota),
  BucketStatus: number((b) => b.bucket_status),
  Tags: one(tags, (b) => b.tags),
  SpAsDelegatedAgentDisabled: flag((b) => b.sp_as_delegated_agent_disabled),
});

export const objectInfo = message<storage.ObjectInfo>('ObjectInfo', {
  Owner: text((o) => o.owner),
  Creator: text((o) => o.creator),
  BucketName: text((o) => o.bucket_name),
  ObjectName: text((o) => o.object_name),
  Id: big((o) => o.id),
  LocalVirtualGroupId: number((o) => o.local_virtual_group_id),
  PayloadSize: big((o) => o.payload_size),
  Visibility: number((o) => o.visibility),
  ContentType: text((o) => o.content_type),
  CreateAt: big((o) => o.create_at),
  ObjectStatus: number((o) => o.object_status),
  RedundancyType: number((o) => o.redundancy_type),
  SourceType: number((o) => o.source_type),
  Checksums: many(BASE64, (o) => o.checksums),
  Tags: one(tags, (o) => o.tags),
  IsUpdating: flag((o) => o.is_updating),
  UpdatedAt: big((o) => o.updated_at),
  UpdatedBy: text((o) => o.updated_by),
  Version: big((o) => o.version),
});

export const objectMeta = message<ObjectMeta>('Object', {
  ObjectInfo: one(objectInfo, (o) => o.object_info),
  LockedBalance: text((o) => o.locked_balance),
  Removed: flag((o) => o.removed),
  UpdateAt: big((o) => o.update_at),
  DeleteAt: big((o) => o.delete_at),
  DeleteReason: text((o) => o.delete_reason),
  Operator: text((o) => o.operator),
  CreateTxHash: text((o) => o.create_tx_hash),
  UpdateTxHash: text((o) => o.update_tx_hash),
  SealTxHash: text((o) => o.seal_tx_hash),
});

export const family = message<virtualgroup.GlobalVirtualGroupFamily>('GlobalVirtualGroupFamily', {
  Id: number((f) => f.id),
  PrimarySpId: number((f) => f.primary_sp_id),
  GlobalVirtualGroupIds: many(NUMBER, (f) => f.global_virtual_group_ids),
  VirtualPaymentAddress: text((f) => f.virtual_payment_address),
});

/** What a bucket has before its family, and after it. */
const bucketHead: Elements<BucketRecord> = {
  BucketInfo: one(bucketInfo, (b) => b.bucket_info),
  Removed: flag((b) => b.removed),
  DeleteAt: big((b) => b.delete_at),
  DeleteReason: text((b) => b.delete_reason),
  Operator: text((b) => b.operator),
  CreateTxHash: text((b) => b.create_tx_hash),
  UpdateTxHash: text((b) => b.update_tx_hash),
  UpdateAt: big((b) => b.update_at),
  UpdateTime: big((b) => b.update_time),
};
const bucketTail: Elements<BucketRecord> = {
  StorageSize: text((b) => String(b.storage_size ?? '')),
  OffChainStatus: number((b) => b.off_chain_status),
};

export const bucketRecord = message<BucketRecord>('Bucket', { ...bucketHead, ...bucketTail });

export const bucketMeta = message<BucketMeta>('VGFInfoBucket', {
  ...bucketHead,
  Vgf: optional(family, (b) => b.vgf),
  ...bucketTail,
});

export const streamRecord = message<payment.StreamRecord>('StreamRecord', {
  Account: text((r) => r.account),
  CrudTimestamp: big((r) => r.crud_timestamp),
  NetflowRate: big((r) => r.netflow_rate),
  StaticBalance: big((r) => r.static_balance),
  BufferBalance: big((r) => r.buffer_balance),
  LockBalance: big((r) => r.lock_balance),
  Status: number((r) => r.status),
  SettleTimestamp: big((r) => r.settle_timestamp),
  OutFlowCount: big((r) => r.out_flow_count),
  FrozenNetflowRate: big((r) => r.frozen_netflow_rate),
});

const groupInfo = message<storage.GroupInfo>('GroupInfo', {
  Owner: text((g) => g.owner),
  GroupName: text((g) => g.group_name),
  SourceType: number((g) => g.source_type),
  Id: big((g) => g.id),
  Extra: text((g) => g.extra),
  Tags: one(tags, (g) => g.tags),
});

const groupStamps: Elements<GroupRecord | GroupMemberRecord> = {
  Operator: text((g) => g.operator),
  CreateAt: big((g) => g.create_at),
  CreateTime: big((g) => g.create_time),
  UpdateAt: big((g) => g.update_at),
  UpdateTime: big((g) => g.update_time),
};

export const groupRecord = message<GroupRecord>('Group', {
  Group: one(groupInfo, (g) => g.group),
  ...groupStamps,
  NumberOfMembers: big((g) => g.number_of_members),
  Removed: flag((g) => g.removed),
});

export const groupMember = message<GroupMemberRecord>('GroupMember', {
  Group: one(groupInfo, (m) => m.group),
  AccountId: text((m) => m.account_id),
  ...groupStamps,
  Removed: flag((m) => m.removed),
  ExpirationTime: big((m) => m.expiration_time),
});

export const policy = message<PolicyRecord>('Policy', {
  PrincipalType: number((p) => p.principal_type),
  PrincipalValue: text((p) => p.principal_value),
  ResourceType: number((p) => p.resource_type),
  ResourceId: text((p) => p.resource_id),
  CreateTimestamp: big((p) => p.create_timestamp),
  UpdateTimestamp: big((p) => p.update_timestamp),
  ExpirationTime: big((p) => p.expiration_time),
});

const account = message<PaymentAccountRecord['payment_account']>('PaymentAccount', {
  Address: text((a) => a.address),
  Owner: text((a) => a.owner),
  Refundable: flag((a) => a.refundable),
  UpdateAt: big((a) => a.update_at),
  UpdateTime: big((a) => a.update_time),
});

export const paymentAccount = message<PaymentAccountRecord>('PaymentAccountMeta', {
  PaymentAccount: one(account, (a) => a.payment_account),
  StreamRecord: one(streamRecord, (a) => a.stream_record),
});

export const gvg = message<virtualgroup.GlobalVirtualGroup>('GlobalVirtualGroup', {
  Id: number((g) => g.id),
  FamilyId: number((g) => g.family_id),
  PrimarySpId: number((g) => g.primary_sp_id),
  SecondarySpIds: many(NUMBER, (g) => g.secondary_sp_ids),
  StoredSize: big((g) => g.stored_size),
  VirtualPaymentAddress: text((g) => g.virtual_payment_address),
  TotalDeposit: big((g) => g.total_deposit),
});

export const objectDetails = message<ObjectDetails>('ObjectDetails', {
  Object: one(objectMeta, (d) => d.object),
  Bucket: optional(bucketRecord, (d) => d.bucket),
  Gvg: optional(gvg, (d) => d.gvg),
});
