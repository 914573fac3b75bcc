/** `reference/internal-grpc.md` §3.11. */
import { define, type greenfieldPayment, type greenfieldStorage, type greenfieldVirtualgroup } from '@prairie/chain';
import type { TaskError } from '@prairie/gfsp';

export interface VGFInfoBucket {
  bucket_info: greenfieldStorage.BucketInfo | undefined;
  removed: boolean;
  delete_at: bigint;
  delete_reason: string;
  operator: string;
  create_tx_hash: string;
  update_tx_hash: string;
  update_at: bigint;
  update_time: bigint;
  vgf: greenfieldVirtualgroup.GlobalVirtualGroupFamily | undefined;
  storage_size: string;
  off_chain_status: number;
  /** Ours: the reference has it beside the bucket, and in one answer only. */
  prairie_stream_record: greenfieldPayment.StreamRecord | undefined;
}
export const VGFInfoBucket = define<VGFInfoBucket>('modular.metadata.types.VGFInfoBucket', {
  bucket_info: [1, 'greenfield.storage.BucketInfo'],
  removed: [2, 'bool'],
  delete_at: [3, 'int64'],
  delete_reason: [4, 'string'],
  operator: [5, 'string'],
  create_tx_hash: [6, 'string'],
  update_tx_hash: [7, 'string'],
  update_at: [8, 'int64'],
  update_time: [9, 'int64'],
  vgf: [10, 'greenfield.virtualgroup.GlobalVirtualGroupFamily'],
  storage_size: [11, 'string'],
  off_chain_status: [12, 'int32'],
  prairie_stream_record: [1001, 'greenfield.payment.StreamRecord'],
});

export interface MetadataObject {
  object_info: greenfieldStorage.ObjectInfo | undefined;
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
export const MetadataObject = define<MetadataObject>('modular.metadata.types.Object', {
  object_info: [1, 'greenfield.storage.ObjectInfo'],
  locked_balance: [2, 'string'],
  removed: [3, 'bool'],
  update_at: [4, 'int64'],
  delete_at: [5, 'int64'],
  delete_reason: [6, 'string'],
  operator: [7, 'string'],
  create_tx_hash: [8, 'string'],
  update_tx_hash: [9, 'string'],
  seal_tx_hash: [10, 'string'],
});

export interface GetUserBucketsRequest {
  account_id: string;
  include_removed: boolean;
}
export const GetUserBucketsRequest = define<GetUserBucketsRequest>('modular.metadata.types.GfSpGetUserBucketsRequest', {
  account_id: [1, 'string'],
  include_removed: [2, 'bool'],
});

export interface GetUserBucketsResponse {
  buckets: VGFInfoBucket[];
}
export const GetUserBucketsResponse = define<GetUserBucketsResponse>(
  'modular.metadata.types.GfSpGetUserBucketsResponse',
  {
    buckets: [1, 'modular.metadata.types.VGFInfoBucket[]'],
  },
);

export interface ListObjectsByBucketNameRequest {
  bucket_name: string;
  account_id: string;
  max_keys: bigint;
  start_after: string;
  continuation_token: string;
  delimiter: string;
  prefix: string;
  include_removed: boolean;
}
export const ListObjectsByBucketNameRequest = define<ListObjectsByBucketNameRequest>(
  'modular.metadata.types.GfSpListObjectsByBucketNameRequest',
  {
    bucket_name: [1, 'string'],
    account_id: [2, 'string'],
    max_keys: [3, 'uint64'],
    start_after: [4, 'string'],
    continuation_token: [5, 'string'],
    delimiter: [6, 'string'],
    prefix: [7, 'string'],
    include_removed: [8, 'bool'],
  },
);

export interface ListObjectsByBucketNameResponse {
  objects: MetadataObject[];
  key_count: bigint;
  max_keys: bigint;
  is_truncated: boolean;
  next_continuation_token: string;
  name: string;
  prefix: string;
  delimiter: string;
  common_prefixes: string[];
  continuation_token: string;
}
export const ListObjectsByBucketNameResponse = define<ListObjectsByBucketNameResponse>(
  'modular.metadata.types.GfSpListObjectsByBucketNameResponse',
  {
    objects: [1, 'modular.metadata.types.Object[]'],
    key_count: [2, 'uint64'],
    max_keys: [3, 'uint64'],
    is_truncated: [4, 'bool'],
    next_continuation_token: [5, 'string'],
    name: [6, 'string'],
    prefix: [7, 'string'],
    delimiter: [8, 'string'],
    common_prefixes: [9, 'string[]'],
    continuation_token: [10, 'string'],
  },
);

export interface GetUserBucketsCountRequest {
  account_id: string;
  include_removed: boolean;
}
export const GetUserBucketsCountRequest = define<GetUserBucketsCountRequest>(
  'modular.metadata.types.GfSpGetUserBucketsCountRequest',
  {
    account_id: [1, 'string'],
    include_removed: [2, 'bool'],
  },
);

export interface GetUserBucketsCountResponse {
  count: bigint;
}
export const GetUserBucketsCountResponse = define<GetUserBucketsCountResponse>(
  'modular.metadata.types.GfSpGetUserBucketsCountResponse',
  {
    count: [1, 'int64'],
  },
);

export interface GetObjectMetaRequest {
  object_name: string;
  bucket_name: string;
  include_private: boolean;
}
export const GetObjectMetaRequest = define<GetObjectMetaRequest>('modular.metadata.types.GfSpGetObjectMetaRequest', {
  object_name: [1, 'string'],
  bucket_name: [2, 'string'],
  include_private: [3, 'bool'],
});

export interface GetObjectMetaResponse {
  object: MetadataObject | undefined;
}
export const GetObjectMetaResponse = define<GetObjectMetaResponse>('modular.metadata.types.GfSpGetObjectMetaResponse', {
  object: [1, 'modular.metadata.types.Object'],
});

export interface GetBucketMetaRequest {
  bucket_name: string;
  include_private: boolean;
}
export const GetBucketMetaRequest = define<GetBucketMetaRequest>('modular.metadata.types.GfSpGetBucketMetaRequest', {
  bucket_name: [1, 'string'],
  include_private: [2, 'bool'],
});

export interface GetBucketMetaResponse {
  bucket: VGFInfoBucket | undefined;
  stream_record: greenfieldPayment.StreamRecord | undefined;
}
export const GetBucketMetaResponse = define<GetBucketMetaResponse>('modular.metadata.types.GfSpGetBucketMetaResponse', {
  bucket: [1, 'modular.metadata.types.VGFInfoBucket'],
  stream_record: [2, 'greenfield.payment.StreamRecord'],
});

export interface QueryUploadProgressRequest {
  object_id: bigint;
}
export const QueryUploadProgressRequest = define<QueryUploadProgressRequest>(
  'modular.metadata.types.GfSpQueryUploadProgressRequest',
  {
    object_id: [1, 'uint64'],
  },
);

export interface QueryUploadProgressResponse {
  err: TaskError | undefined;
  state: number;
  err_description: string;
  /** Ours: the gateway's text for the state. */
  prairie_description: string;
}
export const QueryUploadProgressResponse = define<QueryUploadProgressResponse>(
  'modular.metadata.types.GfSpQueryUploadProgressResponse',
  {
    err: [1, 'base.types.gfsperrors.GfSpError'],
    state: [2, 'int32'],
    err_description: [3, 'string'],
    prairie_description: [1001, 'string'],
  },
);

export interface QueryResumableUploadSegmentRequest {
  object_id: bigint;
}
export const QueryResumableUploadSegmentRequest = define<QueryResumableUploadSegmentRequest>(
  'modular.metadata.types.GfSpQueryResumableUploadSegmentRequest',
  {
    object_id: [1, 'uint64'],
  },
);

export interface QueryResumableUploadSegmentResponse {
  err: TaskError | undefined;
  segment_count: number;
}
export const QueryResumableUploadSegmentResponse = define<QueryResumableUploadSegmentResponse>(
  'modular.metadata.types.GfSpQueryResumableUploadSegmentResponse',
  {
    err: [1, 'base.types.gfsperrors.GfSpError'],
    segment_count: [2, 'uint32'],
  },
);
