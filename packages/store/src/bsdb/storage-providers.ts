/** Storage providers (§5.7). */
import type { RowOf } from '../sql/columns.ts';
import type { Session } from '../sql/session.ts';
import { Table } from '../sql/table.ts';
import { storageProviderTable } from './schema/providers.ts';

export type StorageProviderRow = RowOf<typeof storageProviderTable.columns>;

export class StorageProviders {
  readonly #table: Table<typeof storageProviderTable.columns>;

  constructor(session: Session) {
    this.#table = new Table(session, storageProviderTable);
  }

  put(row: Partial<StorageProviderRow>): Promise<void> {
    return this.#table.put(row);
  }

  async update(spId: number, set: Partial<StorageProviderRow>): Promise<void> {
    await this.#table.update({ sp_id: spId }, set);
  }

  /** Some events name a provider by the address that its deposit comes from. */
  async updateByFunding(fundingAddress: string, set: Partial<StorageProviderRow>): Promise<void> {
    await this.#table.update({ funding_address: fundingAddress }, set);
  }

  byId(spId: number): Promise<StorageProviderRow | undefined> {
    return this.#table.get({ sp_id: spId });
  }

  byOperator(operatorAddress: string): Promise<StorageProviderRow | undefined> {
    return this.#table.get({ operator_address: operatorAddress, removed: false });
  }
}
