import { type Consensus, GfSpError, type Logger, type Modules, nowSeconds } from '@prairie/gfsp';
import { pause } from '../../common/pause.ts';

export interface DiscontinueOptions {
  /** This provider's operator. */
  operatorAddress: string;
  /** Days that a bucket is left alone after its creation (`Parallel.DiscontinueBucketKeepAliveDays`). */
  keepDays: number;
}

export interface DiscontinueDependencies {
  client: Pick<Modules, 'metadata' | 'signer'>;
  consensus: Pick<Consensus, 'spByOperator'>;
  logger: Logger;
}

/** Buckets of one round, the pause between two transactions, and the reason on chain (`reference/tasks-and-manager.md` §8.3). */
const LIMIT = 500;
const PAUSE_MS = 1000;
const REASON = 'testnet cleanup';
const DAY_SECONDS = 86_400n;

/**
 * Tells the chain that this provider serves its old buckets no longer: for networks that are to be cleaned (features
 * 11.21). The chain deletes them after its confirmation period, and the collection of deleted objects does the rest.
 * Resolves with the number of buckets. What fails comes again in the next round.
 */
export async function discontinueOld(
  { operatorAddress, keepDays }: DiscontinueOptions,
  { client, consensus, logger }: DiscontinueDependencies,
  signal: AbortSignal,
): Promise<number> {
  const self = await consensus.spByOperator(operatorAddress);
  if (!self) return 0;
  const createdBefore = nowSeconds() - BigInt(keepDays) * DAY_SECONDS;
  const buckets = await client.metadata.listExpiredBuckets(createdBefore, self.id, LIMIT);
  let count = 0;
  for (const { bucket_info } of buckets) {
    await pause(PAUSE_MS, signal);
    const { bucket_name } = bucket_info;
    try {
      await client.signer.broadcast('discontinue_bucket_info', { operator: '', bucket_name, reason: REASON });
      count++;
      logger.info('an old bucket is discontinued', { bucket_name });
    } catch (error) {
      logger.warn('a bucket was not discontinued', { bucket_name, reason: GfSpError.from(error).message });
    }
  }
  return count;
}
