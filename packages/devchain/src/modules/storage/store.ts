/** The module's tables: buckets, objects and groups by id, with an index by name, and what belongs to them. */
import { keccak256, greenfieldStorage as storage } from '@prairie/chain';
import type { State, Table } from '../../context.ts';
import { addressKey, idKey, joinKey } from '../../keys.ts';
import { bigintCodec, numberCodec } from '../../state/index.ts';
import { Sequence } from '../permission/index.ts';
import { storageErrors as errors } from './errors.ts';

export class Store {
  readonly ids: Sequence;
  /** In the order of the chain's byte keys: that is how buckets are listed. */
  readonly buckets: Table<storage.BucketInfo>;
  readonly objects: Table<storage.ObjectInfo>;
  readonly groups: Table<storage.GroupInfo>;
  /** Billing state of a bucket, by bucket id. */
  readonly internals: Table<storage.InternalBucketInfo>;
  /** Content updates that wait for their seal, by object id. */
  private readonly shadows: Table<storage.ShadowObjectInfo>;
  /** Objects of a bucket with a locked fee, by bucket id. */
  readonly lockedCounts: Table<number>;
  /** When a bucket's read quota was last changed, by bucket id. */
  readonly quotaTimes: Table<bigint>;
  /**
   * Where a bucket is migrating to, by bucket id. A bucket that is discontinued meanwhile keeps its entry until it is
   * deleted (quirk 9 of chain-state-machine.md §15); without the status MIGRATING it has no effect.
   */
  readonly migrations: Table<storage.MigrationBucketInfo>;
  private readonly bucketIds: Table<bigint>;
  /** bucket id and keccak256 of the name → object id: objects are listed in this order. */
  private readonly objectIds: Table<bigint>;
  /** owner and keccak256 of the name → group id: groups are listed in this order. */
  private readonly groupIds: Table<bigint>;

  constructor(state: State) {
    this.ids = new Sequence(state, 'storage/sequences');
    this.buckets = state.table('storage/buckets', storage.BucketInfo);
    this.objects = state.table('storage/objects', storage.ObjectInfo);
    this.groups = state.table('storage/groups', storage.GroupInfo);
    this.internals = state.table('storage/internalBuckets', storage.InternalBucketInfo);
    this.shadows = state.table('storage/shadowObjects', storage.ShadowObjectInfo);
    this.lockedCounts = state.table('storage/lockedObjectCounts', numberCodec);
    this.quotaTimes = state.table('storage/quotaUpdateTimes', bigintCodec);
    this.migrations = state.table('storage/migrations', storage.MigrationBucketInfo);
    this.bucketIds = state.table('storage/bucketIds', bigintCodec);
    this.objectIds = state.table('storage/objectIds', bigintCodec);
    this.groupIds = state.table('storage/groupIds', bigintCodec);
  }

  findBucket(name: string): storage.BucketInfo | undefined {
    const id = this.bucketIds.get(name);
    return id === undefined ? undefined : this.buckets.get(idKey(id));
  }

  bucket(name: string): storage.BucketInfo {
    const found = this.findBucket(name);
    if (!found) throw errors.noSuchBucket();
    return found;
  }

  setBucket(bucket: storage.BucketInfo): void {
    this.buckets.set(idKey(bucket.id), bucket);
    if (this.bucketIds.get(bucket.bucket_name) !== bucket.id) this.bucketIds.set(bucket.bucket_name, bucket.id);
  }

  removeBucket(bucket: storage.BucketInfo): void {
    this.buckets.delete(idKey(bucket.id));
    this.bucketIds.delete(bucket.bucket_name);
    this.internals.delete(idKey(bucket.id));
    this.lockedCounts.delete(idKey(bucket.id));
    this.quotaTimes.delete(idKey(bucket.id));
    this.migrations.delete(idKey(bucket.id));
  }

  internal(bucketId: bigint): storage.InternalBucketInfo {
    const found = this.internals.get(idKey(bucketId));
    if (!found) throw errors.noSuchBucket(`billing state of bucket ${bucketId}`);
    return found;
  }

  setInternal(bucketId: bigint, internal: storage.InternalBucketInfo): void {
    this.internals.set(idKey(bucketId), internal);
  }

  /** Whether any bucket has objects on a global group: a walk over all buckets. */
  isGroupInUse(gvgId: number): boolean {
    for (const [, { local_virtual_groups: groups }] of this.internals.range()) {
      if (groups.some((lvg) => lvg.global_virtual_group_id === gvgId)) return true;
    }
    return false;
  }

  findObject(bucket: storage.BucketInfo, objectName: string): storage.ObjectInfo | undefined {
    const id = this.objectIds.get(objectKey(bucket.id, objectName));
    return id === undefined ? undefined : this.objects.get(idKey(id));
  }

  object(bucket: storage.BucketInfo, objectName: string): storage.ObjectInfo {
    const found = this.findObject(bucket, objectName);
    if (!found) throw errors.noSuchObject();
    return found;
  }

  objectById(id: bigint): storage.ObjectInfo | undefined {
    return this.objects.get(idKey(id));
  }

  /** A new object takes over the name, whatever had it (quirk 7 of chain-state-machine.md §15). */
  addObject(bucket: storage.BucketInfo, object: storage.ObjectInfo): void {
    this.objects.set(idKey(object.id), object);
    this.objectIds.set(objectKey(bucket.id, object.object_name), object.id);
  }

  setObject(object: storage.ObjectInfo): void {
    this.objects.set(idKey(object.id), object);
  }

  removeObject(bucket: storage.BucketInfo, object: storage.ObjectInfo): void {
    this.objects.delete(idKey(object.id));
    const key = objectKey(bucket.id, object.object_name);
    if (this.objectIds.get(key) === object.id) this.objectIds.delete(key);
  }

  /** The content update of an object. @throws when there is none */
  shadow(object: storage.ObjectInfo): storage.ShadowObjectInfo {
    const found = this.shadows.get(idKey(object.id));
    if (!found) throw errors.noSuchObject(`object ${object.id} has no content update`);
    return found;
  }

  setShadow(shadow: storage.ShadowObjectInfo): void {
    this.shadows.set(idKey(shadow.id), shadow);
  }

  removeShadow(object: storage.ObjectInfo): void {
    this.shadows.delete(idKey(object.id));
  }

  hasObjects(bucketId: bigint): boolean {
    return !this.objectIds.range({ prefix: bucketPrefix(bucketId) }).next().done;
  }

  /** Objects of a bucket by keccak256 of their names, with that hash; `from` is such a hash in hex. */
  *objectsOf(bucketId: bigint, from = '', reverse = false): IterableIterator<[string, storage.ObjectInfo]> {
    yield* this.indexed(this.objectIds, this.objects, bucketPrefix(bucketId), from, reverse);
  }

  findGroup(owner: string, name: string): storage.GroupInfo | undefined {
    const id = this.groupIds.get(groupKey(owner, name));
    return id === undefined ? undefined : this.groups.get(idKey(id));
  }

  group(owner: string, name: string): storage.GroupInfo {
    const found = this.findGroup(owner, name);
    if (!found) throw errors.noSuchGroup();
    return found;
  }

  addGroup(group: storage.GroupInfo): void {
    this.groups.set(idKey(group.id), group);
    this.groupIds.set(groupKey(group.owner, group.group_name), group.id);
  }

  setGroup(group: storage.GroupInfo): void {
    this.groups.set(idKey(group.id), group);
  }

  removeGroup(group: storage.GroupInfo): void {
    this.groups.delete(idKey(group.id));
    this.groupIds.delete(groupKey(group.owner, group.group_name));
  }

  /** Groups of an owner by keccak256 of their names, with that hash. */
  *groupsOf(owner: string, from = '', reverse = false): IterableIterator<[string, storage.GroupInfo]> {
    yield* this.indexed(this.groupIds, this.groups, ownerPrefix(owner), from, reverse);
  }

  addLocked(bucketId: bigint, change: 1 | -1): void {
    const count = (this.lockedCounts.get(idKey(bucketId)) ?? 0) + change;
    if (count > 0) this.lockedCounts.set(idKey(bucketId), count);
    else this.lockedCounts.delete(idKey(bucketId));
  }

  private *indexed<V>(
    index: Table<bigint>,
    values: Table<V>,
    prefix: string,
    from: string,
    reverse: boolean,
  ): IterableIterator<[string, V]> {
    for (const [key, id] of index.range({ prefix, reverse, ...(from ? { from: prefix + from } : {}) })) {
      const value = values.get(idKey(id));
      if (value) yield [key.slice(prefix.length), value];
    }
  }
}

const nameHash = (name: string) => keccak256(Buffer.from(name)).toString('hex');
const bucketPrefix = (bucketId: bigint) => joinKey(idKey(bucketId), '');
const objectKey = (bucketId: bigint, name: string) => bucketPrefix(bucketId) + nameHash(name);
const ownerPrefix = (owner: string) => joinKey(addressKey(owner), '');
const groupKey = (owner: string, name: string) => ownerPrefix(owner) + nameHash(name);
