import { sameAddress } from '@prairie/chain';
import {
  type Consensus,
  type DownloadPieceTask,
  GfSpError,
  type Logger,
  type QuotaRequest,
  type ReadRecord,
  type SpDb,
} from '@prairie/gfsp';
import { Remembered } from '../common/remembered.ts';
import { downloaderErrors, storeErrors } from './errors.ts';

export interface QuotaOptions {
  operatorAddress: string;
  /** Bytes a bucket may read each month without paying. Default 0. */
  monthlyFreeQuota: bigint;
}

/** What a read is of, and who reads. */
export type Read = Pick<DownloadPieceTask, 'task' | 'bucket_info' | 'object_info'>;

/** Whose quota, and what of it was read. */
type Charged = Pick<ReadRecord, 'object_id' | 'object_name' | 'user_address'> & {
  bucket: Read['bucket_info'];
  size: bigint;
};

/** Gives back bytes that were taken and not sent. Does not reject: nobody who has read could do anything about it. */
export type GiveBack = (unsent: bigint) => Promise<void>;

/** Takes read quota and gives it back (`reference/gateway-http.md` §6.5). */
export class ReadQuota {
  readonly #options: QuotaOptions;
  readonly #consensus: Consensus;
  readonly #spdb: SpDb;
  readonly #logger: Logger;
  readonly #freeQuota: Remembered<bigint>;

  constructor(options: QuotaOptions, dependencies: { consensus: Consensus; spdb: SpDb; logger: Logger }) {
    this.#options = options;
    this.#consensus = dependencies.consensus;
    this.#spdb = dependencies.spdb;
    this.#logger = dependencies.logger;
    this.#freeQuota = new Remembered({ entries: 1, maxAgeMs: 60_000 }, async (operator) => {
      return (await this.#consensus.spPrice(operator))?.free_read_quota ?? 0n;
    });
  }

  /**
   * Takes `size` bytes at once and writes the read record. Resolves with the call that gives back what was not sent;
   * undefined when nothing was taken: the provider's operator reads free, and a failing database does not stop a
   * download. @throws 30004
   */
  async take(read: Read, size: bigint): Promise<GiveBack | undefined> {
    const { task, bucket_info: bucket, object_info } = read;
    if (sameAddress(task.user_address, this.#options.operatorAddress)) return undefined;
    const { id: object_id, object_name } = object_info;
    const now = new Date();
    let enough: boolean;
    try {
      enough = await this.#consume({ bucket, object_id, object_name, user_address: task.user_address, size }, now);
    } catch (error) {
      this.#logger.error('a download was not charged', { bucket_id: bucket.id, error });
      return undefined;
    }
    if (!enough) throw downloaderErrors.quotaOverflow();
    return (unsent) => this.#giveBack(bucket.id, monthOf(now), unsent);
  }

  /** As if somebody read the whole bucket once. @throws 30004, 85201 */
  async takeForMigration(bucketId: bigint, size: bigint): Promise<void> {
    const enough = await inTables(async () => {
      const bucket = (await this.#consensus.bucketById(bucketId))?.bucket_info;
      if (!bucket) throw new Error(`the chain knows no bucket ${bucketId}`);
      return this.#consume({ bucket, object_id: 0n, object_name: '', user_address: '', size }, new Date());
    });
    if (!enough) throw downloaderErrors.quotaOverflow();
  }

  /** @throws 85201 */
  giveBack(bucketId: bigint, size: bigint, month: string): Promise<void> {
    return inTables(() => this.#spdb.reimburseReadQuota(bucketId, month, size));
  }

  async #consume(charged: Charged, now: Date): Promise<boolean> {
    const free_quota = await this.#freeQuota.get(this.#options.operatorAddress);
    const { bucket, object_id, object_name, user_address, size: read_size } = charged;
    const { id: bucket_id, bucket_name } = bucket;
    const request: QuotaRequest = {
      ...{ bucket_id, bucket_name, read_size, free_quota },
      month: monthOf(now),
      charged_quota: bucket.charged_read_quota,
      monthly_free_quota: this.#options.monthlyFreeQuota,
    };
    const read_timestamp_us = BigInt(now.getTime()) * 1000n;
    const record = { bucket_id, object_id, user_address, read_timestamp_us, bucket_name, object_name, read_size };
    return this.#spdb.consumeReadQuota(request, record);
  }

  async #giveBack(bucketId: bigint, month: string, size: bigint): Promise<void> {
    try {
      await this.#spdb.reimburseReadQuota(bucketId, month, size);
    } catch (error) {
      const { message } = GfSpError.from(error);
      this.#logger.error('read quota was not given back', { bucket_id: bucketId, size, reason: message });
    }
  }
}

function monthOf(time: Date): string {
  return time.toISOString().slice(0, 7);
}

async function inTables<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw storeErrors.database(`failed to change the read quota: ${GfSpError.from(error).message}`, error);
  }
}
