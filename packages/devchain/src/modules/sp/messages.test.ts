import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blsProof, blsPublicKey, type Init, type MessageType, moduleAddress, greenfieldSp as sp } from '@prairie/chain';
import { address, at, attributesOf, chainError, deliver, eventNames, fund } from '../payment/test-support.ts';
import { GENESIS_TIME, type Market, recordedMarket } from '../virtualgroup/test-support.ts';
import type { SpKeeper } from './keeper.ts';

const NOW = GENESIS_TIME + 1000n;
const ETHER = 10n ** 18n;

function run<M>(market: Market, type: MessageType<M>, msg: Init<M>, now = NOW, height = 10n) {
  const ctx = at(now, { height });
  deliver(market, market.spModule.messages, ctx, type, msg as Partial<M>);
  return ctx;
}

const operator = (market: Market, id = 1): string => market.sp.byId(id)!.operator_address;

const secret = Buffer.alloc(32, 7);

function newProvider(byte: number): Init<sp.MsgCreateStorageProvider> {
  const part = (offset: number) => address(byte + offset);
  return {
    creator: moduleAddress('gov'),
    description: { moniker: 'ninth' },
    sp_address: part(0),
    funding_address: part(1),
    seal_address: part(2),
    approval_address: part(3),
    gc_address: part(4),
    maintenance_address: part(5),
    endpoint: 'http://sp9.localhost:9042',
    deposit: { denom: 'BNB', amount: 10_000n * ETHER },
    read_price: 1n,
    store_price: 2n,
    bls_key: blsPublicKey(secret).toString('hex'),
    bls_proof: blsProof(secret).toString('hex'),
  };
}

const create = (market: Market, changes: Init<sp.MsgCreateStorageProvider> = {}) =>
  run(market, sp.MsgCreateStorageProvider, { ...newProvider(0x30), ...changes });

test('governance admits a provider, which begins in maintenance', () => {
  const { market } = recordedMarket();
  fund(market, address(0x31), 20_000n * ETHER);
  const ctx = create(market);
  assert.deepEqual(eventNames(ctx), [
    ...['coin_spent', 'coin_received', 'transfer', 'message'],
    ...['EventCreateStorageProvider', 'EventSpStoragePriceUpdate'],
  ]);
  const created = market.sp.byOperator(address(0x30))!;
  assert.equal(created.id, 9);
  assert.equal(created.status, sp.Status.STATUS_IN_MAINTENANCE);
  const lookups = ['byFunding', 'bySeal', 'byApproval', 'byGc'] as const satisfies (keyof SpKeeper)[];
  for (const [i, lookup] of lookups.entries()) assert.equal(market.sp[lookup](address(0x31 + i))!.id, 9);
  assert.equal(attributesOf(ctx.events[4]!).total_deposit, '{"denom":"BNB","amount":"10000000000000000000000"}');
  // it leaves maintenance without ever having asked for it
  const status = { sp_address: address(0x30), status: sp.Status.STATUS_IN_SERVICE };
  run(market, sp.MsgUpdateStorageProviderStatus, status);
  assert.equal(market.sp.byId(9)!.status, sp.Status.STATUS_IN_SERVICE);
});

test('a provider is refused with the code of what is wrong', () => {
  const { market } = recordedMarket();
  const refused = (changes: Init<sp.MsgCreateStorageProvider>, codespace: string, code: number) =>
    assert.throws(() => create(market, changes), chainError(codespace, code), JSON.stringify(Object.keys(changes)));
  refused({}, 'sdk', 9);
  fund(market, address(0x31), 20_000n * ETHER);
  const first = market.sp.byId(1)!;
  refused({ creator: address(0x30) }, 'sp', 40);
  refused({ sp_address: first.operator_address }, 'sp', 3);
  refused({ funding_address: first.funding_address }, 'sp', 7);
  refused({ seal_address: first.seal_address.toLowerCase() }, 'sp', 8);
  refused({ approval_address: first.approval_address }, 'sp', 9);
  refused({ gc_address: first.gc_address }, 'sp', 10);
  refused({ bls_proof: blsProof(Buffer.alloc(32, 8)).toString('hex') }, 'sp', 14);
  refused({ bls_key: 'abc' }, 'sp', 14);
  refused({ deposit: { denom: 'BNB', amount: ETHER } }, 'sp', 4);
  refused({ deposit: { denom: 'ETH', amount: 10_000n * ETHER } }, 'sp', 6);
  refused({ endpoint: 'http://host/path' }, 'sdk', 18);
  refused({ endpoint: 'host:1' }, 'sdk', 18);
  refused({ description: { moniker: 'm'.repeat(71) } }, 'sdk', 18);
  refused({ seal_address: '0x' }, 'sdk', 7);
  create(market);
});

test('a deposit comes from the funding address of that provider', () => {
  const { market } = recordedMarket();
  const { funding_address } = market.sp.byId(1)!;
  const send = (msg: Init<sp.MsgDeposit>) => run(market, sp.MsgDeposit, msg);
  const deposit = { denom: 'BNB', amount: 5n };
  const ctx = send({ creator: funding_address, sp_address: operator(market), deposit });
  const total = 10n ** 25n + 5n;
  assert.deepEqual(attributesOf(ctx.events.at(-1)!), {
    ...{ funding_address: `"${funding_address}"`, deposit: '"5BNB"', total_deposit: `"${total}"` },
  });
  assert.equal(market.sp.byId(1)!.total_deposit, total);
  assert.throws(
    () => send({ creator: funding_address, sp_address: operator(market, 2), deposit }),
    chainError('sp', 5),
  );
  assert.throws(() => send({ creator: address(1), sp_address: operator(market), deposit }), chainError('sp', 1));
  const wrong = { creator: funding_address, sp_address: operator(market), deposit: { denom: 'X', amount: 5n } };
  assert.throws(() => send(wrong), chainError('sp', 6));
});

test('an edit changes what it gives; old addresses go on leading to the provider', () => {
  const { market } = recordedMarket();
  const before = market.sp.byId(1)!;
  const sp_address = before.operator_address;
  const ctx = run(market, sp.MsgEditStorageProvider, {
    sp_address,
    seal_address: address(0x55),
    endpoint: 'https://x',
  });
  const attributes = attributesOf(ctx.events[0]!);
  assert.equal(attributes.seal_address, `"${address(0x55)}"`);
  assert.equal(attributes.gc_address, `"${before.gc_address}"`);
  assert.equal(attributes.bls_key, `"${Buffer.from(before.bls_key).toString('hex')}"`);
  assert.equal(market.sp.bySeal(address(0x55))!.id, 1);
  assert.equal(market.sp.bySeal(before.seal_address)!.endpoint, 'https://x');
  assert.throws(() => run(market, sp.MsgEditStorageProvider, { sp_address }), chainError('sp', 12));
  const stranger = { sp_address: address(1), endpoint: 'https://x' };
  assert.throws(() => run(market, sp.MsgEditStorageProvider, stranger), chainError('sp', 1));
  const unproven = { sp_address, bls_key: blsPublicKey(secret).toString('hex') };
  assert.throws(() => run(market, sp.MsgEditStorageProvider, unproven), chainError('sp', 14));
});

test('prices are fixed at the end of a month, and out of service', () => {
  const { market } = recordedMarket();
  const price = { sp_address: operator(market), read_price: 1n, store_price: 2n, free_read_quota: 3n };
  const lastDay = BigInt(Date.parse('2026-11-30T00:00:00Z') / 1000);
  run(market, sp.MsgUpdateSpStoragePrice, price, lastDay);
  assert.equal(market.sp.prices.of(1)!.update_time_sec, lastDay);
  const params = { ...market.sp.params(), update_global_price_interval: 0n, update_price_disallowed_days: 2 };
  market.sp.setParams(params);
  assert.throws(() => run(market, sp.MsgUpdateSpStoragePrice, price, lastDay), chainError('sp', 18));
  market.sp.setStatus(market.sp.byId(1)!, sp.Status.STATUS_IN_MAINTENANCE);
  assert.throws(() => run(market, sp.MsgUpdateSpStoragePrice, price), chainError('sp', 2));
});

test('maintenance has a quota and a pause, and ends by itself', () => {
  const { market } = recordedMarket();
  const { STATUS_IN_SERVICE, STATUS_IN_MAINTENANCE, STATUS_GRACEFUL_EXITING } = sp.Status;
  const sp_address = operator(market);
  const set = (status: sp.Status, duration: bigint, now: bigint, height: bigint) =>
    run(market, sp.MsgUpdateStorageProviderStatus, { sp_address, status, duration }, now, height);
  assert.throws(() => set(STATUS_IN_SERVICE, 0n, NOW, 10n), chainError('sp', 12));
  assert.throws(() => set(STATUS_GRACEFUL_EXITING, 0n, NOW, 10n), chainError('sp', 16));
  assert.throws(() => set(STATUS_IN_MAINTENANCE, 21_601n, NOW, 10n), chainError('sp', 16));
  const ctx = set(STATUS_IN_MAINTENANCE, 600n, NOW, 10n);
  assert.deepEqual(attributesOf(ctx.events[0]!), {
    ...{ sp_id: '1', sp_address: `"${sp_address}"` },
    ...{ pre_status: '"STATUS_IN_SERVICE"', new_status: '"STATUS_IN_MAINTENANCE"' },
  });
  set(STATUS_IN_SERVICE, 0n, NOW + 100n, 20n);
  const record = { height: 10n, request_duration: 600n, actual_duration: 100n, request_at: NOW };
  assert.deepEqual(market.sp.maintenance.records(1), [record]);
  assert.throws(() => set(STATUS_IN_MAINTENANCE, 10n, NOW + 200n, 21_609n), chainError('sp', 16));
  assert.throws(() => set(STATUS_IN_MAINTENANCE, 21_501n, NOW + 200n, 21_610n), chainError('sp', 16));
  set(STATUS_IN_MAINTENANCE, 21_500n, NOW + 200n, 21_610n);

  const endBlock = (now: bigint, height: bigint) => {
    const end = at(now, { height });
    market.sp.maintenance.endBlock(end, market.sp.params());
    return eventNames(end);
  };
  const over = NOW + 200n + 21_501n;
  assert.deepEqual(endBlock(over - 1n, 30_000n), []);
  assert.deepEqual(endBlock(over, 30_001n), []);
  assert.deepEqual(endBlock(over, 30_100n), ['EventUpdateStorageProviderStatus']);
  assert.equal(market.sp.byId(1)!.status, STATUS_IN_SERVICE);
  endBlock(over, 864_100n);
  assert.equal(market.sp.maintenance.records(1).length, 1);
});

test('parameters change by governance alone', () => {
  const { market } = recordedMarket();
  const params = { ...market.sp.params(), min_deposit: 1n };
  assert.throws(() => run(market, sp.MsgUpdateParams, { authority: address(1), params }), chainError('gov', 13));
  const ctx = run(market, sp.MsgUpdateParams, { authority: moduleAddress('gov'), params });
  assert.deepEqual(
    eventNames(ctx),
    ['greenfield.sp.Params'].map((name) => name.replace(/^greenfield\.\w+\./, '')),
  );
  assert.equal(market.sp.params().min_deposit, 1n);
});
