/** What can be challenged: the pieces of sealed objects, on the providers that answer for them. */
import {
  greenfieldSp,
  greenfieldStorage as storage,
  type greenfieldVirtualgroup as virtualgroup,
} from '@prairie/chain';
import type { SpKeeper, StorageProvider } from '../sp/index.ts';
import type { StorageKeeper } from '../storage/index.ts';
import { contentTime } from '../storage/virtual-groups.ts';
import { challengeErrors as errors } from './errors.ts';

type Gvg = virtualgroup.GlobalVirtualGroup;

const { OBJECT_STATUS_SEALED } = storage.ObjectStatus;
const { STATUS_IN_SERVICE, STATUS_GRACEFUL_EXITING, STATUS_FORCED_EXITING } = greenfieldSp.Status;

/** Redundancy index of the provider that has whole segments. */
export const PRIMARY = -1;

export interface TargetDeps {
  sp: Pick<SpKeeper, 'byId' | 'byOperator'>;
  storage: {
    store: Pick<StorageKeeper['store'], 'findBucket' | 'findObject' | 'objectById' | 'ids'>;
    parameters: Pick<StorageKeeper['parameters'], 'versionedAt'>;
    localGroups: Pick<StorageKeeper['localGroups'], 'gvgOf'>;
  };
}

export class Targets {
  private readonly deps: TargetDeps;

  constructor(deps: TargetDeps) {
    this.deps = deps;
  }

  /** The newest object's id; 0 when there never was one. */
  get lastObjectId(): bigint {
    return this.deps.storage.store.ids.last('object');
  }

  objectById(id: bigint): storage.ObjectInfo | undefined {
    return this.deps.storage.store.objectById(id);
  }

  /** Where a sealed object is. */
  groupOf(object: storage.ObjectInfo): Gvg | undefined {
    const { store, localGroups } = this.deps.storage;
    const bucket = store.findBucket(object.bucket_name);
    return bucket && localGroups.gvgOf(bucket, object);
  }

  provider(id: number): StorageProvider | undefined {
    return this.deps.sp.byId(id);
  }

  /** @throws ChainError challenge/1 */
  requireOperator(address: string): StorageProvider {
    const provider = this.deps.sp.byOperator(address);
    if (!provider) throw errors.unknownProvider(address);
    return provider;
  }

  /** @throws ChainError challenge/2 */
  requireNamed(bucketName: string, objectName: string): storage.ObjectInfo {
    const { store } = this.deps.storage;
    const bucket = store.findBucket(bucketName);
    const object = bucket && store.findObject(bucket, objectName);
    if (!object) throw errors.unknownObject(`${bucketName}/${objectName}`);
    return object;
  }

  /** @throws ChainError challenge/2 */
  requireObject(id: bigint): storage.ObjectInfo {
    const object = this.objectById(id);
    if (!object) throw errors.unknownObject(`object ${id}`);
    return object;
  }

  /** @throws ChainError challenge/18 */
  requireGroup(object: storage.ObjectInfo): Gvg {
    const group = this.groupOf(object);
    if (!group) throw errors.groupNotFound(`object ${object.id}`);
    return group;
  }

  /** Of the content that is sealed; 0 for an empty object. */
  segmentsOf(object: storage.ObjectInfo): bigint {
    const { max_segment_size } = this.deps.storage.parameters.versionedAt(contentTime(object));
    return (object.payload_size + max_segment_size - 1n) / max_segment_size;
  }
}

export const isSealed = ({ object_status }: storage.ObjectInfo): boolean => object_status === OBJECT_STATUS_SEALED;

/** A provider that leaves still answers for what it stores. */
export const answers = ({ status }: StorageProvider): boolean =>
  status === STATUS_IN_SERVICE || status === STATUS_GRACEFUL_EXITING || status === STATUS_FORCED_EXITING;

/** {@link PRIMARY}, or the provider's place among the secondaries; undefined when it has nothing of the group. */
export function redundancyIndex(group: Gvg, spId: number): number | undefined {
  if (group.primary_sp_id === spId) return PRIMARY;
  const place = group.secondary_sp_ids.indexOf(spId);
  return place < 0 ? undefined : place;
}

export const providerAt = (group: Gvg, index: number): number =>
  index === PRIMARY ? group.primary_sp_id : group.secondary_sp_ids[index]!;
