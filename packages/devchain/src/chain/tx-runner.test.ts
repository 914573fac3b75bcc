import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import {
  cosmosBaseAbciV1beta1 as abci,
  cosmosBankV1beta1 as bank,
  buildTx,
  decode,
  encode,
  greenfieldStorage as storage,
  cosmosTxV1beta1 as tx,
} from '@prairie/chain';
import { coin } from '../coins.ts';
import type { DevChain } from '../devchain.ts';
import { testChain, testKey } from '../testing/network.ts';
import { recordedBlocks } from '../testing/recordings.ts';
import { deliver, msg, signed } from '../testing/sender.ts';

let devchain: DevChain;
const alice = testKey('alice');
const bob = testKey('bob');

beforeEach(async () => {
  devchain = await testChain();
});
afterEach(() => devchain.close());

const send = (amount: bigint, to = bob.address) =>
  msg(bank.MsgSend, { from_address: alice.address, to_address: to, amount: [coin(amount)] });

/** Types and attribute keys of events, in order. */
const outline = (events: { type: string; attributes: { key: string }[] }[]) =>
  events.map(({ type, attributes }) => `${type}(${attributes.map(({ key }) => key).join()})`);

const recordedTx = (height: number) =>
  recordedBlocks().find((block) => block.height === height)!.block_results.txs_results![0]!;

test('a transfer has the events, log and data of the recorded one', () => {
  const result = deliver(devchain, alice, [send(1n)]);
  const recorded = recordedTx(719);
  assert.deepEqual(outline(result.events), outline(recorded.events));
  assert.deepEqual(outline(JSON.parse(result.log)[0].events), outline(JSON.parse(recorded.log)[0].events));
  const [ours, theirs] = [result, recorded].map(({ data }) => decode(abci.TxMsgData, Buffer.from(data!, 'base64')));
  assert.deepEqual(ours!.msg_responses, theirs!.msg_responses);
  assert.equal(ours!.extra_data.length, 8);
  assert.deepEqual([result.gas_used, result.codespace, result.info], ['1200', '', '']);
});

test('a multi-send has the events of the recorded one', () => {
  const outputs = ['a', 'b', 'c'].map((label) => ({ address: testKey(label).address, coins: [coin(5n)] }));
  const message = msg(bank.MsgMultiSend, { inputs: [{ address: alice.address, coins: [coin(15n)] }], outputs });
  const result = deliver(devchain, alice, [message]);
  assert.deepEqual(outline(result.events), outline(recordedTx(713).events));
  assert.equal(result.gas_used, '3200');
});

test('the first failing message takes all back but fee and sequence', () => {
  const before = devchain.keepers.bank.balance(alice.address);
  const result = deliver(devchain, alice, [send(7n), send(10n ** 30n)]);
  assert.equal(result.code, 5);
  assert.equal(result.codespace, 'sdk');
  assert.match(
    result.log,
    /^failed to execute message; message index: 1: spendable balance \d+BNB is smaller than 1\d+BNB: insufficient funds$/,
  );
  assert.equal(result.data, null);
  assert.deepEqual(outline(result.events), outline(recordedTx(719).events).slice(0, 7), 'ante events only');
  assert.equal(devchain.keepers.bank.balance(alice.address), before - 3_000_000n * 5_000_000_000n);
  assert.equal(devchain.keepers.accounts.account(alice.address)?.sequence, 1n);
});

test('module accounts refuse coins, except those that take them', () => {
  const to = (name: 'fee_collector' | 'gov') => devchain.keepers.accounts.moduleAddress(name);
  const refused = deliver(devchain, alice, [send(1n, to('fee_collector'))]);
  assert.equal(refused.code, 4);
  assert.match(refused.log, /is not allowed to receive funds: unauthorized$/);
  assert.equal(deliver(devchain, alice, [send(1n, to('gov'))]).code, 0);
});

test('a failed check leaves nothing, and the same bytes may come again', () => {
  const bytes = signed(devchain, alice, [send(1n)], { sequence: 1n });
  assert.equal(devchain.chain.submit(bytes).code, 32);
  assert.equal(devchain.chain.mempool.count, 0);
  devchain.chain.submit(signed(devchain, alice, [send(2n)]));
  assert.equal(devchain.chain.submit(bytes).code, 0, 'the sequence fits now');
  assert.throws(() => devchain.chain.submit(bytes), /tx already exists in cache/);
});

test('what waits longer than a block is checked again', () => {
  const bytes = [0n, 1n, 2n].map((sequence) => signed(devchain, alice, [send(sequence + 1n)], { sequence }));
  for (const one of bytes) assert.equal(devchain.chain.submit(one).code, 0);
  assert.equal(devchain.chain.mempool.count, 3);
  assert.equal(devchain.produceBlock().results.txs_results?.length, 3);
  assert.equal(devchain.chain.mempool.count, 0);
});

/** As the JS SDK asks: an empty key, no signature, no gas, no fee. */
const unsigned = (messages: ReturnType<typeof send>[], sequence = 0n) =>
  buildTx({ messages, sequence, fee: { gasLimit: 0n, amount: 0n }, publicKey: Buffer.alloc(33) });

function simulate(bytes: Uint8Array) {
  const request = encode(tx.SimulateRequest, { tx_bytes: bytes });
  const answer = devchain.chain.queries.query('/cosmos.tx.v1beta1.Service/Simulate', request, 0);
  return { ...answer, response: decode(tx.SimulateResponse, answer.value ?? new Uint8Array(0)) };
}

test('simulation needs no signature, answers gas and price, and leaves nothing', () => {
  const { response, code } = simulate(unsigned([send(1n)]));
  assert.equal(code, 0);
  assert.equal(response.gas_info?.gas_used, 1200n);
  assert.equal(response.gas_info?.gas_wanted, 2n ** 64n - 1n);
  assert.equal(response.gas_info?.min_gas_price, '5000000000BNB');
  assert.equal(response.result?.msg_responses.length, 1);
  assert.equal(devchain.keepers.bank.balance(bob.address), 10n ** 27n);
  assert.equal(devchain.keepers.accounts.account(alice.address)?.sequence, 0n);
});

test('simulation tells what would fail, in the words that clients look for', () => {
  const poor = simulate(unsigned([send(10n ** 30n)]));
  assert.equal(poor.code, 6);
  assert.match(
    poor.log,
    /^rpc error: code = Unknown desc = failed to execute message; message index: 0: .* With gas wanted: '18446744073709551615' and gas used: '1200' : unknown request$/,
  );
  assert.match(simulate(unsigned([send(1n)], 3n)).log, /account sequence mismatch, expected 0, got 3/);
  const bucket = msg(storage.MsgDeleteBucket, { operator: alice.address, bucket_name: 'nothing-here' });
  assert.match(simulate(unsigned([bucket])).log, /No such bucket/);
});

test('simulation sees what pending transactions have spent', () => {
  devchain.chain.submit(signed(devchain, alice, [send(1n)]));
  assert.equal(simulate(unsigned([send(1n)], 1n)).code, 0);
});

test('GetTx answers a delivered transaction, and its absence in the known words', () => {
  const bytes = signed(devchain, alice, [send(1n)]);
  const { hash } = devchain.chain.submit(bytes);
  const ask = (wanted: string) =>
    devchain.chain.queries.query('/cosmos.tx.v1beta1.Service/GetTx', encode(tx.GetTxRequest, { hash: wanted }), 0);
  const missing = ask(hash);
  assert.equal(missing.code, 22);
  assert.equal(missing.log, `rpc error: code = NotFound desc = tx not found: ${hash}: key not found`);
  const { height } = devchain.produceBlock();
  const { tx_response } = decode(tx.GetTxResponse, ask(hash).value!);
  assert.equal(tx_response?.height, BigInt(height));
  assert.deepEqual([tx_response?.txhash, tx_response?.code], [hash, 0]);
  assert.equal(tx_response?.logs.length, 1);
});
