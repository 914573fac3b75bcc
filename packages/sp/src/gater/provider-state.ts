/** May this provider and this bucket take writes now? (`reference/gateway-http.md` §6.1, checks 2–5) */
import { greenfieldSp, greenfieldStorage, sameAddress } from '@prairie/chain';
import type { Signers } from '@prairie/client';
import type { BucketOnChain } from '@prairie/gfsp';
import { gatewayErrors } from './errors.ts';
import type { Gateway } from './http/handler.ts';

const { Status } = greenfieldSp;

/** In service, or in maintenance with the maintenance account calling. @throws gateway 50029, 55001 */
export async function requireInService(gateway: Gateway, callers: Signers): Promise<void> {
  const { operatorAddress } = gateway.options;
  const sp = await onChain(gateway.dependencies.consensus.spByOperator(operatorAddress));
  if (!sp) throw gatewayErrors.chain(`the chain knows no provider with operator ${operatorAddress}`);
  if (sp.status === Status.STATUS_IN_SERVICE) return;
  const maintained = callers.some((caller) => sameAddress(caller, sp.maintenance_address));
  if (sp.status === Status.STATUS_IN_MAINTENANCE && maintained) return;
  throw gatewayErrors.notInService();
}

/** The bucket, which has to exist and to be neither migrating nor discontinued. @throws gateway 50036, 55001 */
export async function requireOpenBucket(gateway: Gateway, name: string): Promise<BucketOnChain> {
  const bucket = await onChain(gateway.dependencies.consensus.bucket(name));
  // a missing bucket is a failed chain query here, not 20007: clients know it so
  if (!bucket) throw gatewayErrors.chain(`No such bucket: ${name}`);
  if (bucket.bucket_info.bucket_status !== greenfieldStorage.BucketStatus.BUCKET_STATUS_CREATED) {
    throw gatewayErrors.bucketState();
  }
  return bucket;
}

/** A chain query whose failure is the client's answer too. @throws gateway 55001 */
export async function onChain<T>(query: Promise<T>): Promise<T> {
  try {
    return await query;
  } catch (error) {
    throw gatewayErrors.chain(`the chain could not be asked: ${(error as Error).message}`, error);
  }
}
