/** How uploads are going, `reference/internal-grpc.md` §3.11. */
import { define } from '@prairie/chain';
import type { TaskError } from '@prairie/gfsp';

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
  /** Ours: when the update whose content comes in was begun, unix seconds; 0 for an object's first content. */
  prairie_updated_at: bigint;
}
export const QueryResumableUploadSegmentRequest = define<QueryResumableUploadSegmentRequest>(
  'modular.metadata.types.GfSpQueryResumableUploadSegmentRequest',
  {
    object_id: [1, 'uint64'],
    prairie_updated_at: [1001, 'int64'],
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
