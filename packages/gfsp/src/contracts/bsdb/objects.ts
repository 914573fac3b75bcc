import type { greenfieldStorage } from '@prairie/chain';

export interface BsdbObject {
  readonly bucket_name: string;
  readonly object_id: bigint;
  readonly object_name: string;
  readonly creator: string;
  readonly owner: string;
  readonly local_virtual_group_id: number;
  readonly operator: string;
  readonly payload_size: bigint;
  readonly visibility: number;
  readonly content_type: string;
  readonly status: number;
  readonly redundancy_type: number;
  readonly source_type: number;
  /** The integrity hash of each part: the primary's first, then those of the secondaries in order. */
  readonly checksums: Uint8Array[];
  /** Height, 0 while it exists. */
  readonly delete_at: bigint;
  readonly delete_reason: string;
  readonly create_time: bigint;
  readonly create_tx_hash: Uint8Array;
  /** Height. */
  readonly update_at: bigint;
  readonly update_tx_hash: Uint8Array;
  readonly sealed_tx_hash: Uint8Array;
  readonly removed: boolean;
  readonly tags: greenfieldStorage.ResourceTags | undefined;
  /** New content is announced and not sealed yet. */
  readonly is_updating: boolean;
  /** Time of the last update of the content, 0 without. */
  readonly content_updated_time: bigint;
  readonly updater: string;
  /** Of the content: 0, and one more with every update. */
  readonly version: bigint;
}

/** A page of names of one bucket. Names are compared by their UTF-8 bytes. */
export interface NameQuery {
  readonly bucket: string;
  /** What every name begins with; empty for all. */
  readonly prefix: string;
  /** First name of the page, inclusive; empty for the first page. */
  readonly from: string;
  /** Rows at most. The caller asks for one more than a page has, 1001, to know whether there is a next one. */
  readonly limit: number;
}

/** A page of the sealed objects of a global virtual group. */
export interface GvgObjectsQuery {
  readonly gvgId: number;
  /** Those of this bucket; without it of all. */
  readonly bucketId?: bigint;
  /** Ids above this one. */
  readonly after: bigint;
  /** Objects that were created up to this height; without it all. */
  readonly createdUntil?: bigint;
  /** 1 to 1000. */
  readonly limit: number;
}

/** What a listing with the delimiter `/` shows. */
export interface BsdbEntry {
  /** Whole, from the bucket on; a folder's ends with `/`. */
  readonly name: string;
  readonly folder: boolean;
  /** undefined for a folder, and where the object's row is missing. */
  readonly object: BsdbObject | undefined;
}

export interface BsdbObjects {
  /** The object of that name that is not removed: there is one at most. */
  live(bucketName: string, objectName: string): Promise<BsdbObject | undefined>;
  /** Removed or not. */
  byId(objectId: bigint): Promise<BsdbObject | undefined>;
  /** Those that are not removed, in any order. */
  liveByIds(objectIds: readonly bigint[]): Promise<BsdbObject[]>;
  /** By name in byte order, removed ones of the same name by age. */
  list(query: NameQuery, includeRemoved: boolean): Promise<BsdbObject[]>;
  /**
   * Sealed objects that are neither empty nor removed, by id: those in local groups that stand for the global one, of
   * buckets that are not removed. It costs the page, and a look into an index for each local group.
   */
  inGvg(query: GvgObjectsQuery): Promise<BsdbObject[]>;
  /** Those whose removal is between the heights, both inclusive, by height and id. */
  removedBetween(from: bigint, to: bigint, limit: number): Promise<BsdbObject[]>;
  /** Largest id that was ever given, 0 without any. */
  latestId(): Promise<bigint>;
}

export interface BsdbPrefixTree {
  /**
   * What is right below the folder that `prefix` names or lies in: live objects, and folders that have something in
   * them, by name in byte order.
   */
  list(query: NameQuery): Promise<BsdbEntry[]>;
}
