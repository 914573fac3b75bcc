import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Change } from '../state/index.ts';
import { testChain } from '../testing/network.ts';
import { ChainStore } from './chain-store.ts';

test('a load that fails half way leaves the chain as it was', async (t) => {
  const devchain = await testChain();
  t.after(() => devchain.close());
  const { store } = devchain.chain;
  const record = devchain.produceBlock();
  const entries = () => JSON.stringify([...store.tableEntries('bank/supply')]);
  const [before, genesis] = [entries(), store.genesis];
  function* broken(): IterableIterator<Change> {
    yield { table: 'never seen', key: 'a', value: Buffer.from('b') };
    throw new Error('half way');
  }
  const birth = { text: '{}', upgrades: {}, sample: { ...record, height: 77 } };
  assert.throws(() => store.replace(record, broken(), birth), /half way/);
  assert.deepEqual([entries(), store.genesis, store.height], [before, genesis, record.height]);
  assert.deepEqual([...store.tableEntries('never seen')], []);
  assert.equal(store.block(1)!.height, 1);
  devchain.produceBlock();
  assert.equal(store.block(record.height + 1)!.height, record.height + 1);
});

test('settings are kept as they were saved', (t) => {
  const store = new ChainStore({});
  t.after(() => store.close());
  assert.equal(store.setting('a'), undefined);
  store.saveSetting('a', { b: [1, 'x'] });
  store.saveSetting('c', null);
  assert.deepEqual([store.setting('a'), store.setting('c')], [{ b: [1, 'x'] }, null]);
});
