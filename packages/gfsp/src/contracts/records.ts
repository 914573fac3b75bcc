/** Rows that stores and modules exchange. */
import type { greenfieldPayment, greenfieldStorage, greenfieldVirtualgroup } from '@prairie/chain';

/** A bucket as the block syncer knows it (`reference/gateway-http.md` §5.9.1, type VGFInfoBucket). Heights are blocks, times unix seconds. */
export interface BucketMeta {
  bucket_info: greenfieldStorage.BucketInfo;
  removed: boolean;
  delete_at: bigint;
  delete_reason: string;
  operator: string;
  /** `0x` and 64 hex digits. */
  create_tx_hash: string;
  update_tx_hash: string;
  update_at: bigint;
  update_time: bigint;
  vgf: greenfieldVirtualgroup.GlobalVirtualGroupFamily | undefined;
  storage_size: bigint;
  off_chain_status: number;
  stream_record: greenfieldPayment.StreamRecord | undefined;
}

/** An object likewise (type VGFInfoObject). */
export interface ObjectMeta {
  object_info: greenfieldStorage.ObjectInfo;
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
