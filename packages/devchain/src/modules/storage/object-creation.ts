/** How objects come to be: uploads that are announced, and copies (§8.2). */
import { greenfieldPermission, sameAddress, greenfieldStorage as storage, toChecksumAddress } from '@prairie/chain';
import type { Context } from '../../context.ts';
import { checkApproval } from './approvals.ts';
import { storageErrors as errors } from './errors.ts';
import { chunksOf } from './params.ts';
import { requireChangeable, requireWritable, type Services } from './services.ts';

const { ACTION_CREATE_OBJECT, ACTION_COPY_OBJECT } = greenfieldPermission.ActionType;
const { OBJECT_STATUS_CREATED, OBJECT_STATUS_SEALED } = storage.ObjectStatus;
const { VISIBILITY_TYPE_PRIVATE } = storage.VisibilityType;
const { SOURCE_TYPE_ORIGIN } = storage.SourceType;

/** What a creation says of its object, whoever sends it. */
export type NewObject = Omit<storage.MsgCreateObject, 'primary_sp_approval'>;

/** The integrity root and one checksum per chunk. */
export function requireChecksumCount({ parameters }: Services, ctx: Context, checksums: readonly Uint8Array[]): void {
  const expected = 1 + chunksOf(parameters.versionedAt(ctx.now));
  if (checksums.length !== expected) throw errors.checksum(`${checksums.length} checksums, ${expected} expected`);
}

/** @throws unless `operator` is the bucket's primary and the owner has not forbidden it to act for others */
export function requireAgent(
  { providers }: Services,
  bucket: storage.BucketInfo,
  operator: string,
  what: string,
): void {
  if (bucket.sp_as_delegated_agent_disabled) {
    throw errors.accessDenied(
      `the SP is not allowed to ${what} for delegator, disabled by the bucket owner previously`,
    );
  }
  // canonical text against the stored one: equal as long as that is checksummed (quirk 14 of chain-state-machine.md §15)
  if (toChecksumAddress(operator) !== providers.primaryOf(bucket).operator_address) {
    throw errors.accessDenied(`${operator} is not the primary SP of the bucket ${bucket.bucket_name}`);
  }
}

export function requirePayloadSize({ parameters }: Services, payloadSize: bigint): void {
  const { max_payload_size } = parameters.get();
  if (payloadSize > max_payload_size) throw errors.tooLarge(`${payloadSize} bytes, at most ${max_payload_size}`);
}

/** `approved` is the whole message when it carries an approval: a delegated one does not. */
export function createObject(
  services: Services,
  ctx: Context,
  msg: NewObject,
  approved?: storage.MsgCreateObject,
): bigint {
  const { store, access, providers } = services;
  requirePayloadSize(services, msg.payload_size);
  const bucket = store.bucket(msg.bucket_name);
  requireWritable(bucket);
  access.requireBucket(ctx, bucket, msg.creator, ACTION_CREATE_OBJECT, msg.payload_size);
  const primary = providers.primaryOf(bucket);
  if (!providers.isOpenFor(primary, msg.creator)) throw errors.providerNotInService(`provider ${primary.id}`);
  if (approved && !ctx.has('Serengeti')) {
    checkApproval(ctx, storage.MsgCreateObject, approved, approved.primary_sp_approval!, primary);
  }
  if (store.findObject(bucket, msg.object_name)) throw errors.objectExists();
  const object = addObject(services, ctx, bucket, {
    owner: bucket.owner,
    creator: sameAddress(msg.creator, bucket.owner) ? '' : toChecksumAddress(msg.creator),
    object_name: msg.object_name,
    payload_size: msg.payload_size,
    visibility: msg.visibility,
    content_type: msg.content_type,
    redundancy_type: msg.redundancy_type,
    checksums: msg.expect_checksums,
  });
  ctx.emitTyped(storage.EventCreateObject, {
    creator: toChecksumAddress(msg.creator),
    owner: object.owner,
    bucket_name: bucket.bucket_name,
    object_name: object.object_name,
    bucket_id: bucket.id,
    object_id: object.id,
    primary_sp_id: primary.id,
    payload_size: object.payload_size,
    visibility: object.visibility,
    content_type: object.content_type,
    create_at: object.create_at,
    status: object.object_status,
    redundancy_type: object.redundancy_type,
    source_type: object.source_type,
    checksums: object.checksums,
    local_virtual_group_id: object.local_virtual_group_id,
  });
  return object.id;
}

type Content = Pick<
  storage.ObjectInfo,
  'owner' | 'creator' | 'object_name' | 'payload_size' | 'visibility' | 'content_type' | 'redundancy_type' | 'checksums'
>;

/** Locks the fee of a new object; an empty one is sealed at once on the first group of the family. */
function addObject(services: Services, ctx: Context, bucket: storage.BucketInfo, content: Content): storage.ObjectInfo {
  const { store, charges, localGroups } = services;
  let object = storage.ObjectInfo.create({
    ...content,
    bucket_name: bucket.bucket_name,
    id: store.ids.next('object'),
    create_at: ctx.now,
    object_status: OBJECT_STATUS_CREATED,
    source_type: SOURCE_TYPE_ORIGIN,
  });
  if (object.payload_size > 0n) charges.lock(ctx, bucket, object.object_name, object.payload_size, object.create_at);
  else {
    const gvgId = firstGroup(services, bucket);
    const local_virtual_group_id = localGroups.place(ctx, bucket, gvgId, 0n, object.create_at);
    object = { ...object, object_status: OBJECT_STATUS_SEALED, local_virtual_group_id };
  }
  store.addObject(bucket, object);
  return object;
}

/** Where empty objects of a bucket are. */
export function firstGroup({ keepers }: Services, bucket: storage.BucketInfo): number {
  const familyId = bucket.global_virtual_group_family_id;
  const id = keepers.virtualGroup.family(familyId)?.global_virtual_group_ids[0];
  if (id === undefined) throw errors.gvgNotExist(`family ${familyId} has no group`);
  return id;
}

export function copyObject(services: Services, ctx: Context, msg: storage.MsgCopyObject): bigint {
  const { store, access, providers } = services;
  const from = store.bucket(msg.src_bucket_name);
  const to = store.bucket(msg.dst_bucket_name);
  requireWritable(to);
  const source = store.object(from, msg.src_object_name);
  requireChangeable(ctx, source);
  if (source.is_updating) throw errors.accessDenied('the source object is being updated');
  access.requireObject(ctx, from, source, msg.operator, ACTION_COPY_OBJECT);
  const primary = providers.primaryOf(to);
  if (!providers.isOpenFor(primary, msg.operator)) throw errors.providerNotInService(`provider ${primary.id}`);
  if (!ctx.has('Serengeti')) {
    checkApproval(ctx, storage.MsgCopyObject, msg, msg.dst_primary_sp_approval!, primary);
  }
  // neither a permission on the destination nor its name is checked (quirk 7 of chain-state-machine.md §15)
  const object = addObject(services, ctx, to, {
    owner: toChecksumAddress(msg.operator),
    creator: '',
    object_name: msg.dst_object_name,
    payload_size: source.payload_size,
    visibility: VISIBILITY_TYPE_PRIVATE,
    content_type: source.content_type,
    redundancy_type: source.redundancy_type,
    checksums: source.checksums,
  });
  ctx.emitTyped(storage.EventCopyObject, {
    operator: toChecksumAddress(msg.operator),
    src_bucket_name: from.bucket_name,
    src_object_name: source.object_name,
    dst_bucket_name: to.bucket_name,
    dst_object_name: object.object_name,
    src_object_id: source.id,
    dst_object_id: object.id,
    local_virtual_group_id: object.local_virtual_group_id,
  });
  return object.id;
}
