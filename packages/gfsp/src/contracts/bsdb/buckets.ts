import type { greenfieldStorage } from '@prairie/chain';

export interface BsdbBucket {
  readonly bucket_id: bigint;
  readonly bucket_name: string;
  readonly owner: string;
  readonly payment_address: string;
  readonly global_virtual_group_family_id: number;
  /** Who sent the transaction that changed it last. */
  readonly operator: string;
  readonly source_type: number;
  /** Bytes a month that the owner pays for. */
  readonly charged_read_quota: bigint;
  readonly visibility: number;
  readonly status: number;
  /** Height, 0 while it exists. */
  readonly delete_at: bigint;
  readonly delete_reason: string;
  /** Sum of the payloads of its sealed objects. */
  readonly storage_size: bigint;
  /** Time, unlike `update_at`. */
  readonly create_time: bigint;
  readonly create_tx_hash: Uint8Array;
  /** Height. */
  readonly update_at: bigint;
  readonly update_time: bigint;
  readonly update_tx_hash: Uint8Array;
  readonly removed: boolean;
  /** Bits: 1 its reads are limited on chain, 2 the provider may not create objects for the owner (§8). */
  readonly off_chain_status: number;
  readonly tags: greenfieldStorage.ResourceTags | undefined;
}

export interface BsdbBuckets {
  /** The bucket of that name that is not removed: there is one at most. */
  liveByName(bucketName: string): Promise<BsdbBucket | undefined>;
  liveById(bucketId: bigint): Promise<BsdbBucket | undefined>;
  /** In any order, as by name. */
  liveByIds(bucketIds: readonly bigint[]): Promise<BsdbBucket[]>;
  liveByNames(bucketNames: readonly string[]): Promise<BsdbBucket[]>;
  /** The latest of that name, removed or not. */
  byName(bucketName: string): Promise<BsdbBucket | undefined>;
  /** The account's buckets, the newest first, at most `limit` (1 or more). */
  ofOwner(owner: string, includeRemoved: boolean, limit: number): Promise<BsdbBucket[]>;
  countOfOwner(owner: string, includeRemoved: boolean): Promise<number>;
  /** Buckets that are not removed and that the account pays for, by id, at most `limit`. */
  ofPayer(paymentAccount: string, limit: number): Promise<BsdbBucket[]>;
  /**
   * In the families of a primary provider, not removed, in status created and made before that time (unix seconds); the
   * oldest first, those of the same second by id.
   */
  ofPrimaryBefore(spId: number, createdBefore: bigint, limit: number): Promise<BsdbBucket[]>;
}
