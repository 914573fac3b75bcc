import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  addressOf,
  approvalDigest,
  type Init,
  type MessageType,
  moduleAddress,
  signDigest,
  greenfieldSp as sp,
  greenfieldVirtualgroup as vg,
} from '@prairie/chain';
import { address, at, attributesOf, chainError, deliver, eventNames } from '../payment/test-support.ts';
import { familyAddress, gvgAddress } from './addresses.ts';
import { GENESIS_TIME, type Market, recordedMarket } from './test-support.ts';

const NOW = GENESIS_TIME + 1000n;

function run<M>(market: Market, type: MessageType<M>, msg: Init<M>, now = NOW) {
  const ctx = at(now);
  deliver(market, market.groupModule.messages, ctx, type, msg as Partial<M>);
  return ctx;
}

const operator = (market: Market, id: number): string => market.sp.byId(id)!.operator_address;
const funding = (market: Market, id: number): string => market.sp.byId(id)!.funding_address;
const coins = (amount: bigint) => ({ denom: 'BNB', amount });

function create(market: Market, primary: number, secondaries: number[], family_id = 0) {
  const storage_provider = operator(market, primary);
  const deposit = coins(16_000_000n);
  return run(market, vg.MsgCreateGlobalVirtualGroup, {
    storage_provider,
    family_id,
    secondary_sp_ids: secondaries,
    deposit,
  });
}

/** Provider 1 with one family of one group. */
function marketWithGroup(): Market {
  const { market } = recordedMarket();
  create(market, 1, [2, 3, 4, 5, 6, 7]);
  return market;
}

const stats = (market: Market, id: number): number[] => {
  const { primary_count, secondary_count, break_redundancy_reqmt_gvg_count } =
    market.groups.groups.statistics.of(id) ?? vg.GVGStatisticsWithinSP.create();
  return [primary_count, secondary_count, break_redundancy_reqmt_gvg_count];
};

test('derived addresses are the recorded ones', () => {
  assert.equal(gvgAddress(1), '0x6213Aa806da2bACF7Cc7b5Fea702cf618077DE80');
  assert.equal(familyAddress(1), '0x961d08Df33a1cD72Fe712dcD17d6B77D067AEbc7');
});

test('a group needs enough different secondaries that serve', () => {
  const market = marketWithGroup();
  const refused = (secondaries: number[], codespace: string, code: number, family = 0) =>
    assert.throws(() => create(market, 1, secondaries, family), chainError(codespace, code));
  refused([2, 3, 4, 5, 6], 'virtualgroup', 1122);
  refused([2, 3, 4, 5, 6, 6], 'virtualgroup', 1124);
  refused([2, 3, 4, 5, 6, 9], 'sp', 1);
  refused([3, 2, 4, 5, 6, 7], 'virtualgroup', 1100, 7);
  refused([2, 3, 4, 5, 6, 7], 'virtualgroup', 1126, 1);
  market.sp.setStatus(market.sp.byId(8)!, sp.Status.STATUS_GRACEFUL_EXITING);
  refused([2, 3, 4, 5, 6, 8], 'sp', 2);
  const zero = { storage_provider: operator(market, 1), secondary_sp_ids: [2, 3, 4, 5, 6, 7], deposit: coins(0n) };
  assert.throws(() => run(market, vg.MsgCreateGlobalVirtualGroup, zero), chainError('sdk', 18));
});

test('a family takes eleven groups', () => {
  const market = marketWithGroup();
  const rotated = (n: number) => Array.from({ length: 6 }, (_, i) => 2 + ((i + n) % 7));
  for (let n = 1; n < 7; n++) create(market, 1, rotated(n), 1);
  const reversed = (n: number) => rotated(n).reverse();
  for (let n = 0; n < 4; n++) create(market, 1, reversed(n), 1);
  assert.equal(market.groups.gvgsOfFamily(1).length, 11);
  assert.throws(() => create(market, 1, reversed(4), 1), chainError('virtualgroup', 1123));
  assert.equal(market.groups.firstGvgOfFamily(1)!.id, 1);
  assert.deepEqual(stats(market, 1), [11, 0, 0]);
});

test('an empty group is deleted and refunds the caller; a used one is not', () => {
  const market = marketWithGroup();
  const gvg = market.groups.gvg(1)!;
  const remove = () =>
    run(market, vg.MsgDeleteGlobalVirtualGroup, { storage_provider: operator(market, 2), global_virtual_group_id: 1 });
  market.groups.setGvg(at(NOW), { ...gvg, stored_size: 1n });
  assert.throws(remove, chainError('virtualgroup', 1103));
  market.groups.setGvg(at(NOW), gvg);
  const before = market.bank.balance(funding(market, 2));
  const names = eventNames(remove());
  assert.deepEqual(names.slice(-3), [
    ...['EventDeleteGlobalVirtualGroup', 'EventUpdateGlobalVirtualGroupFamily', 'EventDeleteGlobalVirtualGroup'],
  ]);
  assert.equal(market.bank.balance(funding(market, 2)) - before, 16_000_000n);
  assert.deepEqual(market.groups.family(1)!.global_virtual_group_ids, []);
  assert.deepEqual(stats(market, 1), [0, 0, 0]);
  assert.deepEqual(stats(market, 7), [0, 0, 0]);
  assert.throws(remove, chainError('virtualgroup', 1102));
});

test('what is staked for stored bytes cannot be withdrawn, the rest once', () => {
  const market = marketWithGroup();
  const gvg = market.groups.gvg(1)!;
  assert.equal(market.groups.stakingCapacity(gvg), 1000n);
  assert.equal(market.groups.stakingCapacity({ total_deposit: 16_000n * 2n ** 70n }), 2n ** 64n - 1n);
  market.groups.setGvg(at(NOW), { ...gvg, stored_size: 900n });
  const withdraw = (storage_provider: string, amount: bigint) =>
    run(market, vg.MsgWithdraw, { storage_provider, global_virtual_group_id: 1, withdraw: coins(amount) });
  assert.throws(() => withdraw(operator(market, 2), 1n), chainError('virtualgroup', 1121));
  assert.throws(() => withdraw(operator(market, 1), 1_600_001n), chainError('virtualgroup', 1105));
  const ctx = withdraw(funding(market, 1), 1_600_000n);
  assert.deepEqual(attributesOf(ctx.events.at(-1)!), {
    ...{ id: '1', store_size: '"900"', total_deposit: '"14400000"', primary_sp_id: '0', secondary_sp_ids: '[]' },
  });
  assert.throws(() => withdraw(funding(market, 1), 1n), chainError('virtualgroup', 1105));
  const deposit = { storage_provider: operator(market, 1), global_virtual_group_id: 1, deposit: coins(5n) };
  run(market, vg.MsgDeposit, deposit);
  assert.equal(market.groups.gvg(1)!.total_deposit, 14_400_005n);
  const foreign = { ...deposit, deposit: { denom: 'X', amount: 5n } };
  assert.throws(() => run(market, vg.MsgDeposit, foreign), chainError('virtualgroup', 2000));
});

test('settling pays shares without a remainder, and nothing when there is nothing', () => {
  const market = marketWithGroup();
  const settle = (family: number, gvgs: number[]) =>
    run(market, vg.MsgSettle, {
      storage_provider: address(9),
      global_virtual_group_family_id: family,
      global_virtual_group_ids: gvgs,
    });
  assert.deepEqual(settle(0, [1]).events, []);
  market.bank.endow(market.payment.moduleAddress, 32n);
  market.payment.updateStream(at(NOW), gvgAddress(1), { static: 32n });
  const before = market.bank.balance(funding(market, 7));
  const ctx = settle(0, [1]);
  assert.equal(attributesOf(ctx.events.at(-1)!).amount, '"5"');
  assert.equal(market.bank.balance(funding(market, 7)) - before, 5n);
  assert.equal(market.payment.stream(gvgAddress(1))!.static_balance, 2n);
  assert.throws(() => settle(9, []), chainError('virtualgroup', 1100));
  assert.throws(() => settle(0, [9]), chainError('virtualgroup', 1102));
  assert.throws(() => settle(0, []), chainError('virtualgroup', 1120));
  assert.throws(
    () =>
      settle(
        0,
        Array.from({ length: 11 }, () => 1),
      ),
    chainError('virtualgroup', 1120),
  );
  market.bank.send(at(NOW), market.payment.moduleAddress, address(1), 2n);
  market.payment.updateStream(at(NOW), familyAddress(1), { static: 6n });
  assert.throws(() => settle(1, []), chainError('virtualgroup', 1109));
});

const key = Buffer.alloc(32, 3);

/** Provider 8 takes over from provider 1 or 7, its approval key being known. */
function swapMarket(): Market {
  const market = marketWithGroup();
  market.sp.set({ ...market.sp.byId(8)!, approval_address: addressOf(key) });
  return market;
}

function swapOut(market: Market, from: number, family: number, gvgs: number[], signer = key) {
  const msg = vg.MsgSwapOut.create({
    storage_provider: operator(market, from),
    global_virtual_group_family_id: family,
    global_virtual_group_ids: gvgs,
    successor_sp_id: 8,
    successor_sp_approval: { expired_height: 1n, global_virtual_group_family_id: 0 },
  });
  const sig = signDigest(signer, approvalDigest(vg.MsgSwapOut, msg));
  return run(market, vg.MsgSwapOut, { ...msg, successor_sp_approval: { ...msg.successor_sp_approval!, sig } });
}

const swapFields = (market: Market, id: number, family: number, gvgs: number[]) => ({
  storage_provider: operator(market, id),
  global_virtual_group_family_id: family,
  global_virtual_group_ids: gvgs,
});

test('a family is swapped out with the approval of its successor', () => {
  const market = swapMarket();
  assert.throws(() => swapOut(market, 1, 1, [], Buffer.alloc(32, 4)), chainError('virtualgroup', 1106));
  assert.throws(() => swapOut(market, 2, 1, []), chainError('virtualgroup', 1106));
  assert.throws(() => swapOut(market, 1, 1, [1]), chainError('greenfield', 1014));
  assert.equal(attributesOf(swapOut(market, 1, 1, []).events[0]!).successor_sp_id, '8');
  assert.throws(() => swapOut(market, 1, 1, []), chainError('virtualgroup', 1106));
  const complete = (id: number) => run(market, vg.MsgCompleteSwapOut, swapFields(market, id, 1, []));
  assert.throws(() => complete(7), chainError('virtualgroup', 1106));
  const names = eventNames(complete(8));
  assert.deepEqual(names.slice(-3), [
    ...['EventUpdateGlobalVirtualGroupFamily', 'EventUpdateGlobalVirtualGroup', 'EventCompleteSwapOut'],
  ]);
  assert.equal(market.groups.family(1)!.primary_sp_id, 8);
  assert.deepEqual(stats(market, 1), [0, 0, 0]);
  assert.deepEqual(stats(market, 8), [1, 0, 0]);
  assert.deepEqual(market.groups.groups.statistics.familiesOf(1), []);
  assert.deepEqual(market.groups.groups.statistics.familiesOf(8), [1]);
});

test('a secondary is swapped out, or the swap is cancelled', () => {
  const market = swapMarket();
  swapOut(market, 7, 0, [1]);
  assert.throws(
    () => run(market, vg.MsgCancelSwapOut, swapFields(market, 6, 0, [1])),
    chainError('virtualgroup', 1106),
  );
  run(market, vg.MsgCancelSwapOut, swapFields(market, 7, 0, [1]));
  swapOut(market, 7, 0, [1]);
  const ctx = run(market, vg.MsgCompleteSwapOut, swapFields(market, 8, 0, [1]));
  assert.deepEqual(eventNames(ctx), ['EventUpdateGlobalVirtualGroup', 'EventCompleteSwapOut']);
  assert.deepEqual(market.groups.gvg(1)!.secondary_sp_ids, [2, 3, 4, 5, 6, 8]);
  assert.deepEqual(stats(market, 7), [0, 0, 0]);
});

const swapIn = (market: Market, id: number, target: { family?: number; gvg?: number }) => ({
  storage_provider: operator(market, id),
  global_virtual_group_family_id: target.family ?? 0,
  global_virtual_group_id: target.gvg ?? 0,
});

test('a secondary that takes the family over holds both roles until somebody relieves it', () => {
  const market = marketWithGroup();
  const reserve = (id: number, target: object, target_sp_id: number, now = NOW) =>
    run(market, vg.MsgReserveSwapIn, { ...swapIn(market, id, target), target_sp_id }, now);
  assert.throws(() => reserve(7, { family: 1 }, 1), chainError('sp', 19));
  assert.throws(() => reserve(8, { gvg: 1 }, 7), chainError('virtualgroup', 1127));
  run(market, vg.MsgStorageProviderExit, { storage_provider: operator(market, 1) });
  assert.throws(() => reserve(1, { family: 1 }, 1), chainError('virtualgroup', 1127));
  reserve(7, { family: 1 }, 1);
  assert.throws(() => reserve(8, { family: 1 }, 1), chainError('virtualgroup', 1127));
  assert.throws(() => reserve(7, { family: 1 }, 1, NOW + 604_801n), chainError('virtualgroup', 1127));
  const complete = (id: number, target: object) => run(market, vg.MsgCompleteSwapIn, swapIn(market, id, target));
  assert.throws(() => complete(8, { family: 1 }), chainError('virtualgroup', 1127));
  complete(7, { family: 1 });
  assert.deepEqual(stats(market, 7), [1, 1, 1]);
  assert.throws(
    () => run(market, vg.MsgStorageProviderExit, { storage_provider: operator(market, 7) }),
    chainError('virtualgroup', 1108),
  );
  reserve(8, { gvg: 1 }, 7);
  complete(8, { gvg: 1 });
  assert.deepEqual(stats(market, 7), [1, 0, 0]);
  assert.deepEqual(stats(market, 8), [0, 1, 0]);
  assert.throws(() => complete(8, { gvg: 1 }), chainError('virtualgroup', 1127));
});

test('a reservation can be cancelled, and taken by another when its time is over', () => {
  const market = marketWithGroup();
  market.sp.setStatus(market.sp.byId(7)!, sp.Status.STATUS_FORCED_EXITING);
  create(market, 2, [1, 3, 4, 5, 6, 8]);
  const reserve = (now: bigint) =>
    run(market, vg.MsgReserveSwapIn, { ...swapIn(market, 8, { gvg: 1 }), target_sp_id: 7 }, now);
  reserve(NOW);
  const ctx = run(market, vg.MsgCancelSwapIn, swapIn(market, 8, { gvg: 1 }));
  assert.deepEqual(eventNames(ctx), ['EventCancelSwapIn']);
  reserve(NOW);
  assert.equal(market.groups.swapIn({ gvg: 1 })!.expiration_time, NOW + 604_800n);
  const both = { ...swapIn(market, 8, { gvg: 1, family: 1 }) };
  assert.throws(() => run(market, vg.MsgCancelSwapIn, both), chainError('greenfield', 1014));
});

test('one provider leaves at a time, with its deposit when it was its own will', () => {
  const market = marketWithGroup();
  const storage_provider = operator(market, 8);
  const complete = () => run(market, vg.MsgCompleteStorageProviderExit, { storage_provider, operator: address(9) });
  assert.throws(complete, chainError('sp', 13));
  const forced = (authority: string) => run(market, vg.MsgStorageProviderForcedExit, { authority, storage_provider });
  assert.throws(() => forced(address(1)), chainError('gov', 13));
  assert.deepEqual(eventNames(forced(moduleAddress('gov'))), ['EventStorageProviderForcedExit']);
  assert.throws(
    () => run(market, vg.MsgStorageProviderExit, { storage_provider: operator(market, 7) }),
    chainError('sp', 13),
  );
  const { total_deposit } = market.sp.byId(8)!;
  const ctx = complete();
  assert.equal(market.bank.balance(market.payment.governanceAddress), total_deposit);
  assert.equal(attributesOf(ctx.events.at(-1)!).forced_exit, 'true');
  assert.equal(market.sp.byOperator(storage_provider), undefined);
  run(market, vg.MsgStorageProviderExit, { storage_provider: operator(market, 7) });
  const leaving = { storage_provider: operator(market, 7), operator: address(9) };
  assert.throws(() => run(market, vg.MsgCompleteStorageProviderExit, leaving), chainError('virtualgroup', 1108));
});

test('parameters change by governance; the denomination never does', () => {
  const market = marketWithGroup();
  const params = { ...market.groups.params(), deposit_denom: 'X', sp_concurrent_exit_num: '2' };
  run(market, vg.MsgUpdateParams, { authority: moduleAddress('gov'), params });
  assert.equal(market.groups.params().deposit_denom, 'BNB');
  assert.equal(market.groups.params().sp_concurrent_exit_num, '2');
  const wrong = { ...params, swap_in_validity_period: 'week' };
  assert.throws(
    () => run(market, vg.MsgUpdateParams, { authority: moduleAddress('gov'), params: wrong }),
    chainError('sdk', 18),
  );
});
