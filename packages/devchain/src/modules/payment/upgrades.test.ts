/** What the payment module did before each upgrade (`reference/chain-rpc.md` §16). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Init, type MessageType, greenfieldPayment as payment } from '@prairie/chain';
import { ACTIVE, FROZEN } from './streams.ts';
import { address, at, before, deliver, eventNames, fund, paymentWorld, START, type World } from './test-support.ts';

const user = address(1);
const receiver = address(2);

function userWorld(): World {
  const world = paymentWorld();
  fund(world, user, 10n ** 24n);
  return world;
}

function run<M>(world: World, type: MessageType<M>, msg: Init<M>, fields = {}) {
  const ctx = at(START, fields);
  deliver(world, world.paymentModule.messages, ctx, type, msg as Partial<M>);
  return ctx;
}

test('Nagqu: large withdrawals wait, and payment accounts receive no coins', () => {
  const world = userWorld();
  const amount = 10n ** 20n;
  run(world, payment.MsgDeposit, { creator: user, to: user, amount: 2n * amount });
  const withdraw = { creator: user, from: user, amount };
  assert.equal(eventNames(run(world, payment.MsgWithdraw, withdraw, before('Nagqu'))).at(-1), 'EventWithdraw');
  assert.equal(world.payment.delayedWithdrawals.size, 0);
  run(world, payment.MsgWithdraw, withdraw);
  assert.equal(world.payment.delayedWithdrawals.size, 1);
  run(world, payment.MsgCreatePaymentAccount, { creator: user });
  const [, { addr }] = [...world.payment.accounts.range()][0]!;
  world.bank.checkReceiver(at(START, before('Nagqu')), addr);
  assert.throws(() => world.bank.checkReceiver(at(START), addr), { codespace: 'sdk', code: 4 });
});

test('Savanna: a frozen account without flows is active again after a deposit', () => {
  const world = paymentWorld();
  fund(world, user, 6_000n);
  const bill = (rate: bigint) => [{ payer: user, flows: [{ to: receiver, rate }] }];
  world.payment.applyFlowChanges(at(START), bill(100n));
  world.paymentModule.endBlock!(at(START + 60n));
  world.payment.applyFlowChanges(at(START + 60n), bill(-100n), { forced: true });
  const record = () => world.payment.stream(user)!;
  assert.deepEqual([record().status, record().frozen_netflow_rate], [FROZEN, 0n]);
  fund(world, user, 100n);
  const deposit = { creator: user, to: user, amount: 1n };
  run(world, payment.MsgDeposit, deposit, before('Savanna'));
  assert.equal(record().status, FROZEN);
  run(world, payment.MsgDeposit, deposit);
  assert.equal(record().status, ACTIVE);
  assert.equal(record().static_balance, 2n);
});
