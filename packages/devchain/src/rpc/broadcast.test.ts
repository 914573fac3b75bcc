import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { cosmosBankV1beta1 as bank, sha256, txHash } from '@prairie/chain';
import { merkleProof } from '../chain/merkle.ts';
import { coin } from '../coins.ts';
import type { DevChain } from '../devchain.ts';
import { testChain, testKey } from '../testing/network.ts';
import { rpcCall } from '../testing/rpc-call.ts';
import { msg, signed } from '../testing/sender.ts';

let devchain: DevChain;
before(async () => {
  devchain = await testChain();
});
after(() => devchain.close());

const alice = testKey('alice');
const to_address = testKey('bob').address;

const transfer = (amount: bigint, sequence?: bigint) =>
  signed(
    devchain,
    alice,
    [msg(bank.MsgSend, { from_address: alice.address, to_address, amount: [coin(amount)] })],
    sequence === undefined ? {} : { sequence },
  );

const send = (kind: string, tx: Buffer) => rpcCall(devchain, `broadcast_tx_${kind}`, { tx: tx.toString('base64') });

test('sync tells what the check said; the same bytes again are an error, also in the other ways', async () => {
  const tx = transfer(1n);
  const { result } = await send('sync', tx);
  assert.deepEqual({ ...result, data: '' }, { code: 0, data: '', log: '[]', codespace: '', hash: txHash(tx) });
  for (const kind of ['sync', 'async']) {
    const { error } = await send(kind, tx);
    assert.deepEqual(error, { code: -32603, message: 'Internal error', data: 'tx already exists in cache' });
  }
  assert.equal((await send('commit', tx)).error?.data, 'error on broadcastTxCommit: tx already exists in cache');
  devchain.produceBlock();
  assert.equal((await send('sync', tx)).error?.data, 'tx already exists in cache');
});

test('a failed check is a result, and its bytes may come again', async () => {
  const tx = transfer(1n, 99n);
  for (let i = 0; i < 2; i++) {
    const { result } = await send('sync', tx);
    assert.deepEqual([result.code, result.codespace, result.data], [32, 'sdk', '']);
    assert.match(result.log, /account sequence mismatch, expected 1, got 99: incorrect account sequence$/);
  }
  assert.deepEqual((await send('async', tx)).result, { code: 0, data: '', log: '', codespace: '', hash: txHash(tx) });
  assert.equal(devchain.chain.mempool.count, 0);
  const { result } = await rpcCall(devchain, 'check_tx', [tx.toString('base64')]);
  assert.equal(result.code, 32);
});

test('commit answers with the block that has the transaction', async () => {
  const tx = transfer(2n);
  const answer = send('commit', tx);
  while (devchain.chain.mempool.count === 0) await new Promise((resolve) => setImmediate(resolve));
  const { height, results } = devchain.produceBlock();
  const { result } = await answer;
  assert.deepEqual(Object.keys(result), ['check_tx', 'deliver_tx', 'hash', 'height']);
  assert.deepEqual([result.hash, result.height], [txHash(tx), String(height)]);
  assert.deepEqual(result.deliver_tx, results.txs_results![0]);
  const failed = (await send('commit', transfer(1n, 99n))).result;
  assert.deepEqual([failed.check_tx.code, failed.deliver_tx.code, failed.height], [32, 0, '0']);
});

test('what waits is listed oldest first, within a limit', async () => {
  const txs = [3n, 4n, 5n].map((amount) => {
    const tx = transfer(amount);
    devchain.chain.submit(tx);
    return tx;
  });
  const bytes = String(txs.reduce((sum, tx) => sum + tx.length, 0));
  const list = async (limit?: unknown) => (await rpcCall(devchain, 'unconfirmed_txs', { limit })).result;
  const base64 = txs.map((tx) => tx.toString('base64'));
  assert.deepEqual(await list(), { n_txs: '3', total: '3', total_bytes: bytes, txs: base64 });
  assert.deepEqual(await list('2'), { n_txs: '2', total: '3', total_bytes: bytes, txs: base64.slice(0, 2) });
  for (const limit of ['0', '-1', '1000']) assert.equal((await list(limit)).n_txs, '3');
  const counts = { n_txs: '3', total: '3', total_bytes: bytes, txs: null };
  assert.deepEqual((await rpcCall(devchain, 'num_unconfirmed_txs')).result, counts);
});

test('transactions are found in pages, in either order, with proofs that lead to the data hash', async () => {
  devchain.produceBlock();
  const search = async (params: object) =>
    rpcCall(devchain, 'tx_search', { query: `transfer.recipient='${to_address}'`, ...params });
  const all = (await search({ per_page: '100' })).result;
  assert.equal(all.total_count, '5');
  const page = (await search({ per_page: '2', page: '3', order_by: 'asc' })).result;
  assert.deepEqual([page.total_count, page.txs], ['5', all.txs.slice(4)]);
  assert.deepEqual((await search({ order_by: 'desc' })).result.txs, all.txs.toReversed());
  assert.equal((await search({ page: '2' })).error?.data, 'page should be within [1, 1] range, given 2');
  assert.match((await search({ order_by: 'x' })).error!.data!, /expected order_by/);
  assert.match((await rpcCall(devchain, 'tx_search', { query: '' })).error!.data!, /failed to parse query/);

  for (const { hash, height, index, proof } of (await search({ prove: true })).result.txs) {
    const { block } = devchain.chain.store.block(Number(height))!.block;
    assert.equal(proof.root_hash, block.header.data_hash);
    assert.equal(proof.data, block.data.txs[index]);
    const leaves = block.data.txs.map((tx) => sha256(Buffer.from(tx, 'base64')));
    const { aunts, leaf } = merkleProof(leaves, index);
    assert.deepEqual(
      proof.proof.aunts,
      aunts.map((aunt) => aunt.toString('base64')),
    );
    assert.deepEqual([proof.proof.leaf_hash, proof.proof.total], [leaf.toString('base64'), String(leaves.length)]);
    const one = await rpcCall(devchain, 'tx', { hash: Buffer.from(hash, 'hex').toString('base64'), prove: true });
    assert.deepEqual(one.result.proof, proof);
  }
});

test('blocks are found in pages too', async () => {
  const search = async (params: object) => rpcCall(devchain, 'block_search', { query: 'block.height>=1', ...params });
  const { result } = await search({ per_page: '2', order_by: 'desc' });
  assert.equal(result.total_count, String(devchain.height));
  const heights = result.blocks.map((found: { block: { header: { height: string } } }) => found.block.header.height);
  assert.deepEqual(heights, [String(devchain.height), String(devchain.height - 1)]);
});
