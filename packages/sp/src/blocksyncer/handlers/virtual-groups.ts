/** §5.8. A family's list of groups is kept whole, although the chain tells of it only now and then. */
import { greenfieldVirtualgroup as virtualgroup } from '@prairie/chain';
import { type At, created, type Handler, on, updated } from './handler.ts';

async function listGroups(at: At, familyId: number): Promise<void> {
  const { virtualGroups } = at.db;
  const global_virtual_group_ids = await virtualGroups.gvgIdsOfFamily(familyId);
  await virtualGroups.updateFamily(familyId, { global_virtual_group_ids });
}

async function createGvg(e: virtualgroup.EventCreateGlobalVirtualGroup, at: At): Promise<void> {
  const { id, ...columns } = e;
  await at.db.virtualGroups.putGvg({ ...columns, global_virtual_group_id: id, ...created(at), ...updated(at) });
  await listGroups(at, e.family_id);
}

async function updateGvg(e: virtualgroup.EventUpdateGlobalVirtualGroup, at: At): Promise<void> {
  const { primary_sp_id, secondary_sp_ids } = e;
  await at.db.virtualGroups.updateGvg(e.id, {
    // after a withdrawal of deposit the event does not name the providers
    ...(primary_sp_id !== 0 && { primary_sp_id, secondary_sp_ids }),
    stored_size: e.store_size,
    total_deposit: e.total_deposit,
    ...updated(at),
  });
}

async function deleteGvg(e: virtualgroup.EventDeleteGlobalVirtualGroup, at: At): Promise<void> {
  await at.db.virtualGroups.updateGvg(e.id, { removed: true, ...updated(at) });
  const gvg = await at.db.virtualGroups.gvg(e.id);
  if (gvg) await listGroups(at, gvg.family_id);
}

/** Comes after the first group of the family, and without its id. */
async function createFamily(e: virtualgroup.EventCreateGlobalVirtualGroupFamily, at: At): Promise<void> {
  const { virtualGroups } = at.db;
  const known = await virtualGroups.gvgIdsOfFamily(e.id);
  await virtualGroups.putFamily({
    global_virtual_group_family_id: e.id,
    primary_sp_id: e.primary_sp_id,
    virtual_payment_address: e.virtual_payment_address,
    global_virtual_group_ids: [...new Set([...e.global_virtual_group_ids, ...known])],
    ...created(at),
    ...updated(at),
  });
}

export const virtualGroupHandlers: readonly Handler[] = [
  on(virtualgroup.EventCreateLocalVirtualGroup, async (e, at) => {
    const { id, ...columns } = e;
    await at.db.virtualGroups.putLvg({ ...columns, local_virtual_group_id: id, ...created(at), ...updated(at) });
  }),
  on(virtualgroup.EventUpdateLocalVirtualGroup, async (e, at) => {
    const { global_virtual_group_id, stored_size } = e;
    await at.db.virtualGroups.updateLvg(e.bucket_id, e.id, { global_virtual_group_id, stored_size, ...updated(at) });
  }),
  on(virtualgroup.EventDeleteLocalVirtualGroup, async (e, at) => {
    await at.db.virtualGroups.updateLvg(e.bucket_id, e.id, { removed: true, ...updated(at) });
  }),
  on(virtualgroup.EventCreateGlobalVirtualGroup, createGvg),
  on(virtualgroup.EventUpdateGlobalVirtualGroup, updateGvg),
  on(virtualgroup.EventDeleteGlobalVirtualGroup, deleteGvg),
  on(virtualgroup.EventCreateGlobalVirtualGroupFamily, createFamily),
  on(virtualgroup.EventUpdateGlobalVirtualGroupFamily, async (e, at) => {
    const { primary_sp_id, global_virtual_group_ids } = e;
    await at.db.virtualGroups.updateFamily(e.id, { primary_sp_id, global_virtual_group_ids, ...updated(at) });
  }),
  on(virtualgroup.EventDeleteGlobalVirtualGroupFamily, async (e, at) => {
    await at.db.virtualGroups.updateFamily(e.id, { removed: true, ...updated(at) });
  }),
];
