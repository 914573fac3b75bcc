import type { greenfieldPayment } from '@prairie/chain';

export interface BsdbPaymentAccount {
  readonly addr: string;
  readonly owner: string;
  readonly refundable: boolean;
  /** Height. */
  readonly update_at: bigint;
  readonly update_time: bigint;
}

export interface BsdbPayments {
  /** undefined when the account never paid. */
  streamRecord(account: string): Promise<greenfieldPayment.StreamRecord | undefined>;
  /** In any order; accounts that never paid are missing. */
  streamRecords(accounts: readonly string[]): Promise<greenfieldPayment.StreamRecord[]>;
  /** What is shown of an account that never paid: zeros, and the zero address. */
  noStreamRecord(): greenfieldPayment.StreamRecord;
  /** By address; the chain allows an owner few. */
  accountsOf(owner: string): Promise<BsdbPaymentAccount[]>;
}
