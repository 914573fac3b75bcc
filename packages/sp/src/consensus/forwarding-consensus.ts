/** A chain that asks another one: what stands between the two says what it does otherwise. */
import type {
  greenfieldPayment,
  greenfieldSp,
  greenfieldStorage as storage,
  greenfieldVirtualgroup as virtualgroup,
} from '@prairie/chain';
import type { BucketOnChain, Consensus, ObjectOnChain } from '@prairie/gfsp';

export class ForwardingConsensus implements Consensus {
  readonly chainId: string;
  protected readonly chain: Consensus;

  constructor(chain: Consensus) {
    this.chainId = chain.chainId;
    this.chain = chain;
  }

  currentHeight(): Promise<bigint> {
    return this.chain.currentHeight();
  }

  waitForHeight(height: bigint, signal?: AbortSignal): Promise<bigint> {
    return this.chain.waitForHeight(height, signal);
  }

  listSps(): Promise<greenfieldSp.StorageProvider[]> {
    return this.chain.listSps();
  }

  spPrice(operatorAddress: string): Promise<greenfieldSp.SpStoragePrice | undefined> {
    return this.chain.spPrice(operatorAddress);
  }

  virtualGroupParams(): Promise<virtualgroup.Params> {
    return this.chain.virtualGroupParams();
  }

  bucket(name: string): Promise<BucketOnChain | undefined> {
    return this.chain.bucket(name);
  }

  bucketById(id: bigint): Promise<BucketOnChain | undefined> {
    return this.chain.bucketById(id);
  }

  object(bucketName: string, objectName: string): Promise<ObjectOnChain | undefined> {
    return this.chain.object(bucketName, objectName);
  }

  objectById(id: bigint): Promise<ObjectOnChain | undefined> {
    return this.chain.objectById(id);
  }

  shadowObject(bucketName: string, objectName: string): Promise<storage.ShadowObjectInfo | undefined> {
    return this.chain.shadowObject(bucketName, objectName);
  }

  familiesOfSp(spId: number): Promise<virtualgroup.GlobalVirtualGroupFamily[]> {
    return this.chain.familiesOfSp(spId);
  }

  gvgsOfFamily(familyId: number): Promise<virtualgroup.GlobalVirtualGroup[]> {
    return this.chain.gvgsOfFamily(familyId);
  }

  swapInInfo(familyId: number, gvgId: number): Promise<virtualgroup.SwapInInfo | undefined> {
    return this.chain.swapInInfo(familyId, gvgId);
  }

  streamRecord(account: string): Promise<greenfieldPayment.StreamRecord | undefined> {
    return this.chain.streamRecord(account);
  }

  verifyPermission(operator: string, bucket: string, object: string, action: number): Promise<boolean> {
    return this.chain.verifyPermission(operator, bucket, object, action);
  }

  spByOperator(operatorAddress: string): Promise<greenfieldSp.StorageProvider | undefined> {
    return this.chain.spByOperator(operatorAddress);
  }

  spById(id: number): Promise<greenfieldSp.StorageProvider | undefined> {
    return this.chain.spById(id);
  }

  family(id: number): Promise<virtualgroup.GlobalVirtualGroupFamily | undefined> {
    return this.chain.family(id);
  }

  gvg(id: number): Promise<virtualgroup.GlobalVirtualGroup | undefined> {
    return this.chain.gvg(id);
  }

  storageParams(timestamp: bigint): Promise<storage.Params> {
    return this.chain.storageParams(timestamp);
  }

  accountExists(address: string): Promise<boolean> {
    return this.chain.accountExists(address);
  }

  bondedChallengers(): Promise<string[]> {
    return this.chain.bondedChallengers();
  }
}
