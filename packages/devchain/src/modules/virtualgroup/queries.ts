/** Queries of the virtualgroup module (`reference/chain-state-machine.md` §13). */
import { greenfieldVirtualgroup as vg } from '@prairie/chain';
import { type Context, type QueryHandler, query } from '../../context.ts';
import { page } from '../payment/pages.ts';
import { virtualGroupErrors as errors } from './errors.ts';
import type { VirtualGroupKeeper } from './keeper.ts';
import { availableFamilies, optimalFamily } from './selection.ts';

export function virtualGroupQueries(keeper: VirtualGroupKeeper): Record<string, QueryHandler> {
  return Object.fromEntries(
    Object.entries({ ...groupQueries(keeper), ...selectionQueries(keeper), ...otherQueries(keeper) }).map(
      ([name, handler]) => [`/greenfield.virtualgroup.Query/${name}`, handler],
    ),
  );
}

function groupQueries(keeper: VirtualGroupKeeper): Record<string, QueryHandler> {
  return {
    GlobalVirtualGroup: query({
      request: vg.QueryGlobalVirtualGroupRequest,
      response: vg.QueryGlobalVirtualGroupResponse,
      handle(_ctx, { global_virtual_group_id: id }) {
        const global_virtual_group = keeper.gvg(id);
        if (!global_virtual_group) throw errors.gvgNotExist();
        return { global_virtual_group };
      },
    }),
    GlobalVirtualGroupByFamilyID: query({
      request: vg.QueryGlobalVirtualGroupByFamilyIDRequest,
      response: vg.QueryGlobalVirtualGroupByFamilyIDResponse,
      handle(_ctx, { global_virtual_group_family_id: id }) {
        if (!keeper.family(id)) throw errors.familyNotExist();
        return { global_virtual_groups: keeper.gvgsOfFamily(id) };
      },
    }),
    GlobalVirtualGroupFamily: query({
      request: vg.QueryGlobalVirtualGroupFamilyRequest,
      response: vg.QueryGlobalVirtualGroupFamilyResponse,
      handle(_ctx, { family_id }) {
        const global_virtual_group_family = keeper.family(family_id);
        if (!global_virtual_group_family) throw errors.familyNotExist();
        return { global_virtual_group_family };
      },
    }),
    GlobalVirtualGroupFamilies: query({
      request: vg.QueryGlobalVirtualGroupFamiliesRequest,
      response: vg.QueryGlobalVirtualGroupFamiliesResponse,
      handle(_ctx, request) {
        const { items, pagination } = page(keeper.groups.families, request.pagination, { totals: 'wanted' });
        return { gvg_families: items, pagination };
      },
    }),
  };
}

function familiesOf(keeper: VirtualGroupKeeper, ctx: Context, spId: number): number[] {
  // Serengeti: the families of a provider are kept
  const ids = ctx.has('Serengeti') ? keeper.groups.statistics.familiesOf(spId) : undefined;
  if (!ids) throw errors.familyStatisticsNotExist();
  return ids;
}

function selectionQueries(keeper: VirtualGroupKeeper): Record<string, QueryHandler> {
  const idsOf = (families: { id: number }[]) => families.map(({ id }) => id);
  return {
    AvailableGlobalVirtualGroupFamilies: query({
      request: vg.AvailableGlobalVirtualGroupFamiliesRequest,
      response: vg.AvailableGlobalVirtualGroupFamiliesResponse,
      handle: (_ctx, { global_virtual_group_family_ids: ids }) => ({
        global_virtual_group_family_ids: idsOf(availableFamilies(keeper, ids)),
      }),
    }),
    QuerySpAvailableGlobalVirtualGroupFamilies: query({
      request: vg.QuerySPAvailableGlobalVirtualGroupFamiliesRequest,
      response: vg.QuerySPAvailableGlobalVirtualGroupFamiliesResponse,
      handle: (ctx, { sp_id }) => ({
        global_virtual_group_family_ids: idsOf(availableFamilies(keeper, familiesOf(keeper, ctx, sp_id))),
      }),
    }),
    QuerySpOptimalGlobalVirtualGroupFamily: query({
      request: vg.QuerySpOptimalGlobalVirtualGroupFamilyRequest,
      response: vg.QuerySpOptimalGlobalVirtualGroupFamilyResponse,
      handle: (ctx, { sp_id, pick_vgf_strategy }) => ({
        global_virtual_group_family_id: optimalFamily(keeper, familiesOf(keeper, ctx, sp_id), pick_vgf_strategy),
      }),
    }),
  };
}

function otherQueries(keeper: VirtualGroupKeeper): Record<string, QueryHandler> {
  return {
    Params: query({
      request: vg.QueryParamsRequest,
      response: vg.QueryParamsResponse,
      handle: () => ({ params: keeper.params() }),
    }),
    SwapInInfo: query({
      request: vg.QuerySwapInInfoRequest,
      response: vg.QuerySwapInInfoResponse,
      handle(_ctx, { global_virtual_group_family_id: family, global_virtual_group_id: gvg }) {
        const swap_in_info = keeper.swapIn(family !== 0 ? { family } : { gvg });
        if (!swap_in_info) throw errors.swapInInfoNotExist();
        return { swap_in_info };
      },
    }),
    GVGStatistics: query({
      request: vg.QuerySPGVGStatisticsRequest,
      response: vg.QuerySPGVGStatisticsResponse,
      handle(_ctx, { sp_id }) {
        const gvg_stats = keeper.groups.statistics.of(sp_id);
        if (!gvg_stats) throw errors.statisticsNotExist();
        return { gvg_stats };
      },
    }),
  };
}
