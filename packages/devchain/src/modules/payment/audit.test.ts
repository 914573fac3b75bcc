import assert from 'node:assert/strict';
import { test } from 'node:test';
import { auditPayment } from './audit.ts';
import type { StreamRecord } from './streams.ts';
import { address, at, fund, paymentWorld, START, type World } from './test-support.ts';

const [payer, receiver] = [address(1), address(2)];

/** One flow of 100 wei per second. */
function world(): World {
  const world = paymentWorld();
  fund(world, payer, 1_000_000n);
  world.payment.applyFlowChanges(at(START), [{ payer, flows: [{ to: receiver, rate: 100n }] }]);
  return world;
}

function tamper(market: World, account: string, change: Partial<StreamRecord>): void {
  const { records } = market.payment.streams;
  records.set(account.slice(2).toLowerCase(), { ...market.payment.stream(account)!, ...change });
}

test('sound streams have no findings, now and later', () => {
  assert.deepEqual(auditPayment(world().payment, START), []);
  assert.deepEqual(auditPayment(world().payment, START + 1000n), []);
});

test('money that was made, lost, or flows to nowhere is found', () => {
  const findings = (account: string, change: Partial<StreamRecord>) => {
    const market = world();
    tamper(market, account, change);
    return auditPayment(market.payment, START);
  };
  assert.match(findings(receiver, { static_balance: 1n }).join(), /holds 6000 wei, its records say 6001$/);
  assert.match(findings(receiver, { netflow_rate: 99n }).join(), /add up to -1 .*netflow rate 99, its flows say 100$/);
  assert.match(findings(payer, { out_flow_count: 2n }).join(), /^stream .*number of out flows 2, its flows say 1$/);
  assert.match(findings(payer, { frozen_netflow_rate: -1n }).join(), /^stream .*frozen netflow rate -1, .* say 0$/);
  assert.match(findings(payer, { settle_timestamp: 5n }).join(), /is in the settle queue at \d+, its record says 5$/);
  assert.match(findings(payer, { lock_balance: -5n, static_balance: 5n }).join(), /^stream .*locked balance -5$/);
});

test('a payer that the queue forgot, and flows without a record, are found', () => {
  const market = world();
  const { settleQueue, records } = market.payment.streams;
  for (const [key] of settleQueue.range()) settleQueue.delete(key);
  assert.match(auditPayment(market.payment, START).join(), /is not in the settle queue/);
  for (const [key] of records.range()) records.delete(key);
  assert.match(
    auditPayment(market.payment, START).join(),
    /holds 6000 wei, its records say 0.*has flows and no stream/,
  );
});
