import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  address,
  at,
  attributesOf,
  chainError,
  eventNames,
  fund,
  paymentWorld,
  START,
  type World,
} from './test-support.ts';

const alice = address(0xa1);
const family = address(0xf1);
const group = address(0xf2);

/** Rates of the recorded first bucket: read quota of 10⁸ bytes at 100 wei per byte, 1% tax. */
const QUOTA_FLOW = 10_000_000_000n;
const TAX_FLOW = 100_000_000n;
const NET = QUOTA_FLOW + TAX_FLOW;

function charge(world: World, now: bigint, flows: [string, bigint][] = [[family, QUOTA_FLOW]], forced = false) {
  const ctx = at(now);
  const bill = { payer: alice, flows: flows.map(([to, rate]) => ({ to, rate })) };
  world.payment.applyFlowChanges(ctx, [bill], { forced });
  return ctx;
}

const quotaBill = (world: World): [string, bigint][] => [
  [family, QUOTA_FLOW],
  [world.payment.taxPoolAddress, TAX_FLOW],
];

function assertSolvent(world: World, now: bigint): void {
  const { owed, held, netflow } = world.payment.sums(now);
  assert.equal(owed, held, 'coins of the module account equal what records say');
  assert.equal(netflow, 0n);
}

test('a first bill pulls its buffer from the bank, and is due when half of it is used', () => {
  const world = paymentWorld();
  fund(world, alice, 10n ** 18n);
  const ctx = charge(world, START, quotaBill(world));
  // 60 s × 10 100 000 000 wei/s
  assert.equal(world.bank.balance(alice), 10n ** 18n - 606_000_000_000n);
  const record = world.payment.stream(alice)!;
  assert.equal(record.buffer_balance, 606_000_000_000n);
  assert.equal(record.static_balance, 0n);
  assert.equal(record.netflow_rate, -NET);
  assert.equal(record.settle_timestamp, START + 30n);
  assert.equal(record.out_flow_count, 2n);
  assert.deepEqual(eventNames(ctx), [
    ...['coin_spent', 'coin_received', 'transfer', 'message', 'EventDeposit'],
    ...['EventStreamRecordUpdate', 'EventStreamRecordUpdate', 'EventStreamRecordUpdate'],
  ]);
  assert.deepEqual(
    ctx.events.slice(-3).map((event) => JSON.parse(attributesOf(event).account!)),
    [alice, ...[family, world.payment.taxPoolAddress].sort()],
  );
  assertSolvent(world, START + 1000n);
});

test('without enough coins a bill is refused, and nothing of it stays', () => {
  const world = paymentWorld();
  fund(world, alice, 605_999_999_999n);
  const message = `stream account ${alice} balance not enough, lack of 606000000000 BNB`;
  assert.throws(() => world.state.branch(() => charge(world, START, quotaBill(world))), {
    ...chainError('undefined', 1),
    message,
  });
  assert.equal(world.payment.stream(alice), undefined);
  assert.equal(world.payment.stream(family), undefined);
  assert.equal(world.bank.balance(alice), 605_999_999_999n);
});

test('an account whose money does not last for the forced settle time cannot do anything but deposit', () => {
  const world = paymentWorld();
  fund(world, alice, 606_000_000_000n);
  charge(world, START, quotaBill(world));
  // 31 s later 29 s are left: even a change that frees money is refused
  const message = `stream account ${alice} lacks of ${NET * 31n} BNB`;
  assert.throws(() => world.payment.updateStream(at(START + 31n), alice, { lock: 0n }), { message });
});

test('a lock moves money within the record, an unlock of too much gives back only what was locked', () => {
  const world = paymentWorld();
  fund(world, alice, 1000n);
  assert.equal(world.payment.updateStream(at(START), alice, { lock: 300n }).lock_balance, 300n);
  assert.equal(world.bank.balance(alice), 700n);
  const record = world.payment.updateStream(at(START), alice, { lock: -500n });
  assert.equal(record.lock_balance, 0n);
  assert.equal(record.static_balance, 300n);
  assertSolvent(world, START);
});

test('income adds up by the second, and covers what flows out before coins do', () => {
  const world = paymentWorld();
  fund(world, alice, 10n ** 18n);
  charge(world, START, quotaBill(world));
  assert.equal(world.payment.balanceAt(family, START + 7n), 7n * QUOTA_FLOW);
  const record = world.payment.updateStream(at(START + 7n), family, { static: -QUOTA_FLOW });
  assert.equal(record.static_balance, 6n * QUOTA_FLOW);
  assert.equal(record.crud_timestamp, START + 7n);
});

test('ending a flow gives its buffer back', () => {
  const world = paymentWorld();
  fund(world, alice, 10n ** 18n);
  charge(world, START, [[family, 1000n]]);
  charge(world, START + 10n, [[family, -1000n]]);
  const record = world.payment.stream(alice)!;
  assert.equal(record.netflow_rate, 0n);
  assert.equal(record.out_flow_count, 0n);
  assert.equal(record.buffer_balance, 0n);
  assert.equal(record.static_balance, 60_000n - 10_000n);
  assert.equal(record.settle_timestamp, 0n);
  assert.deepEqual(world.payment.streams.flowsOf(alice), []);
  assert.deepEqual([...world.payment.streams.settleQueue.range()], []);
  assertSolvent(world, START + 99n);
});

test('a flow that is reduced by more than it has, and money that flows nowhere, are panics', () => {
  const world = paymentWorld();
  fund(world, alice, 10n ** 18n);
  charge(world, START, [[family, 1000n]]);
  assert.throws(() => charge(world, START, [[family, -1001n]]), chainError('undefined', 111222));
  fund(world, family, 1000n);
  assert.throws(() => world.payment.updateStream(at(START), family, { rate: -1001n }), chainError('undefined', 111222));
});

test('several bills become one per payer, sorted by checksummed text, and cancelled flows vanish', () => {
  const world = paymentWorld();
  const payers = [address(0xcf), address(0xbc)];
  const receivers = ['0x8d720138ec1f2006dbe283c9a0f6ece4b5c2ff1e', '0xcff2cd446daa518a0a005a2549af1fea819eebb9'];
  for (const payer of payers) fund(world, payer, 10n ** 18n);
  const ctx = at(START);
  const [first, second] = receivers as [string, string];
  world.payment.applyFlowChanges(ctx, [
    { payer: payers[0]!, flows: [{ to: second, rate: 5n }] },
    { payer: payers[1]!, flows: [{ to: first, rate: 7n }] },
    {
      payer: payers[0]!,
      flows: [
        { to: first, rate: 3n },
        { to: group, rate: 2n },
        { to: group, rate: -2n },
      ],
    },
  ]);
  const updates = ctx.events.filter((event) => event.type.endsWith('EventStreamRecordUpdate')).map(attributesOf);
  const accounts = updates.map((update) => JSON.parse(update.account!));
  assert.deepEqual(accounts.slice(0, 2), [...payers].sort());
  assert.deepEqual(accounts.slice(2), [
    '0x8D720138eC1f2006dbe283C9A0f6eCe4B5c2fF1e',
    '0xCff2CD446DAa518a0A005a2549AF1fEA819eEBB9',
  ]);
  assert.equal(world.payment.stream(first)!.netflow_rate, 10n);
  assert.equal(world.payment.stream(group), undefined);
});

test('a single bill keeps a flow that cancels out: its receiver is written', () => {
  const world = paymentWorld();
  fund(world, alice, 1000n);
  const ctx = charge(world, START, [
    [family, 5n],
    [family, -5n],
  ]);
  assert.deepEqual(eventNames(ctx), ['EventStreamRecordUpdate', 'EventStreamRecordUpdate']);
});

test('a simulation previews what a bill reserves or frees', () => {
  const world = paymentWorld();
  fund(world, alice, 10n ** 18n);
  const preview = (rate: bigint) => {
    const ctx = at(START, { mode: 'simulate' });
    world.payment.applyFlowChanges(ctx, [{ payer: alice, flows: [{ to: family, rate }] }]);
    return attributesOf(ctx.events[0]!);
  };
  const reserved = { account: `"${alice}"`, amount: '"60000"', fee_preview_type: '"FEE_PREVIEW_TYPE_PRELOCKED_FEE"' };
  assert.deepEqual(preview(1000n), reserved);
  assert.deepEqual(preview(-400n), {
    ...reserved,
    amount: '"24000"',
    fee_preview_type: '"FEE_PREVIEW_TYPE_UNLOCKED_FEE"',
  });
});

test('the settle time of a slow stream stays within 64 bits', () => {
  const world = paymentWorld();
  fund(world, alice, 10n ** 27n);
  world.payment.updateStream(at(START), alice, { static: 10n ** 27n });
  charge(world, START, [[family, 1n]]);
  assert.equal(world.payment.stream(alice)!.settle_timestamp, 2n ** 63n - 1n);
});
