import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ChainBlock, greenfieldStorage as storage, typedEventAttributes } from '@prairie/chain';
import { silentLogger } from '@prairie/gfsp';
import type { BsDb } from '@prairie/store';
import { applyBlocks, type SyncedBlock } from './apply-blocks.ts';
import { BlockSyncerModule, type BlockSyncerOptions } from './module.ts';
import { emptyBlock, generatedBlocks, inMemory, RecordedChain } from './testing/index.ts';

const OWNER = '0x047e776b864432ED57E923DdF639e02Cf8b5eA3F';

function chainOf(blocks: number): RecordedChain {
  return new RecordedChain(Array.from({ length: blocks }, (_, i) => emptyBlock(BigInt(i + 1))));
}

function bucketBlock(height: bigint, name: string): ChainBlock {
  const { EventCreateBucket } = storage;
  const event = EventCreateBucket.create({
    bucket_name: name,
    bucket_id: height,
    owner: OWNER,
    payment_address: OWNER,
  });
  const attributes = typedEventAttributes(EventCreateBucket, event);
  return { ...emptyBlock(height), endBlockEvents: [{ type: EventCreateBucket.name, attributes }] };
}

function syncerOf(db: BsDb, chain: RecordedChain, options: BlockSyncerOptions = {}): BlockSyncerModule {
  return new BlockSyncerModule({ retryMs: 0, ...options }, { db, chain, logger: silentLogger });
}

/** Runs it until the tables are at that height. */
async function synced(syncer: BlockSyncerModule, height: bigint): Promise<void> {
  await syncer.start();
  assert.equal(await syncer.waitForHeight(height, 60_000), true);
  await syncer.stop();
}

/** Resolves with the error that ends syncing. */
async function failureOf(db: BsDb, chain: RecordedChain): Promise<Error> {
  const stopped = Promise.withResolvers<Error>();
  const syncer = syncerOf(db, chain, { onStopped: stopped.resolve });
  await syncer.start();
  const error = await stopped.promise;
  // who waits is not left waiting
  assert.equal(await syncer.waitForHeight(1_000_000n, 60_000), false);
  await syncer.stop();
  return error;
}

test('blocks are applied as they come, and told of once they are in the tables', async () => {
  const db = await inMemory();
  const chain = chainOf(3);
  const syncer = syncerOf(db, chain);
  const told: SyncedBlock[] = [];
  syncer.onBlock((block) => {
    told.push(block);
  });
  await syncer.start();
  assert.equal(await syncer.waitForHeight(4n, 5), false);
  const reached = syncer.waitForHeight(4n, 60_000);
  chain.push(bucketBlock(4n, 'made'));
  assert.equal(await reached, true);
  assert.ok(await db.buckets.byName('made'));
  assert.deepEqual(
    told.map(({ height, events }) => [height, events.map((event) => event.type)]),
    [
      [1n, []],
      [2n, []],
      [3n, []],
      [4n, ['greenfield.storage.EventCreateBucket']],
    ],
  );
  await syncer.stop();
});

test('blocks without events are blocks too: the epoch is that of each', async () => {
  const db = await inMemory();
  const chain = chainOf(3);
  const syncer = syncerOf(db, chain);
  await syncer.start();
  for (let height = 3n; height <= 6n; height++) {
    await syncer.waitForHeight(height, 60_000);
    const { block_height, block_hash } = (await db.epoch.get())!;
    assert.deepEqual([block_height, Buffer.from(block_hash).toString('hex')], [height, `${height}`.padStart(64, '0')]);
    chain.push(emptyBlock(height + 1n));
  }
  await syncer.stop();
});

test('behind the chain, blocks are written together, and told of one by one', async () => {
  const db = await inMemory();
  const chain = chainOf(40);
  chain.batch = 16;
  chain.blocks[20] = bucketBlock(21n, 'a');
  chain.blocks[21] = bucketBlock(22n, 'b');
  const sizes: number[] = [];
  const syncer = syncerOf(db, chain, { commitNumber: 1, onSynced: ({ blocks }) => sizes.push(blocks) });
  const told: bigint[] = [];
  syncer.onBlock(({ height }) => told.push(height));
  await syncer.start();
  assert.equal(await syncer.waitForHeight(40n, 60_000), true);
  await syncer.stop();
  // one event a transaction at most
  assert.deepEqual(sizes, [16, 5, 11, 8]);
  assert.deepEqual(
    told,
    Array.from({ length: 40 }, (_, i) => BigInt(i + 1)),
  );
});

test('a block is not applied twice', async () => {
  const db = await inMemory();
  const chain = chainOf(1);
  chain.push(bucketBlock(2n, 'once'));
  for (let i = 0; i < 2; i++) {
    const syncer = syncerOf(db, chain);
    const heights: bigint[] = [];
    syncer.onBlock(({ height }) => heights.push(height));
    await syncer.start();
    await syncer.waitForHeight(2n, 60_000);
    await syncer.stop();
    assert.deepEqual(heights, i === 0 ? [1n, 2n] : []);
  }
});

test('a missing block ends it', async () => {
  const chain = chainOf(3);
  chain.blocks[1] = emptyBlock(3n);
  const error = await failureOf(await inMemory(), chain);
  assert.match(error.message, /block 2 is missing: the node gave 3/);
});

test('tables of another chain are refused', async () => {
  const db = await inMemory();
  const chain = chainOf(3);
  chain.push(bucketBlock(4n, 'made'));
  const syncer = syncerOf(db, chain);
  await syncer.start();
  await syncer.waitForHeight(4n, 60_000);
  await syncer.stop();

  const shorter = chainOf(3);
  await assert.rejects(syncerOf(db, shorter).start(), /it is at block 4, the node at 3: the chain was started anew/);

  const forked = chainOf(5);
  forked.blocks[3] = { ...emptyBlock(4n), hash: 'F'.repeat(64) };
  assert.match((await failureOf(db, forked)).message, /its block 4 is 0{63}4, the node's is F{64}/);

  const other = Object.assign(chainOf(5), { chainId: 'greenfield_1017-1' });
  await assert.rejects(
    syncerOf(db, other).start(),
    /it is of chain greenfield_9000-121, the node's is greenfield_1017-1/,
  );
});

test('an event that cannot be understood ends it, and names itself; nothing of its block is written', async () => {
  const db = await inMemory();
  const chain = chainOf(1);
  const block = bucketBlock(2n, 'half');
  const bad = { type: storage.EventSetTag.name, attributes: [{ key: 'resource', value: '"nonsense"' }] };
  chain.push({ ...block, endBlockEvents: [...block.endBlockEvents, bad] });
  // what could be written together is not, because of the one
  chain.batch = 2;
  const error = await failureOf(db, chain);
  assert.match(error.message, /block 2: greenfield.storage.EventSetTag: resource nonsense/);
  assert.equal(await db.buckets.byName('half'), undefined);
  assert.equal((await db.epoch.get())?.block_height, 1n);
});

test('a node that is away is asked until it is back', async (t) => {
  const chain = chainOf(3);
  const subscribe = chain.subscribeBatches.bind(chain);
  let refusals = 100;
  chain.subscribeBatches = async function* (from, signal) {
    if (refusals-- > 0) throw new Error('connect ECONNREFUSED');
    yield* subscribe(from, signal);
  };
  const syncer = syncerOf(await inMemory(), chain);
  t.after(() => syncer.stop());
  await syncer.start();
  assert.equal(await syncer.waitForHeight(3n, 60_000), true);
  assert.equal(refusals, -1);
});

test('what fails once is tried again', async () => {
  const db = await inMemory();
  const chain = chainOf(1);
  const { transaction } = db;
  const syncer = syncerOf(db, chain);
  await syncer.start();
  let failures = 3;
  db.transaction = async (work) => {
    if (failures-- > 0) throw new Error('disk is full');
    return transaction.call(db, work) as ReturnType<typeof work>;
  };
  chain.push(bucketBlock(2n, 'made'));
  assert.equal(await syncer.waitForHeight(2n, 60_000), true);
  assert.ok(failures < 0);
  assert.ok(await db.buckets.byName('made'));
  await syncer.stop();
});

test('blocks whose writing failed after it was done are not written again, and are told of', async () => {
  const db = await inMemory();
  const chain = chainOf(1);
  const { transaction } = db;
  const syncer = syncerOf(db, chain);
  const told: SyncedBlock[] = [];
  syncer.onBlock((block) => told.push(block));
  await syncer.start();
  await syncer.waitForHeight(1n, 60_000);
  let failures = 2;
  db.transaction = async (work) => {
    const result = await (transaction.call(db, work) as ReturnType<typeof work>);
    if (failures-- > 0) throw new Error('the connection was lost');
    return result;
  };
  chain.push(bucketBlock(2n, 'made'));
  await syncer.waitForHeight(2n, 60_000);
  chain.push(bucketBlock(3n, 'too'));
  assert.equal(await syncer.waitForHeight(3n, 60_000), true);
  await syncer.stop();
  assert.deepEqual(
    told.map(({ height, events }) => [height, events.length]),
    [
      [1n, 0],
      [2n, 1],
      [3n, 1],
    ],
  );
});

test('only events of the chosen modules are handled', async () => {
  const db = await inMemory();
  const chain = chainOf(1);
  chain.push(bucketBlock(2n, 'ignored'));
  await synced(syncerOf(db, chain, { modules: ['object', 'group'] }), 2n);
  assert.equal(await db.buckets.byName('ignored'), undefined);
});

test('providers that the tables lack are added: those of a reference provider have none of the genesis', async () => {
  const db = await inMemory();
  const chain = chainOf(1);
  await synced(syncerOf(db, chain), 1n);
  chain.listSps = async () => [
    {
      id: 1,
      operator_address: OWNER,
      funding_address: OWNER,
      seal_address: OWNER,
      approval_address: OWNER,
      gc_address: OWNER,
      maintenance_address: OWNER,
      total_deposit: 10n ** 25n,
      status: 0,
      endpoint: 'http://127.0.0.1:9033',
      description: { moniker: 'sp0', identity: '', website: '', security_contact: '', details: '' },
      bls_key: Buffer.of(1, 2),
    },
  ];
  await synced(syncerOf(db, chain), 1n);
  const row = await db.storageProviders.byOperator(OWNER);
  assert.deepEqual([row?.sp_id, row?.moniker, row?.bls_key, row?.total_deposit], [1, 'sp0', '0102', 10n ** 25n]);
});

test('objects are counted at round heights, when that is wanted', async () => {
  const db = await inMemory();
  const chain = new RecordedChain(generatedBlocks({ seed: 1, blocks: 25, events: 10 }));
  chain.batch = 25;
  await synced(syncerOf(db, chain, { statisticsEvery: 10 }), 25n);
  const row = (await db.maintenance.dataStat())!;
  assert.equal(row.block_height, 20n);
  const counts = [row.object_total_count, row.object_seal_count, row.object_del_count].map(
    (text) => JSON.parse(text) as number[],
  );
  assert.deepEqual(
    counts.map((list) => list.length),
    [64, 64, 64],
  );
  // as of that block, not of the last
  const until = await inMemory();
  await synced(syncerOf(until, new RecordedChain(chain.blocks.slice(0, 20))), 20n);
  const { total, sealed, discontinued } = await until.statistics.objectCounts();
  assert.deepEqual(
    counts,
    [total, sealed, discontinued].map((list) => list.map(Number)),
  );
});

test('the raw results of the newest blocks are kept, when that is wanted', async () => {
  const db = await inMemory();
  const chain = chainOf(40);
  const lost: number[] = [];
  const results = async (height: bigint) => {
    if (height === 38n) throw new Error('the node is away');
    return { height: String(height) };
  };
  const options = { retryMs: 0, keepResults: 5, onResultLost: () => lost.push(1) };
  const syncer = new BlockSyncerModule(options, { db, chain, results, logger: silentLogger });
  await syncer.start();
  await syncer.waitForHeight(40n, 60_000);
  const kept = async (height: bigint) => (await db.maintenance.blockResult(height)) !== undefined;
  while (!(await kept(40n))) await new Promise((wait) => setImmediate(wait));
  await syncer.stop();
  const heights = await Promise.all([30n, 35n, 36n, 37n, 38n, 39n, 40n].map(kept));
  assert.deepEqual(heights, [false, false, true, true, false, true, true]);
  assert.equal(lost.length, 1);
  assert.equal(await db.maintenance.blockResult(40n), '{"height":"40"}');
});

test('two block syncers do not write to one database', async () => {
  const db = await inMemory();
  const chain = chainOf(3);
  const stopped = Promise.withResolvers<Error>();
  const syncer = syncerOf(db, chain, { onStopped: stopped.resolve });
  await syncer.start();
  await syncer.waitForHeight(3n, 60_000);
  // the other one was faster
  await applyBlocks(db, [emptyBlock(4n)]);
  chain.push(emptyBlock(4n));
  assert.match((await stopped.promise).message, /is at block 4, 3 expected: another process writes to it/);
  assert.equal((await db.epoch.get())?.block_height, 4n);
  await syncer.stop();
});
