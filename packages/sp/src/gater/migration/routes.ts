/** Routes of this folder (`reference/gateway-http.md` §1.4); `../http/routes.ts` says in which order they are tried. */
import { header, namedRoutes, required } from '../http/route.ts';
import { approveBucketMigration, approveSwapOut, SECONDARY_MIGRATION_MSG_HEADER } from './approvals.ts';
import { postMigrateBucket, preMigrateBucket, queryBucketEnoughQuota, queryBucketQuota } from './bucket-quota.ts';
import { queryMigrationProgress } from './progress.ts';
import { notifyMigrateSwapOut, SWAP_OUT_MSG_HEADER } from './swap-out.ts';

const migrateBucketMsg = required(
  header(
    'X-Gnfd-Migrate-Bucket-Msg',
    'hex',
    'JSON of a `GfSpBucketMigrationInfo`, signed by the operator of a provider, its `expire_time` (unix seconds) not over.',
  ),
);

export const migrationRoutes = namedRoutes({
  QueryBucketQuota: {
    method: 'GET',
    scope: 'fixed',
    path: '/greenfield/migrate/v1/migrate-query-bucket-quota',
    auth: 'task',
    handle: queryBucketQuota,
    doc: {
      summary: 'What has been read of a bucket that is to migrate.',
      params: [migrateBucketMsg],
      answer: 'empty',
      answers: '`X-Gnfd-Quota-Info`: hex of a `GfSpBucketQuotaInfo` in protobuf',
      errors: [50005, 50004, 50015, 55001, 90002, 95202],
    },
  },
  QueryBucketEnoughQuota: {
    method: 'GET',
    scope: 'fixed',
    path: '/greenfield/migrate/v1/migrate-query-bucket-has-enough-quota',
    auth: 'task',
    handle: queryBucketEnoughQuota,
    doc: {
      summary: 'Whether a bucket has the quota that its migration takes.',
      params: [migrateBucketMsg],
      answer: 'empty',
      answers: '`X-Gnfd-Quota-Info`: hex of a `GfSpBucketQuotaInfo` in protobuf, with `allow_migrate`',
      errors: [50005, 50004, 50015, 55001, 90002, 90008, 95202],
    },
  },
  PreMigrateBucket: {
    method: 'GET',
    scope: 'fixed',
    path: '/greenfield/migrate/v1/pre-migrate-bucket',
    auth: 'task',
    handle: preMigrateBucket,
    doc: {
      summary: 'Takes the quota of a migration.',
      params: [migrateBucketMsg],
      answer: 'empty',
      answers:
        '`X-Gnfd-Quota-Info`: hex of a `GfSpBucketQuotaInfo` in protobuf as it was before; absent when the quota was taken already',
      errors: [50005, 50004, 50015, 55001, 65201, 90008, 30004, 85201, 95202],
    },
  },
  PostMigrateBucket: {
    method: 'GET',
    scope: 'fixed',
    path: '/greenfield/migrate/v1/post-migrate-bucket',
    auth: 'task',
    handle: postMigrateBucket,
    doc: {
      summary: 'Ends a migration, and gives back quota it did not use.',
      params: [migrateBucketMsg],
      answer: 'empty',
      answers: '`X-Gnfd-Quota-Info`: hex of a `GfSpBucketQuotaInfo` in protobuf as it was before',
      errors: [50005, 50004, 50015, 55001, 65201, 95202],
    },
  },
  NotifyMigrateSwapOut: {
    method: 'POST',
    scope: 'fixed',
    path: '/greenfield/migrate/v1/notify-migrate-swap-out-task',
    auth: 'none',
    handle: notifyMigrateSwapOut,
    doc: {
      summary: 'Says that a provider leaves a family or group to this one.',
      params: [required(header(SWAP_OUT_MSG_HEADER, 'hex', 'JSON of the `MsgSwapOut`; it has to be on chain.'))],
      answer: 'empty',
      answers: 'nothing; the same said again changes nothing',
      errors: [50005, 50034],
    },
  },
  MigrationBucketApproval: {
    method: 'GET',
    scope: 'fixed',
    path: '/greenfield/migrate/v1/migration-bucket-approval',
    auth: 'none',
    handle: approveBucketMigration,
    doc: {
      summary: 'The signature of a secondary for the migration of a bucket.',
      params: [
        required(
          header(SECONDARY_MIGRATION_MSG_HEADER, 'hex', 'Proto-JSON of the `SecondarySpMigrationBucketSignDoc`.'),
        ),
      ],
      answer: 'empty',
      answers: '`X-Gnfd-Secondary-Migration-Bucket-Approval`: hex of the BLS signature, 96 bytes',
      errors: [50005, 50033],
    },
  },
  SwapOutApproval: {
    method: 'GET',
    scope: 'fixed',
    path: '/greenfield/migrate/v1/get-swap-out-approval',
    auth: 'none',
    handle: approveSwapOut,
    doc: {
      summary: 'The approval of the successor of a provider that leaves.',
      params: [
        required(header('X-Gnfd-Unsigned-Msg', 'hex', 'Proto-JSON of the `MsgSwapOut`; its approval is replaced.')),
      ],
      answer: 'empty',
      answers: '`X-Gnfd-Signed-Msg`: hex of the message as proto-JSON with sorted keys, its approval filled in',
      errors: [50005, 50006, 50033],
    },
  },
  QueryMigrationProgress: {
    method: 'GET',
    scope: 'bucket-any',
    keys: ['bucket-migration-progress'],
    auth: 'signed',
    handle: queryMigrationProgress,
    doc: {
      summary: 'How far the migration of a bucket is.',
      answer: 'xml',
      answers:
        '`QueryMigrationProgress` with `ErrorDescription` (always empty), `MigratedBytes` and `MigrationState`: 0 none, ' +
        '1 and 2 quota taken by source and destination, 5 and 6 groups, 7 quota, 10–14 transactions, 20 and 21 ' +
        'collection, 31 finished',
      errors: [20006, 20007, 25002, 55001, 65201],
    },
  },
});
