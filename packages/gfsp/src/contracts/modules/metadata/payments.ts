import type { greenfieldPayment as payment } from '@prairie/chain';
import type { BucketRecord, PaymentAccountRecord } from '../../records.ts';

/** What a family or group brought its provider until now, in wei of the payment token. */
export interface Income {
  /** Of the family, or the group. */
  id: number;
  stream_record: payment.StreamRecord;
  income: bigint;
}

export interface Incomes {
  /** Unix seconds. */
  current_timestamp: bigint;
  details: Income[];
}

export interface PaymentQueries {
  /** Of who pays for the bucket; undefined when there is no bucket, or nothing was ever paid. */
  getPaymentByBucketName(bucketName: string): Promise<payment.StreamRecord | undefined>;
  getPaymentByBucketId(bucketId: bigint): Promise<payment.StreamRecord | undefined>;
  /** By id, at most 1000. Their size is not told. */
  listBucketsOfPayer(paymentAccount: string): Promise<BucketRecord[]>;
  /** By address. */
  listUserPaymentAccounts(owner: string): Promise<PaymentAccountRecord[]>;
  /** By families of the provider. */
  getPrimaryIncome(spId: number): Promise<Incomes>;
  /** By groups in which the provider is a secondary: its share, the largest first. */
  getSecondaryIncome(spId: number): Promise<Incomes>;
}
