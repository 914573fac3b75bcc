/** How far the migration of a bucket is (`reference/gateway-http.md` §5.10). */
import type { BucketMigrationProgress } from '@prairie/gfsp';
import { authorizedSigner } from '../auth/authenticate.ts';
import { gatewayErrors } from '../errors.ts';
import { answeredAs } from '../http/reply.ts';
import { answer, big, number, text, VERSION } from '../http/shape.ts';
import { onChain } from '../provider-state.ts';

const migrationProgress = answer<BucketMigrationProgress>(
  'QueryMigrationProgress',
  {
    ErrorDescription: text(() => ''),
    MigratedBytes: big((progress) => progress.migrated_bytes),
    MigrationState: number((progress) => progress.migration_state),
  },
  VERSION,
);

export const queryMigrationProgress = answeredAs(migrationProgress, async (gateway, request) => {
  const { client, consensus } = gateway.dependencies;
  await authorizedSigner(gateway, request, 'query-bucket-migration-progress');
  const bucket = await onChain(consensus.bucket(request.place.bucket));
  if (!bucket) throw gatewayErrors.chain(`No such bucket: ${request.place.bucket}`);
  return client.manager.queryBucketMigrationProgress(bucket.bucket_info.id);
});
