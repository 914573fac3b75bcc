/** Routes of this folder (`reference/gateway-http.md` §1.4); `../http/routes.ts` says in which order they are tried. */
import { notYet } from '../http/not-yet.ts';
import { namedRoutes } from '../http/route.ts';

export const migrationRoutes = namedRoutes({
  QueryBucketQuota: {
    method: 'GET',
    scope: 'fixed',
    path: '/greenfield/migrate/v1/migrate-query-bucket-quota',
    auth: 'task',
    handle: notYet,
    doc: {
      summary: 'What has been read of a bucket that is to migrate.',
      answer: 'empty',
      answers: '`X-Gnfd-Quota-Info`: hex of protobuf',
      errors: [],
    },
  },
  QueryBucketEnoughQuota: {
    method: 'GET',
    scope: 'fixed',
    path: '/greenfield/migrate/v1/migrate-query-bucket-has-enough-quota',
    auth: 'task',
    handle: notYet,
    doc: {
      summary: 'Whether a bucket has the quota that its migration takes.',
      answer: 'empty',
      answers: '`X-Gnfd-Quota-Info`: hex of protobuf',
      errors: [],
    },
  },
  PreMigrateBucket: {
    method: 'GET',
    scope: 'fixed',
    path: '/greenfield/migrate/v1/pre-migrate-bucket',
    auth: 'task',
    handle: notYet,
    doc: {
      summary: 'Takes the quota of a migration.',
      answer: 'empty',
      answers: '`X-Gnfd-Quota-Info`: hex of protobuf',
      errors: [],
    },
  },
  PostMigrateBucket: {
    method: 'GET',
    scope: 'fixed',
    path: '/greenfield/migrate/v1/post-migrate-bucket',
    auth: 'task',
    handle: notYet,
    doc: {
      summary: 'Ends a migration, and gives back quota it did not use.',
      answer: 'empty',
      answers: '`X-Gnfd-Quota-Info`: hex of protobuf',
      errors: [],
    },
  },
  NotifyMigrateSwapOut: {
    method: 'POST',
    scope: 'fixed',
    path: '/greenfield/migrate/v1/notify-migrate-swap-out-task',
    auth: 'none',
    handle: notYet,
    doc: {
      summary: 'Says that a provider leaves a family or group to this one.',
      answer: 'empty',
      answers: 'nothing',
      errors: [],
    },
  },
  MigrationBucketApproval: {
    method: 'GET',
    scope: 'fixed',
    path: '/greenfield/migrate/v1/migration-bucket-approval',
    auth: 'none',
    handle: notYet,
    doc: {
      summary: 'The signature of a secondary for the migration of a bucket.',
      answer: 'empty',
      answers: '`X-Gnfd-Secondary-Migration-Bucket-Approval`',
      errors: [],
    },
  },
  SwapOutApproval: {
    method: 'GET',
    scope: 'fixed',
    path: '/greenfield/migrate/v1/get-swap-out-approval',
    auth: 'none',
    handle: notYet,
    doc: {
      summary: 'The approval of the successor of a provider that leaves.',
      answer: 'empty',
      answers: '`X-Gnfd-Signed-Msg`',
      errors: [],
    },
  },
  QueryMigrationProgress: {
    method: 'GET',
    scope: 'bucket-any',
    keys: ['bucket-migration-progress'],
    auth: 'signed',
    handle: notYet,
    doc: {
      summary: 'How far the migration of a bucket is.',
      answer: 'xml',
      answers: 'QueryMigrationProgress',
      errors: [],
    },
  },
});
