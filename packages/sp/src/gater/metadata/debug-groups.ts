/** Virtual groups, providers and their events for who looks for faults; not served on mainnet (§10 of metadata-api). */
import type { Handler } from '../http/handler.ts';
import { sendXml } from '../http/reply.ts';
import { migrateEvents, spExitEvents, storageProvider, swapOutEvents } from './events-xml.ts';
import { family, gvg } from './metadata-xml.ts';
import { address, height, uint32, uint64 } from './params.ts';

export const listFamiliesOfSp: Handler = async (gateway, request, response) => {
  const families = await gateway.dependencies.client.metadata.listFamiliesOfSp(uint32(request, 'sp-id'));
  // the reference's query does not read the provider, which is the one that was asked for
  const rendered = families.map((one) => family({ ...one, primary_sp_id: 0 }));
  sendXml(response, 'GfSpListVirtualGroupFamiliesBySpIDResponse', { GlobalVirtualGroupFamilies: rendered });
};

export const getFamily: Handler = async (gateway, request, response) => {
  const found = await gateway.dependencies.client.metadata.getFamily(uint32(request, 'vgf-id'));
  sendXml(response, 'GfSpGetVirtualGroupFamilyResponse', { Vgf: found && family(found) });
};

export const getGvg: Handler = async (gateway, request, response) => {
  const found = await gateway.dependencies.client.metadata.getGvg(uint32(request, 'gvg-id'));
  sendXml(response, 'GfSpGetGlobalVirtualGroupByGvgIDResponse', { GlobalVirtualGroup: found && gvg(found) });
};

export const getGvgOfLvg: Handler = async (gateway, request, response) => {
  const ids = [uint64(request, 'bucket-id'), uint32(request, 'lvg-id')] as const;
  const found = await gateway.dependencies.client.metadata.getGvgOfLvg(...ids);
  sendXml(response, 'GfSpGetGlobalVirtualGroupResponse', { Gvg: found && gvg(found) });
};

export const listGvgsOfSecondary: Handler = async (gateway, request, response) => {
  const groups = await gateway.dependencies.client.metadata.listGvgsOfSecondary(uint32(request, 'sp-id'));
  sendXml(response, 'GfSpListGlobalVirtualGroupsBySecondarySPResponse', { Groups: groups.map(gvg) });
};

export const listGvgsOfBucket: Handler = async (gateway, request, response) => {
  const groups = await gateway.dependencies.client.metadata.listGvgsOfBucket(uint64(request, 'bucket-id'));
  sendXml(response, 'GfSpListGlobalVirtualGroupsByBucketResponse', { Groups: groups.map(gvg) });
};

export const getSp: Handler = async (gateway, request, response) => {
  const found = await gateway.dependencies.client.metadata.getSp(address(request, 'operator-address'));
  sendXml(response, 'GfSpGetSPInfoResponse', { StorageProvider: storageProvider(found) });
};

export const listMigrateEvents: Handler = async (gateway, request, response) => {
  const upTo = height(request, 'block-id');
  const events = await gateway.dependencies.client.metadata.listMigrateBucketEvents(uint32(request, 'sp-id'), upTo);
  sendXml(response, 'GfSpListMigrateBucketEventsResponse', { Events: events.map(migrateEvents) });
};

export const listSwapOutEvents: Handler = async (gateway, request, response) => {
  const upTo = height(request, 'block-id');
  const events = await gateway.dependencies.client.metadata.listSwapOutEvents(uint32(request, 'sp-id'), upTo);
  sendXml(response, 'GfSpListSwapOutEventsResponse', { Events: events.map(swapOutEvents) });
};

export const getSpExitEvents: Handler = async (gateway, request, response) => {
  const upTo = height(request, 'block-id');
  const events = await gateway.dependencies.client.metadata.getSpExitEvents(uint32(request, 'sp-id'), upTo);
  sendXml(response, 'GfSpListSpExitEventsResponse', { Events: spExitEvents(events) });
};

export const countMigratingBuckets: Handler = async (gateway, request, response) => {
  const count = await gateway.dependencies.client.metadata.countMigratingBuckets(uint32(request, 'sp-id'));
  sendXml(response, 'GfSpGetSPMigratingBucketNumberResponse', { Count: count });
};

export const verifyMigratePermission: Handler = async (gateway, request, response) => {
  const asked = [uint64(request, 'bucket-id'), uint32(request, 'gvg-id'), uint32(request, 'sp-id')] as const;
  const effect = await gateway.dependencies.client.metadata.verifyMigrateGvgPermission(...asked);
  sendXml(response, 'GfSpVerifyMigrateGVGPermissionResponse', { Effect: effect });
};
