/** What the virtualgroup module did before each upgrade (`reference/chain-rpc.md` §16). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type AnyMessage,
  decode,
  encode,
  type Init,
  type MessageType,
  moduleAddress,
  greenfieldSp as sp,
  greenfieldVirtualgroup as vg,
} from '@prairie/chain';
import type { ExecutionContext } from '../../chain/execution-context.ts';
import type { Upgrade } from '../../upgrades.ts';
import { at, before, chainError, deliver, eventNames } from '../payment/test-support.ts';
import { GENESIS_TIME, type Market, recordedMarket } from './test-support.ts';

const NOW = GENESIS_TIME + 1000n;
const SECONDARIES = [2, 3, 4, 5, 6, 7];

/** Runs on a chain with all upgrades, or only with those before one. */
function run<M>(market: Market, type: MessageType<M>, msg: Init<M>, upgrade?: Upgrade): ExecutionContext {
  const ctx = at(NOW, upgrade && before(upgrade));
  deliver(market, market.groupModule.messages, ctx, type, msg as Partial<M>);
  return ctx;
}

const operator = (market: Market, id: number): string => market.sp.byId(id)!.operator_address;

const group = (market: Market, secondary_sp_ids: number[], family_id = 0) => ({
  ...{ storage_provider: operator(market, 1), family_id, secondary_sp_ids },
  deposit: { denom: 'BNB', amount: 16_000n },
});

function marketWithGroup(): Market {
  const { market } = recordedMarket();
  run(market, vg.MsgCreateGlobalVirtualGroup, group(market, SECONDARIES));
  return market;
}

test('Pampas: a group has one secondary per chunk, all different', () => {
  const { market } = recordedMarket();
  for (const [secondaries, code] of [
    [[2, 3], 1122],
    [[2, 2, 3, 4, 5, 6], 1124],
  ] as [number[], number][]) {
    const msg = group(market, secondaries);
    assert.throws(() => run(market, vg.MsgCreateGlobalVirtualGroup, msg), chainError('virtualgroup', code));
    run(market, vg.MsgCreateGlobalVirtualGroup, msg, 'Pampas');
  }
});

test('Pampas: anyone may settle', () => {
  const market = marketWithGroup();
  const family = { global_virtual_group_family_id: 1 };
  const groups = { global_virtual_group_ids: [1] };
  const settle = (id: number, what: Partial<vg.MsgSettle>, upgrade?: Upgrade) =>
    run(market, vg.MsgSettle, { storage_provider: operator(market, id), ...what }, upgrade);
  assert.throws(() => settle(2, family, 'Pampas'), chainError('virtualgroup', 1109));
  assert.throws(() => settle(1, groups, 'Pampas'), chainError('virtualgroup', 1109));
  settle(1, family, 'Pampas');
  settle(2, groups, 'Pampas');
  settle(8, family);
  run(market, vg.MsgSettle, { storage_provider: moduleAddress('gov'), ...groups });
});

test('Manchurian: families have different groups, and stay when the last one goes', () => {
  const market = marketWithGroup();
  const twin = group(market, SECONDARIES, 1);
  assert.throws(() => run(market, vg.MsgCreateGlobalVirtualGroup, twin), chainError('virtualgroup', 1126));
  run(market, vg.MsgCreateGlobalVirtualGroup, twin, 'Manchurian');
  const remove = (global_virtual_group_id: number, upgrade?: Upgrade) =>
    run(
      market,
      vg.MsgDeleteGlobalVirtualGroup,
      { storage_provider: operator(market, 1), global_virtual_group_id },
      upgrade,
    );
  remove(1);
  assert.equal(eventNames(remove(2, 'Manchurian')).at(-2), 'EventDeleteGlobalVirtualGroupFamily');
  assert.equal(market.groups.family(1), undefined);
  assert.deepEqual(market.groups.groups.statistics.familiesOf(1), []);
});

test('Hulunbeier: providers leave one by one, and others swap in', () => {
  const market = marketWithGroup();
  const exit = (id: number, upgrade?: Upgrade) =>
    run(market, vg.MsgStorageProviderExit, { storage_provider: operator(market, id) }, upgrade);
  exit(2, 'Hulunbeier');
  assert.throws(() => exit(3), chainError('sp', 13));
  exit(3, 'Hulunbeier');
  const swap = { storage_provider: operator(market, 8), target_sp_id: 2, global_virtual_group_id: 1 };
  const notYet = chainError('sdk', 37);
  for (const type of [vg.MsgReserveSwapIn, vg.MsgCompleteSwapIn, vg.MsgCancelSwapIn]) {
    assert.throws(() => run(market, type as MessageType, swap as AnyMessage, 'Hulunbeier'), notYet);
  }
  const force = { authority: moduleAddress('gov'), storage_provider: operator(market, 4) };
  assert.throws(() => run(market, vg.MsgStorageProviderForcedExit, force, 'Hulunbeier'), notYet);
  run(market, vg.MsgReserveSwapIn, swap);
  assert.equal(market.sp.byId(3)!.status, sp.Status.STATUS_GRACEFUL_EXITING);
});

test('Serengeti: the families of a provider can be asked for', () => {
  const market = marketWithGroup();
  const handler = market.groupModule.queries['/greenfield.virtualgroup.Query/QuerySpOptimalGlobalVirtualGroupFamily']!;
  const request = encode(vg.QuerySpOptimalGlobalVirtualGroupFamilyRequest, { sp_id: 1 });
  const ask = (fields = {}) => handler.handle(at(NOW, fields), decode(handler.request, request) as AnyMessage);
  assert.throws(() => ask(before('Serengeti')), chainError('virtualgroup', 1130));
  assert.deepEqual(ask(), { global_virtual_group_family_id: 1 });
});
