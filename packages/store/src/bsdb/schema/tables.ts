/** The block syncer's tables (`reference/block-syncer-and-db.md` §8). Names and columns are the reference's. */
import { ALL_SHARDS, shardTable } from '../../shards.ts';
import type { TableShape } from '../../sql/definition.ts';
import { groupTable, permissionTable, statementTable } from './access.ts';
import { chainTable, epochTable } from './epoch.ts';
import { eventTables } from './events.ts';
import { blockResultTable, dataMigrationTable, dataStatTable, masterTable } from './maintenance.ts';
import { paymentAccountTable, streamRecordTable } from './payments.ts';
import { familyTable, gvgSecondaryTable, gvgTable, lvgTable, storageProviderTable } from './providers.ts';
import { bucketTable, objectIdMapTable, objectTable, prefixTreeTable } from './resources.ts';
import { objectCountTable } from './statistics.ts';

/** A table in the database, which is one of 64 parts where the definition is of a sharded one. */
export interface NamedTable {
  readonly table: string;
  readonly definition: TableShape;
}

const whole = (definition: TableShape): NamedTable => ({ table: definition.name, definition });
const parts = (definition: TableShape): NamedTable[] =>
  ALL_SHARDS.map((shard) => ({ table: shardTable(definition.name, shard), definition }));

/** Those that the reference has, too. */
export const referenceTables: readonly NamedTable[] = [
  ...[epochTable, bucketTable, objectIdMapTable, groupTable, permissionTable, statementTable].map(whole),
  ...[paymentAccountTable, streamRecordTable, storageProviderTable, gvgTable, lvgTable, familyTable].map(whole),
  ...[masterTable, dataMigrationTable, dataStatTable, blockResultTable].map(whole),
  ...Object.values(eventTables).map(whole),
  ...parts(objectTable),
  ...parts(prefixTreeTable),
];
export const ownTables: readonly NamedTable[] = [chainTable, gvgSecondaryTable, objectCountTable].map(whole);
export const bsDbTables: readonly NamedTable[] = [...referenceTables, ...ownTables];
/** By which these tables are told from others in one database. */
export const bsDbTableNames: readonly string[] = bsDbTables.map(({ table }) => table);
