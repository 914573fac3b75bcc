/** Messages that replace the content of a sealed object: the new content waits as a shadow for its seal (§8.2). */
import { greenfieldPermission, sameAddress, greenfieldStorage as storage, toChecksumAddress } from '@prairie/chain';
import { type Context, type MessageHandler, message } from '../../context.ts';
import { since } from '../permission/index.ts';
import { storageErrors as errors } from './errors.ts';
import { checkAddress, checkChecksums } from './names.ts';
import { firstGroup, requireAgent, requireChecksumCount, requirePayloadSize } from './object-creation.ts';
import { dropShadow } from './object-removal.ts';
import { checkOperatorAndObject } from './objects.ts';
import { requireChangeable, requireWritable, type Services } from './services.ts';

const { ACTION_UPDATE_OBJECT_CONTENT } = greenfieldPermission.ActionType;
const { OBJECT_STATUS_SEALED } = storage.ObjectStatus;

export function updateMessages(services: Services): MessageHandler[] {
  return [
    since(
      'Pawnee',
      message<storage.MsgUpdateObjectContent>({
        type: storage.MsgUpdateObjectContent,
        response: storage.MsgUpdateObjectContentResponse,
        signers: (msg) => [msg.operator],
        validateBasic(msg) {
          checkOperatorAndObject(msg);
          checkChecksums(msg.expect_checksums);
        },
        handle(ctx, msg) {
          requireChecksumCount(services, ctx, msg.expect_checksums);
          updateContent(services, ctx, { ...msg, updater: msg.operator }, { delegated: false });
          return {};
        },
      }),
    ),
    since(
      'Serengeti',
      message<storage.MsgDelegateUpdateObjectContent>({
        type: storage.MsgDelegateUpdateObjectContent,
        response: storage.MsgDelegateUpdateObjectContentResponse,
        signers: (msg) => [msg.operator],
        validateBasic(msg) {
          checkOperatorAndObject(msg);
          checkAddress(msg.updater, 'updater');
          checkChecksums(msg.expect_checksums);
        },
        handle(ctx, msg) {
          // the reference does not count the checksums of this message
          updateContent(services, ctx, msg, { delegated: true });
          return {};
        },
      }),
    ),
    since(
      'Pawnee',
      message<storage.MsgCancelUpdateObjectContent>({
        type: storage.MsgCancelUpdateObjectContent,
        response: storage.MsgCancelUpdateObjectContentResponse,
        signers: (msg) => [msg.operator],
        validateBasic: checkOperatorAndObject,
        handle(ctx, msg) {
          cancelUpdate(services, ctx, msg);
          return {};
        },
      }),
    ),
  ];
}

function updateContent(
  services: Services,
  ctx: Context,
  msg: storage.MsgDelegateUpdateObjectContent,
  { delegated }: { delegated: boolean },
): void {
  const { store, access, providers, charges } = services;
  const bucket = store.bucket(msg.bucket_name);
  requireWritable(bucket);
  const object = store.object(bucket, msg.object_name);
  if (object.object_status !== OBJECT_STATUS_SEALED) throw errors.notUpdatable('The object is not sealed');
  if (object.is_updating) throw errors.updating('The object is already being updated');
  requireChangeable(ctx, object);
  access.requireObject(ctx, bucket, object, msg.updater, ACTION_UPDATE_OBJECT_CONTENT);
  requirePayloadSize(services, msg.payload_size);
  const primary = providers.primaryOf(bucket);
  if (!providers.isOpenFor(primary, msg.updater)) {
    throw errors.noSuchProvider(`provider ${primary.id} is not in service`);
  }
  if (delegated) requireAgent(services, bucket, msg.operator, 'update object');
  const shadow: storage.ShadowObjectInfo = {
    operator: toChecksumAddress(msg.updater),
    id: object.id,
    content_type: msg.content_type,
    payload_size: msg.payload_size,
    checksums: msg.expect_checksums,
    updated_at: ctx.now,
    version: object.version + 1n,
  };
  if (shadow.payload_size > 0n) {
    charges.lock(ctx, bucket, object.object_name, shadow.payload_size, shadow.updated_at);
    store.setShadow(shadow);
    store.setObject({ ...object, is_updating: true });
    emitUpdate(ctx, shadow);
  } else emptyObject(services, ctx, bucket, object, shadow);
}

/** The block syncer knows the object by its id: the reference leaves the names out. */
function emitUpdate(ctx: Context, shadow: storage.ShadowObjectInfo): void {
  const { operator, id: object_id, payload_size, checksums, version } = shadow;
  ctx.emitTyped(storage.EventUpdateObjectContent, { operator, object_id, payload_size, checksums, version });
}

/** Empty content has nothing to upload: the old content goes, the empty one is sealed at once (quirk 6 of chain-state-machine.md §15). */
function emptyObject(
  services: Services,
  ctx: Context,
  bucket: storage.BucketInfo,
  object: storage.ObjectInfo,
  shadow: storage.ShadowObjectInfo,
): void {
  const { store, localGroups } = services;
  localGroups.remove(ctx, bucket, object, {});
  const gvgId = firstGroup(services, bucket);
  const local_virtual_group_id = localGroups.place(ctx, bucket, gvgId, 0n, shadow.updated_at);
  store.setObject({ ...withContent(object, shadow, shadow.checksums), local_virtual_group_id });
  emitUpdate(ctx, shadow);
  emitUpdateSuccess(ctx, shadow.operator, object, shadow, shadow.checksums);
}

/** An object with the content of its shadow. */
export const withContent = (
  object: storage.ObjectInfo,
  shadow: storage.ShadowObjectInfo,
  checksums: Uint8Array[],
): storage.ObjectInfo => ({
  ...object,
  is_updating: false,
  payload_size: shadow.payload_size,
  content_type: shadow.content_type,
  checksums,
  updated_at: shadow.updated_at,
  updated_by: shadow.operator,
  version: shadow.version,
});

export function emitUpdateSuccess(
  ctx: Context,
  operator: string,
  object: storage.ObjectInfo,
  shadow: storage.ShadowObjectInfo,
  checksums: Uint8Array[],
): void {
  ctx.emitTyped(storage.EventUpdateObjectContentSuccess, {
    operator,
    object_id: object.id,
    bucket_name: object.bucket_name,
    object_name: object.object_name,
    content_type: shadow.content_type,
    prev_payload_size: object.payload_size,
    new_payload_size: shadow.payload_size,
    prev_checksums: object.checksums,
    new_checksums: checksums,
    version: shadow.version,
    updated_at: shadow.updated_at,
  });
}

function cancelUpdate(services: Services, ctx: Context, msg: storage.MsgCancelUpdateObjectContent): void {
  const { store } = services;
  const bucket = store.bucket(msg.bucket_name);
  const object = store.object(bucket, msg.object_name);
  if (!object.is_updating) throw errors.notUpdating();
  const mayCancel = [object.owner, store.shadow(object).operator].some((address) => sameAddress(address, msg.operator));
  if (!mayCancel) throw errors.accessDenied('only the owner or who updates the object can cancel the update');
  dropShadow(services, ctx, bucket, object);
  ctx.emitTyped(storage.EventCancelUpdateObjectContent, {
    operator: toChecksumAddress(msg.operator),
    bucket_name: bucket.bucket_name,
    object_name: object.object_name,
    object_id: object.id,
  });
}
