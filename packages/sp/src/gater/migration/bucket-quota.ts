/**
 * What the destination of a bucket asks its source, or tells it (`reference/gateway-http.md` §5.11, rows 11–14;
 * `sp-to-sp.md` §4.7–4.8). All are answered with the bucket's read quota.
 */
import { encode, greenfieldPermission } from '@prairie/chain';
import { MIGRATE_BUCKET_MSG_HEADER, QUOTA_INFO_HEADER } from '@prairie/client';
import { BucketMigrationInfo, BucketQuotaInfo, nowSeconds } from '@prairie/gfsp';
import { gatewayErrors } from '../errors.ts';
import { headerTask, taskSigner } from '../header-message.ts';
import type { Gateway, GatewayRequest, Handler } from '../http/handler.ts';
import { onChain } from '../provider-state.ts';

/** undefined when the source was told the same before: then the header is left out. */
type Answer = (gateway: Gateway, info: BucketMigrationInfo, spId: number) => Promise<BucketQuotaInfo | undefined>;

const latestQuota: Answer = ({ dependencies: { client } }, { bucket_id }) =>
  client.metadata.getLatestBucketReadQuota(bucket_id);

export const enoughQuota: Answer = async (gateway, info) => {
  const { metadata } = gateway.dependencies.client;
  const [quota, size] = await Promise.all([
    metadata.getLatestBucketReadQuota(info.bucket_id),
    metadata.getBucketSize(info.bucket_id),
  ]);
  return { ...quota, allow_migrate: size === 0n || leftOf(quota) > size };
};

/** Bytes that may be read yet. */
function leftOf(quota: BucketQuotaInfo): bigint {
  const charged = quota.charged_quota_size - quota.read_consumed_size;
  return quota.free_quota_size + quota.monthly_free_quota_size + charged;
}

const preMigrate: Answer = ({ dependencies: { client } }, { bucket_id }, spId) =>
  client.manager.notifyPreMigrateBucket(bucket_id, spId);

const postMigrate: Answer = ({ dependencies: { client } }, info) => client.manager.notifyPostMigrateBucket(info);

/** For any provider of the network. */
export const queryBucketQuota = answering(latestQuota);
export const queryBucketEnoughQuota = answering(enoughQuota);
/** For the one that the bucket moves to. */
export const preMigrateBucket = answering(preMigrate, requireMigration);
export const postMigrateBucket = answering(postMigrate, requireDestination);

type Check = (gateway: Gateway, info: BucketMigrationInfo, spId: number) => Promise<void>;

function answering(answer: Answer, check?: Check): Handler {
  return async (gateway, request, response) => {
    const { info, spId } = await signedInfo(gateway, request);
    await check?.(gateway, info, spId);
    const quota = await answer(gateway, info, spId);
    if (quota) response.setHeader(QUOTA_INFO_HEADER, encode(BucketQuotaInfo, quota).toString('hex'));
    response.writeHead(200, { 'Content-Type': 'application/xml', 'Content-Length': 0 }).end();
  };
}

/** What was asked, and the id of the provider that signed it. @throws gateway 50005, 50004, 50015, 55001 */
async function signedInfo(
  { dependencies: { consensus } }: Gateway,
  request: GatewayRequest,
): Promise<{ info: BucketMigrationInfo; spId: number }> {
  const info = headerTask(BucketMigrationInfo, request, MIGRATE_BUCKET_MSG_HEADER);
  if (info.expire_time < nowSeconds())
    throw gatewayErrors.noPermission('the signature has expired: expire_time is over');
  const signer = taskSigner(BucketMigrationInfo, info);
  const sp = await onChain(consensus.spByOperator(signer));
  if (!sp) throw gatewayErrors.noPermission(`${signer}, who signed it, is not the operator of a provider`);
  return { info, spId: sp.id };
}

/** @throws gateway 50004 */
async function requireMigration({ dependencies: { client } }: Gateway, info: BucketMigrationInfo, spId: number) {
  const effect = await client.metadata.verifyMigrateGvgPermission(info.bucket_id, 0, spId);
  if (effect === greenfieldPermission.Effect.EFFECT_ALLOW) return;
  throw gatewayErrors.noPermission(`bucket ${info.bucket_id} does not move to the provider that signed it`);
}

/** Who the quota was taken for may say how it ended, also after a cancel: then the chain does not know it any more. */
async function requireDestination(gateway: Gateway, info: BucketMigrationInfo, spId: number) {
  const { dest_sp_id } = await gateway.dependencies.client.manager.queryBucketMigrationProgress(info.bucket_id);
  if (dest_sp_id !== spId) await requireMigration(gateway, info, spId);
}
