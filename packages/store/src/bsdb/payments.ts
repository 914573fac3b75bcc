/** Payment accounts and the stream records of all accounts (§5.6). */
import { addressBytes } from '@prairie/chain';
import type { RowOf } from '../sqlite/columns.ts';
import type { SqliteDatabase } from '../sqlite/database.ts';
import { Table } from '../sqlite/table.ts';
import { paymentAccountTable, streamRecordTable } from './schema/payments.ts';

export type PaymentAccountRow = RowOf<typeof paymentAccountTable.columns>;
export type StreamRecordRow = RowOf<typeof streamRecordTable.columns>;

export class Payments {
  private readonly accounts: Table<typeof paymentAccountTable.columns>;
  private readonly records: Table<typeof streamRecordTable.columns>;

  constructor(db: SqliteDatabase) {
    this.accounts = new Table(db, paymentAccountTable);
    this.records = new Table(db, streamRecordTable);
  }

  putAccount(row: PaymentAccountRow): void {
    this.accounts.replace(row);
  }

  putStreamRecord(row: StreamRecordRow): void {
    this.records.replace(row);
  }

  streamRecord(account: string): StreamRecordRow | undefined {
    return this.records.get({ account });
  }

  /** The record of an account that never paid. */
  noStreamRecord(): StreamRecordRow {
    return this.records.zero();
  }

  accountsOf(owner: string): PaymentAccountRow[] {
    return this.accounts.select('WHERE owner = ? ORDER BY addr', [addressBytes(owner)]);
  }
}
