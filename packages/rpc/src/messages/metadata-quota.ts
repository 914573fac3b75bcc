/** Quota and read records, `reference/internal-grpc.md` §3.11. */
import { define, type greenfieldStorage } from '@prairie/chain';
import type { BucketQuotaInfo, BucketReadRecord, TaskError } from '@prairie/gfsp';

export interface GetBucketReadQuotaRequest {
  bucket_info: greenfieldStorage.BucketInfo | undefined;
  year_month: string;
}
export const GetBucketReadQuotaRequest = define<GetBucketReadQuotaRequest>(
  'modular.metadata.types.GfSpGetBucketReadQuotaRequest',
  {
    bucket_info: [1, 'greenfield.storage.BucketInfo'],
    year_month: [2, 'string'],
  },
);

export interface GetBucketReadQuotaResponse {
  err: TaskError | undefined;
  charged_quota_size: bigint;
  sp_free_quota_size: bigint;
  consumed_size: bigint;
  free_quota_consume_size: bigint;
  sp_monthly_free_quota_size: bigint;
  monthly_free_quota_consume_size: bigint;
  total_consume_size: bigint;
  remain_quota_size: bigint;
}
export const GetBucketReadQuotaResponse = define<GetBucketReadQuotaResponse>(
  'modular.metadata.types.GfSpGetBucketReadQuotaResponse',
  {
    err: [1, 'base.types.gfsperrors.GfSpError'],
    charged_quota_size: [2, 'uint64'],
    sp_free_quota_size: [3, 'uint64'],
    consumed_size: [4, 'uint64'],
    free_quota_consume_size: [5, 'uint64'],
    sp_monthly_free_quota_size: [6, 'uint64'],
    monthly_free_quota_consume_size: [7, 'uint64'],
    total_consume_size: [8, 'uint64'],
    remain_quota_size: [9, 'uint64'],
  },
);

export interface GetBucketReadQuotaCountRequest {
  year_month: string;
}
export const GetBucketReadQuotaCountRequest = define<GetBucketReadQuotaCountRequest>(
  'modular.metadata.types.GfSpGetBucketReadQuotaCountRequest',
  {
    year_month: [1, 'string'],
  },
);

export interface GetBucketReadQuotaCountResponse {
  err: TaskError | undefined;
  count: bigint;
}
export const GetBucketReadQuotaCountResponse = define<GetBucketReadQuotaCountResponse>(
  'modular.metadata.types.GfSpGetBucketReadQuotaCountResponse',
  {
    err: [1, 'base.types.gfsperrors.GfSpError'],
    count: [2, 'int64'],
  },
);

export interface ListBucketReadQuotaRequest {
  year_month: string;
  offset: number;
  limit: number;
}
export const ListBucketReadQuotaRequest = define<ListBucketReadQuotaRequest>(
  'modular.metadata.types.GfSpListBucketReadQuotaRequest',
  {
    year_month: [1, 'string'],
    offset: [2, 'uint32'],
    limit: [3, 'uint32'],
  },
);

export interface BucketReadQuotaRecord {
  bucket_name: string;
  bucket_id: bigint;
  sp_free_quota_size: bigint;
  consumed_size: bigint;
  free_quota_consume_size: bigint;
  sp_monthly_free_quota_size: bigint;
  monthly_free_quota_consume_size: bigint;
  total_consume_size: bigint;
  /** Ours: what the row knows of the charged quota. */
  prairie_charged_quota_size: bigint;
}
export const BucketReadQuotaRecord = define<BucketReadQuotaRecord>('modular.metadata.types.BucketReadQuotaRecord', {
  bucket_name: [1, 'string'],
  bucket_id: [2, 'uint64'],
  sp_free_quota_size: [3, 'uint64'],
  consumed_size: [4, 'uint64'],
  free_quota_consume_size: [5, 'uint64'],
  sp_monthly_free_quota_size: [6, 'uint64'],
  monthly_free_quota_consume_size: [7, 'uint64'],
  total_consume_size: [8, 'uint64'],
  prairie_charged_quota_size: [1001, 'uint64'],
});

export interface ListBucketReadQuotaResponse {
  err: TaskError | undefined;
  result: BucketReadQuotaRecord[];
}
export const ListBucketReadQuotaResponse = define<ListBucketReadQuotaResponse>(
  'modular.metadata.types.GfSpListBucketReadQuotaResponse',
  {
    err: [1, 'base.types.gfsperrors.GfSpError'],
    result: [2, 'modular.metadata.types.BucketReadQuotaRecord[]'],
  },
);

export interface GetLatestBucketReadQuotaRequest {
  bucket_id: bigint;
}
export const GetLatestBucketReadQuotaRequest = define<GetLatestBucketReadQuotaRequest>(
  'modular.metadata.types.GfSpGetLatestBucketReadQuotaRequest',
  {
    bucket_id: [1, 'uint64'],
  },
);

export interface GetLatestBucketReadQuotaResponse {
  err: TaskError | undefined;
  quota: BucketQuotaInfo | undefined;
}
export const GetLatestBucketReadQuotaResponse = define<GetLatestBucketReadQuotaResponse>(
  'modular.metadata.types.GfSpGetLatestBucketReadQuotaResponse',
  {
    err: [1, 'base.types.gfsperrors.GfSpError'],
    quota: [2, 'base.types.gfsptask.GfSpBucketQuotaInfo'],
  },
);

export interface ListBucketReadRecordRequest {
  bucket_info: greenfieldStorage.BucketInfo | undefined;
  start_timestamp_us: bigint;
  end_timestamp_us: bigint;
  max_record_num: bigint;
}
export const ListBucketReadRecordRequest = define<ListBucketReadRecordRequest>(
  'modular.metadata.types.GfSpListBucketReadRecordRequest',
  {
    bucket_info: [1, 'greenfield.storage.BucketInfo'],
    start_timestamp_us: [2, 'int64'],
    end_timestamp_us: [3, 'int64'],
    max_record_num: [4, 'int64'],
  },
);

export const ReadRecord = define<BucketReadRecord>('modular.metadata.types.ReadRecord', {
  object_name: [1, 'string'],
  object_id: [2, 'uint64'],
  account_address: [3, 'string'],
  timestamp_us: [4, 'int64'],
  read_size: [5, 'uint64'],
});

export interface ListBucketReadRecordResponse {
  err: TaskError | undefined;
  read_records: BucketReadRecord[];
  next_start_timestamp_us: bigint;
}
export const ListBucketReadRecordResponse = define<ListBucketReadRecordResponse>(
  'modular.metadata.types.GfSpListBucketReadRecordResponse',
  {
    err: [1, 'base.types.gfsperrors.GfSpError'],
    read_records: [2, 'modular.metadata.types.ReadRecord[]'],
    next_start_timestamp_us: [3, 'int64'],
  },
);
