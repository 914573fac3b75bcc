import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BsDb } from './bsdb.ts';
import type { EventRow } from './event-log.ts';
import { inEveryEngine } from './testing/open.ts';

const OWNER = '0x047e776b864432ED57E923DdF639e02Cf8b5eA3F';
const OTHER = '0xf1843e4CC26d56678fF153A18ca2569eB8D97d0B';
const addressOf = (n: number) => `0x${n.toString(16).padStart(40, '0')}`;
const NO_HASH = new Uint8Array(32);

inEveryEngine('tables', (db) => {
  test('a bucket that is made again replaces the removed one of its name', async () => {
    const { buckets } = db();
    await buckets.put({ bucket_id: 1n, bucket_name: 'again', owner: OWNER, removed: true, storage_size: 5n });
    await buckets.put({ bucket_id: 2n, bucket_name: 'again', owner: OWNER });
    assert.deepEqual(await buckets.liveByIds([1n]), []);
    const bucket = await buckets.liveByName('again');
    assert.deepEqual([bucket?.bucket_id, bucket?.storage_size], [2n, 0n]);
  });

  test("a user's buckets: newest first, removed ones on demand", async () => {
    const { buckets } = db();
    const owner = addressOf(1);
    for (const [i, removed] of [false, true, false].entries()) {
      const create_at = BigInt(i);
      await buckets.put({ bucket_id: BigInt(10 + i), bucket_name: `of-user-${i}`, owner, create_at, removed });
    }
    const ids = async (includeRemoved: boolean, limit = 100) =>
      (await buckets.ofOwner(owner, includeRemoved, limit)).map((row) => row.bucket_id);
    assert.deepEqual(await ids(false), [12n, 10n]);
    assert.deepEqual(await ids(true), [12n, 11n, 10n]);
    assert.deepEqual(await ids(true, 1), [12n]);
    assert.equal(await buckets.countOfOwner(owner, false), 2);
    assert.equal(await buckets.countOfOwner(owner, true), 3);
    assert.deepEqual(await buckets.ofOwner(addressOf(2), true, 100), []);
  });

  test('sums of a bucket grow and shrink', async () => {
    const { buckets } = db();
    await buckets.put({ bucket_id: 20n, bucket_name: 'sums' });
    await buckets.addSizes(20n, 2n ** 62n, 5n);
    await buckets.addSizes(20n, -1n, 128_000n);
    const bucket = await buckets.byName('sums');
    assert.deepEqual([bucket?.storage_size, bucket?.charge_size], [2n ** 62n - 1n, 128_005n]);
  });

  test('bits of off_chain_status are set and cleared one by one, of live buckets only', async () => {
    const { buckets } = db();
    await buckets.put({ bucket_id: 30n, bucket_name: 'bits' });
    await buckets.setOffChainBit('bits', 1, true, { update_at: 1n });
    await buckets.setOffChainBit('bits', 2, true, { update_at: 2n });
    const bucket = await buckets.byName('bits');
    assert.deepEqual([bucket?.off_chain_status, bucket?.update_at], [3, 2n]);
    await buckets.setOffChainBit('bits', 1, false, {});
    assert.equal((await buckets.byName('bits'))?.off_chain_status, 2);
    await buckets.update(30n, { removed: true });
    await buckets.setOffChainBit('bits', 2, false, {});
    assert.equal((await buckets.byName('bits'))?.off_chain_status, 2);
  });

  test('buckets of a primary provider, the oldest first, from more families than one statement looks at', async () => {
    const { buckets, virtualGroups } = db();
    for (let family = 1; family <= 70; family++) {
      await virtualGroups.putFamily({
        global_virtual_group_family_id: family,
        primary_sp_id: 9,
        removed: family === 3,
      });
      await buckets.put({
        bucket_id: BigInt(1000 + family),
        bucket_name: `of-family-${family}`,
        global_virtual_group_family_id: family,
        create_time: BigInt(100 - family),
        status: family === 5 ? 1 : 0,
      });
    }
    const ids = async (before: bigint, limit: number) =>
      (await buckets.ofPrimaryBefore(9, before, limit)).map((row) => Number(row.bucket_id) - 1000);
    assert.deepEqual(await ids(100n, 3), [70, 69, 68]);
    assert.deepEqual(
      await ids(98n, 100),
      Array.from({ length: 68 }, (_, i) => 70 - i).filter((family) => family !== 3 && family !== 5),
    );
    assert.deepEqual(await ids(30n, 100), []);
  });

  test('many ids at once: each is answered once, in any number', async () => {
    const { buckets } = db();
    await db().transaction(async (tables) => {
      for (let i = 0; i < 700; i++) {
        const bucket_id = BigInt(5000 + i);
        await tables.buckets.put({ bucket_id, bucket_name: `many-${i}`, removed: i % 7 === 0 });
      }
    });
    const asked = Array.from({ length: 800 }, (_, i) => BigInt(5000 + i));
    const found = await buckets.liveByIds([...asked, ...asked.slice(0, 9)]);
    assert.equal(found.length, 600);
    assert.equal(new Set(found.map((row) => row.bucket_id)).size, 600);
    assert.deepEqual(await buckets.liveByIds([]), []);
    assert.equal((await buckets.liveByNames(['many-1', 'many-0', 'many-1', 'none'])).length, 1);
  });

  test('objects are listed in byte order, literally by prefix', async () => {
    const { objects } = db();
    const names = ['a%', 'a_', 'aa', 'b', 'é', '\u{1f600}', '\uffff', 'A'];
    for (const [i, object_name] of names.entries()) {
      await objects.put({ bucket_name: 'bytes', object_name, object_id: BigInt(i + 1) });
    }
    const list = async (prefix: string, from = '') =>
      (await objects.list({ bucket: 'bytes', prefix, from, limit: 100 }, false)).map((row) => row.object_name);
    assert.deepEqual(await list(''), ['A', 'a%', 'a_', 'aa', 'b', 'é', '\uffff', '\u{1f600}']);
    assert.deepEqual(await list('a%'), ['a%']);
    assert.deepEqual(await list('a', 'a_'), ['a_', 'aa']);
    assert.deepEqual(await list('a', 'A'), ['a%', 'a_', 'aa']);
    assert.deepEqual(await list('\u{10ffff}'), []);
    assert.deepEqual(await objects.list({ bucket: 'none', prefix: '', from: '', limit: 9 }, true), []);
  });

  test('of several objects with one name, the live one is found', async () => {
    const { objects, permissions, buckets } = db();
    await buckets.put({ bucket_id: 40n, bucket_name: 'twice', owner: OWNER, visibility: 1 });
    await objects.put({ bucket_name: 'twice', object_name: 'o', object_id: 101n, removed: true });
    await objects.put({ bucket_name: 'twice', object_name: 'o', object_id: 102n, owner: OTHER, visibility: 2 });
    assert.equal((await objects.live('twice', 'o'))?.object_id, 102n);
    const all = await objects.list({ bucket: 'twice', prefix: '', from: '', limit: 9 }, true);
    assert.deepEqual(
      all.map((row) => row.object_id),
      [101n, 102n],
    );
    assert.deepEqual(await permissions.access('twice', 'o'), {
      ...{ id: 40n, owner: OWNER, visibility: 1 },
      object: { id: 102n, owner: OTHER, visibility: 2 },
    });
    assert.equal((await permissions.access('twice', 'other'))?.object, undefined);
    assert.equal((await permissions.access('twice', ''))?.object, undefined);
    assert.equal(await permissions.access('unknown', 'o'), undefined);
  });

  test('objects by ids, from all parts of the table', async () => {
    const { objects } = db();
    for (let i = 0; i < 20; i++) {
      const object_id = BigInt(200 + i);
      await objects.put({ bucket_name: `part-${i}`, object_name: 'o', object_id, removed: i === 4, update_at: 1n });
    }
    const found = await objects.liveByIds([200n, 204n, 219n, 219n, 999n]);
    assert.deepEqual(found.map((row) => row.object_id).sort(), [200n, 219n]);
    await objects.update(200n, { content_type: 'text/plain' });
    assert.equal((await objects.byId(200n))?.content_type, 'text/plain');
    assert.equal(await objects.byId(999n), undefined);
    await objects.put({ bucket_name: 'last', object_name: 'o', object_id: 2n ** 255n });
    assert.equal(await objects.latestId(), 2n ** 255n);
  });

  test('removed objects come by height and id, from all parts together', async () => {
    const { objects } = db();
    for (let i = 0; i < 30; i++) {
      const row = { bucket_name: `gone-${i}`, object_name: 'o', object_id: BigInt(300 + i), removed: true };
      await objects.put({ ...row, update_at: BigInt(5000 - (i % 3)) });
    }
    const found = await objects.removedBetween(4999n, 5000n, 12);
    const expected = [...range(30, (i) => i % 3 === 1), ...range(30, (i) => i % 3 === 0)].slice(0, 12);
    assert.deepEqual(
      found.map((row) => Number(row.object_id) - 300),
      expected,
    );
  });

  test('objects of a global group come by id, from local groups of many buckets', async () => {
    const { objects, buckets, virtualGroups } = db();
    await db().transaction(async (tables) => {
      for (let i = 0; i < 90; i++) {
        const bucket_id = BigInt(7000 + i);
        const bucket_name = `in-group-${i % 2 === 0 ? 0 : i}-${i}`;
        await tables.buckets.put({ bucket_id, bucket_name, removed: i === 7 });
        await tables.virtualGroups.putLvg({ bucket_id, local_virtual_group_id: 1, global_virtual_group_id: 77 });
        for (const [n, payload_size] of [5n, 0n, 6n].entries()) {
          const object_id = BigInt(8000 + n * 90 + i);
          const row = {
            bucket_name,
            object_name: `${n}`,
            object_id,
            payload_size,
            status: 1,
            local_virtual_group_id: 1,
          };
          await tables.objects.put({ ...row, create_at: BigInt(n) });
        }
      }
    });
    const ids = async (query: { after?: bigint; limit?: number; createdUntil?: bigint; bucketId?: bigint }) =>
      (await objects.inGvg({ gvgId: 77, after: 0n, limit: 1000, ...query })).map((row) => Number(row.object_id) - 8000);
    const first = range(90, (i) => i !== 7);
    const third = first.map((i) => i + 180);
    assert.deepEqual(await ids({}), [...first, ...third]);
    assert.deepEqual(await ids({ limit: 5, after: 8005n }), [6, 8, 9, 10, 11]);
    assert.deepEqual(await ids({ createdUntil: 1n }), first);
    assert.deepEqual(await ids({ bucketId: 7002n }), [2, 182]);
    assert.deepEqual(await buckets.byName('in-group-7-7').then((row) => row?.removed), true);
    assert.equal((await virtualGroups.lvgsOfBucket(7001n)).length, 1);
  });

  test('a policy that is put again keeps its id and forgets its old statements', async () => {
    const { permissions } = db();
    const policy = {
      principal_type: 1,
      principal_value: OTHER.toLowerCase(),
      resource_type: 1,
      resource_id: 5n,
      policy_id: 9n,
      create_timestamp: 1n,
      update_timestamp: 0n,
      expiration_time: 0n,
      removed: false,
    };
    const resources = ['grn:o::bucket/*', 'a "quoted", one'];
    await permissions.put(policy, [
      { effect: 1, action_value: 2 },
      { effect: 2, action_value: 4 },
    ]);
    await permissions.put(policy, [{ effect: 1, action_value: 8, resources, limit_size: 2n ** 64n - 1n }]);
    const [statement, ...others] = await permissions.statementsOf([9n]);
    assert.deepEqual(others, []);
    assert.deepEqual(
      [statement?.action_value, statement?.resources, statement?.limit_size],
      [8, resources, 2n ** 64n - 1n],
    );
    const found = await permissions.forAccount(OTHER, [{ type: 1, id: 5n }]);
    assert.deepEqual(
      found.map((row) => row.principal_value),
      [OTHER],
    );
    await permissions.remove(9n, 2n);
    assert.deepEqual(await permissions.forAccount(OTHER, [{ type: 1, id: 5n }]), []);
    assert.deepEqual(await permissions.statementsOf([9n]), []);
  });

  test('an account may be decided for by its own policies and those of groups', async () => {
    const { permissions } = db();
    const times = { create_timestamp: 1n, update_timestamp: 0n, expiration_time: 0n, removed: false };
    for (const [i, principal] of [OWNER, OTHER, '17', '18'].entries()) {
      const principal_type = principal.startsWith('0x') ? 1 : 2;
      const row = { principal_type, principal_value: principal, resource_type: 2, resource_id: 6n, ...times };
      await permissions.put({ ...row, policy_id: BigInt(50 + i) }, []);
    }
    const found = await permissions.forAccount(OWNER, [
      { type: 2, id: 6n },
      { type: 1, id: 6n },
    ]);
    assert.deepEqual(found.map((row) => row.policy_id).sort(), [50n, 52n, 53n]);
    const page = await permissions.pageOfResource({ type: 2, id: 6n }, 50n, 2);
    assert.deepEqual(
      page.map((row) => row.policy_id),
      [51n, 52n],
    );
  });

  test('in which groups a provider is a secondary follows the groups', async () => {
    const { virtualGroups } = db();
    const of = async (spId: number) =>
      (await virtualGroups.gvgsOfSecondary(spId)).map((row) => row.global_virtual_group_id);
    await virtualGroups.putGvg({
      global_virtual_group_id: 501,
      secondary_sp_ids: [41, 42],
      total_deposit: -(10n ** 30n),
    });
    await virtualGroups.putGvg({ global_virtual_group_id: 502, secondary_sp_ids: [42], family_id: 4 });
    assert.deepEqual([await of(41), await of(42)], [[501], [501, 502]]);
    await virtualGroups.updateGvg(501, { secondary_sp_ids: [43] });
    await virtualGroups.updateGvg(502, { removed: true });
    assert.deepEqual([await of(41), await of(42), await of(43)], [[], [], [501]]);
    assert.equal((await virtualGroups.gvg(501))?.total_deposit, -(10n ** 30n));
    assert.deepEqual(
      (await virtualGroups.gvgs([502, 501, 502])).map((row) => row.global_virtual_group_id),
      [501, 502],
    );
    assert.deepEqual(await virtualGroups.gvgIdsOfFamily(4), []);
  });

  test('the latest events of buckets, and moves that nothing completed', async () => {
    const { events } = db();
    const event = (bucket: number, height: number): EventRow<'event_cancel_migration_bucket'> => ({
      bucket_id: BigInt(bucket),
      bucket_name: `b${bucket}`,
      operator: OWNER,
      status: 0,
      create_at: BigInt(height),
      create_tx_hash: NO_HASH,
      create_time: 0n,
    });
    for (const [bucket, height] of [
      [1, 5],
      [1, 7],
      [2, 6],
      [3, 9],
    ] as const) {
      await events.append('event_cancel_migration_bucket', event(bucket, height));
      await events.append('event_migration_bucket', { ...event(bucket, height), dst_primary_sp_id: 4 });
    }
    const complete = { ...event(2, 8), global_virtual_group_family_id: 1, src_primary_sp_id: 6 };
    await events.append('event_complete_migration_bucket', complete);
    const latest = await events.latestCancelMigrations([1n, 2n, 3n, 4n, 2n], 8n);
    const heights = (rows: readonly { bucket_id: bigint; create_at: bigint }[]) =>
      rows.map((row) => [Number(row.bucket_id), Number(row.create_at)]);
    assert.deepEqual(heights(latest).sort(), [
      [1, 7],
      [2, 6],
    ]);
    assert.deepEqual(heights(await events.openMigrationsTo(4)), [
      [1, 5],
      [1, 7],
      [3, 9],
    ]);
    assert.deepEqual(heights(await events.openMigrationsTo(4, 7n)), [
      [1, 5],
      [2, 6],
      [1, 7],
    ]);
    assert.equal((await events.latestMigration(1n))?.create_at, 7n);
    assert.equal((await events.latestCompleteMigration(1n))?.create_at, undefined);
    assert.equal((await events.completeMigrationsFrom(6, 8n)).length, 1);
    assert.equal((await events.completeMigrationsFrom(6, 7n)).length, 0);
  });

  test('counts of objects are summed up in each part', async () => {
    const { statistics } = db();
    await statistics.addObjects(63, { total: 3, sealed: 2, discontinued: 0 });
    await statistics.addObjects(63, { total: 0, sealed: -1, discontinued: 1 });
    const { total, sealed, discontinued } = await statistics.objectCounts();
    assert.equal(total.length, 64);
    assert.deepEqual([total[63], sealed[63], discontinued[63]], [3n, 1n, 1n]);
  });

  test('progress, the master, jobs, and results of blocks', async () => {
    const { epoch, maintenance } = db();
    const block_hash = new Uint8Array(32).fill(7);
    await epoch.set({ block_height: 1n, block_hash, update_time: 2n });
    await epoch.set({ block_height: 2n, block_hash, update_time: 3n });
    assert.deepEqual(
      { ...(await epoch.get()), block_hash: 0 },
      { one_row_id: true, block_height: 2n, block_hash: 0, update_time: 3n },
    );
    await epoch.setChainId('greenfield_5600-1');
    assert.equal(await epoch.chainId(), 'greenfield_5600-1');
    await maintenance.setMaster(false);
    assert.equal(await maintenance.isMaster(), false);
    assert.equal(await maintenance.isMigrated('job'), undefined);
    await maintenance.setMigrated('job', true);
    assert.equal(await maintenance.isMigrated('job'), true);
    for (const height of [1n, 2n, 3n]) await maintenance.putBlockResult(height, `{"height":${height}}`);
    await maintenance.deleteBlockResultsUpTo(2n);
    assert.equal(await maintenance.blockResult(2n), undefined);
    assert.equal(await maintenance.blockResult(3n), '{"height":3}');
  });

  test('what they stand on', async () => {
    const { version, characterSet } = await db().statistics.server();
    assert.match(version, { sqlite: /^SQLite 3/, postgres: /^PostgreSQL \d/, mysql: /^\d+\.\d/ }[db().engine]);
    assert.notEqual(characterSet, '');
  });

  test('records of streams, and accounts of owners', async () => {
    const { payments } = db();
    const record = { ...payments.noStreamRecord(), account: OWNER, netflow_rate: -(2n ** 100n) };
    await payments.putStreamRecord(record);
    assert.deepEqual(await payments.streamRecords([OWNER, OTHER, OWNER]), [record]);
    for (const n of [3, 1, 2]) {
      const row = { addr: addressOf(n), owner: OWNER, refundable: true, update_at: 1n, update_time: 1n };
      await payments.putAccount(row);
    }
    await payments.setRefundable(addressOf(2), false);
    const accounts = await payments.accountsOf(OWNER);
    assert.deepEqual(
      accounts.map((row) => [Number(row.addr), row.refundable]),
      [
        [1, true],
        [2, false],
        [3, true],
      ],
    );
    assert.deepEqual(
      (await payments.accountsAfter(addressOf(1), 1)).map((row) => Number(row.addr)),
      [2],
    );
  });

  test('what a transaction did not finish is not there, whatever failed in it', async () => {
    const before = await everything(db());
    const failed = db().transaction(async (tables) => {
      await tables.buckets.put({ bucket_id: 900n, bucket_name: 'half' });
      await tables.objects.put({ bucket_name: 'half', object_name: 'a/b', object_id: 900n });
      await tables.prefixTree.insert('half', 'a/b', 900n);
      await tables.epoch.set({ block_height: 99n, block_hash: NO_HASH, update_time: 0n });
      throw new Error('the block is not whole');
    });
    await assert.rejects(failed, /not whole/);
    assert.deepEqual(await everything(db()), before);
    const refused = db().transaction(async (tables) => {
      await tables.buckets.put({ bucket_id: 901n, bucket_name: 'half' });
      // more than the column takes: the statement itself fails
      await tables.epoch.set({ block_height: 2n ** 64n, block_hash: NO_HASH, update_time: 0n });
    });
    await assert.rejects(refused);
    assert.deepEqual(await everything(db()), before);
  });

  test('blocks that are written at once follow one another', async () => {
    await Promise.all(
      Array.from({ length: 8 }, () =>
        db().transaction(async (tables) => {
          const epoch = (await tables.epoch.get())!;
          await tables.epoch.set({ ...epoch, block_height: epoch.block_height + 1n });
        }),
      ),
    );
    assert.equal((await db().epoch.get())?.block_height, 10n);
  });
});

/** What the failed transactions of a test touched. */
async function everything({ buckets, objects, prefixTree, epoch }: BsDb): Promise<unknown[]> {
  return [
    await buckets.byName('half'),
    await objects.live('half', 'a/b'),
    await prefixTree.nodes('half'),
    (await epoch.get())?.block_height,
  ];
}

function range(end: number, accepts: (i: number) => boolean): number[] {
  return Array.from({ length: end }, (_, i) => i).filter(accepts);
}
