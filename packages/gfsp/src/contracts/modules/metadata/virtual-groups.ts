import type { greenfieldSp as sp, greenfieldVirtualgroup as virtualgroup } from '@prairie/chain';

/** undefined, or missing from a list: there is none, or it was removed. */
export interface VirtualGroupQueries {
  /** Families of a primary provider, by id. */
  listFamiliesOfSp(spId: number): Promise<virtualgroup.GlobalVirtualGroupFamily[]>;
  getFamily(familyId: number): Promise<virtualgroup.GlobalVirtualGroupFamily | undefined>;
  getGvg(gvgId: number): Promise<virtualgroup.GlobalVirtualGroup | undefined>;
  /** What a bucket's local group stands for. */
  getGvgOfLvg(bucketId: bigint, lvgId: number): Promise<virtualgroup.GlobalVirtualGroup | undefined>;
  listGvgsOfSecondary(spId: number): Promise<virtualgroup.GlobalVirtualGroup[]>;
  /** What its local groups stand for, each once. */
  listGvgsOfBucket(bucketId: bigint): Promise<virtualgroup.GlobalVirtualGroup[]>;
  /** @throws metadata 90004 */
  getSp(operatorAddress: string): Promise<sp.StorageProvider>;
  /** Where clients reach it. @throws metadata 90004 */
  getEndpointBySpId(spId: number): Promise<string>;
}
