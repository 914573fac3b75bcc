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
  streamRecord(account: string): greenfieldPayment.StreamRecord | undefined;
  /** What is shown of an account that never paid: zeros, and the zero address. */
  noStreamRecord(): greenfieldPayment.StreamRecord;
  /** By address; the chain allows an owner few. */
  accountsOf(owner: string): BsdbPaymentAccount[];
}
