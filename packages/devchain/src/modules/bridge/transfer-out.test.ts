import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  greenfieldBridge as bridge,
  cosmosCrosschainV1 as crosschain,
  decode,
  encode,
  type Init,
  type MessageType,
  moduleAddress,
} from '@prairie/chain';
import { coin } from '../../coins.ts';
import { ChainState } from '../../state/index.ts';
import { UpgradePlan } from '../../upgrades.ts';
import { AccountKeeper } from '../auth/keeper.ts';
import { BankKeeper } from '../bank/keeper.ts';
import { BSC, createCrosschainModule, OP_BNB } from '../crosschain/index.ts';
import { address, at, attributesOf, chainError, deliver } from '../payment/test-support.ts';
import { createBridgeModule } from './index.ts';

const authority = moduleAddress('gov');
const [alice, bob] = [address(1), address(2)];
const FEE = 780_000_000_000_000n;
const INITIAL = 1000n;
const CHANNEL = 1;
const NOW = 1_795_000_000n;

function world() {
  const state = new ChainState();
  const bank = new BankKeeper(state, { accounts: new AccountKeeper(state) });
  const { module: crosschainModule, keeper } = createCrosschainModule({ state, bank });
  const { module } = createBridgeModule({ state, bank, crosschain: keeper });
  const genesis = { params: { init_module_balance: String(INITIAL) } };
  crosschainModule.initGenesis!(at(NOW), genesis, new UpgradePlan());
  bank.endow(alice, 10n * FEE);
  const messages = [...module.messages, ...crosschainModule.messages];
  const run = <M>(type: MessageType<M>, msg: Partial<M>) => {
    const ctx = at(NOW);
    deliver({ state }, messages, ctx, type, msg);
    return ctx.events;
  };
  const transfer = (amount = 5n, fields: Partial<bridge.MsgTransferOut> = {}) =>
    run(bridge.MsgTransferOut, { from: alice, to: bob, amount: coin(amount), ...fields });
  const sequence = (dest_chain_id: number): bigint => {
    const query = crosschainModule.queries['/cosmos.crosschain.v1.Query/SendSequence']!;
    return query.handle(at(NOW), { dest_chain_id, channel_id: CHANNEL }).sequence ?? 0n;
  };
  const queued = (fields: Init<crosschain.QueryCrossChainPackageRequest>): Buffer => {
    const query = crosschainModule.queries['/cosmos.crosschain.v1.Query/CrossChainPackage']!;
    const request = crosschain.QueryCrossChainPackageRequest.create({
      dest_chain_id: BSC,
      channel_id: CHANNEL,
      ...fields,
    });
    const answer = encode(query.response, query.handle(at(NOW), request));
    return Buffer.from(decode(crosschain.QueryCrossChainPackageResponse, answer).package);
  };
  return { bank, run, transfer, sequence, queued };
}

test('amount and fee leave the account, and a package waits', () => {
  const { bank, transfer, sequence, queued } = world();
  const events = transfer(5n);
  assert.equal(bank.balance(alice), 10n * FEE - FEE - 5n);
  assert.equal(bank.balance(moduleAddress('crosschain')), INITIAL + FEE + 5n);
  const [announced, moved] = events.slice(-2);
  assert.equal(moved!.type, 'greenfield.bridge.EventCrossTransferOut');
  assert.deepEqual(attributesOf(moved!), {
    amount: '{"denom":"BNB","amount":"5"}',
    dest_chain_id: '714',
    from: JSON.stringify(alice),
    relayer_fee: `{"denom":"BNB","amount":"${FEE}"}`,
    sequence: '"0"',
    to: JSON.stringify(bob),
  });
  const content = queued({ sequence: 0n });
  assert.equal(attributesOf(announced!).package_load, JSON.stringify(content.toString('hex')));
  assert.equal(content.length, 1 + 8 + 5 * 32);
  assert.equal(content.readBigUInt64BE(1), NOW);
  assert.equal(BigInt(`0x${content.subarray(9, 41).toString('hex')}`), FEE);
  assert.equal(content.at(-33), 2, 'the receiver’s last byte');
  assert.deepEqual([sequence(BSC), sequence(OP_BNB)], [1n, 0n]);
});

test('packages are numbered', () => {
  const { transfer, queued, sequence } = world();
  for (const number of [0, 1, 2]) {
    assert.equal(attributesOf(transfer().at(-1)!).sequence, `"${number}"`);
  }
  assert.equal(sequence(BSC), 3n);
  assert.notEqual(queued({ sequence: 2n }).length, 0);
  assert.equal(queued({ sequence: 3n }).length, 0);
});

test('what cannot be sent leaves nothing behind', () => {
  const { bank, transfer, sequence } = world();
  assert.throws(() => transfer(10n * FEE), chainError('sdk', 5));
  assert.throws(() => transfer(0n), chainError('sdk', 10));
  assert.throws(() => transfer(1n, { amount: undefined }), chainError('sdk', 10));
  assert.throws(() => transfer(1n, { to: '0x12' }), chainError('sdk', 7));
  assert.throws(() => transfer(1n, { from: '' }), chainError('sdk', 7));
  assert.equal(bank.balance(alice), 10n * FEE);
  assert.equal(sequence(BSC), 0n);
});

test('governance closes and opens channels', () => {
  const { run, transfer } = world();
  const set = (permission: number, fields: Partial<crosschain.ChannelPermission> = {}) =>
    run(crosschain.MsgUpdateChannelPermissions, {
      authority,
      channel_permissions: [{ dest_chain_id: BSC, channel_id: CHANNEL, permission, ...fields }],
    });
  set(0);
  assert.throws(() => transfer(), chainError('sdk', 37));
  set(1);
  transfer();
  assert.throws(() => set(2), chainError('sdk', 18));
  assert.throws(() => set(1, { channel_id: 99 }), chainError('sdk', 18));
  assert.throws(() => set(1, { dest_chain_id: 1 }), chainError('sdk', 18));
  const stranger = { authority: alice, channel_permissions: [] };
  assert.throws(() => run(crosschain.MsgUpdateChannelPermissions, stranger), chainError('gov', 13));
});

test('governance mints coins that other chains may bring back', () => {
  const { bank, run } = world();
  const supply = bank.supply;
  run(crosschain.MsgMintModuleTokens, { authority, amount: '7' });
  assert.equal(bank.balance(moduleAddress('crosschain')), INITIAL + 7n);
  assert.equal(bank.supply, supply + 7n);
  for (const amount of ['0', '-1', 'x', '', '9'.repeat(78)]) {
    assert.throws(() => run(crosschain.MsgMintModuleTokens, { authority, amount }), chainError('sdk', 10));
  }
  assert.throws(() => run(crosschain.MsgMintModuleTokens, { authority: alice, amount: '1' }), chainError('gov', 13));
});
