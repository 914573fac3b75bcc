/** Storage providers (§5.7). */
import type { RowOf } from '../sqlite/columns.ts';
import type { SqliteDatabase } from '../sqlite/database.ts';
import { Table } from '../sqlite/table.ts';
import { storageProviderTable } from './schema/providers.ts';

export type StorageProviderRow = RowOf<typeof storageProviderTable.columns>;

export class StorageProviders {
  private readonly table: Table<typeof storageProviderTable.columns>;

  constructor(db: SqliteDatabase) {
    this.table = new Table(db, storageProviderTable);
  }

  put(row: Partial<StorageProviderRow>): void {
    this.table.replace(row);
  }

  update(spId: number, set: Partial<StorageProviderRow>): void {
    this.table.update({ sp_id: spId }, set);
  }

  byId(spId: number): StorageProviderRow | undefined {
    return this.table.get({ sp_id: spId });
  }

  byOperator(operatorAddress: string): StorageProviderRow | undefined {
    return this.table.get({ operator_address: operatorAddress, removed: false });
  }
}
