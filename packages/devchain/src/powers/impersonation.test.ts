import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cosmosBankV1beta1 as bank, buildTx, feeOf, MIN_GAS_PRICE, greenfieldPayment as payment } from '@prairie/chain';
import { coin } from '../coins.ts';
import type { DevChain } from '../devchain.ts';
import { testChain, testKey } from '../testing/network.ts';
import { rpcCall } from '../testing/rpc-call.ts';
import { scratchFolder } from '../testing/scratch.ts';
import { type AnyTxMessage, msg } from '../testing/sender.ts';

const alice = testKey('alice').address;
const carol = testKey('carol').address;
const NO_SIGNATURE = new Uint8Array(65);

/** As a client without any key makes it. */
function unsigned(messages: AnyTxMessage[], sequence: bigint, gasPrice: bigint): Buffer {
  const fee = feeOf(3_000_000n, gasPrice);
  return buildTx({ messages, sequence, fee }, NO_SIGNATURE);
}

async function broadcast(devchain: DevChain, tx: Buffer) {
  const { result } = await rpcCall(devchain, 'broadcast_tx_sync', { tx: tx.toString('base64') });
  if (result.code === 0) return devchain.produceBlock().results.txs_results![0]!;
  return result;
}

const send = (from: string, amount: bigint) =>
  msg(bank.MsgSend, { from_address: from, to_address: carol, amount: [coin(amount)] });

test('an impersonated account needs no signature, also after a restart; until it is stopped', async (t) => {
  const dataDir = scratchFolder(t);
  const first = await testChain({ powers: true, dataDir });
  const tx = (sequence: bigint, amount = 3n) => unsigned([send(alice, amount)], sequence, MIN_GAS_PRICE);
  assert.equal((await broadcast(first, tx(0n))).codespace, 'sdk');
  const { result } = await rpcCall(first, 'dev_impersonate', { address: alice.toLowerCase() });
  const { account_number, sequence } = result;
  assert.deepEqual([result.address, sequence], [alice, '0']);
  assert.equal(account_number, String(first.keepers.accounts.account(alice)!.account_number));
  assert.equal((await broadcast(first, tx(0n))).code, 0);
  assert.equal((await broadcast(first, tx(0n, 4n))).code, 32, 'the sequence counts nevertheless');
  await first.close();

  const second = await testChain({ powers: true, dataDir });
  assert.equal((await broadcast(second, tx(1n))).code, 0);
  assert.equal(second.keepers.bank.balance(carol), 6n);
  assert.deepEqual((await rpcCall(second, 'dev_impersonated')).result, { addresses: [alice] });
  assert.equal((await rpcCall(second, 'dev_stopImpersonating', { address: alice })).result.stopped, true);
  assert.notEqual((await broadcast(second, tx(2n))).code, 0);
  await second.close();
});

test('without powers what was impersonated is not any more', async (t) => {
  const dataDir = scratchFolder(t);
  const first = await testChain({ powers: true, dataDir });
  await rpcCall(first, 'dev_impersonate', { address: alice });
  await first.close();
  const second = await testChain({ dataDir });
  t.after(() => second.close());
  assert.notEqual((await broadcast(second, unsigned([send(alice, 3n)], 0n, MIN_GAS_PRICE))).code, 0);
});

test('the account of governance changes parameters without a proposal, and needs no coins for it', async (t) => {
  const devchain = await testChain({ powers: true });
  t.after(() => devchain.close());
  const { accounts, payment: keeper } = devchain.keepers;
  const gov = accounts.moduleAddress('gov');
  await rpcCall(devchain, 'dev_impersonate', { address: gov });
  const params = { ...keeper.params(), payment_account_count_limit: 7n };
  const sequence = accounts.account(gov)!.sequence;
  const message = msg(payment.MsgUpdateParams, { authority: gov, params });
  const result = await broadcast(devchain, unsigned([message], sequence, 0n));
  assert.equal(result.code, 0, result.log);
  assert.equal(keeper.params().payment_account_count_limit, 7n);
});

test('an account that is not there yet is made', async (t) => {
  const devchain = await testChain({ powers: true });
  t.after(() => devchain.close());
  const before = devchain.height;
  const { result } = await rpcCall(devchain, 'dev_impersonate', { address: carol });
  assert.equal(devchain.height, before + 1);
  assert.equal(devchain.keepers.accounts.account(carol)!.account_number, BigInt(result.account_number));
  const { error } = await rpcCall(devchain, 'dev_impersonate', { address: 'carol' });
  assert.match(error!.data!, /address: an address of 40 hex digits with 0x expected, got "carol"/);
});
