/** What was read of buckets, and what may be, from the provider's own tables (`reference/metadata-api.md` §7). */
import type { greenfieldStorage } from '@prairie/chain';
import {
  type BucketQuotaInfo,
  type BucketReadQuota,
  type BucketReadQuotaRow,
  type BucketReadRecord,
  type BucketTraffic,
  type Consensus,
  GfSpError,
  type Logger,
  type QuotaQueries,
  type ReadRecordQuery,
  type SpDb,
} from '@prairie/gfsp';
import { Remembered } from '../common/remembered.ts';
import { Slots } from '../common/slots.ts';
import { metadataErrors } from './errors.ts';

export interface QuotaOptions {
  /** This provider, whose one-time free quota is on chain. */
  operatorAddress: string;
  /** Bytes of each bucket that may be read in a month for free. Default 0. */
  monthlyFreeQuota?: bigint;
  /** Queries in work at a time. Default 10240 (`reference/metadata-api.md` §12.2). */
  maxQuotaQueries?: number;
}

export interface QuotaDependencies {
  spdb: Pick<
    SpDb,
    'getBucketTraffic' | 'getLatestBucketTraffic' | 'listBucketTraffic' | 'countBucketTraffic' | 'listReadRecords'
  >;
  chain: Pick<Consensus, 'bucketById' | 'spPrice'>;
  logger: Logger;
}

/** Records of one answer, whoever asks: about 1 MB. */
const MAX_RECORDS = 10_000;
/** A provider changes its price now and then; an owner sees it a minute later. */
const PRICE = { entries: 1, maxAgeMs: 60_000 };

/** Quota of a month without a row. */
type Beginning = Pick<BucketTraffic, 'free_quota_size' | 'monthly_quota_size'>;

export class QuotaTables implements QuotaQueries {
  readonly #options: Required<QuotaOptions>;
  readonly #dependencies: QuotaDependencies;
  readonly #slots: Slots;
  readonly #freeQuota: Remembered<bigint>;

  constructor(options: QuotaOptions, dependencies: QuotaDependencies) {
    this.#options = { monthlyFreeQuota: 0n, maxQuotaQueries: 10_240, ...options };
    this.#dependencies = dependencies;
    this.#slots = new Slots(this.#options.maxQuotaQueries, metadataErrors.busy);
    this.#freeQuota = new Remembered(PRICE, (operator) => this.#askFreeQuota(operator));
  }

  getBucketReadQuota(bucket: greenfieldStorage.BucketInfo, month: string): Promise<BucketReadQuota> {
    return this.#answer(async ({ spdb }) => {
      const row = await spdb.getBucketTraffic(bucket.id, month);
      const { free_quota_size, monthly_quota_size } = row ?? (await this.#beginning());
      return {
        charged_quota_size: bucket.charged_read_quota,
        sp_free_quota_size: free_quota_size,
        consumed_size: row?.read_consumed_size ?? 0n,
        free_quota_consume_size: row?.free_quota_consumed_size ?? 0n,
        sp_monthly_free_quota_size: monthly_quota_size,
        monthly_free_quota_consume_size: row?.monthly_free_quota_consumed_size ?? 0n,
      };
    });
  }

  listBucketReadQuota(month: string, offset: number, limit: number): Promise<BucketReadQuotaRow[]> {
    return this.#answer(async ({ spdb }) => (await spdb.listBucketTraffic(month, offset, limit)).map(quotaRow));
  }

  getBucketReadQuotaCount(month: string): Promise<number> {
    return this.#answer(({ spdb }) => spdb.countBucketTraffic(month));
  }

  getLatestBucketReadQuota(bucketId: bigint): Promise<BucketQuotaInfo> {
    return this.#answer(async ({ spdb, chain }) => {
      const bucket = (await chain.bucketById(bucketId))?.bucket_info;
      if (!bucket) throw metadataErrors.noSuchBucket();
      const row = await spdb.getLatestBucketTraffic(bucketId);
      const { free_quota_size, monthly_quota_size } = row ?? (await this.#beginning());
      return {
        bucket_id: bucketId,
        month: row?.month ?? '',
        bucket_name: row?.bucket_name ?? '',
        read_consumed_size: row?.read_consumed_size ?? 0n,
        free_quota_consumed_size: row?.free_quota_consumed_size ?? 0n,
        free_quota_size,
        charged_quota_size: bucket.charged_read_quota,
        allow_migrate: false,
        monthly_free_quota_size: monthly_quota_size,
        monthly_free_quota_consumed_size: row?.monthly_free_quota_consumed_size ?? 0n,
      };
    });
  }

  listBucketReadRecord(query: ReadRecordQuery): Promise<BucketReadRecord[]> {
    const { bucket_id, start_timestamp_us, end_timestamp_us, max_record_num: asked } = query;
    const limit = asked >= 1 && asked <= MAX_RECORDS ? Math.floor(asked) : MAX_RECORDS;
    return this.#answer(async ({ spdb }) => {
      const rows = await spdb.listReadRecords(bucket_id, start_timestamp_us, end_timestamp_us, limit);
      return rows.map(({ object_name, object_id, user_address, read_timestamp_us, read_size }) => ({
        ...{ object_name, object_id, read_size },
        account_address: user_address,
        timestamp_us: read_timestamp_us,
      }));
    });
  }

  async #beginning(): Promise<Beginning> {
    const { operatorAddress, monthlyFreeQuota } = this.#options;
    return { free_quota_size: await this.#freeQuota.get(operatorAddress), monthly_quota_size: monthlyFreeQuota };
  }

  /** Zero while the chain does not tell, as the reference shows it; what is charged is asked anew. */
  async #askFreeQuota(operator: string): Promise<bigint> {
    const { chain, logger } = this.#dependencies;
    try {
      return (await chain.spPrice(operator))?.free_read_quota ?? 0n;
    } catch (error) {
      logger.warn('the one-time free quota is not known', { error });
      return 0n;
    }
  }

  #answer<T>(work: (own: QuotaDependencies) => Promise<T>): Promise<T> {
    return this.#slots.run(async () => {
      try {
        return await work(this.#dependencies);
      } catch (error) {
        if (error instanceof GfSpError) throw error;
        throw metadataErrors.database('failed to read the quota of buckets', error);
      }
    });
  }
}

function quotaRow(row: BucketTraffic): BucketReadQuotaRow {
  return {
    bucket_id: row.bucket_id,
    bucket_name: row.bucket_name,
    charged_quota_size: row.charged_quota_size,
    sp_free_quota_size: row.free_quota_size,
    consumed_size: row.read_consumed_size,
    free_quota_consume_size: row.free_quota_consumed_size,
    sp_monthly_free_quota_size: row.monthly_quota_size,
    monthly_free_quota_consume_size: row.monthly_free_quota_consumed_size,
  };
}
