/** How objects go: cancelled, deleted by who may, or with a content update given up (§8.2). */
import { greenfieldPermission, sameAddress, greenfieldStorage as storage, toChecksumAddress } from '@prairie/chain';
import type { Context } from '../../context.ts';
import { storageErrors as errors } from './errors.ts';
import type { PaymentOptions } from './keepers.ts';
import { requireOrigin, type Services } from './services.ts';

const { ACTION_DELETE_OBJECT } = greenfieldPermission.ActionType;
const { OBJECT_STATUS_CREATED, OBJECT_STATUS_DISCONTINUED } = storage.ObjectStatus;

export function cancelCreate(
  services: Services,
  ctx: Context,
  bucket: storage.BucketInfo,
  object: storage.ObjectInfo,
  operator: string,
): void {
  if (object.object_status !== OBJECT_STATUS_CREATED) throw errors.objectNotCreated();
  const isCreator = sameAddress(operator, object.creator || object.owner);
  if (!isCreator) services.access.requireObject(ctx, bucket, object, operator, ACTION_DELETE_OBJECT);
  services.charges.unlock(ctx, bucket, object.payload_size, object.create_at);
  services.store.removeObject(bucket, object);
  services.cleanup.note(ctx, 'object_ids', object.id);
  ctx.emitTyped(storage.EventCancelCreateObject, {
    operator: toChecksumAddress(operator),
    bucket_name: bucket.bucket_name,
    object_name: object.object_name,
    primary_sp_id: services.providers.primaryOf(bucket).id,
    object_id: object.id,
  });
}

export function deleteByUser(
  services: Services,
  ctx: Context,
  bucket: storage.BucketInfo,
  object: storage.ObjectInfo,
  operator: string,
): void {
  if (object.object_status === OBJECT_STATUS_DISCONTINUED) throw errors.invalidObjectStatus('discontinued');
  requireOrigin(object);
  if (object.object_status === OBJECT_STATUS_CREATED) {
    if (!ctx.has('Pawnee')) throw errors.objectNotSealed(); // Pawnee: who deletes an unsealed object cancels it
    return cancelCreate(services, ctx, bucket, object, operator);
  }
  services.access.requireObject(ctx, bucket, object, operator, ACTION_DELETE_OBJECT);
  deleteObject(services, ctx, bucket, object, operator);
}

/**
 * Deletes a sealed object, or with `unsealed` one whose fee is still locked. Also used when a discontinued object's
 * time is over, then with forced charges.
 */
export function deleteObject(
  services: Services,
  ctx: Context,
  bucket: storage.BucketInfo,
  object: storage.ObjectInfo,
  operator: string,
  options: PaymentOptions & { unsealed?: boolean } = {},
): void {
  const { store, charges, localGroups, cleanup } = services;
  if (object.is_updating) dropShadow(services, ctx, bucket, object, options);
  if (options.unsealed) charges.unlock(ctx, bucket, object.payload_size, object.create_at, options);
  else localGroups.remove(ctx, bucket, object, options);
  store.removeObject(bucket, object);
  cleanup.note(ctx, 'object_ids', object.id);
  ctx.emitTyped(storage.EventDeleteObject, {
    operator: toChecksumAddress(operator),
    bucket_name: bucket.bucket_name,
    object_name: object.object_name,
    object_id: object.id,
    local_virtual_group_id: object.local_virtual_group_id,
  });
}

/** Gives up a content update: its fee is unlocked, the object stays as it was. */
export function dropShadow(
  { store, charges }: Services,
  ctx: Context,
  bucket: storage.BucketInfo,
  object: storage.ObjectInfo,
  options: PaymentOptions = {},
): storage.ObjectInfo {
  const shadow = store.shadow(object);
  charges.unlock(ctx, bucket, shadow.payload_size, shadow.updated_at, options);
  store.removeShadow(object);
  const settled = { ...object, is_updating: false };
  store.setObject(settled);
  return settled;
}
