/** Messages with which the primary provider ends an upload: seal it, or give it up (§8.2). */
import {
  blsFastAggregateVerify,
  type greenfieldVirtualgroup,
  sealChecksum,
  sealDocDigest,
  greenfieldStorage as storage,
  toChecksumAddress,
} from '@prairie/chain';
import { type Context, type MessageHandler, message } from '../../context.ts';
import { since } from '../permission/index.ts';
import { storageErrors as errors } from './errors.ts';
import { checkAggregate, checkChecksums } from './names.ts';
import { dropShadow } from './object-removal.ts';
import { checkOperatorAndObject } from './objects.ts';
import { chunksOf } from './params.ts';
import type { Services } from './services.ts';
import { emitUpdateSuccess, withContent } from './updates.ts';

const { OBJECT_STATUS_CREATED, OBJECT_STATUS_SEALED } = storage.ObjectStatus;

export function sealMessages(services: Services): MessageHandler[] {
  return [
    message<storage.MsgSealObject>({
      type: storage.MsgSealObject,
      response: storage.MsgSealObjectResponse,
      signers: (msg) => [msg.operator],
      validateBasic: checkSeal,
      handle(ctx, msg) {
        seal(services, ctx, { ...msg, expect_checksums: [] });
        return {};
      },
    }),
    since(
      'Serengeti',
      message<storage.MsgSealObjectV2>({
        type: storage.MsgSealObjectV2,
        response: storage.MsgSealObjectV2Response,
        signers: (msg) => [msg.operator],
        validateBasic(msg) {
          checkSeal(msg);
          checkChecksums(msg.expect_checksums);
        },
        handle(ctx, msg) {
          seal(services, ctx, msg);
          return {};
        },
      }),
    ),
    message<storage.MsgRejectSealObject>({
      type: storage.MsgRejectSealObject,
      response: storage.MsgRejectSealObjectResponse,
      signers: (msg) => [msg.operator],
      validateBasic: checkOperatorAndObject,
      handle(ctx, msg) {
        reject(services, ctx, msg);
        return {};
      },
    }),
  ];
}

function checkSeal(msg: storage.MsgSealObject): void {
  checkOperatorAndObject(msg);
  checkAggregate(msg.secondary_sp_bls_agg_signatures);
}

/** What is sealed: a new object, or the shadow of one. */
interface Upload {
  shadow: storage.ShadowObjectInfo | undefined;
  payloadSize: bigint;
  checksums: Uint8Array[];
  /** When it was announced: the time whose terms its fee was locked by. */
  since: bigint;
}

function uploadOf({ store }: Services, object: storage.ObjectInfo, supplied: Uint8Array[]): Upload {
  const shadow = object.is_updating ? store.shadow(object) : undefined;
  const { payload_size: payloadSize, checksums: known } = shadow ?? object;
  const checksums = known.length > 0 ? known : supplied;
  if (checksums.length === 0) throw errors.checksumsMissing();
  const waits = object.object_status === OBJECT_STATUS_CREATED;
  if (!waits && !(shadow && object.object_status === OBJECT_STATUS_SEALED)) throw errors.alreadySealed();
  return { shadow, payloadSize, checksums, since: shadow?.updated_at ?? object.create_at };
}

function seal(services: Services, ctx: Context, msg: storage.MsgSealObjectV2): void {
  const { store, charges, localGroups, providers } = services;
  const bucket = store.bucket(msg.bucket_name);
  const primary = providers.bySeal(msg.operator);
  providers.requirePrimary(bucket, primary);
  const object = store.object(bucket, msg.object_name);
  const upload = uploadOf(services, object, msg.expect_checksums);
  const gvg = localGroups.requireGvg(msg.global_virtual_group_id);
  requireFitting(services, bucket, gvg, primary.id, upload);
  verifySecondaries(services, ctx, gvg, object, upload, msg.secondary_sp_bls_agg_signatures);

  if (upload.shadow) localGroups.remove(ctx, bucket, object, {});
  charges.unlock(ctx, bucket, upload.payloadSize, upload.since);
  const local_virtual_group_id = localGroups.place(ctx, bucket, gvg.id, upload.payloadSize, upload.since);
  const content = upload.shadow
    ? withContent(object, upload.shadow, upload.checksums)
    : { ...object, checksums: upload.checksums };
  const sealed = { ...content, object_status: OBJECT_STATUS_SEALED, local_virtual_group_id };
  store.setObject(sealed);
  const operator = toChecksumAddress(msg.operator);
  if (upload.shadow) {
    store.removeShadow(object);
    emitUpdateSuccess(ctx, operator, object, upload.shadow, upload.checksums);
  }
  ctx.emitTyped(storage.EventSealObject, {
    operator,
    bucket_name: bucket.bucket_name,
    object_name: sealed.object_name,
    object_id: sealed.id,
    status: sealed.object_status,
    global_virtual_group_id: gvg.id,
    local_virtual_group_id,
    checksums: sealed.checksums,
  });
}

type Gvg = greenfieldVirtualgroup.GlobalVirtualGroup;

function requireFitting(
  { parameters }: Services,
  bucket: storage.BucketInfo,
  gvg: Gvg,
  primaryId: number,
  upload: Upload,
): void {
  const { global_virtual_group_family_id: family } = bucket;
  if (gvg.family_id !== family || gvg.primary_sp_id !== primaryId) {
    throw errors.invalidGroup(
      `group ${gvg.id} is of family ${gvg.family_id} and provider ${gvg.primary_sp_id}, ` +
        `the bucket of family ${family} and provider ${primaryId}`,
    );
  }
  const expected = chunksOf(parameters.versionedAt(upload.since));
  if (gvg.secondary_sp_ids.length !== expected) {
    throw errors.invalidGroup(`group ${gvg.id} has ${gvg.secondary_sp_ids.length} secondaries, ${expected} expected`);
  }
}

/** All secondaries of the group have signed that they store their pieces. */
function verifySecondaries(
  { providers }: Services,
  ctx: Context,
  gvg: Gvg,
  object: storage.ObjectInfo,
  upload: Upload,
  signature: Uint8Array,
): void {
  const digest = sealDocDigest({
    chainId: ctx.chainId,
    globalVirtualGroupId: gvg.id,
    objectId: object.id,
    checksum: sealChecksum(upload.checksums),
  });
  if (!blsFastAggregateVerify(providers.secondaryKeys(gvg), digest, signature)) {
    throw errors.blsSignature('aggregated signature verification failed');
  }
}

function reject(services: Services, ctx: Context, msg: storage.MsgRejectSealObject): void {
  const { store, charges, providers, cleanup } = services;
  const bucket = store.bucket(msg.bucket_name);
  const object = store.object(bucket, msg.object_name);
  const isNew = object.object_status === OBJECT_STATUS_CREATED;
  if (!isNew && !object.is_updating) throw errors.objectNotCreated();
  const primary = providers.bySeal(msg.operator);
  if (!providers.isWorking(primary)) throw errors.providerNotInService(`provider ${primary.id}`);
  providers.requirePrimary(bucket, primary);
  if (object.is_updating) dropShadow(services, ctx, bucket, object);
  else {
    charges.unlock(ctx, bucket, object.payload_size, object.create_at);
    store.removeObject(bucket, object);
    cleanup.note(ctx, 'object_ids', object.id);
  }
  ctx.emitTyped(storage.EventRejectSealObject, {
    operator: toChecksumAddress(msg.operator),
    bucket_name: bucket.bucket_name,
    object_name: object.object_name,
    object_id: object.id,
    for_update: object.is_updating,
  });
}
