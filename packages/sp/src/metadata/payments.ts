import type { greenfieldPayment as payment } from '@prairie/chain';
import type { BsDbReader, BsdbBucket, Income, Incomes, PaymentQueries } from '@prairie/gfsp';
import { bucketRecord } from './records.ts';
import type { Tables } from './tables.ts';

/** One answer has no more: there is no paging. */
const MAX_PAID_BUCKETS = 1000;

/** An account that takes in what a family or group earns, of which the provider has one of `shares`. */
interface Source {
  id: number;
  account: string;
  shares: number;
}

export function paymentQueries(tables: Tables, now: () => bigint): PaymentQueries {
  const incomes = async (sources: (db: BsDbReader) => Promise<Source[]>): Promise<Incomes> => {
    const current_timestamp = now();
    return {
      current_timestamp,
      details: await tables.fresh(async (db) => incomeOf(db, current_timestamp, await sources(db))),
    };
  };
  const payerOf = (find: (db: BsDbReader) => Promise<BsdbBucket | undefined>) =>
    tables.known(async (db) => {
      const row = await find(db);
      return row && db.payments.streamRecord(row.payment_address);
    });
  return {
    getPaymentByBucketName: (bucketName) => payerOf((db) => db.buckets.liveByName(bucketName)),
    getPaymentByBucketId: (bucketId) => payerOf((db) => db.buckets.liveById(bucketId)),
    listBucketsOfPayer: (account) =>
      tables.fresh(async (db) => {
        const rows = await db.buckets.ofPayer(account, MAX_PAID_BUCKETS);
        return rows.map((row) => ({ ...bucketRecord(row), storage_size: undefined }));
      }),
    listUserPaymentAccounts: (owner) =>
      tables.fresh(async (db) => {
        const accounts = await db.payments.accountsOf(owner);
        const records = await recordsOf(
          db,
          accounts.map(({ addr }) => addr),
        );
        return accounts.map(({ addr, refundable, update_at, update_time, ...row }) => ({
          payment_account: { address: addr, owner: row.owner, refundable, update_at, update_time },
          stream_record: records.get(addr) ?? db.payments.noStreamRecord(),
        }));
      }),
    getPrimaryIncome: (spId) =>
      incomes(async (db) => {
        const families = await db.virtualGroups.familiesOfSp(spId);
        return families.map((row) => ({
          id: row.global_virtual_group_family_id,
          account: row.virtual_payment_address,
          shares: 1,
        }));
      }),
    getSecondaryIncome: async (spId) => {
      const all = await incomes(async (db) => {
        const groups = await db.virtualGroups.gvgsOfSecondary(spId);
        return groups.map((row) => ({
          id: row.global_virtual_group_id,
          account: row.virtual_payment_address,
          shares: row.secondary_sp_ids.length,
        }));
      });
      return { ...all, details: all.details.sort((a, b) => Number(b.income - a.income)) };
    },
  };
}

async function recordsOf(db: BsDbReader, accounts: readonly string[]) {
  const records = await db.payments.streamRecords(accounts);
  return new Map(records.map((record) => [record.account, record]));
}

/** What has flowed in until now (`reference/metadata-api.md` §12.2); nothing without a record. */
async function incomeOf(db: BsDbReader, now: bigint, sources: readonly Source[]): Promise<Income[]> {
  const records = await recordsOf(
    db,
    sources.map(({ account }) => account),
  );
  return sources.flatMap(({ id, account, shares }) => {
    const record = records.get(account);
    return record ? [{ id, stream_record: record, income: flowed(record, now) / BigInt(shares) }] : [];
  });
}

function flowed(record: payment.StreamRecord, now: bigint): bigint {
  return record.netflow_rate * (now - record.crud_timestamp) + record.static_balance;
}
