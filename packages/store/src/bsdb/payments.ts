/** Payment accounts and the stream records of all accounts (§5.6). */
import type { RowOf } from '../sql/columns.ts';
import { selectIn } from '../sql/in-list.ts';
import type { Session } from '../sql/session.ts';
import { Table } from '../sql/table.ts';
import { paymentAccountTable, streamRecordTable } from './schema/payments.ts';

export type PaymentAccountRow = RowOf<typeof paymentAccountTable.columns>;
export type StreamRecordRow = RowOf<typeof streamRecordTable.columns>;

export class Payments {
  readonly #accounts: Table<typeof paymentAccountTable.columns>;
  readonly #records: Table<typeof streamRecordTable.columns>;

  constructor(session: Session) {
    this.#accounts = new Table(session, paymentAccountTable);
    this.#records = new Table(session, streamRecordTable);
  }

  putAccount(row: PaymentAccountRow): Promise<void> {
    return this.#accounts.put(row);
  }

  async setRefundable(address: string, refundable: boolean): Promise<void> {
    await this.#accounts.update({ addr: address }, { refundable });
  }

  /** All accounts, by the bytes of their address, after one. */
  accountsAfter(address: string, limit: number): Promise<PaymentAccountRow[]> {
    return this.#accounts.select(
      'after',
      (all, mark) => all.where('addr', '>', mark.of('addr')).orderBy('addr').limit(mark.limit('limit')),
      { addr: address, limit },
    );
  }

  accountsOf(owner: string): Promise<PaymentAccountRow[]> {
    return this.#accounts.select(
      'of owner',
      (all, mark) => all.where('owner', '=', mark.of('owner')).orderBy('owner').orderBy('addr'),
      { owner },
    );
  }

  putStreamRecord(row: StreamRecordRow): Promise<void> {
    return this.#records.put(row);
  }

  streamRecord(account: string): Promise<StreamRecordRow | undefined> {
    return this.#records.get({ account });
  }

  streamRecords(accounts: readonly string[]): Promise<StreamRecordRow[]> {
    return selectIn(this.#records, 'account', accounts);
  }

  /** The record of an account that never paid. */
  noStreamRecord(): StreamRecordRow {
    return this.#records.zero();
  }
}
