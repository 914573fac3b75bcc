/**
 * The block syncer's tables (`reference/block-syncer-and-db.md` §8). Names are the reference's; indexes are those that
 * the queries here need. A migration after the first must look for the parts of sharded tables that exist.
 */
import type { Migration } from '../../sqlite/migrate.ts';
import { ddl } from '../../sqlite/table.ts';
import { groupTable, permissionTable, statementTable } from './access.ts';
import { chainTable, epochTable } from './epoch.ts';
import { eventTables } from './events.ts';
import { paymentAccountTable, streamRecordTable } from './payments.ts';
import { familyTable, gvgTable, lvgTable, storageProviderTable } from './providers.ts';
import { bucketTable, objectIdMapTable } from './resources.ts';

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

export const migrations: readonly Migration[] = [
  (db) => {
    for (const table of tables) db.exec(ddl(table));
  },
];
