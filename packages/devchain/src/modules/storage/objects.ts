/** Messages about objects (§8.2). */
import { greenfieldPermission, greenfieldStorage as storage, toChecksumAddress } from '@prairie/chain';
import { type Context, type MessageHandler, message } from '../../context.ts';
import { since } from '../permission/index.ts';
import { checkOperatorAndBucket } from './buckets.ts';
import { storageErrors as errors } from './errors.ts';
import { checkAddress, checkBucketName, checkChecksums, checkObjectName } from './names.ts';
import { copyObject, createObject, type NewObject, requireAgent, requireChecksumCount } from './object-creation.ts';
import { cancelCreate, deleteByUser } from './object-removal.ts';
import { requireChangeable, type Services } from './services.ts';

const { ACTION_UPDATE_OBJECT_INFO } = greenfieldPermission.ActionType;
const { VISIBILITY_TYPE_UNSPECIFIED } = storage.VisibilityType;
const { REDUNDANCY_REPLICA_TYPE } = storage.RedundancyType;

export function objectMessages(services: Services): MessageHandler[] {
  return [
    message<storage.MsgCreateObject>({
      type: storage.MsgCreateObject,
      response: storage.MsgCreateObjectResponse,
      signers: (msg) => [msg.creator],
      validateBasic(msg) {
        checkAddress(msg.creator, 'creator');
        checkNewObject(msg);
        if (!msg.primary_sp_approval) throw errors.invalidApproval('primary_sp_approval is missing');
      },
      handle(ctx, msg) {
        requireChecksumCount(services, ctx, msg.expect_checksums);
        return { object_id: createObject(services, ctx, msg, msg) };
      },
    }),
    since(
      'Serengeti',
      message<storage.MsgDelegateCreateObject>({
        type: storage.MsgDelegateCreateObject,
        response: storage.MsgDelegateCreateObjectResponse,
        signers: (msg) => [msg.operator],
        validateBasic(msg) {
          checkAddress(msg.operator, 'operator');
          checkAddress(msg.creator, 'creator');
          checkNewObject(msg);
        },
        handle(ctx, msg) {
          if (msg.expect_checksums.length > 0) requireChecksumCount(services, ctx, msg.expect_checksums);
          requireAgent(services, services.store.bucket(msg.bucket_name), msg.operator, 'create object');
          return { object_id: createObject(services, ctx, msg) };
        },
      }),
    ),
    message<storage.MsgCopyObject>({
      type: storage.MsgCopyObject,
      response: storage.MsgCopyObjectResponse,
      signers: (msg) => [msg.operator],
      validateBasic(msg) {
        checkAddress(msg.operator, 'operator');
        if (!msg.dst_primary_sp_approval) throw errors.invalidApproval('dst_primary_sp_approval is missing');
        checkBucketName(msg.src_bucket_name);
        checkObjectName(msg.src_object_name);
        checkBucketName(msg.dst_bucket_name);
        checkObjectName(msg.dst_object_name);
      },
      handle: (ctx, msg) => ({ object_id: copyObject(services, ctx, msg) }),
    }),
    message<storage.MsgCancelCreateObject>({
      type: storage.MsgCancelCreateObject,
      response: storage.MsgCancelCreateObjectResponse,
      signers: (msg) => [msg.operator],
      validateBasic: checkOperatorAndObject,
      handle(ctx, msg) {
        const bucket = services.store.bucket(msg.bucket_name);
        cancelCreate(services, ctx, bucket, services.store.object(bucket, msg.object_name), msg.operator);
        return {};
      },
    }),
    message<storage.MsgDeleteObject>({
      type: storage.MsgDeleteObject,
      response: storage.MsgDeleteObjectResponse,
      signers: (msg) => [msg.operator],
      validateBasic: checkOperatorAndObject,
      handle(ctx, msg) {
        const bucket = services.store.bucket(msg.bucket_name);
        deleteByUser(services, ctx, bucket, services.store.object(bucket, msg.object_name), msg.operator);
        return {};
      },
    }),
    message<storage.MsgUpdateObjectInfo>({
      type: storage.MsgUpdateObjectInfo,
      response: storage.MsgUpdateObjectInfoResponse,
      signers: (msg) => [msg.operator],
      validateBasic(msg) {
        checkOperatorAndObject(msg);
        if (msg.visibility === VISIBILITY_TYPE_UNSPECIFIED) throw errors.invalidVisibility('unspecified');
      },
      handle(ctx, msg) {
        updateInfo(services, ctx, msg);
        return {};
      },
    }),
  ];
}

function checkNewObject(msg: NewObject): void {
  checkBucketName(msg.bucket_name);
  checkObjectName(msg.object_name);
  checkChecksums(msg.expect_checksums);
  if (msg.visibility === VISIBILITY_TYPE_UNSPECIFIED) throw errors.invalidVisibility('unspecified');
  if (msg.redundancy_type > REDUNDANCY_REPLICA_TYPE) throw errors.invalidRedundancy(String(msg.redundancy_type));
}

export function checkOperatorAndObject(msg: { operator: string; bucket_name: string; object_name: string }): void {
  checkOperatorAndBucket(msg);
  checkObjectName(msg.object_name);
}

function updateInfo(services: Services, ctx: Context, msg: storage.MsgUpdateObjectInfo): void {
  const { store, access } = services;
  const bucket = store.bucket(msg.bucket_name);
  const object = store.object(bucket, msg.object_name);
  requireChangeable(ctx, object);
  access.requireObject(ctx, bucket, object, msg.operator, ACTION_UPDATE_OBJECT_INFO);
  store.setObject({ ...object, visibility: msg.visibility });
  ctx.emitTyped(storage.EventUpdateObjectInfo, {
    operator: toChecksumAddress(msg.operator),
    bucket_name: bucket.bucket_name,
    object_name: object.object_name,
    object_id: object.id,
    visibility: msg.visibility,
  });
}
