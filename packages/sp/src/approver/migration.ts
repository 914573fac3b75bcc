/** Whether a bucket may move to this provider (`reference/internal-grpc.md` §5, `tasks-and-manager.md` §11.2). */
import type { greenfieldSp, greenfieldStorage as storage } from '@prairie/chain';
import type { SpClient } from '@prairie/client';
import {
  BucketMigrationInfo,
  BucketMigrationState,
  type Consensus,
  GfSpError,
  type Modules,
  nowSeconds,
  type SpDb,
  sharedGatewayErrors,
} from '@prairie/gfsp';
import { approverErrors, destinationErrors } from './errors.ts';

/** What is signed for another provider is good for an hour (`reference/tasks-and-manager.md` §11.1). */
const SIGNATURE_SECONDS = 3600n;

export interface MigrationChecksDependencies {
  client: Modules;
  consensus: Consensus;
  spdb: SpDb;
  /** Calls to other providers. */
  providers: Pick<SpClient, 'askBucketQuota'>;
}

export class MigrationChecks {
  readonly #operatorAddress: string;
  readonly #dependencies: MigrationChecksDependencies;

  constructor({ operatorAddress }: { operatorAddress: string }, dependencies: MigrationChecksDependencies) {
    this.#operatorAddress = operatorAddress;
    this.#dependencies = dependencies;
  }

  /** @throws GfSp 999999 when another provider was meant, gateway 55001 */
  async requireDestination(msg: storage.MsgMigrateBucket): Promise<void> {
    const own = await fromChain(this.#dependencies.consensus.spByOperator(this.#operatorAddress));
    if (own?.id !== msg.dst_primary_sp_id) throw destinationErrors.anotherProvider();
  }

  /** What is left of an earlier migration that is over goes. @throws approver 10004, 11001; gateway 55001 */
  async requireMovable(bucketName: string): Promise<void> {
    const { consensus, spdb } = this.#dependencies;
    const bucket = (await fromChain(consensus.bucket(bucketName)))?.bucket_info;
    if (!bucket) throw sharedGatewayErrors.chain(`No such bucket: ${bucketName}`);
    const { INIT_UNSPECIFIED, MIGRATION_FINISHED } = BucketMigrationState;
    const isFree = await spdb.transaction(async (tables) => {
      const state = (await tables.getBucketMigration(bucket.id))?.migration_state ?? INIT_UNSPECIFIED;
      if (state === MIGRATION_FINISHED) await tables.deleteBucketMigration(bucket.id);
      return state === INIT_UNSPECIFIED || state === MIGRATION_FINISHED;
    });
    if (!isFree) throw approverErrors.migrating();
    await this.#requireQuota(bucket);
  }

  /** The source has to have the read quota that moving the bucket costs: nobody else knows. */
  async #requireQuota(bucket: storage.BucketInfo): Promise<void> {
    const source = await this.#primaryOf(bucket);
    let allowed: boolean | undefined;
    try {
      const info = await this.#signed({ bucket_id: bucket.id });
      allowed = (await this.#dependencies.providers.askBucketQuota(source.endpoint, 'enough', info))?.allow_migrate;
    } catch (error) {
      const reason = GfSpError.from(error).message;
      throw approverErrors.signer(`the provider that has the bucket did not tell its quota: ${reason}`, error);
    }
    if (!allowed) {
      throw approverErrors.signer('the bucket has less read quota left than its migration takes: buy some first');
    }
  }

  async #primaryOf({ bucket_name, global_virtual_group_family_id }: storage.BucketInfo): Promise<StorageProvider> {
    const { consensus } = this.#dependencies;
    const family = await fromChain(consensus.family(global_virtual_group_family_id));
    const sp = family && (await fromChain(consensus.spById(family.primary_sp_id)));
    if (!sp) throw sharedGatewayErrors.chain(`the chain does not say which provider has bucket ${bucket_name}`);
    return sp;
  }

  async #signed(fields: Partial<BucketMigrationInfo>): Promise<BucketMigrationInfo> {
    const info = BucketMigrationInfo.create({ ...fields, expire_time: nowSeconds() + SIGNATURE_SECONDS });
    return { ...info, signature: await this.#dependencies.client.signer.sign('gfsp_bucket_migrate_info', info) };
  }
}

type StorageProvider = greenfieldSp.StorageProvider;

/** @throws gateway 55001 */
async function fromChain<T>(query: Promise<T>): Promise<T> {
  try {
    return await query;
  } catch (error) {
    throw sharedGatewayErrors.chain(`the chain could not be asked: ${GfSpError.from(error).message}`, error);
  }
}
