/** Rights, `reference/internal-grpc.md` §3.11. */
import { define, type greenfieldPermission } from '@prairie/chain';
import type { PolicyRecord } from '@prairie/gfsp';

export interface VerifyPermissionByIDRequest {
  operator: string;
  resource_type: number;
  resource_id: bigint;
  action_type: number;
}
export const VerifyPermissionByIDRequest = define<VerifyPermissionByIDRequest>(
  'modular.metadata.types.GfSpVerifyPermissionByIDRequest',
  {
    operator: [1, 'string'],
    resource_type: [2, 'enum greenfield.resource.ResourceType'],
    resource_id: [3, 'uint64'],
    action_type: [4, 'enum greenfield.permission.ActionType'],
  },
);

export interface VerifyPermissionByIDResponse {
  effect: greenfieldPermission.Effect;
}
export const VerifyPermissionByIDResponse = define<VerifyPermissionByIDResponse>(
  'modular.metadata.types.GfSpVerifyPermissionByIDResponse',
  {
    effect: [1, 'enum greenfield.permission.Effect'],
  },
);

export interface ListObjectPoliciesRequest {
  object_name: string;
  bucket_name: string;
  action_type: number;
  limit: number;
  start_after: bigint;
}
export const ListObjectPoliciesRequest = define<ListObjectPoliciesRequest>(
  'modular.metadata.types.GfSpListObjectPoliciesRequest',
  {
    object_name: [1, 'string'],
    bucket_name: [2, 'string'],
    action_type: [3, 'enum greenfield.permission.ActionType'],
    limit: [4, 'uint32'],
    start_after: [5, 'uint64'],
  },
);

export interface ListObjectPoliciesResponse {
  policies: PolicyRecord[];
}
export const ListObjectPoliciesResponse = define<ListObjectPoliciesResponse>(
  'modular.metadata.types.GfSpListObjectPoliciesResponse',
  {
    policies: [1, 'modular.metadata.types.Policy[]'],
  },
);

export interface VerifyMigrateGVGPermissionRequest {
  bucket_id: bigint;
  gvg_id: number;
  dst_sp_id: number;
}
export const VerifyMigrateGVGPermissionRequest = define<VerifyMigrateGVGPermissionRequest>(
  'modular.metadata.types.GfSpVerifyMigrateGVGPermissionRequest',
  {
    bucket_id: [1, 'uint64'],
    gvg_id: [2, 'uint32'],
    dst_sp_id: [3, 'uint32'],
  },
);

export interface VerifyMigrateGVGPermissionResponse {
  effect: greenfieldPermission.Effect;
}
export const VerifyMigrateGVGPermissionResponse = define<VerifyMigrateGVGPermissionResponse>(
  'modular.metadata.types.GfSpVerifyMigrateGVGPermissionResponse',
  {
    effect: [1, 'enum greenfield.permission.Effect'],
  },
);
