/** Buckets, `reference/internal-grpc.md` §3.11. */
import { define, type greenfieldPayment } from '@prairie/chain';
import type { MetadataBucket, VGFInfoBucket } from './metadata.ts';

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

export interface GetBucketByBucketNameRequest {
  bucket_name: string;
  include_private: boolean;
}
export const GetBucketByBucketNameRequest = define<GetBucketByBucketNameRequest>(
  'modular.metadata.types.GfSpGetBucketByBucketNameRequest',
  {
    bucket_name: [1, 'string'],
    include_private: [2, 'bool'],
  },
);

export interface GetBucketByBucketNameResponse {
  bucket: MetadataBucket | undefined;
}
export const GetBucketByBucketNameResponse = define<GetBucketByBucketNameResponse>(
  'modular.metadata.types.GfSpGetBucketByBucketNameResponse',
  {
    bucket: [1, 'modular.metadata.types.Bucket'],
  },
);

export interface GetBucketByBucketIDRequest {
  bucket_id: bigint;
  include_private: boolean;
}
export const GetBucketByBucketIDRequest = define<GetBucketByBucketIDRequest>(
  'modular.metadata.types.GfSpGetBucketByBucketIDRequest',
  {
    bucket_id: [1, 'int64'],
    include_private: [2, 'bool'],
  },
);

export interface GetBucketByBucketIDResponse {
  bucket: MetadataBucket | undefined;
}
export const GetBucketByBucketIDResponse = define<GetBucketByBucketIDResponse>(
  'modular.metadata.types.GfSpGetBucketByBucketIDResponse',
  {
    bucket: [1, 'modular.metadata.types.Bucket'],
  },
);

export interface GetBucketInfoByBucketNameRequest {
  bucket_name: string;
}
export const GetBucketInfoByBucketNameRequest = define<GetBucketInfoByBucketNameRequest>(
  'modular.metadata.types.GfSpGetBucketInfoByBucketNameRequest',
  {
    bucket_name: [1, 'string'],
  },
);

export interface GetBucketInfoByBucketNameResponse {
  bucket: MetadataBucket | undefined;
}
export const GetBucketInfoByBucketNameResponse = define<GetBucketInfoByBucketNameResponse>(
  'modular.metadata.types.GfSpGetBucketInfoByBucketNameResponse',
  {
    bucket: [1, 'modular.metadata.types.Bucket'],
  },
);

export interface ListBucketsByIDsRequest {
  bucket_ids: bigint[];
  include_removed: boolean;
}
export const ListBucketsByIDsRequest = define<ListBucketsByIDsRequest>(
  'modular.metadata.types.GfSpListBucketsByIDsRequest',
  {
    bucket_ids: [1, 'uint64[]'],
    include_removed: [2, 'bool'],
  },
);

export interface ListBucketsByIDsResponseBucketsEntry {
  key: bigint;
  value: MetadataBucket | undefined;
}
export const ListBucketsByIDsResponseBucketsEntry = define<ListBucketsByIDsResponseBucketsEntry>(
  'modular.metadata.types.GfSpListBucketsByIDsResponse.BucketsEntry',
  {
    key: [1, 'uint64'],
    value: [2, 'modular.metadata.types.Bucket'],
  },
);

export interface ListBucketsByIDsResponse {
  buckets: ListBucketsByIDsResponseBucketsEntry[];
}
export const ListBucketsByIDsResponse = define<ListBucketsByIDsResponse>(
  'modular.metadata.types.GfSpListBucketsByIDsResponse',
  {
    buckets: [1, 'modular.metadata.types.GfSpListBucketsByIDsResponse.BucketsEntry[]'],
  },
);

export interface ListExpiredBucketsBySpRequest {
  create_at: bigint;
  primary_sp_id: number;
  limit: bigint;
}
export const ListExpiredBucketsBySpRequest = define<ListExpiredBucketsBySpRequest>(
  'modular.metadata.types.GfSpListExpiredBucketsBySpRequest',
  {
    create_at: [1, 'int64'],
    primary_sp_id: [2, 'uint32'],
    limit: [3, 'int64'],
  },
);

export interface ListExpiredBucketsBySpResponse {
  buckets: MetadataBucket[];
}
export const ListExpiredBucketsBySpResponse = define<ListExpiredBucketsBySpResponse>(
  'modular.metadata.types.GfSpListExpiredBucketsBySpResponse',
  {
    buckets: [1, 'modular.metadata.types.Bucket[]'],
  },
);

export interface GetBucketSizeRequest {
  bucket_id: bigint;
}
export const GetBucketSizeRequest = define<GetBucketSizeRequest>('modular.metadata.types.GfSpGetBucketSizeRequest', {
  bucket_id: [1, 'uint64'],
});

export interface GetBucketSizeResponse {
  bucket_size: string;
}
export const GetBucketSizeResponse = define<GetBucketSizeResponse>('modular.metadata.types.GfSpGetBucketSizeResponse', {
  bucket_size: [1, 'string'],
});
