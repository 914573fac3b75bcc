/** `reference/internal-grpc.md` §3.3. */
import { define } from '@prairie/chain';
import type { DownloadObjectTask, TaskError } from '@prairie/gfsp';

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
