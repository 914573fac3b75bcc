/** Objects, `reference/internal-grpc.md` §3.11. */
import { define } from '@prairie/chain';
import type { MetadataObject, MetadataObjectDetails } from './metadata.ts';

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

export interface ListObjectsByIDsRequest {
  object_ids: bigint[];
  include_removed: boolean;
}
export const ListObjectsByIDsRequest = define<ListObjectsByIDsRequest>(
  'modular.metadata.types.GfSpListObjectsByIDsRequest',
  {
    object_ids: [1, 'uint64[]'],
    include_removed: [2, 'bool'],
  },
);

export interface ListObjectsByIDsResponseObjectsEntry {
  key: bigint;
  value: MetadataObject | undefined;
}
export const ListObjectsByIDsResponseObjectsEntry = define<ListObjectsByIDsResponseObjectsEntry>(
  'modular.metadata.types.GfSpListObjectsByIDsResponse.ObjectsEntry',
  {
    key: [1, 'uint64'],
    value: [2, 'modular.metadata.types.Object'],
  },
);

export interface ListObjectsByIDsResponse {
  objects: ListObjectsByIDsResponseObjectsEntry[];
}
export const ListObjectsByIDsResponse = define<ListObjectsByIDsResponse>(
  'modular.metadata.types.GfSpListObjectsByIDsResponse',
  {
    objects: [1, 'modular.metadata.types.GfSpListObjectsByIDsResponse.ObjectsEntry[]'],
  },
);

export interface ListDeletedObjectsByBlockNumberRangeRequest {
  start_block_number: bigint;
  end_block_number: bigint;
  include_private: boolean;
}
export const ListDeletedObjectsByBlockNumberRangeRequest = define<ListDeletedObjectsByBlockNumberRangeRequest>(
  'modular.metadata.types.GfSpListDeletedObjectsByBlockNumberRangeRequest',
  {
    start_block_number: [1, 'uint64'],
    end_block_number: [2, 'uint64'],
    include_private: [3, 'bool'],
  },
);

export interface ListDeletedObjectsByBlockNumberRangeResponse {
  objects: MetadataObject[];
  end_block_number: bigint;
}
export const ListDeletedObjectsByBlockNumberRangeResponse = define<ListDeletedObjectsByBlockNumberRangeResponse>(
  'modular.metadata.types.GfSpListDeletedObjectsByBlockNumberRangeResponse',
  {
    objects: [1, 'modular.metadata.types.Object[]'],
    end_block_number: [2, 'uint64'],
  },
);

export interface GetLatestObjectIDResponse {
  object_id: bigint;
}
export const GetLatestObjectIDResponse = define<GetLatestObjectIDResponse>(
  'modular.metadata.types.GfSpGetLatestObjectIDResponse',
  {
    object_id: [1, 'uint64'],
  },
);

export const GetLatestObjectIDRequest = define<Record<never, never>>(
  'modular.metadata.types.GfSpGetLatestObjectIDRequest',
  {},
);

export interface ListObjectsInGVGRequest {
  gvg_id: number;
  start_after: bigint;
  limit: number;
}
export const ListObjectsInGVGRequest = define<ListObjectsInGVGRequest>(
  'modular.metadata.types.GfSpListObjectsInGVGRequest',
  {
    gvg_id: [1, 'uint32'],
    start_after: [3, 'uint64'],
    limit: [4, 'uint32'],
  },
);

export interface ListObjectsInGVGAndBucketRequest {
  gvg_id: number;
  bucket_id: bigint;
  start_after: bigint;
  limit: number;
}
export const ListObjectsInGVGAndBucketRequest = define<ListObjectsInGVGAndBucketRequest>(
  'modular.metadata.types.GfSpListObjectsInGVGAndBucketRequest',
  {
    gvg_id: [1, 'uint32'],
    bucket_id: [2, 'uint64'],
    start_after: [3, 'uint64'],
    limit: [4, 'uint32'],
  },
);

export interface ListObjectsByGVGAndBucketForGCRequest {
  dst_gvg_id: number;
  bucket_id: bigint;
  start_after: bigint;
  limit: number;
}
export const ListObjectsByGVGAndBucketForGCRequest = define<ListObjectsByGVGAndBucketForGCRequest>(
  'modular.metadata.types.GfSpListObjectsByGVGAndBucketForGCRequest',
  {
    dst_gvg_id: [1, 'uint32'],
    bucket_id: [2, 'uint64'],
    start_after: [3, 'uint64'],
    limit: [4, 'uint32'],
  },
);

export interface ListObjectsInGVGResponse {
  objects: MetadataObjectDetails[];
}
export const ListObjectsInGVGResponse = define<ListObjectsInGVGResponse>(
  'modular.metadata.types.GfSpListObjectsInGVGResponse',
  {
    objects: [1, 'modular.metadata.types.ObjectDetails[]'],
  },
);

export interface ListObjectsInGVGAndBucketResponse {
  objects: MetadataObjectDetails[];
}
export const ListObjectsInGVGAndBucketResponse = define<ListObjectsInGVGAndBucketResponse>(
  'modular.metadata.types.GfSpListObjectsInGVGAndBucketResponse',
  {
    objects: [1, 'modular.metadata.types.ObjectDetails[]'],
  },
);

export interface ListObjectsByGVGAndBucketForGCResponse {
  objects: MetadataObjectDetails[];
}
export const ListObjectsByGVGAndBucketForGCResponse = define<ListObjectsByGVGAndBucketForGCResponse>(
  'modular.metadata.types.GfSpListObjectsByGVGAndBucketForGCResponse',
  {
    objects: [1, 'modular.metadata.types.ObjectDetails[]'],
  },
);
