import { sameAddress } from '@prairie/chain';
import { type Consensus, type DownloadObjectTask, GfSpError, type Logger, type SpDb } from '@prairie/gfsp';
import { Remembered } from '../common/remembered.ts';
import { downloaderErrors } from './errors.ts';

export interface QuotaOptions {
  operatorAddress: string;
  /** Bytes a bucket may read each month without paying. Default 0. */
  monthlyFreeQuota: bigint;
}

/** Takes read quota and gives it back (`reference/gateway-http.md` §6.5). */
export class ReadQuota {
  readonly #options: QuotaOptions;
  readonly #spdb: SpDb;
  readonly #logger: Logger;
  readonly #freeQuota: Remembered<bigint>;

  constructor(options: QuotaOptions, dependencies: { consensus: Consensus; spdb: SpDb; logger: Logger }) {
    this.#options = options;
    this.#spdb = dependencies.spdb;
    this.#logger = dependencies.logger;
    const { consensus } = dependencies;
    this.#freeQuota = new Remembered({ entries: 1, maxAgeMs: 60_000 }, async (operator) => {
      return (await consensus.spPrice(operator))?.free_read_quota ?? 0n;
    });
  }

  /**
   * Takes the whole length at once and writes the read record. Resolves with the call that gives back what was not
   * sent; undefined when nothing was taken: the provider's operator reads free, and a failing database does not stop a
   * download. @throws 30004
   */
  async take(request: DownloadObjectTask): Promise<((unsent: bigint) => void) | undefined> {
    if (sameAddress(request.task.user_address, this.#options.operatorAddress)) return undefined;
    const now = new Date();
    const bucketId = request.bucket_info.id;
    const month = now.toISOString().slice(0, 7);
    let enough: boolean;
    try {
      enough = await this.#consume(request, month, now);
    } catch (error) {
      this.#logger.error('a download was not charged', { bucket_id: bucketId, error });
      return undefined;
    }
    if (!enough) throw downloaderErrors.quotaOverflow();
    return (unsent) => this.#giveBack(bucketId, month, unsent);
  }

  async #consume(request: DownloadObjectTask, month: string, now: Date): Promise<boolean> {
    const { bucket_info, object_info } = request;
    const size = request.high - request.low + 1n;
    return this.#spdb.consumeReadQuota(
      {
        bucket_id: bucket_info.id,
        bucket_name: bucket_info.bucket_name,
        month,
        read_size: size,
        charged_quota: bucket_info.charged_read_quota,
        free_quota: await this.#freeQuota.get(this.#options.operatorAddress),
        monthly_free_quota: this.#options.monthlyFreeQuota,
      },
      {
        bucket_id: bucket_info.id,
        object_id: object_info.id,
        user_address: request.task.user_address,
        read_timestamp_us: BigInt(now.getTime()) * 1000n,
        bucket_name: bucket_info.bucket_name,
        object_name: object_info.object_name,
        read_size: size,
      },
    );
  }

  #giveBack(bucketId: bigint, month: string, size: bigint): void {
    try {
      this.#spdb.reimburseReadQuota(bucketId, month, size);
    } catch (error) {
      const { message } = GfSpError.from(error);
      this.#logger.error('read quota was not given back', { bucket_id: bucketId, size, reason: message });
    }
  }
}
