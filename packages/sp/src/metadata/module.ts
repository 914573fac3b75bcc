import type { AppPart, BsDbReader, Consensus, Logger, Metadata, QuotaQueries } from '@prairie/gfsp';
import { accessQueries } from './access.ts';
import { bucketQueries } from './buckets.ts';
import { eventQueries } from './events.ts';
import { Freshness, type SyncProgress } from './freshness.ts';
import { groupQueries } from './groups.ts';
import { objectQueries } from './objects.ts';
import { paymentQueries } from './payments.ts';
import { type QuotaDependencies, type QuotaOptions, QuotaTables } from './quota.ts';
import { type ProviderFacts, statusQueries } from './status.ts';
import { Tables } from './tables.ts';
import { type UploadDependencies, uploadQueries } from './uploads.ts';
import { type ProviderTable, virtualGroupQueries } from './virtual-groups.ts';

export interface MetadataOptions extends QuotaOptions {
  /** Longest wait for the tables to reach the chain's head, milliseconds. Default 2000. */
  freshnessMs?: number;
  /** Unix seconds. */
  now?: () => bigint;
  /** What /status tells of the provider, beside its address. */
  facts?: ProviderFacts;
}

export interface MetadataDependencies {
  bsdb: BsDbReader;
  spdb: UploadDependencies['spdb'] & QuotaDependencies['spdb'] & ProviderTable;
  chain: Pick<Consensus, 'currentHeight' | 'objectById'> & QuotaDependencies['chain'];
  /** Of the block syncer that writes the BSDB. */
  progress: SyncProgress;
  logger: Logger;
}

const unixNow = () => BigInt(Math.floor(Date.now() / 1000));

/** What the chain says, answered from this provider's tables; a file for each subject. */
export function metadataModule(options: MetadataOptions, dependencies: MetadataDependencies): Metadata & AppPart {
  const { bsdb: db, progress } = dependencies;
  const { freshnessMs = 2000, now = unixNow, operatorAddress, facts = {} } = options;
  const tables = new Tables({ db, freshness: new Freshness(freshnessMs, dependencies) });
  return {
    name: 'metadata',
    uses: ['blocksyncer'],
    async start() {
      await progress.start?.();
    },
    async stop() {
      await progress.stop?.();
    },
    ...bucketQueries(tables),
    ...objectQueries(tables),
    ...uploadQueries(tables, dependencies),
    ...groupQueries(tables),
    ...accessQueries(tables, now),
    ...paymentQueries(tables, now),
    ...virtualGroupQueries(tables, dependencies.spdb),
    ...eventQueries(tables),
    ...statusQueries(tables, { ...facts, operatorAddress }),
    ...quotaQueries(new QuotaTables(options, dependencies)),
  };
}

const quotaQueries = (quota: QuotaTables): QuotaQueries => ({
  getBucketReadQuota: (bucket, month) => quota.getBucketReadQuota(bucket, month),
  listBucketReadQuota: (month, offset, limit) => quota.listBucketReadQuota(month, offset, limit),
  getBucketReadQuotaCount: (month) => quota.getBucketReadQuotaCount(month),
  getLatestBucketReadQuota: (bucketId) => quota.getLatestBucketReadQuota(bucketId),
  listBucketReadRecord: (query) => quota.listBucketReadRecord(query),
});
