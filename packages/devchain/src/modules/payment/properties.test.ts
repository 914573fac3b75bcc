import assert from 'node:assert/strict';
import { test } from 'node:test';
import { greenfieldPayment as payment } from '@prairie/chain';
import fc from 'fast-check';
import { ChainError } from '../../context.ts';
import { FLOW_ACTIVE, FLOW_FROZEN, FROZEN } from './streams.ts';
import { address, at, deliver, fund, paymentWorld, START, type World } from './test-support.ts';

const payers = [1, 2, 3].map(address);
const receivers = [0xf1, 0xf2, 0xf3, 0xf4].map(address);

const payer = fc.constantFrom(...payers);
const rate = fc.oneof({ arbitrary: fc.bigInt(1n, 20n), weight: 5 }, { arbitrary: fc.bigInt(-3n, 0n), weight: 1 });
const flow = fc.record({ to: fc.constantFrom(...receivers), rate });
const bill = fc.record({ payer, flows: fc.array(flow, { maxLength: 4 }) });
const amount = fc.bigInt(1n, 6000n);

/** Things that users, the storage module and time do. Accounts hold so little that they run dry often. */
const actions = fc.oneof(
  { arbitrary: fc.record({ kind: fc.constant('wait' as const), seconds: fc.integer({ min: 0, max: 90 }) }), weight: 3 },
  { arbitrary: fc.record({ kind: fc.constant('block' as const) }), weight: 4 },
  {
    arbitrary: fc.record({
      kind: fc.constant('flow' as const),
      bills: fc.array(bill, { minLength: 1, maxLength: 3 }),
      forced: fc.boolean(),
    }),
    weight: 4,
  },
  fc.record({ kind: fc.constant('stop' as const), payer, to: fc.constantFrom(...receivers) }),
  fc.record({ kind: fc.constant('lock' as const), payer, amount: fc.bigInt(-500n, 500n) }),
  fc.record({ kind: fc.constant('deposit' as const), payer, amount }),
  fc.record({ kind: fc.constant('withdraw' as const), payer, amount: fc.bigInt(1n, 900n) }),
);
type Action = typeof actions extends fc.Arbitrary<infer A> ? A : never;

function act(world: World, action: Action, now: bigint): void {
  const ctx = at(now);
  const { messages } = world.paymentModule;
  switch (action.kind) {
    case 'wait':
      return;
    case 'block':
      return world.paymentModule.endBlock!(ctx);
    case 'flow':
      // of frozen payers only deletions are billed: 'stop'
      if (action.bills.some((one) => world.payment.isFrozen(one.payer))) return;
      return world.payment.applyFlowChanges(ctx, action.bills, { forced: action.forced });
    case 'lock':
      world.payment.updateStream(ctx, action.payer, { lock: action.amount });
      return;
    case 'stop':
      return stop(world, action.payer, action.to, now);
    case 'deposit': {
      const { payer: creator, amount } = action;
      fund(world, creator, amount);
      return deliver(world, messages, ctx, payment.MsgDeposit, { creator, to: creator, amount });
    }
    case 'withdraw': {
      const { payer: creator, amount } = action;
      return deliver(world, messages, ctx, payment.MsgWithdraw, { creator, from: creator, amount });
    }
  }
}

/** As the deletion of all that the flow paid for, in a block or by a user. */
function stop(world: World, payer: string, to: string, now: bigint): void {
  const { streams } = world.payment;
  const flow = streams.flow(payer, to, FLOW_ACTIVE) ?? streams.flow(payer, to, FLOW_FROZEN);
  if (!flow) return;
  world.payment.applyFlowChanges(at(now), [{ payer, flows: [{ to, rate: -flow.rate }] }], { forced: true });
}

function check(world: World, now: bigint): void {
  const { owed, held, netflow } = world.payment.sums(now);
  assert.equal(owed, held, 'coins of the module are what records say');
  assert.equal(netflow, 0n, 'what flows out flows in');
  const inflow = new Map<string, bigint>();
  for (const payer of payers) checkPayer(world, payer, inflow);
  for (const receiver of receivers) {
    assert.equal(world.payment.stream(receiver)?.netflow_rate ?? 0n, inflow.get(receiver) ?? 0n);
  }
  for (const [key] of world.payment.streams.settleQueue.range()) {
    const record = world.payment.stream(key.split('!')[1]!)!;
    assert.equal(record.settle_timestamp, BigInt(`0x${key.split('!')[0]}`), 'the queue has the time of the record');
  }
}

function checkPayer(world: World, payer: string, inflow: Map<string, bigint>): void {
  const record = world.payment.stream(payer);
  if (!record) return;
  const active = world.payment.streams.flowsOf(payer, FLOW_ACTIVE);
  const frozen = world.payment.streams.flowsOf(payer, FLOW_FROZEN);
  const sum = (flows: { rate: bigint }[]) => flows.reduce((total, { rate }) => total + rate, 0n);
  for (const { to_address, rate } of active) inflow.set(to_address, (inflow.get(to_address) ?? 0n) + rate);
  assert.equal(record.netflow_rate, -sum(active));
  assert.equal(record.frozen_netflow_rate, -sum(frozen));
  assert.equal(record.out_flow_count, BigInt(active.length + frozen.length));
  assert.ok(record.lock_balance >= 0n);
  if (record.status === FROZEN) return;
  assert.equal(frozen.length, 0);
  // flows that ended during a slow resume leave more in the buffer than needed, until the next change
  assert.ok(record.buffer_balance >= 60n * sum(active));
  assert.equal(record.settle_timestamp !== 0n, active.length > 0);
}

test('whatever is done to streams, no money is made or lost and every flow has two ends', () => {
  const limits = fc.constantFrom(1n, 2n, 100n);
  const runs = fc.tuple(fc.array(actions, { minLength: 5, maxLength: 60 }), limits, limits);
  fc.assert(
    fc.property(runs, ([list, max_auto_settle_flow_count, max_auto_resume_flow_count]) => {
      const world = paymentWorld({ max_auto_settle_flow_count, max_auto_resume_flow_count });
      for (const payer of payers) fund(world, payer, 4000n);
      let now = START;
      for (const action of list) {
        if (action.kind === 'wait') now += BigInt(action.seconds);
        try {
          world.state.branch(() => act(world, action, now));
        } catch (error) {
          if (!(error instanceof ChainError)) throw error;
          assert.notEqual(action.kind, 'block', `a block must not fail: ${error.message}`);
        }
        check(world, now);
      }
      check(world, now + 1000n);
    }),
    { numRuns: 300 },
  );
});
