import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AnyMessage, decode, encode, greenfieldPayment as payment } from '@prairie/chain';
import { StatusError } from '../../context.ts';
import { address, at, deliver, fund, paymentWorld, START, type World } from './test-support.ts';

const user = '0x047e776b864432ED57E923DdF639e02Cf8b5eA3F';
const family = address(0xf1);

function ask(world: World, name: string, request: AnyMessage = {}, now = START): AnyMessage {
  const handler = world.paymentModule.queries[`/greenfield.payment.Query/${name}`]!;
  const whole = decode(handler.request, encode(handler.request, request));
  return decode(handler.response, encode(handler.response, handler.handle(at(now), whole)));
}

function busyWorld(): World {
  const world = paymentWorld();
  fund(world, user, 10_000n);
  const { messages } = world.paymentModule;
  deliver(world, messages, at(START), payment.MsgCreatePaymentAccount, { creator: user });
  deliver(world, messages, at(START), payment.MsgDeposit, { creator: user, to: user, amount: 1000n });
  world.payment.applyFlowChanges(at(START), [{ payer: user, flows: [{ to: family, rate: 10n }] }]);
  world.payment.updateStream(at(START), user, { lock: 50n });
  return world;
}

test('a dynamic balance is computed from the record as it was written last', () => {
  const world = busyWorld();
  const answer = ask(world, 'DynamicBalance', { account: user }, START + 7n);
  assert.equal(answer.stream_record.static_balance, 350n);
  const { stream_record: _, ...rest } = answer;
  assert.deepEqual(rest, {
    dynamic_balance: 350n - 70n,
    current_timestamp: START + 7n,
    bank_balance: 9000n,
    available_balance: 9350n,
    locked_fee: 650n,
    change_rate: -10n,
  });
  const empty = ask(world, 'DynamicBalance', { account: address(9) });
  assert.equal(empty.dynamic_balance, 0n);
  assert.equal(empty.stream_record.crud_timestamp, START);
});

test('what does not exist is not found, what is no address is invalid', () => {
  const world = busyWorld();
  const missing = [
    ['StreamRecord', { account: address(9) }],
    ['PaymentAccount', { addr: address(9) }],
    ['PaymentAccountCount', { owner: address(9) }],
    ['PaymentAccountsByOwner', { owner: address(9) }],
    ['DelayedWithdrawal', { account: address(9) }],
  ] as const;
  for (const [name, request] of missing) {
    assert.throws(() => ask(world, name, request), { name: 'StatusError', status: 'NotFound', message: 'not found' });
  }
  assert.throws(() => ask(world, 'StreamRecord', { account: '0x1' }), { status: 'InvalidArgument' });
});

test('lists are in the order of address bytes and continue where a page ended', () => {
  const world = busyWorld();
  for (let i = 0; i < 205; i++) world.payment.updateStream(at(START), address(i), {});
  const seen: string[] = [];
  let key = new Uint8Array(0);
  let pages = 0;
  do {
    const { stream_records, pagination } = ask(world, 'StreamRecords', { pagination: { key, limit: 1000n } });
    seen.push(...stream_records.map(({ account }: AnyMessage) => account.toLowerCase()));
    assert.equal(pagination.total, 0n);
    key = pagination.next_key;
    pages++;
  } while (key.length > 0);
  assert.equal(pages, 3);
  assert.equal(seen.length, world.payment.streams.records.size);
  assert.deepEqual(seen, seen.toSorted());
  for (const pagination of [{ offset: 1n }, { count_total: true }]) {
    assert.throws(() => ask(world, 'StreamRecords', { pagination }), StatusError);
  }
});

test('flows, accounts and due times are listed', () => {
  const world = busyWorld();
  const { out_flows } = ask(world, 'OutFlows', { account: user });
  assert.deepEqual(out_flows, [{ to_address: family, rate: 10n, status: 0 }]);
  const { auto_settle_records, pagination } = ask(world, 'AutoSettleRecords');
  assert.deepEqual(auto_settle_records, [{ timestamp: START + 65n, addr: user }]);
  assert.equal(pagination.next_key.length, 0);
  const account = '0x2014302843B07C263e6A1AEf299225f8E44017F3';
  assert.deepEqual(ask(world, 'PaymentAccountsByOwner', { owner: user }).paymentAccounts, [account]);
  assert.deepEqual(ask(world, 'PaymentAccountCounts').payment_account_counts, [{ owner: user, count: 1n }]);
  assert.equal(ask(world, 'PaymentAccounts').payment_accounts[0].addr, account);
});

test('a page of due times continues at time and address', () => {
  const world = paymentWorld();
  for (let i = 1; i <= 3; i++) {
    fund(world, address(i), 10_000n);
    world.payment.applyFlowChanges(at(START), [{ payer: address(i), flows: [{ to: family, rate: 1n }] }]);
  }
  const first = ask(world, 'AutoSettleRecords', { pagination: { limit: 2n } });
  assert.equal(first.pagination.next_key.length, 28);
  const rest = ask(world, 'AutoSettleRecords', { pagination: { key: first.pagination.next_key } });
  assert.deepEqual(rest.auto_settle_records, [{ timestamp: START + 30n, addr: address(3) }]);
});

test('parameters are those of a time, or of now', () => {
  const world = paymentWorld();
  const before = world.payment.params();
  const versioned_params = { reserve_time: 99n, validator_tax_rate: 0n };
  world.payment.setParams(at(START), { ...before, versioned_params });
  const reserve = (timestamp: bigint) =>
    ask(world, 'ParamsByTimestamp', { timestamp }).params.versioned_params.reserve_time;
  assert.equal(reserve(0n), 99n);
  assert.equal(reserve(START), 60n);
  assert.equal(ask(world, 'Params').params.versioned_params.reserve_time, 99n);
});
