/** `reference/internal-grpc.md` §3.10. */
import { define } from '@prairie/chain';
import type { Limit, TaskError } from '@prairie/gfsp';

export interface QueryResourceLimitRequest {
  module: string[];
}
export const QueryResourceLimitRequest = define<QueryResourceLimitRequest>(
  'base.types.gfspserver.GfSpQueryResourceLimitRequest',
  {
    module: [1, 'string[]'],
  },
);

define('base.types.gfspserver.GfSpQueryResourceLimitResponse.LimitsEntry', {
  key: [1, 'string'],
  value: [2, 'base.types.gfsplimit.GfSpLimit'],
});
export interface QueryResourceLimitResponse {
  err: TaskError | undefined;
  limits: { key: string; value: Limit | undefined }[];
}
export const QueryResourceLimitResponse = define<QueryResourceLimitResponse>(
  'base.types.gfspserver.GfSpQueryResourceLimitResponse',
  {
    err: [1, 'base.types.gfsperrors.GfSpError'],
    limits: [2, 'base.types.gfspserver.GfSpQueryResourceLimitResponse.LimitsEntry[]'],
  },
);

define('base.types.gfspserver.GfSpSetResourceLimitRequest.LimitsEntry', {
  key: [1, 'string'],
  value: [2, 'base.types.gfsplimit.GfSpLimit'],
});
export interface SetResourceLimitRequest {
  limits: { key: string; value: Limit | undefined }[];
}
export const SetResourceLimitRequest = define<SetResourceLimitRequest>(
  'base.types.gfspserver.GfSpSetResourceLimitRequest',
  {
    limits: [1, 'base.types.gfspserver.GfSpSetResourceLimitRequest.LimitsEntry[]'],
  },
);

export interface SetResourceLimitResponse {
  err: TaskError | undefined;
  success_lists: string[];
}
export const SetResourceLimitResponse = define<SetResourceLimitResponse>(
  'base.types.gfspserver.GfSpSetResourceLimitResponse',
  {
    err: [1, 'base.types.gfsperrors.GfSpError'],
    success_lists: [2, 'string[]'],
  },
);
