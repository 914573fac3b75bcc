import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type GcFinding, PieceCondemnedError } from '@prairie/gfsp';
import type { MemoryPieceStore } from '@prairie/store';
import { PRIMARY } from '../common/integrity.ts';
import { chunksOf, Network, payloadOf, rejectsWith } from '../testing/network.ts';
import {
  collectDeletedObjects,
  collectMeta,
  collectMigratedBucket,
  collectStaleOf,
  collectStaleVersions,
  collectZombies,
  type GcTools,
} from './index.ts';
import { SELF } from './testing/chain-model.ts';
import { NOW, Provider, RUN } from './testing/provider.ts';

test('of deleted objects all rows and pieces go, whatever their index; of others none', async (t) => {
  const provider = await Provider.open(t);
  const { chain, spdb, tools } = provider;
  const [own, second, healthy, foreign] = Array.from({ length: 4 }, () => chain.create(SELF, 2)) as bigint[];
  for (const id of [own, second, healthy, foreign]) chain.seal(id!, 0n, [2, 3]);
  await provider.has(own!, PRIMARY);
  await provider.has(own!, 1);
  await provider.received(second!, 0);
  await provider.has(healthy!, PRIMARY);
  for (const id of [own, second, foreign]) chain.delete(id!);
  const reached: bigint[] = [];
  const onProgress = async ({ objectId }: { objectId: bigint }): Promise<void> => void reached.push(objectId);
  const range = { from: 0n, to: chain.height };
  const findings = await provider.both((run) => collectDeletedObjects(range, { ...run, onProgress }, tools));
  assert.deepEqual(
    findings.map(({ kind, keys, rows, bytes }) => [kind, keys, rows, bytes]),
    [
      ['object', ['s1_s0', 's1_s1'], ['integrity_meta 1 -1'], 20n],
      ['object', ['e1_s0_p1', 'e1_s1_p1'], ['integrity_meta 1 1'], 20n],
      ['object', ['e2_s0_p0'], ['piece_hash 2 0 0'], 10n],
    ],
  );
  assert.deepEqual(reached, [4n, 4n]);
  assert.deepEqual(await provider.keys(), ['s3_s0', 's3_s1']);
  assert.deepEqual(await spdb.listClaimedObjects(0n, 100n, 10), [3n]);
});

test('of an object that was updated and deleted the pieces of its last version go', async (t) => {
  const provider = await Provider.open(t);
  const { chain, tools } = provider;
  chain.create(SELF, 2);
  chain.seal(1n, 0n, [2, 3]);
  for (let version = 1n; version <= 3n; version++) {
    chain.beginUpdate(1n, 2);
    chain.seal(1n, chain.object(1n)!.pending!.time, [2, 3]);
  }
  await provider.has(1n, PRIMARY, 3n);
  chain.delete(1n);
  await collectDeletedObjects({ from: 0n, to: chain.height }, RUN, tools);
  assert.deepEqual(await provider.keys(), []);
});

test('the range goes on after the last object that was told, and ends before what the tables do not have yet', async (t) => {
  const provider = await Provider.open(t);
  const { chain, tools } = provider;
  for (let i = 0; i < 2; i++) chain.delete(chain.create(SELF, 1));
  await provider.has(1n, PRIMARY);
  await provider.has(2n, PRIMARY);
  const [first] = (await chain.metadata.listDeletedObjects(0n, 100n)).objects;
  const range = { from: first!.update_at, to: 1000n, afterObjectId: 1n };
  const { next, pieces } = await collectDeletedObjects(range, RUN, tools);
  assert.deepEqual([next, pieces], [chain.height + 1n, 2]);
  assert.deepEqual(await provider.keys(), ['s1_s0', 's1_s1']);
});

test('tables that call an object deleted that is on chain end the run: nothing goes', async (t) => {
  const provider = await Provider.open(t);
  const { chain, tools } = provider;
  chain.delete(chain.create(SELF, 1));
  await provider.has(1n, PRIMARY);
  const consensus = { ...tools.consensus, objectById: async () => ({ object_info: {} }) as never };
  const range = { from: 0n, to: chain.height };
  await assert.rejects(collectDeletedObjects(range, RUN, { ...tools, consensus }), /block syncer has to be looked at/);
  assert.deepEqual(await provider.keys(), ['s1_s0', 's1_s1']);
});

test('a deletion that breaks off is finished by whoever comes next', async (t) => {
  const provider = await Provider.open(t);
  const { chain, tools, pieceStore, spdb } = provider;
  chain.delete(chain.create(SELF, 2));
  await provider.has(1n, PRIMARY);
  const broken = Object.assign(Object.create(pieceStore) as MemoryPieceStore, {
    size: (key: string) => pieceStore.size(key),
    delete: () => Promise.reject(new Error('the disk is gone')),
  });
  const range = { from: 0n, to: chain.height };
  await assert.rejects(collectDeletedObjects(range, RUN, { ...tools, pieceStore: broken }), /the disk is gone/);
  assert.equal(await spdb.getIntegrity(1n, PRIMARY), undefined);
  assert.equal((await provider.keys()).length, 2);
  await collectStaleVersions(RUN, tools);
  assert.deepEqual(await provider.keys(), []);
  assert.deepEqual(await spdb.listCondemned(10), []);
});

test('zombies: sealed elsewhere, never created; not too new, not of a bucket that moves, not of a successor', async (t) => {
  const provider = await Provider.open(t);
  const { chain, tools } = provider;
  for (let id = 1n; id <= 4n; id++) {
    chain.create(2, 2);
    chain.seal(id, 0n, id === 2n ? [SELF, 3] : [3, 4]);
    await provider.has(id, 0);
  }
  chain.beginMove(3n, 5);
  chain.reserve(4n, 0);
  chain.delete(chain.create(2, 1));
  await provider.received(5n, 2);
  await provider.received(9n, 2);
  const findings = await provider.both((run) => collectZombies({ from: 1n, to: 9n }, run, tools));
  assert.deepEqual(
    findings.map(({ reason, keys, rows }) => [reason, keys, rows]),
    [
      ['its object is not on chain', ['e5_s0_p2'], ['piece_hash 5 0 2']],
      ['its object was sealed on other providers', ['e1_s0_p0', 'e1_s1_p0'], ['integrity_meta 1 0']],
    ],
  );
  assert.equal((await provider.keys()).filter((key) => /^e[239]/.test(key)).length, 5);
});

test('the chain is asked for several objects at a time, and a failure ends the run', async (t) => {
  const provider = await Provider.open(t);
  const { chain, tools } = provider;
  for (let id = 1n; id <= 40n; id++) {
    chain.create(2, 1);
    chain.seal(id, 0n, [3, 4]);
    await provider.has(id, 0, 0n, 1);
  }
  const [asking, most] = [new Set<bigint>(), { count: 0 }];
  const objectById = async (id: bigint) => {
    asking.add(id);
    most.count = Math.max(most.count, asking.size);
    await new Promise(setImmediate);
    asking.delete(id);
    if (failing.has(id)) throw new Error('the node is away');
    return tools.consensus.objectById(id);
  };
  const failing = new Set([30n]);
  const distant = { ...tools, consensus: { ...tools.consensus, objectById } };
  await assert.rejects(collectZombies({ from: 1n, to: 40n }, RUN, distant), /the node is away/);
  assert.equal(asking.size, 0, 'nothing goes on behind its back');
  failing.clear();
  await collectZombies({ from: 1n, to: 40n }, RUN, distant);
  assert.equal(most.count, 16);
  assert.deepEqual(await provider.keys(), []);
});

test('while pieces may become needed again nobody begins to store them, and what is needed again stays', async (t) => {
  const provider = await Provider.open(t);
  const { chain, tools, spdb } = provider;
  chain.create(2, 2);
  chain.seal(1n, 0n, [3, 4]);
  await provider.has(1n, 0);
  const consensus = {
    ...tools.consensus,
    waitForHeight: async (height: bigint) => {
      await assert.rejects(provider.received(1n, 0), PieceCondemnedError);
      assert.ok(await spdb.isCondemned({ object_id: 1n, redundancy_index: 0, version: 0n }));
      // another provider's place is taken over at this moment
      chain.reserve(1n, 0);
      return height;
    },
  };
  const counts = await collectZombies({ from: 1n, to: 9n }, RUN, { ...tools, consensus });
  assert.deepEqual([counts.kept, counts.pieces], [1, 0]);
  assert.equal((await provider.keys()).length, 2);
  await provider.received(1n, 0);
});

test('a hold that a crash left ends after a while', async (t) => {
  const provider = await Provider.open(t);
  const { chain, tools, spdb } = provider;
  chain.create(SELF, 2);
  chain.seal(1n, 0n, [3, 4]);
  await provider.has(1n, PRIMARY);
  const hold = { object_id: 1n, redundancy_index: PRIMARY, version: 0n, segment_count: 2 };
  await spdb.setCondemned({ ...hold, blocked_until: NOW + 600 });
  await collectStaleVersions(RUN, tools);
  assert.equal((await spdb.listCondemned(10)).length, 1);
  provider.seconds += 601;
  await collectStaleVersions(RUN, tools);
  assert.deepEqual(await spdb.listCondemned(10), []);
  assert.equal((await provider.keys()).length, 2);
});

test('a note of pieces stays while nobody knows whether their object is there', async (t) => {
  const provider = await Provider.open(t);
  const { chain, tools, spdb } = provider;
  chain.create(2, 1);
  chain.seal(1n, 0n, [3, 4]);
  // rows are gone, and the hold is over: of a crash
  await spdb.setCondemned({ object_id: 1n, redundancy_index: 0, version: 0n, segment_count: 1, blocked_until: 1 });
  await provider.pieces(1n, 0, 0n, 1);
  chain.delete(1n);
  await collectStaleVersions({ ...RUN, safeBlocks: 1000n }, tools);
  assert.equal((await provider.keys()).length, 1);
  await collectDeletedObjects({ from: 0n, to: chain.height }, RUN, tools);
  assert.deepEqual(await provider.keys(), []);
});

test('a run that breaks off keeps nobody from storing', async (t) => {
  const provider = await Provider.open(t);
  const { chain, tools } = provider;
  chain.create(2, 1);
  chain.seal(1n, 0n, [3, 4]);
  await provider.has(1n, 0, 0n, 1);
  const waitForHeight = () => Promise.reject(new Error('the node does not answer'));
  const deaf = { ...tools, consensus: { ...tools.consensus, waitForHeight } };
  await assert.rejects(collectZombies({ from: 1n, to: 9n }, RUN, deaf), /does not answer/);
  assert.equal((await provider.keys()).length, 1);
  await provider.received(1n, 0);
  await collectZombies({ from: 1n, to: 9n }, RUN, tools);
  assert.deepEqual(await provider.keys(), []);
  assert.deepEqual(await provider.spdb.listCondemned(10), []);
});

test('an update that was sealed takes the old place, also while the next one is under way; the old pieces go', async (t) => {
  const provider = await Provider.open(t);
  const { chain, tools, spdb } = provider;
  chain.create(SELF, 2);
  chain.seal(1n, 0n, [2, 3]);
  await provider.has(1n, PRIMARY);
  chain.beginUpdate(1n, 3);
  const { time } = chain.object(1n)!.pending!;
  await provider.hasShadow(1n, PRIMARY, 1n, time, 3);
  assert.deepEqual(await provider.both((run) => collectStaleOf([1n], run, tools)), []);
  chain.seal(1n, time, [2, 3]);
  chain.beginUpdate(1n, 1);
  await collectStaleOf([1n], RUN, tools);
  assert.equal((await spdb.getIntegrity(1n, PRIMARY))?.piece_checksum_list.length, 3);
  assert.equal(await spdb.getShadowIntegrity(1n, PRIMARY), undefined);
  assert.deepEqual(await provider.keys(), ['s1_s0_v1', 's1_s1_v1', 's1_s2_v1']);
});

test('of an update to nothing the pieces before it go', async (t) => {
  const provider = await Provider.open(t);
  const { chain, tools } = provider;
  chain.create(SELF, 2);
  chain.seal(1n, 0n, [2, 3]);
  await provider.has(1n, PRIMARY);
  chain.beginUpdate(1n, 0);
  await collectZombies({ from: 0n, to: 9n }, RUN, tools);
  assert.equal((await provider.keys()).length, 2);
  chain.seal(1n, chain.object(1n)!.pending!.time, [2, 3]);
  await provider.both((run) => collectZombies({ from: 0n, to: 9n }, run, tools));
  assert.deepEqual(await provider.keys(), []);
});

test('of an update that was given up rows and pieces go; of what an upload has in hand nothing', async (t) => {
  const provider = await Provider.open(t);
  const { chain, tools, spdb } = provider;
  chain.create(2, 2);
  chain.seal(1n, 0n, [SELF, 3]);
  await provider.has(1n, 0);
  chain.beginUpdate(1n, 2);
  await provider.hasShadow(1n, 0, 1n, chain.object(1n)!.pending!.time);
  await provider.received(1n, 1, 1n);
  await provider.hasShadow(1n, PRIMARY, 1n, 0n);
  await spdb.insertUploadProgress(1n, false);
  chain.cancel(1n);
  const findings = await provider.both((run) => collectStaleVersions(run, tools));
  assert.ok(findings.every(({ reason }) => reason === 'its update was given up'));
  assert.deepEqual(await provider.keys(), ['e1_s0_p0', 'e1_s1_p0', 's1_s0_v1', 's1_s1_v1']);
  assert.equal(await spdb.getShadowIntegrity(1n, 0), undefined);
  assert.deepEqual(await spdb.listPieceHashes(1n, 1), []);
});

test('a row that has become another one since it was looked at stays', async (t) => {
  const provider = await Provider.open(t);
  const { chain, tools, spdb } = provider;
  chain.create(2, 1);
  chain.seal(1n, 0n, [SELF, 3]);
  chain.beginUpdate(1n, 1);
  chain.seal(1n, chain.object(1n)!.pending!.time, [SELF, 3]);
  chain.beginUpdate(1n, 1);
  const { time } = chain.object(1n)!.pending!;
  // of an update that was given up before the one that was sealed
  await provider.hasShadow(1n, 0, 1n, 77n, 1);
  const objectById = async (id: bigint) => {
    await provider.hasShadow(1n, 0, 2n, time, 1);
    return tools.consensus.objectById(id);
  };
  const late = { ...tools, consensus: { ...tools.consensus, objectById } };
  const { kept, rows } = await collectStaleVersions(RUN, late);
  assert.deepEqual([kept, rows], [1, 0]);
  assert.equal((await spdb.getShadowIntegrity(1n, 0))?.version, 2n);
});

/** Two groups of a bucket that has moved: objects 1 and 3 in the first one, 2 in the other. */
function moved(provider: Provider, familyOnChain: number): GcTools {
  const { tools } = provider;
  const objects = new Map([
    [7, [1n, 3n]],
    [8, [2n]],
  ]);
  const metadata = {
    ...tools.client.metadata,
    listGvgsOfBucket: async () => [8, 7].map((id) => ({ id, family_id: 5 })) as never,
    listObjectsForGc: async (_: bigint, { gvgId, startAfter }: { gvgId: number; startAfter: bigint }) =>
      objects.get(gvgId)!.flatMap((id) => (id > startAfter ? [{ object: { object_info: { id } } }] : [])) as never,
  };
  const bucket = { bucket_info: { global_virtual_group_family_id: familyOnChain } } as never;
  return { ...tools, client: { metadata }, consensus: { ...tools.consensus, bucketById: async () => bucket } };
}

test('what a moved bucket left goes group by group, each from its first object on', async (t) => {
  const provider = await Provider.open(t);
  for (let id = 1n; id <= 3n; id++) {
    provider.chain.create(2, 2);
    provider.chain.seal(id, 0n, [3, 4]);
    await provider.has(id, PRIMARY);
  }
  const task = { bucket_id: 1n, last_gc_gvg_id: 7n, last_gc_object_id: 1n };
  await assert.rejects(collectMigratedBucket(task, RUN, moved(provider, 6)), /the block syncer is behind/);
  const told: unknown[] = [];
  const onProgress = async (progress: unknown): Promise<void> => void told.push(progress);
  const { groups } = await collectMigratedBucket(task, { ...RUN, onProgress }, moved(provider, 5));
  assert.equal(groups, 2);
  assert.deepEqual(told, [
    { gvgId: 7n, objectId: 3n, done: 1, groups: 2 },
    { gvgId: 8n, objectId: 2n, done: 2, groups: 2 },
  ]);
  assert.deepEqual(await provider.keys(), ['s1_s0', 's1_s1']);
});

test('read quota of old months and old read records go, 90 days at the earliest', async (t) => {
  const provider = await Provider.open(t);
  const { spdb, tools } = provider;
  const monthsAgo = (months: number) => new Date((NOW - months * 30.5 * 86_400) * 1000).toISOString().slice(0, 7);
  const quota = { charged_quota: 100n, free_quota: 0n, monthly_free_quota: 0n };
  for (const [bucket_id, months] of [
    [1n, 6],
    [2n, 5],
    [3n, 1],
  ] as const) {
    const read = { bucket_id, bucket_name: 'b', read_size: 1n };
    const read_timestamp_us = BigInt(NOW - months * 30 * 86_400) * 1_000_000n;
    const record = { ...read, object_id: 1n, object_name: 'o', user_address: '', read_timestamp_us };
    assert.ok(await spdb.consumeReadQuota({ ...read, ...quota, month: monthsAgo(months) }, record));
  }
  const keeping = { trafficDays: 1, recordDays: 29, recordLimit: 2 };
  const findings: GcFinding[] = [];
  const run = { onFinding: (finding: GcFinding) => void findings.push(finding) };
  await collectMeta(keeping, { ...run, dryRun: true }, tools);
  const told = findings.splice(0).flatMap(({ rows }) => rows);
  const counts = await collectMeta(keeping, run, tools);
  assert.deepEqual(
    findings.flatMap(({ rows }) => rows),
    told,
  );
  assert.equal(counts.rows, told.length);
  assert.equal(await spdb.getLatestBucketTraffic(1n), undefined);
  assert.ok(await spdb.getLatestBucketTraffic(3n));
  assert.deepEqual(await spdb.listReadRecords(3n, 0n, 10n ** 18n, 10), []);
});

test('an abort ends a run between two objects', async (t) => {
  const provider = await Provider.open(t);
  const { chain, tools } = provider;
  for (let i = 0; i < 3; i++) chain.delete(chain.create(SELF, 2));
  for (let id = 1n; id <= 3n; id++) await provider.has(id, PRIMARY);
  const stopping = new AbortController();
  const onFinding = () => stopping.abort(new Error('stopping'));
  const run = { ...RUN, onFinding, signal: stopping.signal };
  await assert.rejects(collectDeletedObjects({ from: 0n, to: chain.height }, run, tools), /stopping/);
  assert.equal((await provider.keys()).length, 4);
});

test('nobody uploads what is being deleted under the same name: 60002', async () => {
  const network = await new Network().start({ executor: false });
  const payload = payloadOf(1000);
  const object = await network.createObject(payload);
  const hold = { object_id: object.id, redundancy_index: PRIMARY, version: 0n, segment_count: 1 };
  await network.disk.spdb.setCondemned({ ...hold, blocked_until: Math.floor(Date.now() / 1000) + 600 });
  const upload = () => network.uploader.uploadObject(network.uploadTask(object), chunksOf(payload));
  await rejectsWith(upload(), 60002);
  assert.equal(await network.disk.spdb.getUploadProgress(object.id), undefined);
  await network.disk.spdb.deleteCondemned(hold);
  await upload();
  await network.stop();
});
