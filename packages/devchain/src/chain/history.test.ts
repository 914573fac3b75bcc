import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { cosmosBankV1beta1 as bank, decode, encode } from '@prairie/chain';
import fc from 'fast-check';
import { ChainState, numberCodec } from '../state/index.ts';
import { testChain, testKey } from '../testing/network.ts';
import { deliver, msg, signed } from '../testing/sender.ts';
import { ChainStore } from './chain-store.ts';
import { History } from './history.ts';

const alice = testKey('alice');
const bob = testKey('bob');

/** A store with a state above it, and blocks that change a few keys each. */
function ledger(historyBlocks?: number) {
  const store = new ChainStore({ historyBlocks });
  const state = new ChainState((table) => store.tableEntries(table));
  const table = state.table('numbers', numberCodec);
  const history = new History(state, store);
  const content = () => JSON.stringify([...table.range()]);
  const commit = (changes: readonly (readonly [string, number | undefined])[]) => {
    for (const [key, value] of changes) {
      if (value === undefined) table.delete(key);
      else table.set(key, value);
    }
    const height = store.height + 1;
    const block = { block_id: { hash: height.toString(16).padStart(64, '0') }, block: { data: { txs: [] } } };
    const record = { height, block, results: {}, app_hash: '' } as never;
    store.commit({ record, txHashes: [], index: [], changes: state.takeChanges() });
  };
  return { store, state, history, content, commit };
}

const changes = fc.array(fc.tuple(fc.stringMatching(/^[ab]{1,2}$/), fc.option(fc.nat(9), { nil: undefined })), {
  maxLength: 6,
});

test('the state after any block is what it was, in any order of asking and between more blocks', () => {
  const asked = fc.array(fc.nat(20), { maxLength: 6 });
  fc.assert(
    fc.property(fc.array(fc.tuple(changes, asked), { minLength: 1, maxLength: 12 }), (blocks) => {
      const { store, history, content, commit } = ledger();
      const then = [content()];
      for (const [change, heights] of blocks) {
        commit(change);
        then.push(content());
        for (const height of heights.filter((at) => at <= store.height)) {
          assert.equal(history.at(height, content), then[height], `height ${height} of ${store.height}`);
        }
        assert.equal(content(), then.at(-1), 'the newest state is untouched');
      }
      store.close();
    }),
  );
});

test('taking blocks back leaves the state of the block it goes back to, in memory and on disk', () => {
  fc.assert(
    fc.property(fc.array(changes, { minLength: 1, maxLength: 10 }), fc.nat(10), changes, (blocks, back, after) => {
      const { store, state, content, commit } = ledger();
      const then = [content()];
      for (const change of blocks) {
        commit(change);
        then.push(content());
      }
      const height = Math.min(back, store.height);
      state.restore(store.revert({ id: 0, height, settings: {} }).changes);
      assert.equal(content(), then[height]);
      commit(after);
      const reloaded = new ChainState((table) => store.tableEntries(table)).table('numbers', numberCodec);
      assert.equal(JSON.stringify([...reloaded.range()]), content());
      store.close();
    }),
  );
});

test('states older than the history are refused, and a snapshot keeps its own', () => {
  const { store, history, content, commit } = ledger(3);
  for (let i = 0; i < 4; i++) commit([['a', i]]);
  assert.throws(() => history.at(0, content), /failed to load state at height 0; version does not exist/);
  store.addSnapshot({}, []);
  for (let i = 4; i < 12; i++) commit([['a', i]]);
  assert.equal(store.oldestState, 4);
  assert.equal(history.at(4, content), '[["a",3]]');
  store.close();
});

async function balanceAt(devchain: Awaited<ReturnType<typeof testChain>>, height: number): Promise<bigint> {
  const request = encode(bank.QueryBalanceRequest, { address: bob.address, denom: 'BNB' });
  const answer = devchain.chain.queries.query('/cosmos.bank.v1beta1.Query/Balance', request, height);
  assert.equal(answer.code, 0, answer.log);
  assert.equal(answer.height, height);
  return decode(bank.QueryBalanceResponse, answer.value!).balance!.amount;
}

const pay = (devchain: Awaited<ReturnType<typeof testChain>>, amount: bigint) =>
  deliver(devchain, alice, [
    msg(bank.MsgSend, {
      from_address: alice.address,
      to_address: bob.address,
      amount: [{ denom: 'BNB', amount }],
    }),
  ]);

test('queries at a height see that height, also after a restart', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'prairie-history-'));
  try {
    let devchain = await testChain({ dataDir });
    const start = devchain.keepers.bank.balance(bob.address);
    const first = devchain.height;
    for (let i = 1; i <= 5; i++) pay(devchain, 1n);
    for (let i = 0; i <= 5; i++) assert.equal(await balanceAt(devchain, first + i), start + BigInt(i));
    await devchain.close();
    devchain = await testChain({ dataDir });
    for (let i = 0; i <= 5; i++) assert.equal(await balanceAt(devchain, first + i), start + BigInt(i));
    await devchain.close();
  } finally {
    rmSync(dataDir, { recursive: true });
  }
});

test('back to a snapshot and on again: the same transactions at the same times give the same hashes', async () => {
  const devchain = await testChain();
  const { chain } = devchain;
  pay(devchain, 5n);
  const id = chain.snapshot();
  const { height, appHash } = chain;
  const run = () => {
    const blocks = [];
    for (let i = 1; i <= 3; i++) {
      const { hash } = chain.submit(signedAt(i));
      const record = chain.produceBlock({ seconds: 4_000_000_000n + BigInt(i), nanos: 0 });
      blocks.push([record.block.block_id.hash, record.app_hash, hash]);
    }
    return blocks;
  };
  const signedAt = (i: number) =>
    signed(devchain, alice, [
      msg(bank.MsgSend, {
        from_address: alice.address,
        to_address: bob.address,
        amount: [{ denom: 'BNB', amount: BigInt(i) }],
      }),
    ]);
  const once = run();
  chain.revert(id);
  assert.deepEqual([chain.height, chain.appHash], [height, appHash]);
  assert.equal(chain.store.tx(Buffer.from(once[0]![2]!, 'hex')), undefined, 'its transactions are gone');
  assert.deepEqual(run(), once);
  chain.revert(id);
  assert.throws(() => chain.revert(id + 1), /no snapshot/);
  await devchain.close();
});
