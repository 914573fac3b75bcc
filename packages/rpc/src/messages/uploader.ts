/** `reference/internal-grpc.md` §3.4. */
import { define } from '@prairie/chain';
import type { ResumableUploadObjectTask, TaskError, UploadObjectTask } from '@prairie/gfsp';

export interface UploadObjectRequest {
  upload_object_task: UploadObjectTask | undefined;
  payload: Uint8Array;
}
export const UploadObjectRequest = define<UploadObjectRequest>('base.types.gfspserver.GfSpUploadObjectRequest', {
  upload_object_task: [1, 'base.types.gfsptask.GfSpUploadObjectTask'],
  payload: [2, 'bytes'],
});

export interface UploadObjectResponse {
  err: TaskError | undefined;
}
export const UploadObjectResponse = define<UploadObjectResponse>('base.types.gfspserver.GfSpUploadObjectResponse', {
  err: [1, 'base.types.gfsperrors.GfSpError'],
});

export interface ResumableUploadObjectRequest {
  resumable_upload_object_task: ResumableUploadObjectTask | undefined;
  payload: Uint8Array;
}
export const ResumableUploadObjectRequest = define<ResumableUploadObjectRequest>(
  'base.types.gfspserver.GfSpResumableUploadObjectRequest',
  {
    resumable_upload_object_task: [1, 'base.types.gfsptask.GfSpResumableUploadObjectTask'],
    payload: [2, 'bytes'],
  },
);

export interface ResumableUploadObjectResponse {
  err: TaskError | undefined;
}
export const ResumableUploadObjectResponse = define<ResumableUploadObjectResponse>(
  'base.types.gfspserver.GfSpResumableUploadObjectResponse',
  {
    err: [1, 'base.types.gfsperrors.GfSpError'],
  },
);
