import assert from 'node:assert/strict';
import { test } from 'node:test';
import { greenfieldVirtualgroup as vg } from '@prairie/chain';
import { at, chainError } from '../payment/test-support.ts';
import { GENESIS_TIME, type Market, recordedMarket } from './test-support.ts';

const ctx = () => at(GENESIS_TIME + 1n);

/** A family of provider 1 with one group: capacity in bytes and what is stored. */
function addFamily(market: Market, id: number, capacity: bigint, stored: bigint): void {
  const { groups } = market.groups;
  groups.setGvg({
    ...vg.GlobalVirtualGroup.create({ id, family_id: id, primary_sp_id: 1, secondary_sp_ids: [2, 3, 4, 5, 6, 7] }),
    stored_size: stored,
    total_deposit: capacity * 16_000n,
  });
  groups.setFamily({ id, primary_sp_id: 1, global_virtual_group_ids: [id], virtual_payment_address: '' });
}

function ask(market: Market, name: string, request: object) {
  return market.groupModule.queries[`/greenfield.virtualgroup.Query/${name}`]!.handle(ctx(), request);
}

function optimal(market: Market, pick_vgf_strategy: number, sp_id = 1): number {
  const answer = ask(market, 'QuerySpOptimalGlobalVirtualGroupFamily', { sp_id, pick_vgf_strategy });
  return answer.global_virtual_group_family_id;
}

test('a family is picked by its free room or its age, among those with room', () => {
  const { market } = recordedMarket();
  assert.throws(() => optimal(market, 0), chainError('virtualgroup', 1130));
  addFamily(market, 1, 100n, 100n);
  assert.equal(optimal(market, 0), 0);
  addFamily(market, 2, 100n, 60n);
  addFamily(market, 3, 500n, 10n);
  addFamily(market, 4, 100n, 40n);
  addFamily(market, 5, 10n, 10n);
  assert.deepEqual(
    [0, 1, 2, 3].map((strategy) => optimal(market, strategy)),
    [3, 2, 2, 4],
  );
  const ids = ask(market, 'AvailableGlobalVirtualGroupFamilies', { global_virtual_group_family_ids: [5, 4, 99, 2] });
  assert.deepEqual(ids.global_virtual_group_family_ids, [4, 2]);
  const own = ask(market, 'QuerySpAvailableGlobalVirtualGroupFamilies', { sp_id: 1 });
  assert.deepEqual(own.global_virtual_group_family_ids, [2, 3, 4]);
});

test('the size limit of families counts like staking, a full count of groups like a full family', () => {
  const { market } = recordedMarket();
  addFamily(market, 1, 100n, 50n);
  const params = market.groups.params();
  market.groups.setParams({ ...params, max_store_size_per_family: 50n });
  assert.equal(optimal(market, 0), 0);
  market.groups.setParams({ ...params, max_global_virtual_group_num_per_family: 1 });
  assert.equal(optimal(market, 0), 0);
  market.groups.setParams(params);
  assert.equal(optimal(market, 0), 1);
});

test('what is not there is reported with the text that providers look for', () => {
  const { market } = recordedMarket();
  const missing = (name: string, request: object, code: number, message?: RegExp) =>
    assert.throws(() => ask(market, name, request), chainError('virtualgroup', code, message));
  missing('GlobalVirtualGroup', { global_virtual_group_id: 1 }, 1102);
  missing('GlobalVirtualGroupFamily', { family_id: 1 }, 1100);
  missing('GlobalVirtualGroupByFamilyID', { global_virtual_group_family_id: 1 }, 1100);
  missing('GVGStatistics', { sp_id: 1 }, 1129);
  const swap = { global_virtual_group_family_id: 0, global_virtual_group_id: 1 };
  missing('SwapInInfo', swap, 1128, /^swap in info not exist\.$/);
});
