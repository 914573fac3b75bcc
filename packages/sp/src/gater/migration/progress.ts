/** How far the migration of a bucket is (`reference/gateway-http.md` §5.10). */
import { authorizedSigner } from '../auth/authenticate.ts';
import { gatewayErrors } from '../errors.ts';
import type { Handler } from '../http/handler.ts';
import { sendXml } from '../http/reply.ts';
import { VERSION } from '../http/xml.ts';
import { onChain } from '../provider-state.ts';

export const queryMigrationProgress: Handler = async (gateway, request, response) => {
  const { client, consensus } = gateway.dependencies;
  await authorizedSigner(gateway, request, 'query-bucket-migration-progress');
  const bucket = await onChain(consensus.bucket(request.place.bucket));
  if (!bucket) throw gatewayErrors.chain(`No such bucket: ${request.place.bucket}`);
  const progress = await client.manager.queryBucketMigrationProgress(bucket.bucket_info.id);
  const { migrated_bytes: MigratedBytes, migration_state: MigrationState } = progress;
  sendXml(response, 'QueryMigrationProgress', { ErrorDescription: '', MigratedBytes, MigrationState }, VERSION);
};
