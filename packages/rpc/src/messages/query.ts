/** `reference/internal-grpc.md` §3.9. */
import { define } from '@prairie/chain';
import type { TaskError } from '@prairie/gfsp';

export interface QueryTasksRequest {
  task_sub_key: string;
}
export const QueryTasksRequest = define<QueryTasksRequest>('base.types.gfspserver.GfSpQueryTasksRequest', {
  task_sub_key: [1, 'string'],
});

export interface QueryTasksResponse {
  err: TaskError | undefined;
  task_info: string[];
}
export const QueryTasksResponse = define<QueryTasksResponse>('base.types.gfspserver.GfSpQueryTasksResponse', {
  err: [1, 'base.types.gfsperrors.GfSpError'],
  task_info: [2, 'string[]'],
});
