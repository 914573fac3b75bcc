/** The block syncer's tables against what the chain itself answers: after its genesis, and after random messages. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { ChainClient, greenfieldStorage as storage, TxSender } from '@prairie/chain';
import { again, chosenSeed, RandomRun, testChain, testKey } from '@prairie/devchain/testing';
import { silentLogger } from '@prairie/gfsp';
import { BlockSyncerModule, type BlockSyncerOptions } from '@prairie/sp';
import { BsDb } from '@prairie/store';
import { serveRandomRun } from './testing/random-chain.ts';

const BLOCKS = 80;
/** Bit of `off_chain_status`. */
const AGENT_DISABLED = 2;

/** The columns of a row that the chain's answer has too. */
function isLike(row: object | undefined, expected: object, about: string): void {
  assert.ok(row, about);
  const values = new Map(Object.entries(row));
  for (const [column, value] of Object.entries(expected)) {
    if (values.has(column)) assert.deepEqual(plain(values.get(column)), plain(value), `${column} of ${about}`);
  }
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
/** Bytes as text: a Buffer and other bytes are the same. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  return value instanceof Uint8Array ? hex(value) : value;
}

/** The local groups of a bucket. */
async function groupsAre(db: BsDb, client: ChainClient, id: bigint, bucket_name: string): Promise<void> {
  const { extra_info } = await client.q.storage.HeadBucketExtra({ bucket_name });
  const expected = (extra_info?.local_virtual_groups ?? []).map((group) => [
    group.id,
    group.global_virtual_group_id,
    group.stored_size,
  ]);
  const rows = (await db.virtualGroups.lvgsOfBucket(id)).map((row) => [
    row.local_virtual_group_id,
    row.global_virtual_group_id,
    'stored_size' in row ? row.stored_size : undefined,
  ]);
  assert.deepEqual(rows, expected, `local groups of ${bucket_name}`);
}

async function syncerOf(t: TestContext, client: ChainClient, options: BlockSyncerOptions = {}) {
  const db = await BsDb.open({ engine: 'sqlite', path: ':memory:' });
  const syncer = new BlockSyncerModule(options, { db, chain: client, logger: silentLogger });
  t.after(async () => {
    await syncer.stop();
    await db.close();
  });
  return { db, syncer };
}

async function clientOf(t: TestContext, run: RandomRun): Promise<ChainClient> {
  const { client, close } = await serveRandomRun(run);
  t.after(close);
  return client;
}

/** `without`: columns that no event tells of. */
async function providersAre(db: BsDb, client: ChainClient, without: readonly string[] = []): Promise<void> {
  for (const { id, description, bls_key, ...columns } of await client.listSps()) {
    const all = { ...columns, ...description, bls_key: hex(bls_key) };
    const expected = Object.fromEntries(Object.entries(all).filter(([column]) => !without.includes(column)));
    isLike(await db.storageProviders.byId(id), expected, `provider ${id}`);
  }
}

test('what the chain began with is in the tables before the first block', async (t) => {
  const devchain = await testChain({ autoBlocks: false });
  t.after(() => devchain.close());
  const { rpcUrl, chainId } = devchain;
  const client = new ChainClient({ rpcUrl, chainId });
  t.after(() => client.close());
  const { db, syncer } = await syncerOf(t, client);
  await syncer.start();
  const [first] = await client.listSps();
  assert.ok(first);
  await providersAre(db, client);
  const row = (await db.storageProviders.byId(first.id))!;
  const price = (await client.spPrice(first.operator_address))!;
  const { read_price, store_price, free_read_quota } = row;
  assert.deepEqual(
    [read_price, store_price, free_read_quota],
    [price.read_price, price.store_price, price.free_read_quota],
  );
});

test('a block is in the tables as soon as the chain has it', async (t) => {
  const devchain = await testChain({ autoBlocks: true, blockTimeMs: 50 });
  t.after(() => devchain.close());
  const { rpcUrl, chainId } = devchain;
  const client = new ChainClient({ rpcUrl, chainId });
  t.after(() => client.close());
  const written = new Map<bigint, number>();
  const { db, syncer } = await syncerOf(t, client);
  await syncer.start();
  syncer.onBlock(({ height }) => written.set(height, performance.now()));
  // another client is told by the same node
  const watcher = new ChainClient({ rpcUrl, chainId });
  t.after(() => watcher.close());
  const alice = testKey('alice');
  const sender = new TxSender({ privateKey: alice.privateKey }, { client: watcher });
  const lags: number[] = [];
  for (let i = 0; i < 12; i++) {
    const message = storage.MsgCreateGroup.create({ creator: alice.address, group_name: `group-${i}` });
    const { height } = await sender.sendAndWait([{ type: storage.MsgCreateGroup, value: message }]);
    const told = performance.now();
    assert.ok(await syncer.waitForHeight(height, 60_000));
    lags.push(written.get(height)! - told);
  }
  assert.equal((await db.groups.ownedBy(alice.address, 0n, 100)).length, 12);
  lags.sort((x, y) => x - y);
  const [median, most] = [lags[6]!, lags.at(-1)!].map((ms) => `${ms.toFixed(1)} ms`);
  t.diagnostic(`from a client's being told of its transaction to its rows: median ${median}, most ${most}`);
});

test('after random messages the tables are what the chain answers', async (t) => {
  const seed = chosenSeed();
  const run = new RandomRun(seed);
  for (let i = 0; i < BLOCKS; i++) run.block();
  const client = await clientOf(t, run);
  const { db, syncer } = await syncerOf(t, client);
  await syncer.start();
  assert.ok(await syncer.waitForHeight(BigInt(run.world.opened.chain.height), 120_000));
  const about = again(seed, 'node --test');
  const counts = { buckets: 0, objects: 0, groups: 0, families: 0, streams: 0, accounts: 0 };
  // challenges that are lost take of the deposit
  await providersAre(db, client, ['total_deposit']);
  for await (const { id, bucket_status: status, ...bucket } of client.list.storage.ListBuckets()) {
    // times are of the creation; a row's `create_at` is a height
    const { create_at: create_time, tags: _tags, ...columns } = bucket;
    isLike(await db.buckets.liveById(id), { ...columns, status, create_time }, `bucket ${id}, ${about}`);
    const { off_chain_status } = (await db.buckets.liveById(id))!;
    assert.equal((off_chain_status & AGENT_DISABLED) !== 0, bucket.sp_as_delegated_agent_disabled, about);
    await groupsAre(db, client, id, bucket.bucket_name);
    counts.buckets++;
    for await (const object of client.list.storage.ListObjects({ bucket_name: bucket.bucket_name })) {
      const { create_at, tags: _tags, updated_at: _at, updated_by: _by, object_status, creator, ...fields } = object;
      const expected = { ...fields, status: object_status, create_time: create_at, removed: false };
      // the chain leaves the creator out where it is the owner
      const all = creator === '' ? expected : { ...expected, creator };
      isLike(await db.objects.byId(object.id), all, `object ${object.id}, ${about}`);
      counts.objects++;
    }
  }
  for await (const family of client.list.virtualgroup.GlobalVirtualGroupFamilies()) {
    const row = (await db.virtualGroups.family(family.id))!;
    assert.deepEqual(row.global_virtual_group_ids, family.global_virtual_group_ids, about);
    assert.equal(row.primary_sp_id, family.primary_sp_id);
    for (const gvg of await client.gvgsOfFamily(family.id)) {
      const { stored_size, total_deposit, secondary_sp_ids, primary_sp_id } = (await db.virtualGroups.gvg(gvg.id))!;
      const expected = [gvg.stored_size, gvg.total_deposit, gvg.secondary_sp_ids, gvg.primary_sp_id];
      assert.deepEqual(
        [stored_size, total_deposit, secondary_sp_ids, primary_sp_id],
        expected,
        `gvg ${gvg.id}, ${about}`,
      );
    }
    counts.families++;
  }
  for await (const record of client.list.payment.StreamRecords()) {
    const { out_flow_count: _not, ...columns } = record;
    isLike(await db.payments.streamRecord(record.account), columns, `stream of ${record.account}, ${about}`);
    counts.streams++;
  }
  for await (const account of client.list.payment.PaymentAccounts()) {
    const row = (await db.payments.accountsOf(account.owner)).find(({ addr }) => addr === account.addr);
    assert.equal(row?.refundable, account.refundable, about);
    counts.accounts++;
  }
  for (const { address: owner } of run.world.users) {
    for await (const group of client.list.storage.ListGroups({ group_owner: owner })) {
      const row = (await db.groups.live(group.id))!;
      assert.deepEqual([row.group_name, row.extra, row.owner], [group.group_name, group.extra, group.owner], about);
      counts.groups++;
    }
  }
  t.diagnostic(JSON.stringify(counts));
});
