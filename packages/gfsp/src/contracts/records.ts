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

export interface ObjectMeta {
  object_info: greenfieldStorage.ObjectInfo;
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
  max_keys: number;
  start_after: string;
  /** Decoded from base64. */
  continuation_token: string;
  delimiter: '' | '/';
  prefix: string;
  include_removed: boolean;
}

export interface ListObjectsPage {
  objects: ObjectMeta[];
  common_prefixes: string[];
  is_truncated: boolean;
  /** Not yet base64. */
  next_continuation_token: string;
}

export interface UploadProgressText {
  progress_description: string;
  error_description: string;
  state: number;
}
