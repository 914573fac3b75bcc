import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Mempool, type PendingTx } from './mempool.ts';

const tx = (id: number, size = 10): PendingTx => ({ bytes: Buffer.alloc(size), hash: String(id) });

test('the same bytes come once, unless their check failed', () => {
  const mempool = new Mempool();
  mempool.admit(tx(1));
  assert.throws(() => mempool.admit(tx(1)), { name: 'MempoolError', message: 'tx already exists in cache' });
  mempool.forget('1');
  mempool.admit(tx(1));
  mempool.push(tx(1));
  assert.equal(mempool.take({ txs: 10, bytes: 100 }).length, 1);
  assert.throws(() => mempool.admit(tx(1)), /already exists/);
});

test('a full mempool and a large transaction are refused in the words that clients match', () => {
  const mempool = new Mempool();
  for (let id = 0; id < 5000; id++) mempool.push(tx(id));
  const full = 'mempool is full: number of txs 5000 (max: 5000), total txs bytes 50000 (max: 1073741824)';
  assert.throws(() => mempool.admit(tx(5000)), { name: 'MempoolError', message: full });
  const large = 'Tx too large. Max size is 1048576, but got 1048577';
  assert.throws(() => new Mempool().admit(tx(0, 1_048_577)), { name: 'MempoolError', message: large });
});

test('a block takes the oldest that fit; a recheck drops what is no longer valid', () => {
  const mempool = new Mempool();
  for (let id = 0; id < 5; id++) mempool.push(tx(id));
  const hashes = (txs: readonly PendingTx[]) => txs.map(({ hash }) => hash).join('');
  assert.equal(hashes(mempool.take({ txs: 10, bytes: 25 })), '01');
  assert.equal(hashes(mempool.take({ txs: 1, bytes: 100 })), '2');
  mempool.recheck(({ hash }) => hash !== '3');
  assert.equal(hashes(mempool.first(10)), '4');
  assert.deepEqual([mempool.count, mempool.bytes], [1, 10]);
});

test('only the latest 10,000 hashes are remembered', () => {
  const mempool = new Mempool();
  for (let id = 0; id <= 10_000; id++) mempool.admit(tx(id));
  mempool.admit(tx(0));
  assert.throws(() => mempool.admit(tx(10_000)), /already exists/);
});
