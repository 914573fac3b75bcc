/** What the provider asks of the chain in an account's name, and waits for (`reference/gateway-http.md` §6.3, 10–14). */
import { createHash } from 'node:crypto';
import { encode, sameAddress, greenfieldStorage as storage } from '@prairie/chain';
import { newTask, TaskState } from '@prairie/gfsp';
import { awaitedContent, withShadow } from '../../common/awaited-content.ts';
import { isSealed } from '../../common/pieces.ts';
import { gatewayErrors } from '../errors.ts';
import type { Gateway, GatewayRequest } from '../http/handler.ts';
import { onChain } from '../provider-state.ts';

/** What an account wants to store. */
export interface Delegation {
  account: string;
  size: bigint;
  contentType: string;
}

type Asked = Pick<GatewayRequest, 'place' | 'signal'>;

/** How long the chain may take to show what it accepted, or to seal what was uploaded a moment ago. */
const MAX_WAIT_MS = 30_000;
const { OBJECT_STATUS_CREATED } = storage.ObjectStatus;

/**
 * The content that an update waits for, begun on chain unless it was already: then who asks again goes on with it.
 * `sameOnly`: only with an update of the same account and size.
 * @throws signer 120019; gateway 55001
 */
export async function updatedObject(
  gateway: Gateway,
  request: Asked,
  { account, size, contentType }: Delegation,
  { sameOnly }: { sameOnly: boolean },
): Promise<storage.ObjectInfo> {
  const { consensus, client } = gateway.dependencies;
  const { bucket: bucket_name, object: object_name } = request.place;
  const found = (await onChain(consensus.object(bucket_name, object_name)))?.object_info;
  if (found?.is_updating) {
    const shadow = await onChain(consensus.shadowObject(bucket_name, object_name));
    const isSame = shadow?.payload_size === size && sameAddress(shadow.operator, account);
    if (shadow && (isSame || !sameOnly)) return withShadow(found, shadow);
  }
  // Uploaded a moment ago: the chain takes an update once it is sealed. What was never uploaded it refuses itself.
  if (found?.object_status === OBJECT_STATUS_CREATED && (await isUploaded(gateway, found))) {
    await seen(gateway, request, async (object) => (isSealed(object) ? object : undefined));
  }
  await client.signer.broadcast('delegate_update_object_content', {
    ...{ operator: '', updater: account, bucket_name, object_name },
    ...{ payload_size: size, content_type: contentType, expect_checksums: [] },
  });
  const begun = await seen(gateway, request, async (object) =>
    object.is_updating ? awaitedContent(object, { consensus }) : undefined,
  );
  if (!begun)
    throw gatewayErrors.chain(`the update of ${bucket_name}/${object_name} is not seen on chain yet: try again`);
  return begun;
}

async function isUploaded(gateway: Gateway, { id }: storage.ObjectInfo): Promise<boolean> {
  const { state } = await gateway.dependencies.client.metadata.getUploadProgress(id);
  return state !== TaskState.INIT;
}

/** The object, created for the account. @throws approver, signer 120020; gateway 55001 */
export async function createdObject(
  gateway: Gateway,
  request: Asked,
  delegation: Delegation,
  visibility: storage.VisibilityType,
): Promise<storage.ObjectInfo> {
  const { client } = gateway.dependencies;
  const delegate_create_object = creation(request, delegation, visibility);
  const fingerprint = createHash('sha256')
    .update(encode(storage.MsgDelegateCreateObject, delegate_create_object))
    .digest();
  await client.approver.delegateCreateObjectApproval({
    ...{ task: newTask({ user_address: delegation.account }), delegate_create_object, fingerprint },
  });
  await client.signer.broadcast('delegate_create_object', delegate_create_object);
  const created = await seen(gateway, request, async (object) => object);
  const { bucket, object } = request.place;
  if (!created) throw gatewayErrors.chain(`${bucket}/${object} was created and is not seen on chain yet: try again`);
  return created;
}

/** An empty object, which the chain seals at once. The transaction's hash. @throws signer 120020 */
export function createFolder(
  gateway: Gateway,
  request: Asked,
  delegation: Delegation,
  visibility: storage.VisibilityType,
): Promise<string> {
  const { signer } = gateway.dependencies.client;
  return signer.broadcast('delegate_create_object', creation(request, delegation, visibility));
}

function creation(
  { place }: Pick<Asked, 'place'>,
  { account, size, contentType }: Delegation,
  visibility: storage.VisibilityType,
): storage.MsgDelegateCreateObject {
  return storage.MsgDelegateCreateObject.create({
    ...{ creator: account, bucket_name: place.bucket, object_name: place.object },
    ...{ payload_size: size, content_type: contentType, visibility },
    redundancy_type: storage.RedundancyType.REDUNDANCY_EC_TYPE,
  });
}

/**
 * What `look` finds in the object: our node may be some blocks behind the one that took the transaction. Looks with
 * each block; undefined when it was in vain for too long. @throws gateway 50013 when the client went away; 55001
 */
async function seen<T>(
  gateway: Gateway,
  { place, signal }: Asked,
  look: (object: storage.ObjectInfo) => Promise<T | undefined>,
): Promise<T | undefined> {
  const { consensus } = gateway.dependencies;
  const enough = AbortSignal.any([signal, AbortSignal.timeout(MAX_WAIT_MS)]);
  let height = await onChain(consensus.currentHeight());
  for (;;) {
    const found = (await onChain(consensus.object(place.bucket, place.object)))?.object_info;
    const result = found && (await onChain(look(found)));
    if (result !== undefined) return result;
    const next = await consensus.waitForHeight(height + 1n, enough).catch(() => undefined);
    if (signal.aborted) throw gatewayErrors.bodyBroke('the client went away');
    if (next === undefined) return undefined;
    height = next;
  }
}
