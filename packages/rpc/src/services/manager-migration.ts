/** The manager's methods about migrations: a part of its service (`reference/internal-grpc.md` §3.6). */
import { GfSpError, type Migrations } from '@prairie/gfsp';
import type { Caller } from '../client/caller.ts';
import { required, rpcErrors } from '../errors.ts';
import * as messages from '../messages/migration.ts';
import { type Handlers, unary } from '../method.ts';

const DEADLINE_MS = 30_000;

export const migrationMethods = {
  GfSpNotifyMigrateSwapOut: unary(messages.NotifyMigrateSwapOutRequest, messages.NotifyMigrateSwapOutResponse, {
    repeatable: true,
    deadlineMs: DEADLINE_MS,
  }),
  GfSpNotifyPreMigrateBucketAndDeductQuota: unary(
    messages.NotifyPreMigrateBucketRequest,
    messages.NotifyPreMigrateBucketResponse,
    { deadlineMs: DEADLINE_MS },
  ),
  GfSpNotifyPostMigrateAndRecoupQuota: unary(
    messages.NotifyPostMigrateBucketRequest,
    messages.NotifyPostMigrateBucketResponse,
    { deadlineMs: DEADLINE_MS },
  ),
  GfSpQueryBucketMigrationProgress: unary(
    messages.QueryBucketMigrationProgressRequest,
    messages.QueryBucketMigrationProgressResponse,
    { repeatable: true, deadlineMs: DEADLINE_MS },
  ),
};

/** Says to the reference that a bucket was deducted before; it looks for this text (`reference/sp-to-sp.md` §4.8). */
const NOTIFIED = 'the bucket has already notified';

export function serveMigrations(manager: Migrations): Handlers<typeof migrationMethods> {
  return {
    async GfSpNotifyMigrateSwapOut({ swap_out }) {
      await manager.notifyMigrateSwapOut(swap_out as NonNullable<typeof swap_out>);
      return {};
    },
    async GfSpNotifyPreMigrateBucketAndDeductQuota({ bucket_id, prairie_dest_sp_id }) {
      const quota = await manager.notifyPreMigrateBucket(bucket_id, prairie_dest_sp_id);
      if (!quota) throw rpcErrors.alreadyNotified(`${NOTIFIED}, pre deduct quota done`);
      return { quota };
    },
    async GfSpNotifyPostMigrateAndRecoupQuota({ bucket_id, bucket_migration_info }) {
      const info = required(bucket_migration_info, 'what was migrated');
      return { quota: await manager.notifyPostMigrateBucket({ ...info, bucket_id: info.bucket_id || bucket_id }) };
    },
    async GfSpQueryBucketMigrationProgress({ bucket_id }) {
      const { migration_state, deducted_month, dest_sp_id, ...row } =
        await manager.queryBucketMigrationProgress(bucket_id);
      const ours = { prairie_deducted_month: deducted_month, prairie_dest_sp_id: dest_sp_id };
      return { progress: { ...row, migrate_state: migration_state, ...ours } };
    },
  };
}

/** `methods` are those above with the paths that they have in the manager's service. */
export function callMigrations(caller: Caller, methods: typeof migrationMethods): Migrations {
  return {
    async notifyMigrateSwapOut(swap_out) {
      await caller.unary(methods.GfSpNotifyMigrateSwapOut, { swap_out });
    },
    async notifyPreMigrateBucket(bucket_id, prairie_dest_sp_id) {
      try {
        const { quota } = await caller.unary(methods.GfSpNotifyPreMigrateBucketAndDeductQuota, {
          bucket_id,
          prairie_dest_sp_id,
        });
        return required(quota, 'a quota');
      } catch (error) {
        if (error instanceof GfSpError && error.message.includes(NOTIFIED)) return undefined;
        throw error;
      }
    },
    async notifyPostMigrateBucket(bucket_migration_info) {
      const { bucket_id } = bucket_migration_info;
      const request = { bucket_id, bucket_migration_info };
      return required((await caller.unary(methods.GfSpNotifyPostMigrateAndRecoupQuota, request)).quota, 'a quota');
    },
    async queryBucketMigrationProgress(bucket_id) {
      const answer = await caller.unary(methods.GfSpQueryBucketMigrationProgress, { bucket_id });
      const {
        migrate_state: migration_state,
        prairie_deducted_month: deducted_month,
        prairie_dest_sp_id: dest_sp_id,
        subscribed_block_height,
        ...row
      } = required(answer.progress, 'a progress');
      return { ...row, migration_state, deducted_month, dest_sp_id };
    },
  };
}
