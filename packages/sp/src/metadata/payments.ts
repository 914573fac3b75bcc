import type { BsDbReader, Income, Incomes, PaymentQueries } from '@prairie/gfsp';
import { bucketRecord, streamRecord } from './records.ts';
import type { Tables } from './tables.ts';

/** One answer has no more: there is no paging. */
const MAX_PAID_BUCKETS = 1000;

export function paymentQueries(tables: Tables, now: () => bigint): PaymentQueries {
  const incomes = async (details: (db: BsDbReader, now: bigint) => Income[]): Promise<Incomes> => {
    const current_timestamp = now();
    return { current_timestamp, details: await tables.fresh((db) => details(db, current_timestamp)) };
  };
  return {
    getPaymentByBucketName: (bucketName) =>
      tables.known((db) => {
        const row = db.buckets.liveByName(bucketName);
        return row && db.payments.streamRecord(row.payment_address);
      }),
    getPaymentByBucketId: (bucketId) =>
      tables.known((db) => {
        const row = db.buckets.liveById(bucketId);
        return row && db.payments.streamRecord(row.payment_address);
      }),
    listBucketsOfPayer: (account) =>
      tables.fresh((db) => {
        const rows = db.buckets.ofPayer(account, MAX_PAID_BUCKETS);
        return rows.map((row) => ({ ...bucketRecord(row), storage_size: undefined }));
      }),
    listUserPaymentAccounts: (owner) =>
      tables.fresh((db) =>
        db.payments.accountsOf(owner).map(({ addr, refundable, update_at, update_time, ...row }) => ({
          payment_account: { address: addr, owner: row.owner, refundable, update_at, update_time },
          stream_record: streamRecord(db, addr),
        })),
      ),
    getPrimaryIncome: (spId) =>
      incomes((db, at) =>
        db.virtualGroups
          .familiesOfSp(spId)
          .flatMap((row) => incomeOf(db, at, row.global_virtual_group_family_id, row.virtual_payment_address, 1)),
      ),
    getSecondaryIncome: (spId) =>
      incomes((db, at) =>
        db.virtualGroups
          .gvgsOfSecondary(spId)
          .flatMap(({ global_virtual_group_id: id, secondary_sp_ids, virtual_payment_address }) =>
            incomeOf(db, at, id, virtual_payment_address, secondary_sp_ids.length),
          )
          .sort((a, b) => (a.income > b.income ? -1 : 1)),
      ),
  };
}

/** What has flowed in until now, one of `shares` (`reference/metadata-api.md` §12.2); nothing without a record. */
function incomeOf(db: BsDbReader, at: bigint, id: number, account: string, shares: number): Income[] {
  const record = db.payments.streamRecord(account);
  if (!record) return [];
  const all = record.netflow_rate * (at - record.crud_timestamp) + record.static_balance;
  return [{ id, stream_record: record, income: all / BigInt(shares) }];
}
