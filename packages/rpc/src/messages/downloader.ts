/** `reference/internal-grpc.md` §3.3. */
import { define } from '@prairie/chain';
import type { ChallengePieceTask, DownloadObjectTask, DownloadPieceTask, TaskError } from '@prairie/gfsp';

export interface DownloadObjectRequest {
  download_object_task: DownloadObjectTask | undefined;
}
export const DownloadObjectRequest = define<DownloadObjectRequest>('base.types.gfspserver.GfSpDownloadObjectRequest', {
  download_object_task: [1, 'base.types.gfsptask.GfSpDownloadObjectTask'],
});

export interface DownloadObjectResponse {
  err: TaskError | undefined;
  data: Uint8Array;
}
export const DownloadObjectResponse = define<DownloadObjectResponse>(
  'base.types.gfspserver.GfSpDownloadObjectResponse',
  {
    err: [1, 'base.types.gfsperrors.GfSpError'],
    data: [2, 'bytes'],
  },
);

export interface DownloadPieceRequest {
  download_piece_task: DownloadPieceTask | undefined;
}
export const DownloadPieceRequest = define<DownloadPieceRequest>('base.types.gfspserver.GfSpDownloadPieceRequest', {
  download_piece_task: [1, 'base.types.gfsptask.GfSpDownloadPieceTask'],
});

export interface DownloadPieceResponse {
  err: TaskError | undefined;
  data: Uint8Array;
}
export const DownloadPieceResponse = define<DownloadPieceResponse>('base.types.gfspserver.GfSpDownloadPieceResponse', {
  err: [1, 'base.types.gfsperrors.GfSpError'],
  data: [2, 'bytes'],
});

export interface GetChallengeInfoRequest {
  challenge_piece_task: ChallengePieceTask | undefined;
}
export const GetChallengeInfoRequest = define<GetChallengeInfoRequest>(
  'base.types.gfspserver.GfSpGetChallengeInfoRequest',
  {
    challenge_piece_task: [1, 'base.types.gfsptask.GfSpChallengePieceTask'],
  },
);

export interface GetChallengeInfoResponse {
  err: TaskError | undefined;
  data: Uint8Array;
  integrity_hash: Uint8Array;
  checksums: Uint8Array[];
}
export const GetChallengeInfoResponse = define<GetChallengeInfoResponse>(
  'base.types.gfspserver.GfSpGetChallengeInfoResponse',
  {
    err: [1, 'base.types.gfsperrors.GfSpError'],
    data: [2, 'bytes'],
    integrity_hash: [3, 'bytes'],
    checksums: [4, 'bytes[]'],
  },
);

export interface ReimburseQuotaRequest {
  bucket_id: bigint;
  extra_quota: bigint;
  year_month: string;
}
export const ReimburseQuotaRequest = define<ReimburseQuotaRequest>('base.types.gfspserver.GfSpReimburseQuotaRequest', {
  bucket_id: [1, 'uint64'],
  extra_quota: [2, 'uint64'],
  year_month: [3, 'string'],
});

export interface ReimburseQuotaResponse {
  err: TaskError | undefined;
}
export const ReimburseQuotaResponse = define<ReimburseQuotaResponse>(
  'base.types.gfspserver.GfSpReimburseQuotaResponse',
  {
    err: [1, 'base.types.gfsperrors.GfSpError'],
  },
);

export interface DeductQuotaForBucketMigrateRequest {
  bucket_id: bigint;
  deduct_quota: bigint;
  year_month: string;
}
export const DeductQuotaForBucketMigrateRequest = define<DeductQuotaForBucketMigrateRequest>(
  'base.types.gfspserver.GfSpDeductQuotaForBucketMigrateRequest',
  {
    bucket_id: [1, 'uint64'],
    deduct_quota: [2, 'uint64'],
    year_month: [3, 'string'],
  },
);

export interface DeductQuotaForBucketMigrateResponse {
  err: TaskError | undefined;
}
export const DeductQuotaForBucketMigrateResponse = define<DeductQuotaForBucketMigrateResponse>(
  'base.types.gfspserver.GfSpDeductQuotaForBucketMigrateResponse',
  {
    err: [1, 'base.types.gfsperrors.GfSpError'],
  },
);
