/**
 * What modules ask the chain. `ChainClient` of `@prairie/chain` is one.
 *
 * Shapes and numbers are those of the chain's own messages: addresses are `0x` and 40 hex digits, ids as the chain
 * gives them, times unix seconds, sizes bytes. Answers are of the latest block or a few before; a caller that must not
 * miss a block waits for its height first. Several questions may be under way at a time, and each has an end: an
 * implementation gives up by itself after some seconds and throws. Modules keep what rarely changes for a moment, so an
 * answer may be some seconds old; whoever answers need not remember anything.
 */
import type { greenfieldPayment, greenfieldSp, greenfieldStorage, greenfieldVirtualgroup } from '@prairie/chain';

export interface BucketOnChain {
  bucket_info: greenfieldStorage.BucketInfo;
  /** It owes more than its flow limit allows: nothing is read from it or written to it. */
  is_rate_limited: boolean;
}

export interface ObjectOnChain {
  object_info: greenfieldStorage.ObjectInfo;
  /** Present once sealed. */
  global_virtual_group: greenfieldVirtualgroup.GlobalVirtualGroup | undefined;
}

/** A query that finds nothing answers undefined, or an empty list; every other failure throws. */
export interface Consensus {
  /** `greenfield_9000-121`: part of what providers sign. */
  readonly chainId: string;
  /** Height of the latest block. */
  currentHeight(): Promise<bigint>;
  /**
   * Resolves with the chain's height once it is `height` or more; may take as long as it takes.
   * @throws the signal's reason
   */
  waitForHeight(height: bigint, signal?: AbortSignal): Promise<bigint>;
  /** All providers, of any status, in any order. */
  listSps(): Promise<greenfieldSp.StorageProvider[]>;
  /** Upper and lower case of the address do not matter. */
  spByOperator(operatorAddress: string): Promise<greenfieldSp.StorageProvider | undefined>;
  spById(id: number): Promise<greenfieldSp.StorageProvider | undefined>;
  /** What the provider asks for, and its one-time free quota in bytes. */
  spPrice(operatorAddress: string): Promise<greenfieldSp.SpStoragePrice | undefined>;
  /** Parameters in force at `timestamp` (unix seconds); 0 is now. */
  storageParams(timestamp: bigint): Promise<greenfieldStorage.Params>;
  /** Parameters in force now. */
  virtualGroupParams(): Promise<greenfieldVirtualgroup.Params>;
  /** undefined for one that was deleted, as for one that never was; so for objects. */
  bucket(name: string): Promise<BucketOnChain | undefined>;
  bucketById(id: bigint): Promise<BucketOnChain | undefined>;
  object(bucketName: string, objectName: string): Promise<ObjectOnChain | undefined>;
  objectById(id: bigint): Promise<ObjectOnChain | undefined>;
  /** The content that an update of the object is about to bring; undefined when none is under way. */
  shadowObject(bucketName: string, objectName: string): Promise<greenfieldStorage.ShadowObjectInfo | undefined>;
  /** With the ids of its groups. */
  family(id: number): Promise<greenfieldVirtualgroup.GlobalVirtualGroupFamily | undefined>;
  /** Those of which the provider is the primary. */
  familiesOfSp(spId: number): Promise<greenfieldVirtualgroup.GlobalVirtualGroupFamily[]>;
  /** With its secondaries in their order: position = redundancy index. */
  gvg(id: number): Promise<greenfieldVirtualgroup.GlobalVirtualGroup | undefined>;
  gvgsOfFamily(familyId: number): Promise<greenfieldVirtualgroup.GlobalVirtualGroup[]>;
  /** Which provider takes over a family (`gvgId` 0) or a secondary's place in a group (`familyId` 0), and whose it was. */
  swapInInfo(familyId: number, gvgId: number): Promise<greenfieldVirtualgroup.SwapInInfo | undefined>;
  /** Whether the chain knows the account: it was sent something, or sent something itself. */
  accountExists(address: string): Promise<boolean>;
  /** Addresses with which the validators that are bonded now challenge providers. */
  bondedChallengers(): Promise<string[]>;
  /** undefined for an account that never paid. */
  streamRecord(account: string): Promise<greenfieldPayment.StreamRecord | undefined>;
  /** `action` is an `ActionType`; an empty object name asks about the bucket. true when allowed. */
  verifyPermission(operator: string, bucket: string, object: string, action: number): Promise<boolean>;
}
