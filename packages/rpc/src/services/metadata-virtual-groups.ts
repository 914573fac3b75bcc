/** The metadata service's methods about virtual groups and providers. */
import type { VirtualGroupQueries } from '@prairie/gfsp';
import type { Caller } from '../client/caller.ts';
import { required } from '../errors.ts';
import * as messages from '../messages/metadata-virtual-groups.ts';
import { type Handlers, unary } from '../method.ts';
import { READ } from './metadata-rows.ts';

export const virtualGroupMethods = {
  GfSpListVirtualGroupFamiliesBySpID: unary(
    messages.ListVirtualGroupFamiliesBySpIDRequest,
    messages.ListVirtualGroupFamiliesBySpIDResponse,
    READ,
  ),
  GfSpGetVirtualGroupFamily: unary(messages.GetVirtualGroupFamilyRequest, messages.GetVirtualGroupFamilyResponse, READ),
  GfSpGetGlobalVirtualGroupByGvgID: unary(
    messages.GetGlobalVirtualGroupByGvgIDRequest,
    messages.GetGlobalVirtualGroupByGvgIDResponse,
    READ,
  ),
  GfSpGetGlobalVirtualGroup: unary(messages.GetGlobalVirtualGroupRequest, messages.GetGlobalVirtualGroupResponse, READ),
  GfSpListGlobalVirtualGroupsBySecondarySP: unary(
    messages.ListGlobalVirtualGroupsBySecondarySPRequest,
    messages.ListGlobalVirtualGroupsBySecondarySPResponse,
    READ,
  ),
  GfSpListGlobalVirtualGroupsByBucket: unary(
    messages.ListGlobalVirtualGroupsByBucketRequest,
    messages.ListGlobalVirtualGroupsByBucketResponse,
    READ,
  ),
  GfSpGetSPInfo: unary(messages.GetSPInfoRequest, messages.GetSPInfoResponse, READ),
  GfSpGetEndpointBySpID: unary(messages.GetEndpointBySpIDRequest, messages.GetEndpointBySpIDResponse, READ),
};

type VirtualGroupMethods = typeof virtualGroupMethods;

export const virtualGroupHandlers = (metadata: VirtualGroupQueries): Handlers<VirtualGroupMethods> => ({
  async GfSpListVirtualGroupFamiliesBySpID({ sp_id }) {
    return { global_virtual_group_families: await metadata.listFamiliesOfSp(sp_id) };
  },
  async GfSpGetVirtualGroupFamily({ vgf_id }) {
    return { vgf: await metadata.getFamily(vgf_id) };
  },
  async GfSpGetGlobalVirtualGroupByGvgID({ gvg_id }) {
    return { global_virtual_group: await metadata.getGvg(gvg_id) };
  },
  async GfSpGetGlobalVirtualGroup({ bucket_id, lvg_id }) {
    return { gvg: await metadata.getGvgOfLvg(bucket_id, lvg_id) };
  },
  async GfSpListGlobalVirtualGroupsBySecondarySP({ sp_id }) {
    return { groups: await metadata.listGvgsOfSecondary(sp_id) };
  },
  async GfSpListGlobalVirtualGroupsByBucket({ bucket_id }) {
    return { groups: await metadata.listGvgsOfBucket(bucket_id) };
  },
  async GfSpGetSPInfo({ operator_address }) {
    return { storage_provider: await metadata.getSp(operator_address) };
  },
  async GfSpGetEndpointBySpID({ sp_id }) {
    return { endpoint: await metadata.getEndpointBySpId(sp_id) };
  },
});

export const callVirtualGroups = (caller: Caller, methods: VirtualGroupMethods): VirtualGroupQueries => ({
  async listFamiliesOfSp(sp_id) {
    const answer = await caller.unary(methods.GfSpListVirtualGroupFamiliesBySpID, { sp_id });
    return answer.global_virtual_group_families;
  },
  async getFamily(vgf_id) {
    return (await caller.unary(methods.GfSpGetVirtualGroupFamily, { vgf_id })).vgf;
  },
  async getGvg(gvg_id) {
    return (await caller.unary(methods.GfSpGetGlobalVirtualGroupByGvgID, { gvg_id })).global_virtual_group;
  },
  async getGvgOfLvg(bucket_id, lvg_id) {
    return (await caller.unary(methods.GfSpGetGlobalVirtualGroup, { bucket_id, lvg_id })).gvg;
  },
  async listGvgsOfSecondary(sp_id) {
    return (await caller.unary(methods.GfSpListGlobalVirtualGroupsBySecondarySP, { sp_id })).groups;
  },
  async listGvgsOfBucket(bucket_id) {
    return (await caller.unary(methods.GfSpListGlobalVirtualGroupsByBucket, { bucket_id })).groups;
  },
  async getSp(operator_address) {
    const { storage_provider } = await caller.unary(methods.GfSpGetSPInfo, { operator_address });
    return required(storage_provider, 'a provider');
  },
  async getEndpointBySpId(sp_id) {
    return (await caller.unary(methods.GfSpGetEndpointBySpID, { sp_id })).endpoint;
  },
});
