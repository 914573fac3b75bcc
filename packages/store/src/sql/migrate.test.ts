import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { testDatabases } from '../testing/databases.ts';
import { int, varchar } from './columns.ts';
import { openDatabase } from './database.ts';
import { defineTable } from './definition.ts';
import type { DatabaseAddress } from './engine.ts';
import type { History, Migration } from './migrate.ts';

const letters = defineTable({
  name: 'letters',
  columns: { letter: varchar(1), place: int },
  primaryKey: ['letter'],
  indexes: [{ name: 'idx_place', columns: ['place'] }],
});
const first: Migration = (schema) =>
  schema.createTable({ ...letters, columns: { letter: letters.columns.letter }, indexes: [] });
const second: Migration = async (schema) => {
  await schema.addColumn(letters, 'place', { fill: 'DEFAULT 7' });
  await schema.createTable(letters);
};

const history = (...migrations: Migration[]): History => ({ name: 'bsdb', migrations, adopt: async () => 0 });
const open = (address: DatabaseAddress, ...migrations: Migration[]) =>
  openDatabase(address, { history: history(...migrations), durable: false });

for (const { engine, skip, fresh } of testDatabases()) {
  describe(`migrations (${engine})`, { skip }, () => {
    test('what is missing is applied, in order, to the rows that are there', async () => {
      const address = await fresh();
      const before = await open(address, first);
      await before.session.execute(`INSERT INTO letters (letter) VALUES ('a')`);
      await before.close();
      const after = await open(address, first, second);
      const { rows } = await after.session.execute('SELECT letter, place FROM letters');
      assert.deepEqual(
        rows.map(({ letter, place }) => [letter, Number(place)]),
        [['a', 7]],
      );
      await after.close();
      await (await open(address, first, second)).close();
    });

    test('several that start at once apply each step once', async () => {
      const address = await fresh();
      let applied = 0;
      const counted: Migration = async (schema) => {
        applied++;
        await first(schema);
      };
      const databases = await Promise.all([1, 2, 3, 4].map(() => open(address, counted, second)));
      assert.equal(applied, 1);
      await Promise.all(databases.map((db) => db.close()));
    });

    test('a step that fails is begun again by the next start', async () => {
      const address = await fresh();
      const cutShort: Migration = async (schema) => {
        await schema.addColumn(letters, 'place', { fill: 'DEFAULT 7' });
        throw new Error('the power is gone');
      };
      await assert.rejects(open(address, first, cutShort), /the power is gone/);
      const db = await open(address, first, second);
      await db.session.execute(`INSERT INTO letters (letter, place) VALUES ('b', 2)`);
      await db.close();
    });

    test('a newer schema is refused, and stays as it is', async () => {
      const address = await fresh();
      await (await open(address, first, second)).close();
      await assert.rejects(open(address, first), /has schema version 2, this program knows up to 1/);
      await (await open(address, first, second)).close();
    });
  });
}
