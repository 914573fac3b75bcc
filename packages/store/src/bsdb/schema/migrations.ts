/**
 * The block syncer's tables (`reference/block-syncer-and-db.md` §8). Names are the reference's; indexes are those that
 * the queries here need. A migration after the first must look for the parts of sharded tables that exist.
 */
import { ALL_SHARDS, shardTable } from '../../shards.ts';
import type { SqliteDatabase } from '../../sqlite/database.ts';
import type { Migration } from '../../sqlite/migrate.ts';
import { ddl } from '../../sqlite/table.ts';
import { groupTable, permissionTable, statementTable } from './access.ts';
import { chainTable, epochTable } from './epoch.ts';
import { eventTables } from './events.ts';
import { paymentAccountTable, streamRecordTable } from './payments.ts';
import { familyTable, gvgSecondaryTable, gvgTable, lvgTable, storageProviderTable } from './providers.ts';
import { bucketTable, objectIdMapTable, objectTable } from './resources.ts';
import { objectCountTable } from './statistics.ts';

const tables = [
  epochTable,
  chainTable,
  bucketTable,
  objectIdMapTable,
  groupTable,
  permissionTable,
  statementTable,
  paymentAccountTable,
  streamRecordTable,
  storageProviderTable,
  gvgTable,
  lvgTable,
  familyTable,
  ...Object.values(eventTables),
];

/** Indexes of queries that came later, and what is derived from rows that are there. */
function addQueries(db: SqliteDatabase): void {
  for (const table of [...tables, gvgSecondaryTable, objectCountTable]) db.exec(ddl(table));
  db.exec(`INSERT INTO gvg_secondaries (sp_id, global_virtual_group_id)
    SELECT DISTINCT CAST(value AS INTEGER), global_virtual_group_id
    FROM global_virtual_groups, json_each('[' || secondary_sp_ids || ']')`);
  for (const shard of ALL_SHARDS) {
    const name = shardTable(objectTable.name, shard);
    if (!db.get("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", [name])) continue;
    db.exec(ddl(objectTable, name));
    db.exec(`INSERT INTO object_counts (shard, total, sealed)
      SELECT ${shard}, count(*), coalesce(sum(status = 'OBJECT_STATUS_SEALED'), 0) FROM "${name}"`);
  }
}

export const migrations: readonly Migration[] = [
  (db) => {
    for (const table of tables) db.exec(ddl(table));
  },
  addQueries,
];
