/** Rows through the query layer, the same on every engine. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { sql } from 'kysely';
import { testDatabases } from '../testing/databases.ts';
import {
  address,
  bigNumber,
  bool,
  bytesArray,
  commaTexts,
  decimal,
  enumOf,
  hash,
  hexList,
  hexText,
  id,
  ids,
  int,
  int64,
  longNumber,
  name,
  type RowOf,
  tags,
  text,
  textArray,
  time,
  uint,
  uint64,
  varchar,
} from './columns.ts';
import { type Database, openDatabase } from './database.ts';
import { defineTable } from './definition.ts';
import { Table } from './table.ts';

const everything = defineTable({
  name: 'everything',
  columns: {
    id32: id,
    account: address,
    title: name,
    label: varchar(64),
    long_text: text,
    flag: bool,
    small: int,
    unsigned: uint,
    seconds: longNumber,
    signed64: int64,
    unsigned64: uint64,
    sum: decimal,
    debt: bigNumber,
    digest: hash,
    digest_text: hexText,
    visibility: enumOf('greenfield.storage.VisibilityType'),
    group_ids: ids,
    endpoints: commaTexts,
    hashes: hexList,
    checksums: bytesArray,
    resources: textArray,
    tags,
    ends: time,
  },
  indexes: [
    { name: 'idx_id32', columns: ['id32'], unique: true },
    { name: 'idx_title', columns: ['flag', 'title'], where: 'flag = false' },
  ],
});
type Everything = RowOf<typeof everything.columns>;

const history = { name: 'bsdb' as const, migrations: [everythingFirst], adopt: async () => 0 };
async function everythingFirst(schema: { createTable(table: typeof everything): Promise<void> }) {
  await schema.createTable(everything);
}

const open = async (fresh: () => Promise<Parameters<typeof openDatabase>[0]>): Promise<Database> =>
  openDatabase(await fresh(), { history, durable: false });

const MAX_UINT64 = 2n ** 64n - 1n;
const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 });
/** PostgreSQL's texts have no NUL, and no text has half a surrogate pair. */
const words = fc.string({ unit: 'grapheme', maxLength: 40 }).map((s) => s.replaceAll('\0', ''));
const quotable = words.filter((s) => !s.includes(','));

const anyRow: fc.Arbitrary<Everything> = fc.record({
  id32: fc.bigInt({ min: 1n, max: 2n ** 256n - 1n }),
  account: fc.uint8Array({ minLength: 20, maxLength: 20 }).map((bytes) => address.decode(bytes)),
  title: words,
  label: words.filter((s) => s === s.trimEnd()),
  long_text: words,
  flag: fc.boolean(),
  small: fc.integer(),
  unsigned: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  seconds: fc.integer({ min: 0, max: 2 ** 40 }),
  signed64: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  unsigned64: fc.bigInt({ min: 0n, max: MAX_UINT64 }),
  sum: fc.bigInt({ min: -(10n ** 64n), max: 10n ** 64n }),
  debt: fc.bigInt({ min: -(2n ** 300n), max: 2n ** 300n }),
  digest: bytes32,
  digest_text: fc.uint8Array({ maxLength: 40 }),
  visibility: fc.constantFrom(0, 1, 2, 3),
  group_ids: fc.array(fc.integer({ min: 0, max: 2 ** 32 - 1 }), { maxLength: 5 }),
  endpoints: fc.array(
    quotable.filter((s) => s !== ''),
    { maxLength: 3 },
  ),
  hashes: fc.array(bytes32, { maxLength: 3 }),
  checksums: fc.array(bytes32, { maxLength: 7 }),
  resources: fc.array(words, { maxLength: 3 }),
  tags: fc.record({ tags: fc.array(fc.record({ key: words, value: words }), { maxLength: 3 }) }),
  ends: fc.bigInt({ min: 1_000_000_000_000n, max: 4_000_000_000_000n }),
});

/** As a test compares them: whatever holds bytes is hex. */
const plain = (row: Everything | undefined) =>
  JSON.parse(
    JSON.stringify(row ?? null, (_, value) =>
      typeof value === 'bigint'
        ? String(value)
        : value?.type === 'Buffer'
          ? Buffer.from(value.data).toString('hex')
          : value,
    ),
  );
const buffers = (row: Everything): Everything => {
  const buffer = (bytes: Uint8Array) => Buffer.from(bytes);
  const { digest, digest_text, hashes, checksums } = row;
  const lists = { hashes: hashes.map(buffer), checksums: checksums.map(buffer) };
  return { ...row, digest: buffer(digest), digest_text: buffer(digest_text), ...lists };
};

for (const { engine, skip, fresh } of testDatabases()) {
  describe(`a table (${engine})`, { skip }, () => {
    test('gives back every value that was put into it', async (t) => {
      const db = await open(fresh);
      t.after(() => db.close());
      const table = new Table(db.session, everything);
      const given = async (row: Everything) => {
        await table.put(row);
        assert.deepEqual(plain(buffers((await table.get({ id32: row.id32 }))!)), plain(buffers(row)));
      };
      await fc.assert(fc.asyncProperty(anyRow, given), { numRuns: 60 });
    });

    test('columns that are not given, and NULL, are zero', async (t) => {
      const db = await open(fresh);
      t.after(() => db.close());
      const table = new Table(db.session, everything);
      await table.insert({ id32: 1n });
      const zeros = await table.get({ id32: 1n });
      await db.session.execute(`INSERT INTO everything (id32) VALUES (${engine === 'postgres' ? `'\\x02'` : "x'02'"})`);
      const [, nulls] = await table.select('all', (rows) => rows.orderBy('id'));
      assert.deepEqual(plain(buffers({ ...nulls!, id32: 1n })), plain(buffers(zeros!)));
    });

    test('a row that is there is kept, replaced or changed; each says how many rows it found', async (t) => {
      const db = await open(fresh);
      t.after(() => db.close());
      const table = new Table(db.session, everything);
      assert.equal(await table.insertOrIgnore({ id32: 1n, title: 'first' }), true);
      assert.equal(await table.insertOrIgnore({ id32: 1n, title: 'second' }), false);
      assert.equal((await table.get({ id32: 1n }))?.title, 'first');
      await table.put({ id32: 1n, title: 'third', small: 3 });
      await table.put({ id32: 1n, title: 'fourth' });
      assert.deepEqual([(await table.get({ id32: 1n }))?.title, (await table.get({ id32: 1n }))?.small], ['fourth', 0]);
      // written with what it has: it was found all the same
      assert.equal(await table.update({ id32: 1n }, { title: 'fourth' }), 1);
      assert.equal(await table.update({ id32: 2n }, { title: 'nobody' }), 0);
      await assert.rejects(table.insert({ id32: 1n }));
      assert.equal(await table.delete({ id32: 1n, title: 'third' }), 0);
      assert.equal(await table.delete({ id32: 1n }), 1);
      assert.equal(await table.get({ id32: 1n }), undefined);
    });

    test('names are ordered by their bytes, and found from any of them on', async (t) => {
      const db = await open(fresh);
      t.after(() => db.close());
      const table = new Table(db.session, everything);
      const titles = ['', ' ', 'A', 'B', 'a', 'a ', 'a!', 'a/b', 'b', 'ß', 'é', '\u{ffff}', '\u{10000}'];
      for (const [i, title] of titles.entries()) await table.insert({ id32: BigInt(titles.length - i), title });
      const list = (from: string) =>
        table.select(
          'from',
          (rows, mark) =>
            rows
              .where('title', '>=', mark.of('title', 'from'))
              .where('flag', '=', sql.lit(false))
              .orderBy('title')
              .limit(mark.limit('limit')),
          { from, limit: 100 },
        );
      for (const [i, from] of titles.entries()) {
        assert.deepEqual(
          (await list(from)).map(({ title }) => title),
          titles.slice(i),
        );
      }
    });

    test('a transaction is whole or nothing, and nobody sees half of it', async (t) => {
      const db = await open(fresh);
      t.after(() => db.close());
      const table = new Table(db.session, everything);
      const failed = db.transaction(async (session) => {
        await new Table(session, everything).insert({ id32: 1n });
        assert.equal(engine === 'sqlite' || (await table.get({ id32: 1n })) === undefined, true);
        throw new Error('no');
      });
      await assert.rejects(failed, /^Error: no$/);
      assert.equal(await table.get({ id32: 1n }), undefined);
      await db.transaction((session) => new Table(session, everything).insert({ id32: 1n }), { durable: false });
      assert.notEqual(await table.get({ id32: 1n }), undefined);
    });

    test('transactions on the same row follow one another', async (t) => {
      const db = await open(fresh);
      t.after(() => db.close());
      await new Table(db.session, everything).insert({ id32: 1n, unsigned64: MAX_UINT64 - 50n });
      const countUp = () =>
        db.transaction(async (session) => {
          const table = new Table(session, everything);
          const row = await table.get({ id32: 1n }, { lock: true });
          await table.update({ id32: 1n }, { unsigned64: row!.unsigned64 + 1n });
        });
      await Promise.all(Array.from({ length: 50 }, countUp));
      assert.equal((await new Table(db.session, everything).get({ id32: 1n }))?.unsigned64, MAX_UINT64);
      assert.equal(db.pool().used, 0);
    });
  });
}
