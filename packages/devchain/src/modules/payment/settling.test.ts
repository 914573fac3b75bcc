import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FROZEN } from './streams.ts';
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
const receivers = [address(0xf1), address(0xf2), address(0xf3)] as const;

function charge(world: World, now: bigint, rate: bigint, forced = false): void {
  const flows = receivers.map((to) => ({ to, rate }));
  world.payment.applyFlowChanges(at(now), [{ payer: alice, flows }], { forced });
}

function endBlock(world: World, now: bigint) {
  const ctx = at(now);
  world.paymentModule.endBlock!(ctx);
  return ctx;
}

function assertSolvent(world: World, now: bigint): void {
  const { owed, held, netflow } = world.payment.sums(now);
  assert.equal(owed, held);
  assert.equal(netflow, 0n);
}

test('nothing happens before a record is due; then its bank coins carry it on', () => {
  const world = paymentWorld();
  fund(world, alice, 1_000_000n);
  charge(world, START, 100n);
  assert.equal(endBlock(world, START + 29n).events.length, 0);
  const ctx = endBlock(world, START + 30n);
  assert.deepEqual(eventNames(ctx), [
    ...['coin_spent', 'coin_received', 'transfer', 'message', 'EventDeposit', 'EventStreamRecordUpdate'],
  ]);
  const record = world.payment.stream(alice)!;
  assert.equal(record.static_balance, 0n);
  assert.equal(record.settle_timestamp, START + 60n);
  assert.equal(endBlock(world, START + 30n).events.length, 0);
  assertSolvent(world, START + 31n);
});

/** 3 × 100 wei/s; only the buffer of 18 000 wei could be paid. */
function poorWorld(params = {}): World {
  const world = paymentWorld(params);
  fund(world, alice, 18_000n);
  charge(world, START, 100n);
  return world;
}

test('a record that cannot be carried on is frozen: its buffer goes to governance, its flows stop', () => {
  const world = poorWorld();
  const ctx = endBlock(world, START + 30n);
  assert.deepEqual(eventNames(ctx), [
    ...['EventStreamRecordUpdate', 'EventForceSettle', 'EventStreamRecordUpdate'],
    ...['EventStreamRecordUpdate', 'EventStreamRecordUpdate', 'EventStreamRecordUpdate', 'EventStreamRecordUpdate'],
  ]);
  assert.deepEqual(attributesOf(ctx.events[1]!), { addr: `"${alice}"`, settled_balance: '"9000"' });
  const record = world.payment.stream(alice)!;
  assert.equal(record.status, FROZEN);
  assert.equal(record.netflow_rate, 0n);
  assert.equal(record.frozen_netflow_rate, -300n);
  assert.equal(record.out_flow_count, 3n);
  assert.equal(world.payment.balanceAt(receivers[0], START + 99n), 3000n);
  assert.equal(world.payment.balanceAt(world.payment.governanceAddress, START + 99n), 9000n);
  assert.deepEqual([...world.payment.streams.settleQueue.range()], []);
  assertSolvent(world, START + 99n);
});

test('a frozen payer is refused, unless forced', () => {
  const world = poorWorld();
  endBlock(world, START + 30n);
  const frozen = { message: `stream record ${alice} is frozen` };
  assert.throws(() => charge(world, START + 40n, 1n), frozen);
  assert.throws(() => world.payment.updateStream(at(START + 40n), alice, { lock: 1n }), frozen);
  charge(world, START + 40n, -100n, true);
  const record = world.payment.stream(alice)!;
  assert.equal(record.frozen_netflow_rate, 0n);
  assert.equal(record.out_flow_count, 0n);
  assert.equal(world.payment.stream(receivers[0])!.netflow_rate, 0n);
  assertSolvent(world, START + 99n);
});

test('a deposit that fills the buffer starts the flows again', () => {
  const world = poorWorld();
  endBlock(world, START + 30n);
  const deposit = (now: bigint, amount: bigint) => {
    fund(world, alice, amount);
    const ctx = at(now);
    world.bank.send(ctx, alice, world.payment.moduleAddress, amount);
    world.payment.settler.deposit(ctx, world.payment.stream(alice)!, amount);
  };
  deposit(START + 40n, 17_999n);
  assert.equal(world.payment.stream(alice)!.status, FROZEN);
  deposit(START + 50n, 601n);
  const record = world.payment.stream(alice)!;
  assert.equal(record.status, 0);
  assert.equal(record.static_balance, 600n);
  assert.equal(record.buffer_balance, 18_000n);
  assert.equal(record.netflow_rate, -300n);
  assert.equal(record.frozen_netflow_rate, 0n);
  // 18 600 wei last 62 s, of which 30 are kept
  assert.equal(record.settle_timestamp, START + 50n + 62n - 30n);
  assert.equal(world.payment.stream(receivers[2])!.netflow_rate, 100n);
  assertSolvent(world, START + 60n);
});

test('many flows stop and start over several blocks, and no wei is lost between', () => {
  const world = poorWorld({ max_auto_settle_flow_count: 3n, max_auto_resume_flow_count: 2n });
  endBlock(world, START + 30n);
  const partly = world.payment.stream(alice)!;
  assert.equal(partly.status, FROZEN);
  assert.equal(partly.frozen_netflow_rate, -200n);
  assertSolvent(world, START + 31n);
  endBlock(world, START + 31n);
  assert.equal(world.payment.stream(alice)!.netflow_rate, 0n);
  // the third receiver got one second more, which the payer owes
  assert.equal(world.payment.stream(alice)!.static_balance, -100n);

  fund(world, alice, 20_000n);
  const ctx = at(START + 40n);
  world.bank.send(ctx, alice, world.payment.moduleAddress, 20_000n);
  world.payment.settler.deposit(ctx, world.payment.stream(alice)!, 20_000n);
  assert.equal(world.payment.stream(alice)!.status, FROZEN);
  assert.throws(
    () => world.payment.settler.deposit(at(START + 40n), world.payment.stream(alice)!, 1n),
    chainError('undefined', 1, /status is resuming, please wait$/),
  );
  endBlock(world, START + 41n);
  assert.equal(world.payment.stream(alice)!.netflow_rate, -200n);
  assertSolvent(world, START + 45n);
  endBlock(world, START + 42n);
  const resumed = world.payment.stream(alice)!;
  assert.equal(resumed.status, 0);
  assert.equal(resumed.netflow_rate, -300n);
  assert.deepEqual([...world.payment.streams.resumeQueue.range()], []);
  assertSolvent(world, START + 99n);
});

test('a forced bill may freeze its payer; the next block stops the flows', () => {
  const world = paymentWorld();
  fund(world, alice, 18_000n);
  charge(world, START, 100n);
  // 4500 wei are used and the buffer must grow by 9000: 13 500 wei are left for 30 s of 450 wei/s
  charge(world, START + 15n, 50n, true);
  assert.equal(world.payment.stream(alice)!.status, FROZEN);
  assert.equal(world.payment.stream(receivers[0])!.netflow_rate, 150n);
  assertSolvent(world, START + 17n);
  endBlock(world, START + 17n);
  assert.equal(world.payment.stream(receivers[0])!.netflow_rate, 0n);
  assert.equal(world.payment.stream(alice)!.frozen_netflow_rate, -450n);
  assertSolvent(world, START + 50n);
});

test('an account without flows is thawed by any deposit', () => {
  const world = poorWorld();
  endBlock(world, START + 30n);
  charge(world, START + 40n, -100n, true);
  world.payment.settler.deposit(at(START + 50n), world.payment.stream(alice)!, 0n);
  assert.equal(world.payment.stream(alice)!.status, 0);
  assert.equal(world.payment.stream(alice)!.settle_timestamp, 0n);
});
