import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ChainBlock, greenfieldStorage as storage, typedEventAttributes } from '@prairie/chain';
import { silentLogger } from '@prairie/gfsp';
import { BsDb } from '@prairie/store';
import { BlockSyncerModule, type BlockSyncerOptions, type SyncedBlock } from './module.ts';
import { emptyBlock, RecordedChain } from './testing.ts';

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
  const db = new BsDb({ path: ':memory:' });
  const chain = chainOf(3);
  const syncer = syncerOf(db, chain);
  const told: SyncedBlock[] = [];
  syncer.onBlock((block) => {
    if (block.events.length > 0) assert.ok(db.buckets.byName('made'));
    told.push(block);
  });
  await syncer.start();
  assert.equal(await syncer.waitForHeight(4n, 5), false);
  const reached = syncer.waitForHeight(4n, 60_000);
  chain.push(bucketBlock(4n, 'made'));
  assert.equal(await reached, true);
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

test('blocks without events reach the disk too', async () => {
  const db = new BsDb({ path: ':memory:' });
  const syncer = syncerOf(db, chainOf(250));
  syncer.onBlock(({ height }) => assert.equal(db.epoch.get()?.block_height, height));
  await syncer.start();
  await syncer.waitForHeight(250n, 60_000);
  assert.equal(db.epoch.get()?.block_height, 250n);
  await syncer.stop();
  assert.equal(syncerOf(db, chainOf(250)).height, 250n);
});

test('a block is not applied twice', async () => {
  const db = new BsDb({ path: ':memory:' });
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
  const error = await failureOf(new BsDb({ path: ':memory:' }), chain);
  assert.match(error.message, /block 2 is missing: the node gave 3/);
});

test('tables of another chain are refused', async () => {
  const db = new BsDb({ path: ':memory:' });
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
  const db = new BsDb({ path: ':memory:' });
  const chain = chainOf(1);
  const block = bucketBlock(2n, 'half');
  const bad = { type: storage.EventSetTag.name, attributes: [{ key: 'resource', value: '"nonsense"' }] };
  chain.push({ ...block, endBlockEvents: [...block.endBlockEvents, bad] });
  const error = await failureOf(db, chain);
  assert.match(error.message, /block 2: greenfield.storage.EventSetTag: resource nonsense/);
  assert.equal(db.buckets.byName('half'), undefined);
  assert.equal(db.epoch.get()?.block_height, 1n);
});

test('what fails once is tried again', async () => {
  const db = new BsDb({ path: ':memory:' });
  const chain = chainOf(1);
  chain.push(bucketBlock(2n, 'made'));
  const { put } = db.buckets;
  let failures = 2;
  db.buckets.put = (row) => {
    if (failures-- > 0) throw new Error('disk is full');
    put.call(db.buckets, row);
  };
  const syncer = syncerOf(db, chain);
  await syncer.start();
  assert.equal(await syncer.waitForHeight(2n, 60_000), true);
  assert.ok(db.buckets.byName('made'));
  await syncer.stop();
});

test('providers of the genesis come from the chain', async () => {
  const db = new BsDb({ path: ':memory:' });
  const chain = chainOf(1);
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
  const syncer = syncerOf(db, chain);
  await syncer.start();
  const row = db.storageProviders.byOperator(OWNER);
  assert.deepEqual([row?.sp_id, row?.moniker, row?.bls_key, row?.total_deposit], [1, 'sp0', '0102', 10n ** 25n]);
  await syncer.stop();
});
