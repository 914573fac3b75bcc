import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type ExecutorTask,
  GCBucketMigrationTask,
  GCMetaTask,
  GCObjectTask,
  GCStaleVersionObjectTask,
  GCZombiePieceTask,
  type Modules,
  newTask,
  silentLogger,
} from '@prairie/gfsp';
import { MemoryPieceStore, openSpDb } from '@prairie/store';
import { ChainModel, OPERATOR, SELF } from '../gc/testing/chain-model.ts';
import { handle, type Workshop } from './handlers.ts';

const CHECKSUM = Buffer.alloc(32, 7);

/** Deleted objects 1 to `deleted` with a piece of each, and what is reported while a task runs. */
async function setUp(deleted: number, refuse?: Error) {
  const chain = new ChainModel();
  const pieceStore = new MemoryPieceStore();
  const spdb = await openSpDb({ engine: 'sqlite', path: ':memory:' });
  const reports: ExecutorTask[] = [];
  const manager = {
    reportTask: async (task: ExecutorTask) => {
      reports.push(task);
      if (refuse) throw refuse;
    },
  };
  for (let id = 1n; id <= deleted; id++) {
    chain.delete(chain.create(SELF, 1));
    const row = { object_id: id, redundancy_index: -1, integrity_checksum: CHECKSUM, object_size: 1n };
    await spdb.setIntegrity({ ...row, piece_checksum_list: [CHECKSUM] });
    await pieceStore.put(`s${id}_s0`, Buffer.alloc(1));
  }
  const client = { metadata: chain.metadata, manager } as unknown as Modules;
  const tools = {
    client,
    consensus: chain.consensus,
    spdb,
    pieceStore,
    logger: silentLogger,
  } as unknown as Workshop['tools'];
  const gc = { safeObjectIds: 0n, safeBlocks: 0n };
  const shop = { operatorAddress: OPERATOR, tools, gc, signatures: {} } as Workshop;
  const run = (task: ExecutorTask) => handle(task, shop, new AbortController().signal);
  return { chain, spdb, reports, run, pieceStore };
}

const range = (start_block_number: bigint, end_block_number: bigint) => ({
  ...{ ...GCObjectTask.create(), task: newTask(), start_block_number, end_block_number },
  current_block_number: start_block_number,
});

test('a range of deleted objects: progress on the way, and at its end the block after it', async () => {
  const { chain, run, reports, spdb } = await setUp(60);
  const value = range(1n, chain.height);
  const done = await run({ kind: 'gc-object', key: 'k', value });
  assert.ok(done.kind === 'gc-object');
  assert.equal(done.value.task.err, undefined);
  assert.equal(done.value.current_block_number, chain.height + 1n);
  assert.deepEqual(
    reports.map((report) => (report.kind === 'gc-object' ? report.value.last_deleted_object_id : undefined)),
    [50n, 60n],
  );
  assert.deepEqual(await spdb.listClaimedObjects(0n, 100n, 10), []);
  await spdb.close();
});

test('a task that the manager does not want any more ends there', async () => {
  const { chain, run, spdb } = await setUp(60, new Error('task canceled'));
  const done = await run({ kind: 'gc-object', key: 'k', value: range(1n, chain.height) });
  assert.match(String(done.value.task?.err?.description), /task canceled/);
  assert.equal((await spdb.listClaimedObjects(0n, 100n, 100)).length, 10);
  await spdb.close();
});

test('zombies, old rows and stale versions: one task, one report', async () => {
  const { run, spdb, pieceStore } = await setUp(3);
  const zombies = { ...GCZombiePieceTask.create(), task: newTask(), start_object_id: 1n, end_object_id: 2n };
  const found = await run({ kind: 'gc-zombie', key: 'k', value: zombies });
  assert.ok(found.kind === 'gc-zombie' && found.value.finished);
  assert.equal(await pieceStore.size('s2_s0'), undefined);
  assert.equal(await pieceStore.size('s3_s0'), 1);
  const stale = { ...GCStaleVersionObjectTask.create(), task: newTask(), object_id: 3n };
  const gone = await run({ kind: 'gc-stale-version', key: 'k', value: stale });
  assert.equal(gone.value.task?.err, undefined);
  assert.equal(await pieceStore.size('s3_s0'), undefined);
  const meta = await run({ kind: 'gc-meta', key: 'k', value: { ...GCMetaTask.create(), task: newTask() } });
  assert.ok(meta.kind === 'gc-meta' && meta.value.delete_count === 0n && !meta.value.task.err);
  await spdb.close();
});

test('a moved bucket of which the chain knows nothing is an error, and not finished', async () => {
  const { run, spdb } = await setUp(0);
  const value = { ...GCBucketMigrationTask.create(), task: newTask(), bucket_id: 4n };
  const done = await run({ kind: 'gc-bucket-migration', key: 'k', value });
  assert.ok(done.kind === 'gc-bucket-migration' && !done.value.finished);
  assert.ok(done.value.task.err);
  await spdb.close();
});
