/** A Go provider's databases are taken over as they are, and what is not known is left alone. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type ChainEvent, greenfieldStorage as storage, typedEventAttributes } from '@prairie/chain';
import { BsDb, type DatabaseAddress, openSpDb } from '@prairie/store';
import { openRaw, type RawClient, testDatabases } from '@prairie/store/testing';
import { readRecording } from '../chain/recording.ts';
import { blocksUntil, emptyBlock, RecordedSource } from './blocks.ts';
import { compareRows } from './compare.ts';
import { contentsOf, fill, insertRow } from './operator.ts';
import { isOfSpDb, readDatabase } from './recorded.ts';
import { sync } from './sync.ts';

const FIXTURES = fileURLToPath(new URL('../../fixtures', import.meta.url));
const recorded = readDatabase(FIXTURES, 'sp0');
const engines = testDatabases();
const mariaDb = engines.find(({ engine }) => engine === 'mysql')!;

/** How a database is opened, which of the recorded tables are in it, and one of them with an indexed column. */
const KINDS = {
  SPDB: { open: openSpDb, belongs: isOfSpDb, table: 'integrity_meta_07', column: 'object_size' },
  BSDB: { open: BsDb.open, belongs: (table: string) => !isOfSpDb(table), table: 'objects_07', column: 'payload_size' },
};
type Kind = (typeof KINDS)[keyof typeof KINDS];

async function openAndClose({ open }: Kind, address: DatabaseAddress): Promise<void> {
  const db = await open(address);
  await db.close();
}

/** A Go provider's database, filled. */
async function operators({ belongs }: Kind): Promise<{ address: DatabaseAddress; raw: RawClient }> {
  const address = await mariaDb.fresh();
  const raw = await openRaw(address);
  await fill(raw, recorded, belongs);
  return { address, raw };
}

for (const [name, kind] of Object.entries(KINDS)) {
  const { open, belongs, table, column } = kind;

  describe(`a Go provider's ${name}`, { skip: mariaDb.skip }, () => {
    let address: DatabaseAddress;
    let raw: RawClient;
    before(async () => {
      ({ address, raw } = await operators(kind));
    });
    after(() => raw?.close());

    const inTable = `ALTER TABLE ${table}`;
    const { type } = recorded.tables.get(table)!.columns.find((one) => one.name === column)!;
    const differences = {
      'lacks a column': [`${inTable} DROP COLUMN ${column}`, `${inTable} ADD COLUMN ${column} ${type}`],
      'has a column that is not known': [`${inTable} ADD COLUMN strange INT`, `${inTable} DROP COLUMN strange`],
      'has a column of another type': [
        `${inTable} MODIFY COLUMN ${column} VARCHAR(20)`,
        `${inTable} MODIFY COLUMN ${column} ${type}`,
      ],
    } as const;
    for (const [difference, [make, undo]] of Object.entries(differences)) {
      test(`is refused and left as it is when a table ${difference}`, async () => {
        await raw.execute(make);
        const before = await contentsOf(raw);
        await assert.rejects(open(address), new RegExp(table));
        assert.deepEqual(await contentsOf(raw), before);
        await raw.execute(undo);
      });
    }

    test('is the same after the second start as after the first', async () => {
      await openAndClose(kind, address);
      const first = await contentsOf(raw);
      await openAndClose(kind, address);
      assert.deepEqual(await contentsOf(raw), first);
    });

    test('has kept its columns, so that the provider can go on with it', async () => {
      for (const [table, schema] of recorded.tables) {
        if (!belongs(table)) continue;
        const rows = recorded.rows.get(table) ?? [];
        await raw.execute(`DELETE FROM \`${table}\``);
        for (const row of rows) await insertRow(raw, table, schema, row);
        const here = await raw.rows(`SELECT * FROM \`${table}\``);
        const { mismatches } = compareRows({ table, recorded: rows, here, schema, engine: 'mysql' });
        assert.deepEqual(mismatches, [], table);
      }
    });

    test('is not taken for one where a table of another program has the name', async (t) => {
      const address = await mariaDb.fresh();
      const raw = await openRaw(address);
      t.after(() => raw.close());
      await raw.execute(`CREATE TABLE ${table} (other INT)`);
      const before = await contentsOf(raw);
      await assert.rejects(open(address), /the tables are not those of/);
      assert.deepEqual(await contentsOf(raw), before);
    });
  });

  for (const { engine, skip, fresh } of engines) {
    test(`a ${name} of a newer release is refused (${engine})`, { skip }, async () => {
      const address = await fresh();
      await openAndClose(kind, address);
      const raw = await openRaw(address);
      await raw.execute('UPDATE schema_version SET version = 999');
      await raw.close();
      await assert.rejects(open(address), /version 999.*newer release/);
    });
  }
}

for (const { engine, skip, fresh } of engines) {
  test(`both may be one database (${engine})`, { skip }, async () => {
    const address = await fresh();
    for (let start = 0; start < 2; start++) for (const kind of Object.values(KINDS)) await openAndClose(kind, address);
    const raw = await openRaw(address);
    const tables = new Set(await raw.tables());
    await raw.close();
    for (const { table } of Object.values(KINDS)) assert.ok(tables.has(table), table);
  });
}

test("a Go provider's tables may be in one database", { skip: mariaDb.skip }, async () => {
  const address = await mariaDb.fresh();
  const raw = await openRaw(address);
  await fill(raw, recorded, () => true).finally(() => raw.close());
  for (let start = 0; start < 2; start++) for (const kind of Object.values(KINDS)) await openAndClose(kind, address);
});

describe("a Go provider's chain tables", { skip: mariaDb.skip }, () => {
  const OWNER = '0x047e776b864432ED57E923DdF639e02Cf8b5eA3F';
  const HEIGHT = 5357;

  test('are continued from their height on', async (t) => {
    const { address, raw } = await operators(KINDS.BSDB);
    t.after(() => raw.close());
    const recording = readRecording(FIXTURES);
    // sp1's tables were recorded five blocks later: but for the height they are the same
    const later = readDatabase(FIXTURES, 'sp1');
    const chain = new RecordedSource(recording, blocksUntil(recording, HEIGHT + 5));
    const db = await BsDb.open(address);
    const before = await rowsOf(raw);
    await sync(db, chain);
    await db.close();
    // the block that is known comes again, to be compared
    assert.equal(chain.from, BigInt(HEIGHT));
    assert.deepEqual(await rowsOf(raw), before);
    const [epoch] = await raw.rows('SELECT * FROM epoch');
    const { block_height, update_time } = later.rows.get('epoch')![0]!;
    assert.deepEqual([epoch!.block_height, epoch!.update_time], [block_height, update_time]);
  });

  test('tell names apart that differ in case only, though they were compared without', async (t) => {
    const { address, raw } = await operators(KINDS.BSDB);
    t.after(() => raw.close());
    const recording = readRecording(FIXTURES);
    const names = ['DIR/b.txt', 'Dir/b.txt', 'dir/B.txt'];
    const objects = names.map((object_name, i) => createObject(BigInt(1000 + i), object_name));
    const group = { owner: OWNER, group_name: 'FX-GROUP', group_id: 1000n, extra: '' };
    const events = [...objects, eventOf(storage.EventCreateGroup, group)];
    const block = { ...emptyBlock(recording, HEIGHT + 1), endBlockEvents: events };
    const chain = new RecordedSource(recording, [...blocksUntil(recording, HEIGHT), block]);
    const db = await BsDb.open(address);
    t.after(() => db.close());
    await sync(db, chain);

    for (const [i, name] of names.entries()) {
      assert.equal((await db.objects.live('fx-pub', name))?.object_id, BigInt(1000 + i));
    }
    const page = { bucket: 'fx-pub', prefix: '', from: '', limit: 100 };
    const listed = (await db.objects.list(page, false)).map(({ object_name }) => object_name);
    assert.deepEqual(listed, listed.toSorted(byBytes));
    const inDir = await db.prefixTree.list({ ...page, prefix: 'dir/' });
    assert.deepEqual(
      inDir.map(({ name }) => name),
      ['dir/B.txt', 'dir/b.txt', 'dir/sub/'],
    );
    const entries = (await db.prefixTree.list(page)).map(({ name }) => name);
    assert.deepEqual(
      entries.filter((name) => name.toLowerCase() === 'dir/'),
      ['DIR/', 'Dir/', 'dir/'],
    );
    const groups = { prefix: 'FX', name: '', source_type: undefined };
    assert.deepEqual(
      (await db.groups.listByName(groups, 10, 0)).map(({ group_id }) => group_id),
      [1000n],
    );
  });

  /** Of the recorded tables but for the epoch. */
  async function rowsOf(raw: RawClient): Promise<unknown> {
    const tables = [...recorded.rows.keys()].filter((table) => !isOfSpDb(table) && table !== 'epoch');
    return Promise.all(tables.map((table) => raw.rows(`SELECT * FROM \`${table}\``)));
  }

  const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

  function createObject(object_id: bigint, object_name: string): ChainEvent {
    const owner = { creator: OWNER, owner: OWNER };
    return eventOf(storage.EventCreateObject, {
      ...owner,
      bucket_name: 'fx-pub',
      bucket_id: 1n,
      object_id,
      object_name,
    });
  }
});

const eventOf = <T>(
  type: Parameters<typeof typedEventAttributes<T>>[0],
  value: Parameters<typeof typedEventAttributes<T>>[1],
): ChainEvent => ({
  type: type.name,
  attributes: typedEventAttributes(type, value),
});
