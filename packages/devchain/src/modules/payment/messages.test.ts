import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type MessageType, moduleAddress, greenfieldPayment as payment } from '@prairie/chain';
import { paymentAccountAddress } from './addresses.ts';
import {
  address,
  at,
  attributesOf,
  chainError,
  deliver,
  eventNames,
  fund,
  localParams,
  paymentWorld,
  START,
  type World,
} from './test-support.ts';

/** The recorded user: its payment accounts are known. */
const user = '0x047e776b864432ED57E923DdF639e02Cf8b5eA3F';
const account = '0x2014302843B07C263e6A1AEf299225f8E44017F3';
const other = address(0xb2);

function userWorld(): World {
  const world = paymentWorld();
  fund(world, user, 10n ** 24n);
  fund(world, other, 10n ** 24n);
  return world;
}

function run<M>(world: World, type: MessageType<M>, msg: Partial<M>, now = START) {
  const ctx = at(now);
  deliver(world, world.paymentModule.messages, ctx, type, msg);
  return ctx;
}

const deposit = (world: World, amount: bigint, now = START, to = account) =>
  run(world, payment.MsgDeposit, { creator: user, to, amount }, now);

test('payment accounts have the recorded addresses, and are limited', () => {
  const world = userWorld();
  const ctx = run(world, payment.MsgCreatePaymentAccount, { creator: user.toLowerCase() });
  assert.deepEqual(ctx.events.map(attributesOf), [{ addr: `"${account}"`, owner: `"${user}"`, refundable: 'true' }]);
  run(world, payment.MsgCreatePaymentAccount, { creator: user });
  run(world, payment.MsgCreatePaymentAccount, { creator: user });
  assert.equal(paymentAccountAddress(user, 1n), '0x34C1B12dE14200B056dBC283E082c7b9E7ed0904');
  assert.ok(world.payment.isOwnedBy(paymentAccountAddress(user, 2n), user));
  assert.ok(world.payment.isOwnedBy(user, user.toLowerCase()));
  assert.ok(!world.payment.isOwnedBy(account, other));
  assert.throws(() => run(world, payment.MsgCreatePaymentAccount, { creator: user }), chainError('payment', 1200));
});

test('a payment account refuses coins of users; coins it has anyway are swept in by a deposit', () => {
  const world = userWorld();
  run(world, payment.MsgCreatePaymentAccount, { creator: user });
  const message = `payment account ${account} is not allowed to receive funds: unauthorized`;
  assert.throws(() => world.bank.checkReceiver(at(START), account), { message });
  world.bank.send(at(START), other, account, 7n);
  const ctx = deposit(world, 1000n);
  assert.equal(world.payment.stream(account)!.static_balance, 1007n);
  assert.equal(world.bank.balance(account), 0n);
  assert.deepEqual(attributesOf(ctx.events.at(-1)!), { from: `"${user}"`, to: `"${account}"`, amount: '"1007"' });
});

test('a deposit needs a receiver and a positive amount', () => {
  const world = userWorld();
  assert.throws(() => deposit(world, 1n, START, address(0x77)), chainError('payment', 1207));
  assert.throws(() => deposit(world, 0n), chainError('sdk', 10));
  assert.throws(() => deposit(world, 1n, START, '0x12'), chainError('sdk', 7));
});

test('a withdrawal leaves events in the recorded order', () => {
  const world = userWorld();
  run(world, payment.MsgCreatePaymentAccount, { creator: user });
  deposit(world, 100n);
  const ctx = run(world, payment.MsgWithdraw, { creator: user, from: account, amount: 40n });
  assert.deepEqual(eventNames(ctx), [
    ...['EventStreamRecordUpdate', 'coin_spent', 'coin_received', 'transfer', 'message', 'EventWithdraw'],
  ]);
  assert.equal(world.bank.balance(user), 10n ** 24n - 60n);
});

test('a withdrawal is refused to strangers, from frozen and from non-refundable accounts, and of too much', () => {
  const world = userWorld();
  const withdraw = (creator: string, amount = 1n) =>
    run(world, payment.MsgWithdraw, { creator, from: account, amount });
  assert.throws(() => withdraw(user), chainError('payment', 1203));
  run(world, payment.MsgCreatePaymentAccount, { creator: user });
  deposit(world, 100n);
  assert.throws(() => withdraw(other), chainError('payment', 1204));
  assert.throws(() => withdraw(user, 101n), chainError('undefined', 1, /balance not enough, lack of 1 BNB/));
  deposit(world, 5n, START, other);
  const from = { creator: user, from: other, amount: 1n };
  assert.throws(() => run(world, payment.MsgWithdraw, from), chainError('payment', 1202));
  run(world, payment.MsgDisableRefund, { owner: user, addr: account });
  assert.throws(() => withdraw(user), chainError('payment', 1205));
  const key = account.slice(2).toLowerCase();
  world.payment.streams.records.set(key, { ...world.payment.stream(account)!, status: 1 });
  assert.throws(() => withdraw(user), chainError('payment', 1208));
});

test('refunds are disabled by the exact owner, once', () => {
  const world = userWorld();
  const disable = (owner: string) => run(world, payment.MsgDisableRefund, { owner, addr: account });
  assert.throws(() => disable(user), chainError('payment', 1202));
  run(world, payment.MsgCreatePaymentAccount, { creator: user });
  assert.throws(() => disable(user.toLowerCase()), chainError('payment', 1204));
  const ctx = disable(user);
  assert.equal(attributesOf(ctx.events[0]!).refundable, 'false');
  assert.throws(() => disable(user), chainError('payment', 1205));
});

test('a large withdrawal waits for its time lock', () => {
  const world = userWorld();
  const large = 10n ** 20n;
  deposit(world, 3n * large, START, user);
  const withdraw = () => run(world, payment.MsgWithdraw, { creator: user, from: user, amount: large });
  assert.deepEqual(eventNames(withdraw()), ['EventStreamRecordUpdate']);
  assert.throws(withdraw, chainError('payment', 1213));
  assert.equal(world.payment.stream(user)!.static_balance, 2n * large);
  const { owed, held } = world.payment.sums(START);
  assert.equal(owed, held);
  const claim = (now: bigint, amount = large) =>
    run(world, payment.MsgWithdraw, { creator: user, from: '', amount }, now);
  assert.throws(() => claim(START + 86_400n), chainError('payment', 1212));
  assert.throws(() => claim(START + 86_401n, 1n), chainError('payment', 1211));
  const ctx = claim(START + 86_401n);
  assert.deepEqual(attributesOf(ctx.events.at(-1)!), { from: `"${user}"`, to: `"${user}"`, amount: `"${large}"` });
  assert.throws(() => claim(START + 86_402n), chainError('payment', 1210));
});

test('parameters change by governance alone, and are seen a second later', () => {
  const world = userWorld();
  const versioned_params = { reserve_time: 100n, validator_tax_rate: 0n };
  const params = { ...localParams, versioned_params };
  assert.throws(() => run(world, payment.MsgUpdateParams, { authority: user, params }), chainError('gov', 13));
  const ctx = run(world, payment.MsgUpdateParams, { authority: moduleAddress('gov'), params });
  assert.equal(ctx.events[0]!.type, 'greenfield.payment.Params');
  assert.equal(world.payment.versionedParamsAt(START).reserve_time, 60n);
  assert.equal(world.payment.versionedParamsAt(START + 1n).reserve_time, 100n);
  assert.equal(world.payment.params().versioned_params.reserve_time, 100n);
  assert.throws(
    () => world.payment.versionedParamsAt(START - 10n),
    chainError('undefined', 1, /no versioned params found/),
  );
});
