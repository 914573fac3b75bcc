/** Virtual groups, providers and their events for who looks for faults; not served on mainnet (§10 of metadata-api). */
import type { greenfieldSp as sp, greenfieldVirtualgroup as virtualgroup } from '@prairie/chain';
import type { MigrateBucketEvents, SpExitEvents, SwapOutEvents } from '@prairie/gfsp';
import { answeredAs } from '../http/reply.ts';
import { answer, big, many, number, one, optional } from '../http/shape.ts';
import { migrateEvents, spExitEvents, storageProvider, swapOutEvents } from './event-shapes.ts';
import { address, height, uint32, uint64 } from './params.ts';
import { family, gvg } from './shapes.ts';

type Family = virtualgroup.GlobalVirtualGroupFamily;
type Gvg = virtualgroup.GlobalVirtualGroup;

const families = answer<Family[]>('GfSpListVirtualGroupFamiliesBySpIDResponse', {
  // the reference's query does not read the provider, which is the one that was asked for
  GlobalVirtualGroupFamilies: many(family, (all) => all.map((one) => ({ ...one, primary_sp_id: 0 }))),
});
const oneFamily = answer<Family | undefined>('GfSpGetVirtualGroupFamilyResponse', {
  Vgf: optional(family, (found) => found),
});
const gvgById = answer<Gvg | undefined>('GfSpGetGlobalVirtualGroupByGvgIDResponse', {
  GlobalVirtualGroup: optional(gvg, (found) => found),
});
const gvgOfLvg = answer<Gvg | undefined>('GfSpGetGlobalVirtualGroupResponse', { Gvg: optional(gvg, (found) => found) });
const gvgs = (name: string) => answer<Gvg[]>(name, { Groups: many(gvg, (all) => all) });

export const listFamiliesOfSp = answeredAs(families, async (gateway, request) =>
  gateway.dependencies.client.metadata.listFamiliesOfSp(uint32(request, 'sp-id')),
);

export const getFamily = answeredAs(oneFamily, async (gateway, request) =>
  gateway.dependencies.client.metadata.getFamily(uint32(request, 'vgf-id')),
);

export const getGvg = answeredAs(gvgById, async (gateway, request) =>
  gateway.dependencies.client.metadata.getGvg(uint32(request, 'gvg-id')),
);

export const getGvgOfLvg = answeredAs(gvgOfLvg, async (gateway, request) =>
  gateway.dependencies.client.metadata.getGvgOfLvg(uint64(request, 'bucket-id'), uint32(request, 'lvg-id')),
);

export const listGvgsOfSecondary = answeredAs(
  gvgs('GfSpListGlobalVirtualGroupsBySecondarySPResponse'),
  async (gateway, request) => gateway.dependencies.client.metadata.listGvgsOfSecondary(uint32(request, 'sp-id')),
);

export const listGvgsOfBucket = answeredAs(
  gvgs('GfSpListGlobalVirtualGroupsByBucketResponse'),
  async (gateway, request) => gateway.dependencies.client.metadata.listGvgsOfBucket(uint64(request, 'bucket-id')),
);

const provider = answer<sp.StorageProvider>('GfSpGetSPInfoResponse', {
  StorageProvider: one(storageProvider, (found) => found),
});
const migrations = answer<MigrateBucketEvents[]>('GfSpListMigrateBucketEventsResponse', {
  Events: many(migrateEvents, (all) => all),
});
const swapOuts = answer<SwapOutEvents[]>('GfSpListSwapOutEventsResponse', {
  Events: many(swapOutEvents, (all) => all),
});
const exits = answer<SpExitEvents>('GfSpListSpExitEventsResponse', { Events: one(spExitEvents, (events) => events) });
const migrating = answer<number>('GfSpGetSPMigratingBucketNumberResponse', { Count: big((count) => count) });
const migratePermission = answer<number>('GfSpVerifyMigrateGVGPermissionResponse', {
  Effect: number((effect) => effect),
});

export const getSp = answeredAs(provider, async (gateway, request) =>
  gateway.dependencies.client.metadata.getSp(address(request, 'operator-address')),
);

export const listMigrateEvents = answeredAs(migrations, async (gateway, request) => {
  const upTo = height(request, 'block-id');
  return gateway.dependencies.client.metadata.listMigrateBucketEvents(uint32(request, 'sp-id'), upTo);
});

export const listSwapOutEvents = answeredAs(swapOuts, async (gateway, request) => {
  const upTo = height(request, 'block-id');
  return gateway.dependencies.client.metadata.listSwapOutEvents(uint32(request, 'sp-id'), upTo);
});

export const getSpExitEvents = answeredAs(exits, async (gateway, request) => {
  const upTo = height(request, 'block-id');
  return gateway.dependencies.client.metadata.getSpExitEvents(uint32(request, 'sp-id'), upTo);
});

export const countMigratingBuckets = answeredAs(migrating, async (gateway, request) =>
  gateway.dependencies.client.metadata.countMigratingBuckets(uint32(request, 'sp-id')),
);

export const verifyMigratePermission = answeredAs(migratePermission, async (gateway, request) => {
  const asked = [uint64(request, 'bucket-id'), uint32(request, 'gvg-id'), uint32(request, 'sp-id')] as const;
  return gateway.dependencies.client.metadata.verifyMigrateGvgPermission(...asked);
});
