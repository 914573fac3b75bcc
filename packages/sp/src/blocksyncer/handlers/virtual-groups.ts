/** §5.8. A family's list of groups is kept whole, although the chain tells of it only now and then. */
import { greenfieldVirtualgroup as virtualgroup } from '@prairie/chain';
import { type At, created, type Handler, on, updated } from './handler.ts';

function listGroups(at: At, familyId: number): void {
  const { virtualGroups } = at.db;
  virtualGroups.updateFamily(familyId, { global_virtual_group_ids: virtualGroups.gvgIdsOfFamily(familyId) });
}

function createGvg(e: virtualgroup.EventCreateGlobalVirtualGroup, at: At): void {
  const { id, ...columns } = e;
  at.db.virtualGroups.putGvg({ ...columns, global_virtual_group_id: id, ...created(at), ...updated(at) });
  listGroups(at, e.family_id);
}

function updateGvg(e: virtualgroup.EventUpdateGlobalVirtualGroup, at: At): void {
  const { primary_sp_id, secondary_sp_ids } = e;
  at.db.virtualGroups.updateGvg(e.id, {
    // after a withdrawal of deposit the event does not name the providers
    ...(primary_sp_id !== 0 && { primary_sp_id, secondary_sp_ids }),
    stored_size: e.store_size,
    total_deposit: e.total_deposit,
    ...updated(at),
  });
}

function deleteGvg(e: virtualgroup.EventDeleteGlobalVirtualGroup, at: At): void {
  at.db.virtualGroups.updateGvg(e.id, { removed: true, ...updated(at) });
  const family = at.db.virtualGroups.gvg(e.id)?.family_id;
  if (family !== undefined) listGroups(at, family);
}

/** Comes after the first group of the family, and without its id. */
function createFamily(e: virtualgroup.EventCreateGlobalVirtualGroupFamily, at: At): void {
  const { virtualGroups } = at.db;
  virtualGroups.putFamily({
    global_virtual_group_family_id: e.id,
    primary_sp_id: e.primary_sp_id,
    virtual_payment_address: e.virtual_payment_address,
    global_virtual_group_ids: [...new Set([...e.global_virtual_group_ids, ...virtualGroups.gvgIdsOfFamily(e.id)])],
    ...created(at),
    ...updated(at),
  });
}

export const virtualGroupHandlers: readonly Handler[] = [
  on(virtualgroup.EventCreateLocalVirtualGroup, (e, at) => {
    const { id, ...columns } = e;
    at.db.virtualGroups.putLvg({ ...columns, local_virtual_group_id: id, ...created(at), ...updated(at) });
  }),
  on(virtualgroup.EventUpdateLocalVirtualGroup, (e, at) => {
    const { global_virtual_group_id, stored_size } = e;
    at.db.virtualGroups.updateLvg(e.bucket_id, e.id, { global_virtual_group_id, stored_size, ...updated(at) });
  }),
  on(virtualgroup.EventDeleteLocalVirtualGroup, (e, at) =>
    at.db.virtualGroups.updateLvg(e.bucket_id, e.id, { removed: true, ...updated(at) }),
  ),
  on(virtualgroup.EventCreateGlobalVirtualGroup, createGvg),
  on(virtualgroup.EventUpdateGlobalVirtualGroup, updateGvg),
  on(virtualgroup.EventDeleteGlobalVirtualGroup, deleteGvg),
  on(virtualgroup.EventCreateGlobalVirtualGroupFamily, createFamily),
  on(virtualgroup.EventUpdateGlobalVirtualGroupFamily, (e, at) => {
    const { primary_sp_id, global_virtual_group_ids } = e;
    at.db.virtualGroups.updateFamily(e.id, { primary_sp_id, global_virtual_group_ids, ...updated(at) });
  }),
  on(virtualgroup.EventDeleteGlobalVirtualGroupFamily, (e, at) =>
    at.db.virtualGroups.updateFamily(e.id, { removed: true, ...updated(at) }),
  ),
];
