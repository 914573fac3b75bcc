import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { silentLogger } from '@prairie/gfsp';
import { BsDb, type DatabaseAddress } from '@prairie/store';
import { BlockSyncerModule } from './module.ts';
import { type RebuildOptions, rebuild } from './rebuild.ts';
import { type BsDbAddresses, SwitchedBsDb } from './switched-bsdb.ts';
import { dumpOf, emptyBlock, generatedBlocks, RecordedChain } from './testing/index.ts';

const BLOCKS = generatedBlocks({ seed: 3, blocks: 60, events: 12 });

function addressesOf(t: TestContext): Required<BsDbAddresses> & { standby: DatabaseAddress } {
  const folder = mkdtempSync(join(tmpdir(), 'rebuild-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = (name: string): DatabaseAddress => ({ engine: 'sqlite', path: join(folder, name) });
  return { main: file('bs.db'), standby: file('bs-standby.db') };
}

/** Syncs `chain` into what is in use. */
async function syncing(t: TestContext, addresses: BsDbAddresses, chain: RecordedChain) {
  const db = await SwitchedBsDb.open(addresses);
  const syncer = new BlockSyncerModule({ retryMs: 0 }, { db, chain, logger: silentLogger });
  t.after(async () => {
    await syncer.stop();
    await db.close();
  });
  await syncer.start();
  return { db, syncer };
}

/** As another process does it. */
async function rebuilt(t: TestContext, addresses: BsDbAddresses, chain: RecordedChain, options: RebuildOptions = {}) {
  const db = await SwitchedBsDb.open(addresses);
  t.after(() => db.close());
  return rebuild({ retryMs: 0, ...options }, { db, chain, logger: silentLogger }, AbortSignal.timeout(30_000));
}

test('while the tables serve they are built anew, and then the new ones do', async (t) => {
  const addresses = addressesOf(t);
  const chain = new RecordedChain(BLOCKS.slice(0, 50));
  chain.batch = 8;
  const { db, syncer } = await syncing(t, addresses, chain);
  await syncer.waitForHeight(50n, 60_000);
  const heights: bigint[] = [];
  syncer.onBlock(({ height }) => heights.push(height));

  // a reader of another process
  const reader = await SwitchedBsDb.open(addresses);
  t.after(() => reader.close());
  const result = await rebuilt(t, addresses, chain);
  assert.equal(result.height, 50n);
  assert.match(result.location, /bs-standby\.db$/);

  for (const block of BLOCKS.slice(50)) chain.push(block);
  assert.equal(await syncer.waitForHeight(60n, 60_000), true);
  assert.deepEqual(
    heights,
    Array.from({ length: 10 }, (_, i) => BigInt(51 + i)),
  );
  assert.match(db.current.location, /bs-standby\.db$/);
  assert.equal(await reader.follow(), true);
  assert.equal((await reader.epoch.get())?.block_height, 60n);
  assert.equal(await reader.follow(), false);

  // and back into the first file
  assert.match((await rebuilt(t, addresses, chain)).location, /bs\.db$/);
  chain.push(emptyBlock(61n));
  assert.equal(await syncer.waitForHeight(61n, 60_000), true);
  const [main, standby] = [await dumpOf(addresses.main), await dumpOf(addresses.standby)];
  assert.deepEqual(main.objects_00, standby.objects_00);
  assert.deepEqual(main.buckets, standby.buckets);
});

test('a rebuild that was cut short goes on, with blocks that come meanwhile', async (t) => {
  const addresses = addressesOf(t);
  const chain = new RecordedChain(BLOCKS);
  const { syncer } = await syncing(t, addresses, chain);
  await syncer.waitForHeight(60n, 60_000);
  const db = await SwitchedBsDb.open(addresses);
  t.after(() => db.close());
  const stop = new AbortController();
  const heights: bigint[] = [];
  const onProgress = () => {
    if (heights.push(0n) === 20) stop.abort(new Error('enough'));
  };
  await assert.rejects(rebuild({}, { db, chain, logger: silentLogger, onProgress }, stop.signal), /enough/);
  const seen: bigint[] = [];
  const again = {
    db,
    chain,
    logger: silentLogger,
    onProgress: (batch: { blocks: readonly { height: bigint }[] }) => seen.push(batch.blocks[0]!.height),
  };
  const result = await rebuild(
    {},
    { ...again, onProgress: (batch) => void again.onProgress(batch) },
    AbortSignal.timeout(30_000),
  );
  assert.deepEqual([seen[0], result.height], [21n, 60n]);
});

test('a switch that is cut short between its two halves is taken back', async (t) => {
  const addresses = addressesOf(t);
  const chain = new RecordedChain(BLOCKS.slice(0, 3));
  const { db, syncer } = await syncing(t, addresses, chain);
  await syncer.waitForHeight(3n, 60_000);
  await db.current.transaction((tables) => tables.maintenance.setMaster(false));
  chain.push(BLOCKS[3]!);
  assert.equal(await syncer.waitForHeight(4n, 60_000), true);
  assert.match(db.current.location, /bs\.db$/);
  assert.equal(await db.current.maintenance.isMaster(), true);
});

test('tables of a chain that is gone give way', async (t) => {
  const addresses = addressesOf(t);
  const old = new RecordedChain(BLOCKS);
  const { syncer } = await syncing(t, addresses, old);
  await syncer.waitForHeight(60n, 60_000);
  await syncer.stop();
  const young = new RecordedChain([emptyBlock(1n), emptyBlock(2n)]);
  const refused = await SwitchedBsDb.open(addresses);
  t.after(() => refused.close());
  const module = new BlockSyncerModule({}, { db: refused, chain: young, logger: silentLogger });
  await assert.rejects(module.start(), /the chain was started anew.*prairie sp sync rebuild/);
  assert.equal((await rebuilt(t, addresses, young)).height, 2n);
  const { db } = await syncing(t, addresses, young);
  assert.match(db.current.location, /bs-standby\.db$/);
});

test('from a block on only with the tables as of the one before', async (t) => {
  const addresses = addressesOf(t);
  const chain = new RecordedChain(BLOCKS);
  const { syncer } = await syncing(t, addresses, chain);
  await syncer.waitForHeight(60n, 60_000);
  await assert.rejects(
    rebuilt(t, addresses, chain, { from: 31n }),
    /must have the tables as of block 30, and it is empty/,
  );
  await assert.rejects(rebuilt(t, addresses, chain, { from: 99n }), /block 99 is not there yet: the chain is at 60/);

  // a copy of another provider's tables
  const copy = await BsDb.open(addresses.standby);
  const other = new BlockSyncerModule(
    {},
    { db: copy, chain: new RecordedChain(BLOCKS.slice(0, 30)), logger: silentLogger },
  );
  await other.start();
  await other.waitForHeight(30n, 60_000);
  await other.stop();
  await copy.close();
  const result = await rebuilt(t, addresses, chain, { from: 31n });
  assert.equal(result.height, 60n);
  assert.deepEqual((await dumpOf(addresses.main)).buckets, (await dumpOf(addresses.standby)).buckets);
});

test('without a second database it says how to have one', async (t) => {
  const { main } = addressesOf(t);
  await assert.rejects(
    rebuilt(t, { main }, new RecordedChain(BLOCKS)),
    /no second database beside .*Prairie\.BsDBStandby/,
  );
});
