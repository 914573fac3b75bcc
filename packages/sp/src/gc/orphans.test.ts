import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pieceKey } from '@prairie/redundancy';
import type { MemoryPieceStore } from '@prairie/store';
import { PRIMARY } from '../common/integrity.ts';
import { collectOrphans, collectStaleVersions, collectZombies, leaveNote } from './index.ts';
import { SELF } from './testing/chain-model.ts';
import { Provider, RUN } from './testing/provider.ts';

test('pieces that a store tells far from each other go in one pass', async (t) => {
  const provider = await Provider.open(t);
  const { chain, tools, pieceStore } = provider;
  chain.create(SELF, 3);
  chain.seal(1n, 0n, [2, 3]);
  await provider.pieces(1n, 2, 0n, 3);
  async function* list(prefix: string): AsyncGenerator<string> {
    if (prefix !== '') return;
    for (let segment = 0; segment < 3; segment++) {
      yield pieceKey(1n, segment, 2, 0n);
      for (let other = 0; other < 5000; other++) yield pieceKey(10_000n, other, PRIMARY, 0n);
    }
  }
  const scattered = Object.assign(Object.create(pieceStore) as MemoryPieceStore, {
    size: (key: string) => pieceStore.size(key),
    delete: (key: string) => pieceStore.delete(key),
    list,
  });
  await collectOrphans(RUN, { ...tools, pieceStore: scattered });
  assert.deepEqual(await provider.keys(), []);
  assert.deepEqual(await provider.spdb.listCondemned(10), []);
});

test('of content that stays only the end goes, also when that breaks off', async (t) => {
  const provider = await Provider.open(t);
  const { chain, tools, pieceStore } = provider;
  chain.create(SELF, 2);
  chain.seal(1n, 0n, [2, 3]);
  await provider.has(1n, PRIMARY);
  await provider.pieces(1n, PRIMARY, 0n, 4);
  const broken = Object.assign(Object.create(pieceStore) as MemoryPieceStore, {
    size: (key: string) => pieceStore.size(key),
    list: (prefix: string) => pieceStore.list(prefix),
    delete: () => Promise.reject(new Error('the disk is gone')),
  });
  await assert.rejects(collectOrphans(RUN, { ...tools, pieceStore: broken }), /the disk is gone/);
  await collectStaleVersions(RUN, tools);
  await collectZombies({ from: 0n, to: 9n }, RUN, tools);
  assert.equal((await provider.keys()).length, 4);
  await collectOrphans(RUN, tools);
  assert.deepEqual(await provider.keys(), ['s1_s0', 's1_s1']);
});

test('pieces of the store that no row knows: those that the chain needs or awaits stay', async (t) => {
  const provider = await Provider.open(t);
  const { chain, tools, pieceStore } = provider;
  chain.create(SELF, 2);
  chain.seal(1n, 0n, [2, 3]);
  await provider.pieces(1n, PRIMARY, 0n, 3);
  await provider.pieces(1n, 4, 0n, 1);
  chain.create(SELF, 2);
  await provider.pieces(2n, PRIMARY, 0n, 1);
  await provider.pieces(3n, PRIMARY, 0n, 1);
  chain.delete(chain.create(SELF, 1));
  await pieceStore.put('somebody-else', Buffer.alloc(5));
  const findings = await provider.both((run) => collectOrphans(run, tools));
  assert.deepEqual(
    findings.map(({ reason, keys }) => [reason, keys]),
    [
      ['the sealed content has fewer segments', ['s1_s2']],
      ['its object is not on chain', ['s3_s0']],
      ['its object was sealed on other providers', ['e1_s0_p4']],
    ],
  );
  assert.deepEqual(await provider.keys(), ['s1_s0', 's1_s1', 's2_s0', 'somebody-else']);
});

test('a store that another provider uses is left alone, until its note is gone', async (t) => {
  const provider = await Provider.open(t);
  const { chain, tools, pieceStore } = provider;
  chain.create(2, 2);
  chain.seal(1n, 0n, [3, 4]);
  await provider.pieces(1n, PRIMARY, 0n, 2);
  const consensus = { ...tools.consensus, chainId: 'greenfield_1017-1' };
  await leaveNote({ ...tools, consensus, operatorAddress: '0xOther' });
  await leaveNote({ ...tools, consensus });
  const own = { ...tools, consensus };
  const refusal = /another provider uses this piece store \(prairie-provider_greenfield_1017-1_0xother\)/;
  for (const dryRun of [true, false]) await assert.rejects(collectOrphans({ ...RUN, dryRun }, own), refusal);
  // the same operator on another chain is another provider
  const elsewhere = { ...tools, consensus: { ...consensus, chainId: 'greenfield_5600-1' } };
  await assert.rejects(collectOrphans(RUN, elsewhere), /another provider/);
  assert.equal((await provider.keys()).length, 4);
  await pieceStore.delete('prairie-provider_greenfield_1017-1_0xother');
  await collectOrphans(RUN, own);
  assert.deepEqual(await provider.keys(), ['prairie-provider_greenfield_1017-1_0xself']);
});

test('a pass that nobody asked for stops before it deletes much of the store', async (t) => {
  const provider = await Provider.open(t);
  const { chain, tools } = provider;
  // of a provider that is in none of these places, as with the tables of another one
  for (let id = 1n; id <= 10n; id++) {
    chain.create(2, 100);
    chain.seal(id, 0n, [3, 4]);
    await provider.pieces(id, PRIMARY, 0n, id < 10n ? 100 : 99);
  }
  const unasked = { ...RUN, brake: true, rate: 1e9 };
  await provider.has(11n, PRIMARY, 0n, 1);
  chain.create(SELF, 1);
  chain.seal(11n, 0n, [2, 3]);
  await assert.rejects(
    collectOrphans(unasked, tools),
    /^Error: 999 of the first 1000 pieces would go: .* 'prairie sp gc/,
  );
  assert.equal((await provider.keys()).length, 1000);
  await collectOrphans({ ...RUN, rate: 1e9 }, tools);
  assert.deepEqual(await provider.keys(), ['s11_s0']);
  // of few a share tells nothing
  await provider.pieces(1n, PRIMARY, 0n, 9);
  await collectOrphans(unasked, tools);
  assert.deepEqual(await provider.keys(), ['s11_s0']);
});
