/** Rows that stores and modules exchange (`reference/gateway-http.md` §5.9.1). Heights are blocks, times unix seconds. */
import type {
  greenfieldPayment as payment,
  greenfieldStorage as storage,
  greenfieldVirtualgroup as virtualgroup,
} from '@prairie/chain';

/** A bucket as the block syncer knows it (type Bucket). */
export interface BucketRecord {
  bucket_info: storage.BucketInfo;
  removed: boolean;
  delete_at: bigint;
  delete_reason: string;
  /** Empty where a query does not tell it, as the hashes. */
  operator: string;
  /** `0x` and 64 hex digits. */
  create_tx_hash: string;
  update_tx_hash: string;
  update_at: bigint;
  update_time: bigint;
  /** undefined where a query does not tell it. */
  storage_size: bigint | undefined;
  off_chain_status: number;
}

/** The same with its family (type VGFInfoBucket), and the record of its payer. */
export interface BucketMeta extends BucketRecord {
  vgf: virtualgroup.GlobalVirtualGroupFamily | undefined;
  stream_record: payment.StreamRecord | undefined;
}

/** An object likewise (type Object). */
export interface ObjectMeta {
  object_info: storage.ObjectInfo;
  /** 32 bytes in hex; nothing is ever locked. */
  locked_balance: string;
  removed: boolean;
  update_at: bigint;
  delete_at: bigint;
  delete_reason: string;
  operator: string;
  create_tx_hash: string;
  update_tx_hash: string;
  seal_tx_hash: string;
}

export interface ObjectDetails {
  object: ObjectMeta;
  /** undefined where its row is missing. */
  bucket: BucketRecord | undefined;
  gvg: virtualgroup.GlobalVirtualGroup | undefined;
}

/** A group. `create_at` and `update_at` are heights. */
export interface GroupRecord {
  group: storage.GroupInfo;
  operator: string;
  create_at: bigint;
  create_time: bigint;
  update_at: bigint;
  update_time: bigint;
  /** Those whose time is over, too; 0 where a query does not count. */
  number_of_members: bigint;
  removed: boolean;
}

/** A membership, or a group as its owner's list shows it: with the zero address. */
export interface GroupMemberRecord {
  group: storage.GroupInfo;
  account_id: string;
  operator: string;
  create_at: bigint;
  create_time: bigint;
  update_at: bigint;
  update_time: bigint;
  removed: boolean;
  /** 0 never. */
  expiration_time: bigint;
}

export interface PolicyRecord {
  principal_type: number;
  /** An address, or a group's id in decimal digits. */
  principal_value: string;
  resource_type: number;
  /** `0x` and 64 hex digits. */
  resource_id: string;
  create_timestamp: bigint;
  update_timestamp: bigint;
  /** The policy's, or the statement's when the policy has none; 0 never. */
  expiration_time: bigint;
}

export interface PaymentAccountRecord {
  payment_account: { address: string; owner: string; refundable: boolean; update_at: bigint; update_time: bigint };
  stream_record: payment.StreamRecord;
}

/** `reference/gateway-http.md` §5.9.3. */
export interface ListObjectsQuery {
  bucket_name: string;
  /** Of a page; more than 1000 is 1000. */
  max_keys: number;
  /** The page begins with this name, inclusive, unless a token says where. */
  start_after: string;
  /** Decoded from base64. */
  continuation_token: string;
  /** `/` shows what is right below the prefix, folders as common prefixes. */
  delimiter: '' | '/';
  prefix: string;
  /** Has no effect together with a delimiter. */
  include_removed: boolean;
}

export interface ListObjectsPage {
  /** By name in byte order. */
  objects: ObjectMeta[];
  /** Whole names that end with `/`, in byte order. */
  common_prefixes: string[];
  is_truncated: boolean;
  /** Name of the next page's first entry, not yet base64; empty on the last page. */
  next_continuation_token: string;
}

/** `reference/gateway-http.md` §5.5. */
export interface UploadProgressText {
  progress_description: string;
  error_description: string;
  /** A `TaskState`. */
  state: number;
}
