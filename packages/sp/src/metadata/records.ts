/** Rows of the BSDB as the API's records (`reference/gateway-http.md` §5.9.1). */
import type {
  greenfieldPayment as payment,
  greenfieldStorage as storage,
  greenfieldVirtualgroup as virtualgroup,
} from '@prairie/chain';
import type {
  BsDbReader,
  BsdbBucket,
  BsdbFamily,
  BsdbGroup,
  BsdbGvg,
  BsdbObject,
  BucketMeta,
  BucketRecord,
  GroupMemberRecord,
  GroupRecord,
  ObjectMeta,
} from '@prairie/gfsp';

/** A column of the reference that nothing writes. */
const LOCKED_BALANCE = `0x${'0'.repeat(64)}`;

export function objectMeta(row: BsdbObject): ObjectMeta {
  return {
    object_info: {
      owner: row.owner,
      creator: row.creator,
      bucket_name: row.bucket_name,
      object_name: row.object_name,
      id: row.object_id,
      local_virtual_group_id: row.local_virtual_group_id,
      payload_size: row.payload_size,
      visibility: row.visibility,
      content_type: row.content_type,
      create_at: row.create_time,
      object_status: row.status,
      redundancy_type: row.redundancy_type,
      source_type: row.source_type,
      checksums: row.checksums,
      tags: row.tags,
      is_updating: row.is_updating,
      updated_at: row.content_updated_time,
      updated_by: row.updater,
      version: row.version,
    },
    locked_balance: LOCKED_BALANCE,
    removed: row.removed,
    update_at: row.update_at,
    delete_at: row.delete_at,
    delete_reason: row.delete_reason,
    operator: row.operator,
    create_tx_hash: hashText(row.create_tx_hash),
    update_tx_hash: hashText(row.update_tx_hash),
    seal_tx_hash: hashText(row.sealed_tx_hash),
  };
}

function bucketInfo(row: BsdbBucket): storage.BucketInfo {
  return {
    owner: row.owner,
    bucket_name: row.bucket_name,
    visibility: row.visibility,
    id: row.bucket_id,
    source_type: row.source_type,
    create_at: row.create_time,
    payment_address: row.payment_address,
    global_virtual_group_family_id: row.global_virtual_group_family_id,
    charged_read_quota: row.charged_read_quota,
    bucket_status: row.status,
    tags: row.tags,
    // always so in this API: the truth is a bit of off_chain_status
    sp_as_delegated_agent_disabled: false,
  };
}

export function bucketRecord(row: BsdbBucket): BucketRecord {
  return {
    bucket_info: bucketInfo(row),
    removed: row.removed,
    delete_at: row.delete_at,
    delete_reason: row.delete_reason,
    operator: row.operator,
    create_tx_hash: hashText(row.create_tx_hash),
    update_tx_hash: hashText(row.update_tx_hash),
    update_at: row.update_at,
    update_time: row.update_time,
    storage_size: row.storage_size,
    off_chain_status: row.off_chain_status,
  };
}

/** What the reference tells where its query reads a few columns only. */
export function bareBucketRecord(row: BsdbBucket): BucketRecord {
  return {
    ...bucketRecord(row),
    operator: '',
    create_tx_hash: '',
    update_tx_hash: '',
    update_at: 0n,
    update_time: 0n,
    storage_size: undefined,
  };
}

/** Without the stream record, which only one query shows. */
export function bucketMeta(row: BsdbBucket, family: BsdbFamily | undefined): BucketMeta {
  return { ...bucketRecord(row), vgf: family && familyMessage(family), stream_record: undefined };
}

function groupInfo(row: BsdbGroup): storage.GroupInfo {
  const { owner, group_name, source_type, group_id, extra, tags } = row;
  return { owner, group_name, source_type, id: group_id, extra, tags };
}

const stampsOf = ({ operator, create_at, create_time, update_at, update_time, removed }: BsdbGroup) => ({
  operator,
  create_at,
  create_time,
  update_at,
  update_time,
  removed,
});

export function groupRecord(row: BsdbGroup, members: number): GroupRecord {
  return { ...stampsOf(row), group: groupInfo(row), number_of_members: BigInt(members) };
}

/** `group` has what a member's row lacks: extra, source and tags. */
export function memberRecord(row: BsdbGroup, group: BsdbGroup | undefined): GroupMemberRecord {
  const { extra, source_type, tags } = group ?? row;
  return {
    ...stampsOf(row),
    group: groupInfo({ ...row, extra, source_type, tags }),
    account_id: row.account_id,
    expiration_time: row.expiration_time,
  };
}

export function familyMessage(row: BsdbFamily): virtualgroup.GlobalVirtualGroupFamily {
  const { global_virtual_group_family_id, primary_sp_id, global_virtual_group_ids, virtual_payment_address } = row;
  return { id: global_virtual_group_family_id, primary_sp_id, global_virtual_group_ids, virtual_payment_address };
}

export function gvgMessage({ global_virtual_group_id, removed: _, ...row }: BsdbGvg): virtualgroup.GlobalVirtualGroup {
  const { family_id, primary_sp_id, secondary_sp_ids, stored_size, virtual_payment_address, total_deposit } = row;
  return {
    id: global_virtual_group_id,
    family_id,
    primary_sp_id,
    secondary_sp_ids,
    stored_size,
    virtual_payment_address,
    total_deposit,
  };
}

/** Zeros when the account never paid, as the reference's join gives. */
export async function streamRecord({ payments }: BsDbReader, account: string): Promise<payment.StreamRecord> {
  return (await payments.streamRecord(account)) ?? payments.noStreamRecord();
}

export function hashText(bytes: Uint8Array): string {
  return `0x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')}`;
}
