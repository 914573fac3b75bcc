/** All tables of a provider (`reference/block-syncer-and-db.md` §11), also those that nobody uses yet. */
import type { TableShape } from '../../sql/definition.ts';
import { authKeyTable, authKeyV2Table } from './auth-keys.ts';
import { plainLogTables, stateLogTables } from './event-logs.ts';
import { condemnedTable } from './gc.ts';
import { integrityTable, pieceHashTable, shadowIntegrityTable } from './integrity.ts';
import { bucketMigrationTable, migrateGvgTable, subscribeProgressTable, swapOutTable } from './migration.ts';
import { spInfoTable } from './providers.ts';
import { recoverFailedTable, recoverGvgTable } from './recovery.ts';
import { scrubProgressTable } from './scrub.ts';
import { bucketTrafficTable, readRecordTable } from './traffic.ts';
import { gcProgressTable, uploadProgressTable } from './uploads.ts';

export const plainTables: readonly TableShape[] = [
  uploadProgressTable,
  gcProgressTable,
  ...stateLogTables,
  ...plainLogTables,
  pieceHashTable,
  shadowIntegrityTable,
  bucketTrafficTable,
  readRecordTable,
  authKeyTable,
  authKeyV2Table,
  spInfoTable,
  subscribeProgressTable,
  swapOutTable,
  migrateGvgTable,
  bucketMigrationTable,
  recoverGvgTable,
  recoverFailedTable,
  scrubProgressTable,
  condemnedTable,
];

/** Each in 64 parts. */
export const shardedTables: readonly TableShape[] = [integrityTable];

/** Columns that the reference's tables do not have. */
export const ownColumns: Readonly<Record<string, readonly string[]>> = {
  [uploadProgressTable.name]: ['content_time'],
  [shadowIntegrityTable.name]: ['updated_at'],
  [bucketMigrationTable.name]: ['migrated_bytes', 'deducted_month', 'dest_sp_id'],
};
