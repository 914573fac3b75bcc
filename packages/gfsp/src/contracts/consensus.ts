/** What modules ask the chain. `ChainClient` of `@prairie/chain` is one. */
import type { greenfieldPayment, greenfieldSp, greenfieldStorage, greenfieldVirtualgroup } from '@prairie/chain';

export interface BucketOnChain {
  bucket_info: greenfieldStorage.BucketInfo;
  is_rate_limited: boolean;
}

export interface ObjectOnChain {
  object_info: greenfieldStorage.ObjectInfo;
  /** Present once sealed. */
  global_virtual_group: greenfieldVirtualgroup.GlobalVirtualGroup | undefined;
}

/** A query that finds nothing answers undefined; every other failure throws `ChainQueryError`. */
export interface Consensus {
  readonly chainId: string;
  /** Height of the latest block. */
  currentHeight(): Promise<bigint>;
  /** Resolves with the height once the chain has reached it. @throws the signal's reason */
  waitForHeight(height: bigint, signal?: AbortSignal): Promise<bigint>;
  listSps(): Promise<greenfieldSp.StorageProvider[]>;
  spByOperator(operatorAddress: string): Promise<greenfieldSp.StorageProvider | undefined>;
  spById(id: number): Promise<greenfieldSp.StorageProvider | undefined>;
  spPrice(operatorAddress: string): Promise<greenfieldSp.SpStoragePrice | undefined>;
  /** Parameters in force at `timestamp` (unix seconds); 0 is now. */
  storageParams(timestamp: bigint): Promise<greenfieldStorage.Params>;
  virtualGroupParams(): Promise<greenfieldVirtualgroup.Params>;
  bucket(name: string): Promise<BucketOnChain | undefined>;
  object(bucketName: string, objectName: string): Promise<ObjectOnChain | undefined>;
  objectById(id: bigint): Promise<ObjectOnChain | undefined>;
  /** The content that an update of the object is about to bring; undefined when none is under way. */
  shadowObject(bucketName: string, objectName: string): Promise<greenfieldStorage.ShadowObjectInfo | undefined>;
  family(id: number): Promise<greenfieldVirtualgroup.GlobalVirtualGroupFamily | undefined>;
  familiesOfSp(spId: number): Promise<greenfieldVirtualgroup.GlobalVirtualGroupFamily[]>;
  gvg(id: number): Promise<greenfieldVirtualgroup.GlobalVirtualGroup | undefined>;
  gvgsOfFamily(familyId: number): Promise<greenfieldVirtualgroup.GlobalVirtualGroup[]>;
  streamRecord(account: string): Promise<greenfieldPayment.StreamRecord | undefined>;
  /** `action` is an `ActionType`; an empty object name asks about the bucket. true when allowed. */
  verifyPermission(operator: string, bucket: string, object: string, action: number): Promise<boolean>;
}
