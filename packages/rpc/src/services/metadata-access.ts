/** The metadata service's methods about rights. */
import { greenfieldStorage } from '@prairie/chain';
import type { AccessQueries } from '@prairie/gfsp';
import type { Caller } from '../client/caller.ts';
import * as messages from '../messages/metadata-access.ts';
import { type Handlers, unary } from '../method.ts';
import { READ } from './metadata-rows.ts';

export const accessMethods = {
  GfSpVerifyPermission: unary(
    greenfieldStorage.QueryVerifyPermissionRequest,
    greenfieldStorage.QueryVerifyPermissionResponse,
    READ,
  ),
  GfSpVerifyPermissionByID: unary(messages.VerifyPermissionByIDRequest, messages.VerifyPermissionByIDResponse, READ),
  GfSpListObjectPolicies: unary(messages.ListObjectPoliciesRequest, messages.ListObjectPoliciesResponse, READ),
  GfSpVerifyMigrateGVGPermission: unary(
    messages.VerifyMigrateGVGPermissionRequest,
    messages.VerifyMigrateGVGPermissionResponse,
    READ,
  ),
};

type AccessMethods = typeof accessMethods;

export const accessHandlers = (metadata: AccessQueries): Handlers<AccessMethods> => ({
  async GfSpVerifyPermission({ operator, bucket_name, object_name, action_type }) {
    return { effect: await metadata.verifyPermission(operator, bucket_name, object_name, action_type) };
  },
  async GfSpVerifyPermissionByID({ operator, resource_type, resource_id, action_type }) {
    return { effect: await metadata.verifyPermissionById(operator, resource_type, resource_id, action_type) };
  },
  async GfSpListObjectPolicies({ action_type, ...page }) {
    return { policies: await metadata.listObjectPolicies({ ...page, action: action_type }) };
  },
  async GfSpVerifyMigrateGVGPermission({ bucket_id, gvg_id, dst_sp_id }) {
    return { effect: await metadata.verifyMigrateGvgPermission(bucket_id, gvg_id, dst_sp_id) };
  },
});

export const callAccess = (caller: Caller, methods: AccessMethods): AccessQueries => ({
  async verifyPermission(operator, bucket_name, object_name, action_type) {
    const request = { operator, bucket_name, object_name, action_type };
    return (await caller.unary(methods.GfSpVerifyPermission, request)).effect;
  },
  async verifyPermissionById(operator, resource_type, resource_id, action_type) {
    const request = { operator, resource_type, resource_id, action_type };
    return (await caller.unary(methods.GfSpVerifyPermissionByID, request)).effect;
  },
  async listObjectPolicies({ action, ...page }) {
    return (await caller.unary(methods.GfSpListObjectPolicies, { ...page, action_type: action })).policies;
  },
  async verifyMigrateGvgPermission(bucket_id, gvg_id, dst_sp_id) {
    return (await caller.unary(methods.GfSpVerifyMigrateGVGPermission, { bucket_id, gvg_id, dst_sp_id })).effect;
  },
});
