import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { fill, schemaOf } from '../../../../test/conformance/db/operator.ts';
import { isOfSpDb, readDatabase } from '../../../../test/conformance/db/recorded.ts';
import type { DatabaseAddress } from '../sql/engine.ts';
import { testDatabases } from '../testing/databases.ts';
import { openRaw, type RawClient } from '../testing/raw.ts';
import { BsDb } from './bsdb.ts';

const OWNER = '0x047e776b864432ED57E923DdF639e02Cf8b5eA3F';
const RELEASE_2 = readFileSync(new URL('./testing/release-2.sql', import.meta.url), 'utf8');
const recorded = readDatabase(fileURLToPath(new URL('../../../../test/fixtures', import.meta.url)), 'sp0');

async function using<T>(address: DatabaseAddress, work: (db: BsDb) => Promise<T>): Promise<T> {
  const db = await BsDb.open(address);
  return work(db).finally(() => db.close());
}

async function raw<T>(address: DatabaseAddress, work: (client: RawClient) => Promise<T>): Promise<T> {
  const client = await openRaw(address);
  return work(client).finally(() => client.close());
}

const [sqlite, postgres, mysql] = testDatabases();

describe('a file of an earlier release', () => {
  async function old(further = ''): Promise<DatabaseAddress & { engine: 'sqlite' }> {
    const address = await sqlite!.fresh();
    assert.ok(address.engine === 'sqlite');
    const file = new DatabaseSync(address.path);
    file.exec(RELEASE_2 + further);
    file.close();
    return address;
  }

  test('its rows are there, in the encodings of today, and what follows from them', async () => {
    const address = await old();
    await using(address, async (db) => {
      const bucket = await db.buckets.liveByName('photos');
      assert.deepEqual([bucket?.storage_size, bucket?.charge_size], [12n, 128_000n]);
      assert.equal(bucket?.charged_read_quota, 2n ** 64n - 1n);
      assert.deepEqual(bucket?.tags, { tags: [{ key: 'k', value: 'v' }] });
      const objects = await db.objects.list({ bucket: 'photos', prefix: '', from: '', limit: 9 }, true);
      const sums = objects.map((row) => row.checksums.map((sum) => Buffer.from(sum).toString('hex').slice(0, 4)));
      assert.deepEqual(sums, [['abab', '0101'], ['abab', '0101'], []]);
      assert.deepEqual(
        (await db.prefixTree.list({ bucket: 'photos', prefix: '', from: '', limit: 9 })).map((entry) => entry.name),
        ['a/', 'z'],
      );
      assert.deepEqual(
        (await db.permissions.statementsOf([5n])).map((row) => row.resources),
        [['grn:o::photos/a/*', 'say "hi"'], []],
      );
      assert.deepEqual((await db.virtualGroups.family(1))?.global_virtual_group_ids, [1, 2]);
      assert.equal((await db.virtualGroups.gvgsOfSecondary(3))[0]?.total_deposit, 10n ** 21n);
      assert.equal((await db.payments.streamRecord(OWNER))?.netflow_rate, -300n);
      assert.deepEqual((await db.events.swapOutsOf([1]))[0]?.global_virtual_group_ids, []);
      const { total, sealed } = await db.statistics.objectCounts();
      assert.deepEqual([total.filter(Boolean), sealed.filter(Boolean)], [[3n], [2n]]);
      assert.deepEqual([await db.epoch.chainId(), (await db.epoch.get())?.block_height], ['greenfield_5600-1', 9n]);
    });
    // rows are as a new database would have them
    const stored = await raw(address, (client) => client.rows('SELECT resources FROM statements ORDER BY id'));
    assert.deepEqual(
      stored.map((row) => row.resources),
      ['{"grn:o::photos/a/*","say \\"hi\\""}', null],
    );
  });

  test('its tables and indexes are those of a new file', async () => {
    const schema = (address: DatabaseAddress) =>
      raw(address, (client) =>
        client.rows("SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY type, name"),
      );
    const [brought, made] = [await old(), await sqlite!.fresh()];
    for (const address of [brought, made]) await using(address, async () => {});
    assert.deepEqual(await schema(brought), await schema(made));
  });

  test('the release before is brought along, too', async () => {
    const address = await old(
      'DROP TABLE gvg_secondaries; DROP TABLE object_counts; UPDATE schema_version SET version = 1',
    );
    await using(address, async (db) => {
      assert.equal((await db.virtualGroups.gvgsOfSecondary(2)).length, 1);
      assert.equal((await db.statistics.objectCounts()).total.filter(Boolean)[0], 3n);
    });
  });

  test('an earlier release does not take the file back', async () => {
    const address = await old();
    await using(address, async () => {});
    const [row] = await raw(address, (client) => client.rows('SELECT version FROM schema_version'));
    assert.ok(Number(row!.version) > 2);
  });
});

describe("an operator's database", { skip: mysql!.skip }, () => {
  async function operators(): Promise<DatabaseAddress> {
    const address = await mysql!.fresh();
    await raw(address, (client) => fill(client, recorded, (table) => !isOfSpDb(table)));
    return address;
  }

  /** Without text that a server adds to types and names, which differ when a column was changed. */
  const schemaIn = (address: DatabaseAddress) => raw(address, schemaOf);

  test('has the columns and the indexes of a new one then, and its rows', async () => {
    const [taken, made] = [await operators(), await mysql!.fresh()];
    for (const address of [taken, made]) await using(address, async () => {});
    const indexes = async (address: DatabaseAddress) =>
      raw(address, (client) =>
        client.rows(
          `SELECT table_name, index_name, non_unique, sub_part, column_name FROM information_schema.statistics
           WHERE table_schema = database() ORDER BY 1, 2, seq_in_index`,
        ),
      );
    assert.deepEqual(await indexes(taken), await indexes(made));
    const columns = async (address: DatabaseAddress) =>
      raw(address, async (client) => {
        const rows = await client.rows(
          `SELECT table_name, column_name, data_type, character_maximum_length FROM information_schema.columns
           WHERE table_schema = database() ORDER BY 1, 2`,
        );
        return rows.map((row) => Object.values(row).join(' '));
      });
    assert.deepEqual(await columns(taken), await columns(made));
    await using(taken, async (db) => {
      const families = await db.virtualGroups.familiesOfSp(1);
      assert.deepEqual(families[0]?.global_virtual_group_ids, [1]);
      assert.equal((await db.virtualGroups.gvgsOfSecondary(8)).length, 6);
    });
  });

  test('names that differ in case only stay apart, and what is there twice stays once', async () => {
    const address = await operators();
    await raw(address, async (client) => {
      for (const [path, full] of [
        ['/', 'Dir/'],
        ['/', 'dir/'],
        ['/', 'dir/'],
        ['dir/', 'dir/x'],
        ['dir/', 'dir/x'],
      ]) {
        await client.execute(
          `INSERT INTO slash_prefix_tree_nodes_15 (path_name, full_name, name, is_object, is_folder, bucket_name)
           VALUES ('${path}', '${full}', 'n', ${full!.endsWith('/') ? '0, 1' : '1, 0'}, 'fx-exit')`,
        );
      }
      await client.execute(
        `INSERT INTO global_virtual_groups (global_virtual_group_id, create_tx_hash, update_tx_hash) VALUES (1, '', '')`,
      );
    });
    await using(address, async (db) => {
      const nodes = await db.prefixTree.nodes('fx-exit');
      assert.deepEqual(
        nodes.map((node) => node.full_name),
        ['Dir/', 'dir/', 'e1.txt', 'e2.bin', 'dir/x'],
      );
      assert.equal((await db.virtualGroups.gvg(1))?.primary_sp_id, 0, 'the newest row stays');
      await db.virtualGroups.updateGvg(1, { primary_sp_id: 3 });
    });
  });

  test('a take-over that was cut short is continued', async () => {
    const address = await operators();
    await raw(address, async (client) => {
      // as the start left it: the version is there, some tables are changed, some are not made yet
      await client.execute('CREATE TABLE schema_version (name VARCHAR(16) PRIMARY KEY, version INTEGER NOT NULL)');
      await client.execute(`INSERT INTO schema_version VALUES ('bsdb', 0)`);
      await client.execute('ALTER TABLE buckets MODIFY COLUMN bucket_name VARBINARY(64), DROP INDEX idx_owner');
    });
    const made = await mysql!.fresh();
    for (const one of [address, made]) await using(one, async () => {});
    const names = (lines: string[]) => lines.map((line) => line.split(' ').slice(0, 2).join(' '));
    assert.deepEqual(names(await schemaIn(address)), names(await schemaIn(made)));
  });

  for (const [what, change, expected] of [
    ['a column that is not known', 'ALTER TABLE objects_07 ADD COLUMN colour INT', /objects_07 has a column colour/],
    ['a column that is missing', 'ALTER TABLE buckets DROP COLUMN tags', /buckets lacks the column tags/],
    ['another type', 'ALTER TABLE epoch MODIFY COLUMN block_height TEXT', /block_height of table epoch is text/],
    ['a table that is missing', 'DROP TABLE objects_63', /there is no table objects_63/],
    ['a table with the name of one of ours', 'CREATE TABLE chain (n INT)', /there is a table chain/],
  ] as const) {
    test(`is refused with ${what}, and nothing is changed`, async () => {
      const address = await operators();
      await raw(address, (client) => client.execute(change));
      const before = await schemaIn(address);
      await assert.rejects(BsDb.open(address), expected);
      assert.deepEqual(await schemaIn(address), before);
    });
  }
});

for (const { engine, skip, fresh } of [sqlite!, postgres!, mysql!]) {
  describe(`the tables (${engine})`, { skip }, () => {
    test('stand beside others, are made once, and go alone', async () => {
      const address = await fresh();
      await raw(address, (client) => client.execute('CREATE TABLE others (n INT)'));
      await using(address, (db) => db.epoch.setChainId('greenfield_5600-1'));
      await using(address, async (db) => assert.equal(await db.epoch.chainId(), 'greenfield_5600-1'));
      await BsDb.erase(address);
      const left = (await raw(address, (client) => client.tables())).sort();
      assert.deepEqual(left, ['others', 'schema_version']);
      await using(address, async (db) => assert.equal(await db.epoch.chainId(), undefined));
    });

    test('of somebody else are neither used nor removed', async () => {
      const address = await fresh();
      await raw(address, (client) => client.execute('CREATE TABLE buckets (n INT)'));
      await assert.rejects(BsDb.open(address), /Nothing was changed/);
      await assert.rejects(BsDb.erase(address), /nothing was removed/);
      assert.deepEqual(await raw(address, (client) => client.tables()), ['buckets']);
    });
  });
}
