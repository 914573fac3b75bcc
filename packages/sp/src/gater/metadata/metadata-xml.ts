/** Records as XML, elements in the order of `reference/gateway-http.md` §5.9.1. Enums are numbers. */
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
import type { XmlNode } from '../http/xml.ts';

/** Always present: the JavaScript SDK throws without it. */
function tags(value: storage.ResourceTags | undefined): XmlNode {
  return { Tags: (value?.tags ?? []).map((tag) => ({ Key: tag.key, Value: tag.value })) };
}

export function bucketInfo(b: storage.BucketInfo): XmlNode {
  return {
    Owner: b.owner,
    BucketName: b.bucket_name,
    Visibility: b.visibility,
    Id: b.id,
    SourceType: b.source_type,
    CreateAt: b.create_at,
    PaymentAddress: b.payment_address,
    GlobalVirtualGroupFamilyId: b.global_virtual_group_family_id,
    ChargedReadQuota: b.charged_read_quota,
    BucketStatus: b.bucket_status,
    Tags: tags(b.tags),
    SpAsDelegatedAgentDisabled: b.sp_as_delegated_agent_disabled,
  };
}

export function objectInfo(o: storage.ObjectInfo): XmlNode {
  return {
    Owner: o.owner,
    Creator: o.creator,
    BucketName: o.bucket_name,
    ObjectName: o.object_name,
    Id: o.id,
    LocalVirtualGroupId: o.local_virtual_group_id,
    PayloadSize: o.payload_size,
    Visibility: o.visibility,
    ContentType: o.content_type,
    CreateAt: o.create_at,
    ObjectStatus: o.object_status,
    RedundancyType: o.redundancy_type,
    SourceType: o.source_type,
    Checksums: o.checksums.map((checksum) => Buffer.from(checksum).toString('base64')),
    Tags: tags(o.tags),
    IsUpdating: o.is_updating,
    UpdatedAt: o.updated_at,
    UpdatedBy: o.updated_by,
    Version: o.version,
  };
}

export function objectMeta(o: ObjectMeta): XmlNode {
  return {
    ObjectInfo: objectInfo(o.object_info),
    LockedBalance: o.locked_balance,
    Removed: o.removed,
    UpdateAt: o.update_at,
    DeleteAt: o.delete_at,
    DeleteReason: o.delete_reason,
    Operator: o.operator,
    CreateTxHash: o.create_tx_hash,
    UpdateTxHash: o.update_tx_hash,
    SealTxHash: o.seal_tx_hash,
  };
}

export function family(f: virtualgroup.GlobalVirtualGroupFamily): XmlNode {
  return {
    Id: f.id,
    PrimarySpId: f.primary_sp_id,
    GlobalVirtualGroupIds: f.global_virtual_group_ids,
    VirtualPaymentAddress: f.virtual_payment_address,
  };
}

/** What a bucket has before its family. */
const bucketHead = (b: BucketRecord) => ({
  BucketInfo: bucketInfo(b.bucket_info),
  Removed: b.removed,
  DeleteAt: b.delete_at,
  DeleteReason: b.delete_reason,
  Operator: b.operator,
  CreateTxHash: b.create_tx_hash,
  UpdateTxHash: b.update_tx_hash,
  UpdateAt: b.update_at,
  UpdateTime: b.update_time,
});
const bucketTail = (b: BucketRecord) => ({ StorageSize: b.storage_size ?? '', OffChainStatus: b.off_chain_status });

export function bucketRecord(b: BucketRecord): XmlNode {
  return { ...bucketHead(b), ...bucketTail(b) };
}

export function bucketMeta(b: BucketMeta): XmlNode {
  return { ...bucketHead(b), Vgf: b.vgf && family(b.vgf), ...bucketTail(b) };
}

export function streamRecord(r: payment.StreamRecord): XmlNode {
  return {
    Account: r.account,
    CrudTimestamp: r.crud_timestamp,
    NetflowRate: r.netflow_rate,
    StaticBalance: r.static_balance,
    BufferBalance: r.buffer_balance,
    LockBalance: r.lock_balance,
    Status: r.status,
    SettleTimestamp: r.settle_timestamp,
    OutFlowCount: r.out_flow_count,
    FrozenNetflowRate: r.frozen_netflow_rate,
  };
}

function groupInfo(g: storage.GroupInfo): XmlNode {
  return {
    Owner: g.owner,
    GroupName: g.group_name,
    SourceType: g.source_type,
    Id: g.id,
    Extra: g.extra,
    Tags: tags(g.tags),
  };
}

const groupStamps = (g: GroupRecord | GroupMemberRecord) => ({
  Operator: g.operator,
  CreateAt: g.create_at,
  CreateTime: g.create_time,
  UpdateAt: g.update_at,
  UpdateTime: g.update_time,
});

export function groupRecord(g: GroupRecord): XmlNode {
  const stamps = groupStamps(g);
  return { Group: groupInfo(g.group), ...stamps, NumberOfMembers: g.number_of_members, Removed: g.removed };
}

export function groupMember(m: GroupMemberRecord): XmlNode {
  return {
    Group: groupInfo(m.group),
    AccountId: m.account_id,
    ...groupStamps(m),
    Removed: m.removed,
    ExpirationTime: m.expiration_time,
  };
}

export function policy(p: PolicyRecord): XmlNode {
  return {
    PrincipalType: p.principal_type,
    PrincipalValue: p.principal_value,
    ResourceType: p.resource_type,
    ResourceId: p.resource_id,
    CreateTimestamp: p.create_timestamp,
    UpdateTimestamp: p.update_timestamp,
    ExpirationTime: p.expiration_time,
  };
}

export function paymentAccount({ payment_account: a, stream_record }: PaymentAccountRecord): XmlNode {
  const account = { Address: a.address, Owner: a.owner, Refundable: a.refundable };
  return {
    PaymentAccount: { ...account, UpdateAt: a.update_at, UpdateTime: a.update_time },
    StreamRecord: streamRecord(stream_record),
  };
}

export function gvg(g: virtualgroup.GlobalVirtualGroup): XmlNode {
  return {
    Id: g.id,
    FamilyId: g.family_id,
    PrimarySpId: g.primary_sp_id,
    SecondarySpIds: g.secondary_sp_ids,
    StoredSize: g.stored_size,
    VirtualPaymentAddress: g.virtual_payment_address,
    TotalDeposit: g.total_deposit,
  };
}

export function objectDetails(d: ObjectDetails): XmlNode {
  return {
    Object: objectMeta(d.object),
    Bucket: d.bucket && bucketRecord(d.bucket),
    Gvg: d.gvg && gvg(d.gvg),
  };
}
