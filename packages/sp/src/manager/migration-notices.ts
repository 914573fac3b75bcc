/**
 * What another provider says of a migration, and what the owner is told of it (`reference/sp-to-sp.md` §4.4, §4.8;
 * `tasks-and-manager.md` §11.8, §12). What is acknowledged is in the tables first.
 */
import { greenfieldPermission, toHeaderJson, greenfieldVirtualgroup as virtualgroup } from '@prairie/chain';
import {
  type BucketMigrationInfo,
  type BucketMigrationProgress,
  BucketMigrationState,
  type BucketQuotaInfo,
  type Consensus,
  GfSpError,
  type Logger,
  type Migrations,
  type Modules,
  NO_MIGRATION_PROGRESS,
  type SpDb,
} from '@prairie/gfsp';
import { Turns } from '../common/turns.ts';
import { managerErrors, migrationErrors } from './errors.ts';

export interface MigrationNoticesDependencies {
  client: Pick<Modules, 'metadata' | 'downloader'>;
  consensus: Consensus;
  spdb: SpDb;
  logger: Logger;
}

/** Groups in one notice at most: each is looked up, and anybody may send one. */
const MAX_GROUPS = 1024;

const { SRC_SP_PRE_DEDUCT_QUOTA_DONE } = BucketMigrationState;

export class MigrationNotices implements Migrations {
  readonly #operatorAddress: string;
  readonly #dependencies: MigrationNoticesDependencies;
  /** What looks at a bucket's state and then changes it is alone with it. */
  readonly #turns = new Turns<bigint>();

  constructor({ operatorAddress }: { operatorAddress: string }, dependencies: MigrationNoticesDependencies) {
    this.#operatorAddress = operatorAddress;
    this.#dependencies = dependencies;
  }

  async notifyMigrateSwapOut(msg: virtualgroup.MsgSwapOut): Promise<void> {
    if (!msg) throw managerErrors.requestLost();
    await this.#requireSwapOut(msg);
    const swap_out_msg = Buffer.from(toHeaderJson(virtualgroup.MsgSwapOut, msg)).toString('hex');
    const unit = { swap_out_key: swapOutKey(msg), is_dest_sp: true, swap_out_msg, completed_gvg_list: [] };
    const { spdb, logger } = this.#dependencies;
    if (await inDatabase(() => spdb.insertSwapOutUnit(unit))) {
      logger.info('a provider leaves groups to this one', { key: unit.swap_out_key, from: msg.storage_provider });
    }
  }

  notifyPreMigrateBucket(bucketId: bigint, destSpId: number): Promise<BucketQuotaInfo | undefined> {
    return this.#turns.run(bucketId, () => this.#deduct(bucketId, destSpId));
  }

  notifyPostMigrateBucket(info: BucketMigrationInfo): Promise<BucketQuotaInfo> {
    return this.#turns.run(info.bucket_id, () => this.#settle(info));
  }

  async queryBucketMigrationProgress(bucket_id: bigint): Promise<BucketMigrationProgress> {
    return (await this.#progressOf(bucket_id)) ?? { ...NO_MIGRATION_PROGRESS, bucket_id };
  }

  async #deduct(bucketId: bigint, dest_sp_id: number): Promise<BucketQuotaInfo | undefined> {
    const { client, spdb, logger } = this.#dependencies;
    const known = await this.#progressOf(bucketId);
    if (known?.migration_state === SRC_SP_PRE_DEDUCT_QUOTA_DONE) {
      // of a migration that was cancelled, and followed by another one: what was taken counts for that
      if (known.dest_sp_id !== dest_sp_id) {
        await inDatabase(() => spdb.updateBucketMigration(bucketId, { dest_sp_id }));
      }
      return undefined;
    }
    const [size, quota] = await Promise.all([
      client.metadata.getBucketSize(bucketId),
      client.metadata.getLatestBucketReadQuota(bucketId),
    ]);
    const month = new Date().toISOString().slice(0, 'YYYY-MM'.length);
    if (size > 0n) await client.downloader.deductQuotaForBucketMigrate(bucketId, size, month);
    let isFirst = false;
    try {
      isFirst = await this.#noteDeducted(bucketId, { pre_deducted_quota: size, deducted_month: month, dest_sp_id });
    } finally {
      // nobody knows that it was taken, or another manager has taken it too
      if (!isFirst) await client.downloader.reimburseQuota(bucketId, size, month);
    }
    if (!isFirst) return undefined;
    logger.info('read quota was taken for a migration', { bucketId, size });
    return quota;
  }

  /** false when another manager was first. */
  #noteDeducted(
    bucketId: bigint,
    taken: Pick<BucketMigrationProgress, 'pre_deducted_quota' | 'deducted_month' | 'dest_sp_id'>,
  ): Promise<boolean> {
    const row = { ...NO_MIGRATION_PROGRESS, migration_state: SRC_SP_PRE_DEDUCT_QUOTA_DONE, ...taken };
    return inDatabase(() =>
      this.#dependencies.spdb.transaction(async (tables) => {
        // first, so that nobody else makes the row beside
        await tables.updateBucketMigration(bucketId, { dest_sp_id: taken.dest_sp_id });
        const known = await tables.getBucketMigration(bucketId);
        if (known?.migration_state === SRC_SP_PRE_DEDUCT_QUOTA_DONE) return false;
        await tables.updateBucketMigration(bucketId, row);
        return true;
      }),
    );
  }

  async #settle({ bucket_id, finished, migrated_bytes_size }: BucketMigrationInfo): Promise<BucketQuotaInfo> {
    const row = await this.#progressOf(bucket_id);
    if (row?.migration_state !== SRC_SP_PRE_DEDUCT_QUOTA_DONE) throw migrationErrors.alreadyPosted();
    const { client, logger } = this.#dependencies;
    const quota = await client.metadata.getLatestBucketReadQuota(bucket_id);
    const recoup_quota = row.pre_deducted_quota - migrated_bytes_size;
    if (finished || recoup_quota <= 0n) return quota;
    if (!(await this.#giveBack(row, recoup_quota))) throw migrationErrors.alreadyPosted();
    logger.info('read quota of a migration that ended early was given back', { bucketId: bucket_id, recoup_quota });
    return quota;
  }

  /**
   * What was not moved goes back to where it was taken from, in one step with the note that it did. false when another
   * manager was first.
   */
  #giveBack({ bucket_id, deducted_month }: BucketMigrationProgress, recoup_quota: bigint): Promise<boolean> {
    const { MIGRATION_FINISHED: migration_state } = BucketMigrationState;
    return inDatabase(() =>
      this.#dependencies.spdb.transaction(async (tables) => {
        const known = await tables.getBucketMigration(bucket_id);
        if (known?.migration_state !== SRC_SP_PRE_DEDUCT_QUOTA_DONE) return false;
        await tables.reimburseReadQuota(bucket_id, deducted_month, recoup_quota);
        await tables.updateBucketMigration(bucket_id, { migration_state, recoup_quota });
        return true;
      }),
    );
  }

  /** Nothing is believed that the chain does not say: the notice is not signed. @throws manager 60006 */
  async #requireSwapOut(msg: virtualgroup.MsgSwapOut): Promise<void> {
    const { consensus, client } = this.#dependencies;
    try {
      const own = await consensus.spByOperator(this.#operatorAddress);
      if (own?.id !== msg.successor_sp_id)
        throw new Error(`successor_sp_id ${msg.successor_sp_id} is not this provider`);
      const groups = await this.#groupsOf(msg);
      if (groups.length === 0) throw new Error('no group is in it');
      for (const group of groups) {
        const effect = await client.metadata.verifyMigrateGvgPermission(0n, group, own.id);
        if (effect === greenfieldPermission.Effect.EFFECT_ALLOW) continue;
        throw new Error(`group ${group} is not left to this provider on chain`);
      }
    } catch (error) {
      throw managerErrors.swapOutNotice(`failed to notify swap out start: ${GfSpError.from(error).message}`, error);
    }
  }

  /** Of a family one stands for all: they are left together. */
  async #groupsOf(msg: virtualgroup.MsgSwapOut): Promise<number[]> {
    const { global_virtual_group_family_id: family, global_virtual_group_ids: ids } = msg;
    if (family !== 0) {
      return (await this.#dependencies.consensus.family(family))?.global_virtual_group_ids.slice(0, 1) ?? [];
    }
    if (ids.length > MAX_GROUPS) throw new Error(`${ids.length} groups: at most ${MAX_GROUPS} are taken in one notice`);
    return ids;
  }

  #progressOf(bucketId: bigint): Promise<BucketMigrationProgress | undefined> {
    return inDatabase(() => this.#dependencies.spdb.getBucketMigration(bucketId));
  }
}

/** `reference/tasks-and-manager.md` §12. */
function swapOutKey({
  global_virtual_group_family_id: family,
  global_virtual_group_ids: ids,
}: virtualgroup.MsgSwapOut) {
  return family === 0 ? `gvgIDList-${ids.join(',')}` : `familyID-${family}`;
}

/** @throws manager 65201 */
async function inDatabase<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw managerErrors.database(`the state of a migration: ${GfSpError.from(error).message}`, error);
  }
}
