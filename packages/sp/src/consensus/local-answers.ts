/**
 * What metadata says of the chain, remembered until the block syncer tells of an event that changes it. Only what its
 * tables hold whole is here: see docs/decisions/local-reads.md.
 */
import {
  greenfieldPermission,
  sameAddress,
  greenfieldStorage as storage,
  type greenfieldVirtualgroup as virtualgroup,
} from '@prairie/chain';
import type { BucketOnChain, BucketRecord, Metadata, ObjectOnChain } from '@prairie/gfsp';
import type { SyncModule } from '../blocksyncer/module-names.ts';
import { Remembered, RememberedFinds } from '../common/remembered.ts';
import { localGroupAsked, localGroupKey, objectAsked, permissionAsked } from './keys.ts';
import type { Picture } from './picture.ts';
import { type Touch, touchedBy } from './touched.ts';

const { EFFECT_ALLOW } = greenfieldPermission.Effect;
const { OBJECT_STATUS_SEALED } = storage.ObjectStatus;

/** Answers that are kept, of each kind. */
const ENTRIES = 4096;

const NOBODY = `0x${'0'.repeat(40)}`;

/** Bits of `off_chain_status` (`reference/block-syncer-and-db.md` §8). */
const RATE_LIMITED = 1;
const AGENT_DISABLED = 2;

/** Kinds of events that these answers are made of. */
const NEEDED: readonly SyncModule[] = [
  ...(['bucket', 'object', 'object_id_map', 'group', 'permission', 'payment', 'virtual_group', 'general'] as const),
];

/** Whether tables into which these kinds of events are written (all without) hold what is answered here. */
export function canAnswer(modules: readonly SyncModule[] | undefined): boolean {
  return modules === undefined || NEEDED.every((name) => modules.includes(name));
}

type Questions = Pick<
  Metadata,
  'getBucketByName' | 'getObjectMeta' | 'getGvgOfLvg' | 'getGvg' | 'getFamily' | 'verifyPermission'
>;

export interface LocalQuestion<T> {
  get(key: string): Promise<T | undefined>;
  /** Whether `get` would ask nobody. */
  knows(key: string): boolean;
}

export class LocalAnswers {
  /** By name. */
  readonly bucket: RememberedFinds<BucketOnChain>;
  /** By `objectKey`. */
  readonly object: LocalQuestion<ObjectOnChain>;
  readonly #objectInfo: RememberedFinds<storage.ObjectInfo>;
  /** By `localGroupKey`: what it stands for. */
  readonly #groupOfLocal: RememberedFinds<virtualgroup.GlobalVirtualGroup>;
  /** By id, as families. */
  readonly group: RememberedFinds<virtualgroup.GlobalVirtualGroup>;
  readonly family: RememberedFinds<virtualgroup.GlobalVirtualGroupFamily>;
  /** By `permissionKey`. A right may end by itself, so none is kept longer than a block. */
  readonly permission: Remembered<boolean>;

  /** `metadata` is looked up when it is asked: it may be in another process. */
  constructor(metadata: () => Questions, picture: Picture) {
    const finds = <T>(ask: (key: string) => Promise<T | undefined>) => new RememberedFinds({ entries: ENTRIES }, ask);
    this.bucket = finds(async (name) => mapped(await metadata().getBucketByName(name), bucketOnChain));
    this.object = { get: (key) => this.#objectWithGroup(key), knows: (key) => this.#objectInfo.knows(key) };
    this.#objectInfo = finds(async (key) => {
      return mapped((await metadata().getObjectMeta(...objectAsked(key)))?.object_info, objectOnChain);
    });
    this.#groupOfLocal = finds((key) => metadata().getGvgOfLvg(...localGroupAsked(key)));
    this.group = finds((id) => metadata().getGvg(Number(id)));
    this.family = finds((id) => metadata().getFamily(Number(id)));
    this.permission = new Remembered({ entries: ENTRIES }, async (key) => {
      return (await metadata().verifyPermission(...permissionAsked(key))) === EFFECT_ALLOW;
    });
    picture.onChange((events) => this.#forget(events && touchedBy(events)));
  }

  /** With its group, once sealed. An object whose group the tables do not know is not known. */
  async #objectWithGroup(key: string): Promise<ObjectOnChain | undefined> {
    const object_info = await this.#objectInfo.get(key);
    if (!object_info) return undefined;
    if (object_info.object_status !== OBJECT_STATUS_SEALED) return { object_info, global_virtual_group: undefined };
    const bucket = await this.bucket.get(object_info.bucket_name);
    const localGroup = bucket && localGroupKey(bucket.bucket_info.id, object_info.local_virtual_group_id);
    const global_virtual_group = localGroup && (await this.#groupOfLocal.get(localGroup));
    return global_virtual_group ? { object_info, global_virtual_group } : undefined;
  }

  #forget(touches: readonly Touch[] | undefined): void {
    this.permission.forget();
    const { bucket, group, family } = this;
    const subjects = { bucket, object: this.#objectInfo, 'group-of-local': this.#groupOfLocal, group, family };
    if (!touches) for (const remembered of Object.values(subjects)) remembered.forget();
    for (const { subject, key } of touches ?? []) subjects[subject].forget(key);
  }
}

function bucketOnChain({ bucket_info, off_chain_status }: BucketRecord): BucketOnChain {
  const sp_as_delegated_agent_disabled = (off_chain_status & AGENT_DISABLED) !== 0;
  return {
    bucket_info: { ...tagsAsOnChain(bucket_info), sp_as_delegated_agent_disabled },
    is_rate_limited: (off_chain_status & RATE_LIMITED) !== 0,
  };
}

/** The chain leaves out who is the owner, or nobody. */
function objectOnChain(info: storage.ObjectInfo): storage.ObjectInfo {
  const { owner, creator, updated_by } = info;
  return {
    ...tagsAsOnChain(info),
    creator: sameAddress(creator, owner) ? '' : creator,
    updated_by: sameAddress(updated_by, NOBODY) ? '' : updated_by,
  };
}

/** Metadata always tells a list of tags, the chain none where there is none. */
function tagsAsOnChain<T extends { tags: storage.ResourceTags | undefined }>(info: T): T {
  return info.tags?.tags.length === 0 ? { ...info, tags: undefined } : info;
}

function mapped<A, B>(value: A | undefined, map: (value: A) => B): B | undefined {
  return value === undefined ? undefined : map(value);
}
