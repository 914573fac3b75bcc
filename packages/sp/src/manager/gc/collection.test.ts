import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GfSpError, type Modules, newTask, toTaskError } from '@prairie/gfsp';
import { MemoryPieceStore } from '@prairie/store';
import { until } from '../../testing/network.ts';
import { Collection } from './collection.ts';
import type { GcSettings } from './settings.ts';
import { allOf, GcBench } from './testing.ts';

const never = new AbortController().signal;
const checksum = new Uint8Array(32);

async function open(t: { after: (work: () => Promise<void>) => void }, gc: Partial<GcSettings> = {}) {
  const bench = await GcBench.open();
  const stopping = new AbortController();
  const blocks: bigint[] = [];
  const consensus = { ...bench.consensus, chainId: 'c_1-1', objectById: async () => undefined } as never;
  const client = { ...bench.client, metadata: bench.client.metadata } as Modules;
  const pieceStore = new MemoryPieceStore();
  const collection = new Collection(
    { operatorAddress: '0x1', gc, onCollectedBlock: (height) => blocks.push(height) },
    { ...bench, queues: bench.queues, spdb: bench.spdb, client, consensus, pieceStore },
  );
  let running: Promise<void> = Promise.resolve();
  t.after(async () => {
    stopping.abort(new Error('the test is over'));
    await running;
    await bench.close();
  });
  return {
    ...{ bench, collection, blocks, pieceStore },
    run: () => {
      running = collection.run(stopping.signal);
    },
    oldReads: (count: number) => oldReads(bench, count),
  };
}

/** Reads that are older than any are kept. */
async function oldReads({ spdb }: GcBench, count: number): Promise<void> {
  const names = { bucket_id: 1n, bucket_name: 'b', read_size: 0n };
  const quota = { charged_quota: 1n, free_quota: 1n, monthly_free_quota: 1n };
  for (let n = 0n; n < BigInt(count); n++) {
    await spdb.consumeReadQuota(
      { ...names, ...quota, month: '2017-07' },
      { ...names, object_id: 1n, object_name: 'o', user_address: '0x0', read_timestamp_us: 1_500_000_000_000_000n + n },
    );
  }
}

test('rounds push one task of a kind at a time, and end with the signal', async (t) => {
  const { bench, run } = await open(t, { metaMs: 5, zombies: false, staleVersions: false });
  run();
  await until(async () => (await bench.queues.of('gc-meta').size()) > 0, 'the task');
  const first = (await bench.queues.of('gc-meta').scan())[0]!.task;
  await new Promise((resolve) => setTimeout(resolve, 30));
  assert.equal(await bench.queues.of('gc-meta').size(), 1);
  await bench.queues.of('gc-meta').complete(first.key);
});

test("an update's row becomes one task, whatever the number of rounds", async (t) => {
  const { bench, run } = await open(t, { staleVersionMs: 5, zombies: false, meta: false });
  const row = { object_id: 9n, redundancy_index: 2, version: 4n, updated_at: 7n, object_size: 5n };
  await bench.spdb.setShadowIntegrity({ ...row, integrity_checksum: checksum, piece_checksum_list: [checksum] });
  run();
  const queue = bench.queues.of('gc-stale-version');
  await until(async () => (await queue.size()) > 0, 'the task');
  await new Promise((resolve) => setTimeout(resolve, 30));
  assert.equal(await queue.size(), 1);
  const task = await bench.take('gc-stale-version');
  assert.deepEqual([task?.value.object_id, task?.value.redundancy_index, task?.value.version], [9n, 2, 4n]);
});

test('reports end a task, and a failure is told by the status', async (t) => {
  const { bench, collection, blocks } = await open(t);
  const push = () => bench.queues.push('gc-meta', { task: newTask(), current_idx: 0n, delete_count: 0n });
  await push();
  const task = (await bench.take('gc-meta'))!;
  await collection.reported(task);
  await assert.rejects(collection.reported(task), { name: 'GfSpError', innerCode: 60004 });
  const meta = async () => (await collection.gcStatus()).find(({ kind }) => kind === 'meta')!;
  assert.deepEqual([(await meta()).rounds, (await meta()).last_error], [1, '']);
  await push();
  const failed = (await bench.take('gc-meta'))!;
  const err = toTaskError(
    new GfSpError({ code_space: 'x', http_status_code: 500, inner_code: 1, description: 'away' }),
  );
  const held = { ...failed.value.task, err, address: 'executor', retry: 1n };
  await collection.reported({ ...failed, value: { ...failed.value, task: held } });
  assert.deepEqual([(await meta()).rounds, (await meta()).last_error], [2, 'away']);
  assert.equal(await bench.queues.of('gc-meta').size(), 0, 'the next round makes a new one');
  assert.deepEqual(blocks, []);
});

test('a provider says whose its store is, and why no pass goes over it', async (t) => {
  const { collection, pieceStore, run } = await open(t, { storeMs: 5, meta: false, staleVersions: false });
  await pieceStore.put('prairie-provider_c_1-1_0x2', checksum);
  run();
  const store = async () => (await collection.gcStatus()).find(({ kind }) => kind === 'store')!;
  await until(async () => (await store()).last_error !== '', 'the refusal');
  assert.match((await store()).last_error, /another provider uses this piece store \(prairie-provider_c_1-1_0x2\)/);
  assert.ok(await pieceStore.size('prairie-provider_c_1-1_0x1'));
});

test('a pass tells what it deletes, one pass at a time', async (t) => {
  const { collection, oldReads: plant } = await open(t);
  await plant(3);
  const shown = await allOf(collection.collect({ kinds: ['meta'], dryRun: true }, never));
  assert.ok(shown.length > 0);
  const first = collection.collect({ kinds: ['meta'], dryRun: false }, never);
  const { value } = await first.next();
  assert.deepEqual(value, shown[0], 'the same as in the dry run');
  const second = collection.collect({ kinds: ['meta'], dryRun: false }, never);
  await assert.rejects(second.next(), { name: 'GfSpError', innerCode: 60003 });
  await first.return(undefined);
  await allOf(collection.collect({ kinds: ['meta'], dryRun: false }, never));
  assert.deepEqual(await allOf(collection.collect({ kinds: ['meta'], dryRun: true }, never)), []);
});

test('what is not collected cannot be asked for', async (t) => {
  const { collection } = await open(t);
  for (const kinds of [[], ['everything'], ['meta', 'x']]) {
    const findings = collection.collect({ kinds, dryRun: true }, never);
    await assert.rejects(findings.next(), { name: 'GfSpError', innerCode: 60001 });
  }
});
