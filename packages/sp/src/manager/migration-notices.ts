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
import { managerErrors, migrationErrors } from './errors.ts';

export interface MigrationNoticesDependencies {
  client: Pick<Modules, 'metadata' | 'downloader'>;
  consensus: Consensus;
  spdb: SpDb;
  logger: Logger;
}

/** Groups in one notice at most: each is looked up, and anybody may send one. */
const MAX_GROUPS = 1024;

export class MigrationNotices implements Migrations {
  readonly #operatorAddress: string;
  readonly #dependencies: MigrationNoticesDependencies;
  /** The last piece of work on each bucket that has any. */
  readonly #turns = new Map<bigint, Promise<unknown>>();

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
    if (inDatabase(() => spdb.insertSwapOutUnit(unit))) {
      logger.info('a provider leaves groups to this one', { key: unit.swap_out_key, from: msg.storage_provider });
    }
  }

  notifyPreMigrateBucket(bucketId: bigint, destSpId: number): Promise<BucketQuotaInfo | undefined> {
    return this.#inTurn(bucketId, () => this.#deduct(bucketId, destSpId));
  }

  notifyPostMigrateBucket(info: BucketMigrationInfo): Promise<BucketQuotaInfo> {
    return this.#inTurn(info.bucket_id, () => this.#settle(info));
  }

  async queryBucketMigrationProgress(bucket_id: bigint): Promise<BucketMigrationProgress> {
    return this.#progressOf(bucket_id) ?? { ...NO_MIGRATION_PROGRESS, bucket_id };
  }

  async #deduct(bucketId: bigint, dest_sp_id: number): Promise<BucketQuotaInfo | undefined> {
    const { client, spdb, logger } = this.#dependencies;
    const { SRC_SP_PRE_DEDUCT_QUOTA_DONE: migration_state } = BucketMigrationState;
    const known = this.#progressOf(bucketId);
    if (known?.migration_state === migration_state) {
      // of a migration that was cancelled, and followed by another one: what was taken counts for that
      if (known.dest_sp_id !== dest_sp_id) inDatabase(() => spdb.updateBucketMigration(bucketId, { dest_sp_id }));
      return undefined;
    }
    const [size, quota] = await Promise.all([
      client.metadata.getBucketSize(bucketId),
      client.metadata.getLatestBucketReadQuota(bucketId),
    ]);
    const month = new Date().toISOString().slice(0, 'YYYY-MM'.length);
    if (size > 0n) await client.downloader.deductQuotaForBucketMigrate(bucketId, size, month);
    const row = {
      ...NO_MIGRATION_PROGRESS,
      migration_state,
      pre_deducted_quota: size,
      deducted_month: month,
      dest_sp_id,
    };
    try {
      inDatabase(() => spdb.updateBucketMigration(bucketId, row));
    } catch (error) {
      // nobody knows that it was taken
      await client.downloader.reimburseQuota(bucketId, size, month);
      throw error;
    }
    logger.info('read quota was taken for a migration', { bucketId, size });
    return quota;
  }

  /** What was not moved goes back to where it was taken from, in one step with the note that it did. */
  async #settle({ bucket_id, finished, migrated_bytes_size }: BucketMigrationInfo): Promise<BucketQuotaInfo> {
    const row = this.#progressOf(bucket_id);
    if (row?.migration_state !== BucketMigrationState.SRC_SP_PRE_DEDUCT_QUOTA_DONE) {
      throw migrationErrors.alreadyPosted();
    }
    const { client, spdb, logger } = this.#dependencies;
    const quota = await client.metadata.getLatestBucketReadQuota(bucket_id);
    const recoup_quota = row.pre_deducted_quota - migrated_bytes_size;
    if (finished || recoup_quota <= 0n) return quota;
    const { MIGRATION_FINISHED: migration_state } = BucketMigrationState;
    inDatabase(() =>
      spdb.transaction(() => {
        spdb.reimburseReadQuota(bucket_id, row.deducted_month, recoup_quota);
        spdb.updateBucketMigration(bucket_id, { migration_state, recoup_quota });
      }),
    );
    logger.info('read quota of a migration that ended early was given back', { bucketId: bucket_id, recoup_quota });
    return quota;
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

  #progressOf(bucketId: bigint): BucketMigrationProgress | undefined {
    return inDatabase(() => this.#dependencies.spdb.getBucketMigration(bucketId));
  }

  /** What looks at a bucket's state and then changes it is alone with it. */
  async #inTurn<T>(bucketId: bigint, work: () => Promise<T>): Promise<T> {
    const before = this.#turns.get(bucketId);
    const turn = before ? before.then(work, work) : work();
    this.#turns.set(bucketId, turn);
    try {
      return await turn;
    } finally {
      if (this.#turns.get(bucketId) === turn) this.#turns.delete(bucketId);
    }
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
function inDatabase<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw managerErrors.database(`the state of a migration: ${GfSpError.from(error).message}`, error);
  }
}
