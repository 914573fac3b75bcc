import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { BsDbReader } from '@prairie/gfsp';
import { bucketShard, shardTable } from '../shards.ts';
import type { Columns } from '../sql/columns.ts';
import type { TableDefinition } from '../sql/definition.ts';
import type { Connection, SqlValue } from '../sql/engine.ts';
import { Session } from '../sql/session.ts';
import { EXPLAIN, type Plan } from '../testing/explain.ts';
import type { BsDb } from './bsdb.ts';
import { groupTable, permissionTable, statementTable } from './schema/access.ts';
import { eventTables } from './schema/events.ts';
import { paymentAccountTable, streamRecordTable } from './schema/payments.ts';
import { familyTable, gvgSecondaryTable, gvgTable, lvgTable, storageProviderTable } from './schema/providers.ts';
import { bucketTable, objectIdMapTable, objectTable, prefixTreeTable } from './schema/resources.ts';
import { BsDbTables } from './tables.ts';
import { insertMany } from './testing/bulk.ts';
import { inEveryEngine } from './testing/open.ts';

const addressOf = (n: number) => `0x${(n + 1).toString(16).padStart(40, '0')}`;
const ROWS = 4000;
const BUCKETS = 12_000;
/** Whose rows a question for a page asks for: half of all, so that an order that no index has costs something. */
const HOT = 5;
const OBJECTS = 10_000;
const BUCKET = 'bucket-0';
const PAGE = 50;
const name = (i: number) => `dir-${i % 200}/file-${i}`;

type Ask<T> = (tables: T) => Promise<unknown>[];
/** Every question of the contract: without one that is added this does not compile. */
type Questions = {
  readonly [G in Exclude<keyof BsDbReader, 'close'>]: {
    readonly [Q in keyof BsDbReader[G]]: Ask<BsDbTables[G]>;
  };
};

const EVENTS = [undefined, 900n];

/** Only inserts, or reads a table of few rows or none. */
const NOT_ASKED: Ask<unknown> = () => [];

const QUESTIONS: Questions = {
  buckets: {
    liveByName: (t) => [t.liveByName(BUCKET)],
    liveById: (t) => [t.liveById(3n)],
    liveByIds: (t) => [t.liveByIds([3n]), t.liveByIds([3n, 4n, 5n])],
    liveByNames: (t) => [t.liveByNames([BUCKET, 'bucket-7', 'bucket-9'])],
    byName: (t) => [t.byName(BUCKET)],
    ofOwner: (t) => [t.ofOwner(addressOf(HOT), false, PAGE), t.ofOwner(addressOf(HOT), true, PAGE)],
    countOfOwner: (t) => [t.countOfOwner(addressOf(73), false), t.countOfOwner(addressOf(73), true)],
    ofPayer: (t) => [t.ofPayer(addressOf(HOT), PAGE)],
    ofPrimaryBefore: (t) => [t.ofPrimaryBefore(HOT, 1000n, PAGE)],
  },
  objects: {
    live: (t) => [t.live(BUCKET, name(5))],
    byId: (t) => [t.byId(5n)],
    liveByIds: (t) => [t.liveByIds([1n, 2n, 3n])],
    list: (t) =>
      ['', 'dir-1', 'dir-1/', '\u{10ffff}'].flatMap((prefix) =>
        [false, true].map((removed) => t.list({ bucket: BUCKET, prefix, from: 'dir-10/', limit: PAGE }, removed)),
      ),
    inGvg: (t) => [
      t.inGvg({ gvgId: 1, after: 0n, limit: PAGE }),
      t.inGvg({ gvgId: 1, bucketId: 0n, after: 0n, createdUntil: 900n, limit: PAGE }),
    ],
    removedBetween: (t) => [t.removedBetween(1n, 900n, PAGE)],
    latestId: (t) => [t.latestId()],
  },
  prefixTree: {
    list: (t) =>
      ['', 'dir-1', 'dir-1/', '/', '/a'].flatMap((prefix) =>
        ['', 'dir-10/'].map((from) => t.list({ bucket: BUCKET, prefix, from, limit: PAGE })),
      ),
  },
  groups: {
    live: (t) => [t.live(5n)],
    liveByIds: (t) => [t.liveByIds([5n, 6n, 7n])],
    memberOf: (t) => [t.memberOf([5n, 6n, 7n], addressOf(HOT), 0n)],
    countMembers: (t) => [t.countMembers([5n, 6n, 7n])],
    listByName: (t) =>
      [0, undefined].map((source_type) => t.listByName({ prefix: 'group-12', name: '1', source_type }, PAGE, 0)),
    countByName: (t) =>
      [0, undefined].map((source_type) => t.countByName({ prefix: 'group-12', name: '1', source_type })),
    membershipsOf: (t) => [t.membershipsOf(addressOf(HOT), 0n, PAGE)],
    membersOf: (t) => [t.membersOf(5n, addressOf(1), PAGE)],
    ownedBy: (t) => [t.ownedBy(addressOf(HOT), 0n, PAGE)],
  },
  permissions: {
    access: (t) => [t.access(BUCKET, name(5))],
    forAccount: (t) => [
      t.forAccount(addressOf(HOT), [
        { type: 1, id: 73n },
        { type: 2, id: 74n },
      ]),
    ],
    pageOfResource: (t) => [t.pageOfResource({ type: 1, id: 73n }, 0n, PAGE)],
    statementsOf: (t) => [t.statementsOf([5n, 6n])],
  },
  payments: {
    streamRecord: (t) => [t.streamRecord(addressOf(HOT))],
    streamRecords: (t) => [t.streamRecords([addressOf(HOT), addressOf(6)])],
    noStreamRecord: () => [],
    accountsOf: (t) => [t.accountsOf(addressOf(HOT))],
  },
  virtualGroups: {
    family: (t) => [t.family(5)],
    families: (t) => [t.families([5, 6, 7])],
    familiesOfSp: (t) => [t.familiesOfSp(5)],
    gvg: (t) => [t.gvg(5)],
    gvgs: (t) => [t.gvgs([5, 6, 7])],
    gvgsOfSecondary: (t) => [t.gvgsOfSecondary(5)],
    liveLvg: (t) => [t.liveLvg(5n, 1)],
    lvgsOfBucket: (t) => [t.lvgsOfBucket(5n)],
  },
  storageProviders: { byId: (t) => [t.byId(5)], byOperator: (t) => [t.byOperator(addressOf(HOT))] },
  events: {
    openMigrationsTo: (t) => EVENTS.map((until) => t.openMigrationsTo(5, until)),
    latestMigration: (t) => [t.latestMigration(5n)],
    latestCompleteMigration: (t) => [t.latestCompleteMigration(5n)],
    latestCancelMigrations: (t) => EVENTS.map((until) => t.latestCancelMigrations([5n, 6n], until)),
    latestRejectMigrations: (t) => EVENTS.map((until) => t.latestRejectMigrations([5n, 6n], until)),
    completeMigrationsFrom: (t) => [t.completeMigrationsFrom(5, 900n)],
    swapOutsOf: (t) => EVENTS.flatMap((until) => [t.swapOutsOf([5], until), t.swapOutsOf([5, 6], until)]),
    cancelSwapOutsOf: (t) => EVENTS.map((until) => t.cancelSwapOutsOf(5, until)),
    completeSwapOutsOf: (t) => EVENTS.map((until) => t.completeSwapOutsOf(5, until)),
    latestSpExit: (t) => [t.latestSpExit(5, 900n)],
    latestCompleteSpExit: (t) => [t.latestCompleteSpExit(5, 900n)],
  },
  epoch: { get: (t) => [t.get()] },
  statistics: { objectCounts: (t) => [t.objectCounts()], server: NOT_ASKED },
};

/** All other methods: what the block syncer changes, by which rows, and what it reads for that. */
type Changes = {
  readonly [G in keyof BsDbTables]: {
    readonly [M in Exclude<keyof BsDbTables[G], G extends keyof BsDbReader ? keyof BsDbReader[G] : never>]: Ask<
      BsDbTables[G]
    >;
  };
};

const event = {
  bucket_id: 5n,
  bucket_name: 'bucket-5',
  operator: addressOf(5),
  status: 0,
  create_at: 5n,
  create_time: 5n,
};
const NAMED = { bucket: BUCKET, objectName: name(9), objectId: 9n };

const CHANGES: Changes = {
  buckets: {
    put: (t) => [t.put({ bucket_id: 3n, bucket_name: 'bucket-3' })],
    update: (t) => [t.update(3n, { removed: false })],
    updateLive: (t) => [t.updateLive('bucket-3', { removed: false })],
    addSizes: (t) => [t.addSizes(3n, 1n, 1n)],
    setOffChainBit: (t) => [t.setOffChainBit('bucket-3', 1, true, {})],
  },
  objects: {
    put: (t) => [t.put({ bucket_name: BUCKET, object_name: name(5), object_id: 5n })],
    putAll: (t) => [t.putAll([{ bucket_name: BUCKET, object_name: name(5), object_id: 5n }])],
    update: (t) => [t.update(5n, { removed: false }, BUCKET), t.update(5n, { removed: false })],
    updateLive: (t) => [t.updateLive(BUCKET, name(5), { version: 1n })],
  },
  prefixTree: {
    insert: (t) => [t.insert(BUCKET, name(9), 9n)],
    insertAll: (t) => [t.insertAll([NAMED])],
    remove: (t) => [t.remove(BUCKET, name(7), 7n)],
    nodes: NOT_ASKED,
  },
  groups: {
    put: (t) => [t.put({ group_id: 5n, group_name: 'group-5' })],
    updateGroup: (t) => [t.updateGroup(5n, { extra: '' })],
    updateMember: (t) => [t.updateMember(5n, addressOf(5), { extra: '' })],
    updateLiveMember: (t) => [t.updateLiveMember(5n, addressOf(5), { extra: '' })],
    updateAll: (t) => [t.updateAll(5n, { extra: '' })],
    updateByName: (t) => [t.updateByName(addressOf(5), 'group-5', { extra: '' })],
  },
  permissions: { put: NOT_ASKED, remove: (t) => [t.remove(9n, 1n)] },
  payments: {
    putAccount: NOT_ASKED,
    setRefundable: (t) => [t.setRefundable(addressOf(5), true)],
    accountsAfter: (t) => [t.accountsAfter(addressOf(5), PAGE)],
    putStreamRecord: NOT_ASKED,
  },
  storageProviders: { put: NOT_ASKED, update: NOT_ASKED, updateByFunding: NOT_ASKED },
  virtualGroups: {
    putFamily: NOT_ASKED,
    updateFamily: (t) => [t.updateFamily(5, { removed: false })],
    putGvg: (t) => [t.putGvg({ global_virtual_group_id: 5, secondary_sp_ids: [5] })],
    updateGvg: (t) => [t.updateGvg(5, { secondary_sp_ids: [5] })],
    gvgIdsOfFamily: (t) => [t.gvgIdsOfFamily(5)],
    putLvg: NOT_ASKED,
    updateLvg: (t) => [t.updateLvg(5n, 1, { stored_size: 1n })],
  },
  events: {
    append: (t) => [t.append('event_cancel_migration_bucket', { ...event, create_tx_hash: new Uint8Array(32) })],
  },
  epoch: { set: NOT_ASKED, chainId: NOT_ASKED, setChainId: NOT_ASKED },
  statistics: { addObjects: NOT_ASKED },
  maintenance: {
    isMaster: NOT_ASKED,
    setMaster: NOT_ASKED,
    isMigrated: NOT_ASKED,
    setMigrated: NOT_ASKED,
    dataStat: NOT_ASKED,
    putDataStat: NOT_ASKED,
    putBlockResult: NOT_ASKED,
    blockResult: NOT_ASKED,
    deleteBlockResultsUpTo: NOT_ASKED,
  },
};

/** Where sorting is what is asked: of few rows, or by id of what a name finds, which are as many as there are. */
const SORTS: Readonly<Record<string, number>> = {
  'buckets.ofOwner': 2 * PAGE,
  'buckets.ofPrimaryBefore': 64 * PAGE,
  'objects.list': 2 * PAGE,
  'objects.inGvg': 64 * PAGE,
  'objects.removedBetween': 64 * PAGE,
  'prefixTree.list': 3 * PAGE,
  'groups.listByName': ROWS,
  'groups.countMembers': PAGE,
  'permissions.statementsOf': PAGE,
  'permissions.access': 1,
  'events.swapOutsOf': PAGE,
};

inEveryEngine('plans', (db, engine) => {
  let unknowing: Map<string, Plan>;
  before(async () => {
    await fillTables(db());
    unknowing = await plansOf(db(), ({ objects, prefixTree }) => [
      ...QUESTIONS.objects.list(objects),
      ...QUESTIONS.prefixTree.list(prefixTree),
    ]);
    if (engine === 'postgres') await db().database.session.execute('ANALYZE');
    const tables = [bucketTable, groupTable, permissionTable, lvgTable, gvgTable].map(({ name }) => `\`${name}\``);
    const parts = [objectTable, prefixTreeTable].map(({ name }) => shardTable(name, bucketShard(BUCKET)));
    if (engine === 'mysql') await db().database.session.execute(`ANALYZE TABLE ${[...tables, ...parts]}`);
  });

  test('pages are in the order of an index for a planner, too, that knows nothing of the rows yet', () => {
    check(unknowing, 3 * PAGE);
  });

  for (const asked of [QUESTIONS, CHANGES]) {
    for (const [group, questions] of Object.entries(asked)) {
      for (const [question, ask] of Object.entries(questions)) {
        if (ask === NOT_ASKED) continue;
        test(`${group}.${question} reads what it is asked for, in order`, async () => {
          const plans = await plansOf(db(), (tables) => (ask as Ask<unknown>)(tables[group as keyof BsDbTables]));
          check(plans, SORTS[`${group}.${question}`]);
        });
      }
    }
  }
});

function check(plans: ReadonlyMap<string, Plan>, sorted: number | undefined): void {
  for (const [sql, { scans, sorts, lines }] of plans) {
    const message = `${sql}\n${lines.join('\n')}`;
    assert.deepEqual(scans, [], message);
    if (sorted === undefined)
      assert.deepEqual(
        sorts.filter((rows) => rows === 0 || rows > PAGE),
        [],
        message,
      );
    else assert.ok(Math.max(0, ...sorts) <= sorted, message);
  }
}

/** Of every statement that `ask` leads to. Tables that have one row, or 64, are left out. */
async function plansOf(db: BsDb, ask: Ask<BsDbTables>): Promise<Map<string, Plan>> {
  const { session } = db.database;
  const asked = new Map<string, readonly SqlValue[]>();
  const recording: Connection = {
    execute(sql, params = []) {
      asked.set(sql, params);
      return session.connection.execute(sql, params);
    },
    list(sql, params = []) {
      asked.set(sql, params);
      return session.connection.list(sql, params);
    },
    lock: (name) => session.lock(name),
  };
  await Promise.all(ask(new BsDbTables(new Session(session.queries, recording))));
  const plans = new Map<string, Plan>();
  for (const [sql, params] of asked) {
    if (/^insert/.test(sql) || /object_counts|epoch|storage_providers/.test(sql)) continue;
    plans.set(sql, await EXPLAIN[session.engine](session, sql, params));
  }
  return plans;
}

const hot = (i: number, others: number) => (i % 2 === 0 ? HOT : i % others);

/** Rows enough that a planner has a choice. */
async function fillTables(db: BsDb): Promise<void> {
  const rows = <T>(count: number, row: (i: number) => T) => Array.from({ length: count }, (_, i) => row(i));
  await db.database.transaction(async (session) => {
    await insertMany(
      session,
      bucketTable,
      rows(BUCKETS, (i) => ({
        bucket_id: BigInt(i),
        bucket_name: `bucket-${i}`,
        owner: addressOf(hot(i, 200)),
        payment_address: addressOf(hot(i, 200)),
        global_virtual_group_family_id: hot(i, 20),
        create_at: BigInt(i),
        create_time: BigInt(i),
        removed: i % 3 === 1,
      })),
    );
    const objects = rows(OBJECTS, (i) => ({
      bucket_name: BUCKET,
      object_id: BigInt(i),
      object_name: name(i),
      local_virtual_group_id: i % 10,
      status: i % 5 === 0 ? 0 : 1,
      payload_size: 5n,
      create_at: BigInt(i % 1000),
      update_at: BigInt(i % 1000),
      removed: i % 2 === 1,
    }));
    const shard = bucketShard(BUCKET);
    await insertMany(session, objectTable, objects, shardTable(objectTable.name, shard));
    await insertMany(session, objectIdMapTable, objects);
    const nodes = objects.map(({ object_id, object_name }, i) => ({
      ...{ bucket_name: BUCKET, object_id, object_name, full_name: object_name, name: `file-${i}` },
      ...{ path_name: `dir-${i % 200}/`, is_object: true },
    }));
    const folders = rows(200, (i) => ({
      bucket_name: BUCKET,
      path_name: '/',
      full_name: `dir-${i}/`,
      is_folder: true,
    }));
    await insertMany(session, prefixTreeTable, [...nodes, ...folders], shardTable(prefixTreeTable.name, shard));
    await fillOthers(session, rows);
  });
}

async function fillOthers(session: Session, rows: <T>(count: number, row: (i: number) => T) => T[]): Promise<void> {
  await insertMany(
    session,
    groupTable,
    rows(4 * ROWS, (i) => ({
      group_id: BigInt(i % ROWS),
      owner: addressOf(hot(i, 50)),
      group_name: `group-${i % ROWS}`,
      account_id: i < ROWS ? `0x${'0'.repeat(40)}` : addressOf(Math.floor(i / ROWS) + (i % 50) * 4),
      removed: i % 9 === 1,
    })),
  );
  await insertMany(
    session,
    permissionTable,
    rows(ROWS, (i) => ({
      principal_type: 1 + (i % 2),
      principal_value: i % 2 === 0 ? addressOf(i) : String(i),
      resource_type: 1,
      resource_id: BigInt(hot(i, 100)),
      policy_id: BigInt(i),
      removed: i % 4 === 1,
    })),
  );
  await insertMany(
    session,
    statementTable,
    rows(ROWS, (i) => ({ policy_id: BigInt(i), effect: 1 })),
  );
  await insertMany(
    session,
    streamRecordTable,
    rows(ROWS, (i) => ({ account: addressOf(i) })),
  );
  await insertMany(
    session,
    paymentAccountTable,
    rows(ROWS, (i) => ({ addr: addressOf(i), owner: addressOf(i % 200) })),
  );
  await insertMany(
    session,
    storageProviderTable,
    rows(20, (i) => ({ sp_id: i, operator_address: addressOf(i) })),
  );
  await insertMany(
    session,
    familyTable,
    rows(ROWS, (i) => ({ global_virtual_group_family_id: i, primary_sp_id: i % 400 })),
  );
  await insertMany(
    session,
    gvgTable,
    rows(ROWS, (i) => ({ global_virtual_group_id: i, family_id: i % 200, removed: i % 7 === 0 })),
  );
  await insertMany(
    session,
    gvgSecondaryTable,
    rows(ROWS, (i) => ({ sp_id: i % 200, global_virtual_group_id: i })),
  );
  await insertMany(
    session,
    lvgTable,
    rows(ROWS, (i) => ({
      local_virtual_group_id: 1,
      global_virtual_group_id: i % 200,
      bucket_id: BigInt(i),
    })),
  );
  for (const table of Object.values(eventTables)) {
    const events = rows(ROWS, (i) => ({
      bucket_id: BigInt(i % 400),
      dst_primary_sp_id: i % 400,
      src_primary_sp_id: i % 400,
      storage_provider_id: i % 400,
      src_storage_provider_id: i % 400,
      create_at: BigInt(i),
    }));
    await insertMany(session, table as unknown as TableDefinition<Columns>, events);
  }
}
