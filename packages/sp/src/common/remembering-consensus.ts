/** Chain answers that rarely change, remembered for a moment: each upload asks for them a dozen times. */
import type {
  greenfieldSp,
  greenfieldStorage as storage,
  greenfieldVirtualgroup as virtualgroup,
} from '@prairie/chain';
import type { BucketOnChain, Consensus, ObjectOnChain } from '@prairie/gfsp';
import { Remembered, RememberedFinds } from './remembered.ts';

/** Who a provider is and who is in a group changes by rare transactions; a change is seen after this long at most. */
const MEMBERSHIP = { entries: 4096, maxAgeMs: 2000 };
/** An account that exists does so for ever. */
const ACCOUNTS = { entries: 8192, maxAgeMs: Number.POSITIVE_INFINITY };
/** Validators change by rare transactions. */
const CHALLENGERS = { entries: 1, maxAgeMs: 5000 };
/** Parameters in force at a past moment never change. */
const PARAMETERS = { entries: 4096, maxAgeMs: 600_000 };

export class RememberingConsensus implements Consensus {
  readonly chainId: string;
  readonly #chain: Consensus;
  readonly #spByOperator: RememberedFinds<greenfieldSp.StorageProvider>;
  readonly #spById: RememberedFinds<greenfieldSp.StorageProvider>;
  readonly #family: RememberedFinds<virtualgroup.GlobalVirtualGroupFamily>;
  readonly #gvg: RememberedFinds<virtualgroup.GlobalVirtualGroup>;
  readonly #params: Remembered<storage.Params>;
  readonly #accounts: RememberedFinds<true>;
  readonly #challengers: Remembered<string[]>;

  constructor(chain: Consensus) {
    this.chainId = chain.chainId;
    this.#chain = chain;
    this.#spByOperator = new RememberedFinds(MEMBERSHIP, (operator) => chain.spByOperator(operator));
    this.#spById = new RememberedFinds(MEMBERSHIP, (id) => chain.spById(Number(id)));
    this.#family = new RememberedFinds(MEMBERSHIP, (id) => chain.family(Number(id)));
    this.#gvg = new RememberedFinds(MEMBERSHIP, (id) => chain.gvg(Number(id)));
    this.#accounts = new RememberedFinds(
      ACCOUNTS,
      async (address) => (await chain.accountExists(address)) || undefined,
    );
    this.#challengers = new Remembered(CHALLENGERS, () => chain.bondedChallengers());
    this.#params = new Remembered(PARAMETERS, (timestamp) => chain.storageParams(BigInt(timestamp)));
  }

  spByOperator(operatorAddress: string): Promise<greenfieldSp.StorageProvider | undefined> {
    return this.#spByOperator.get(operatorAddress);
  }

  spById(id: number): Promise<greenfieldSp.StorageProvider | undefined> {
    return this.#spById.get(String(id));
  }

  family(id: number): Promise<virtualgroup.GlobalVirtualGroupFamily | undefined> {
    return this.#family.get(String(id));
  }

  gvg(id: number): Promise<virtualgroup.GlobalVirtualGroup | undefined> {
    return this.#gvg.get(String(id));
  }

  storageParams(timestamp: bigint): Promise<storage.Params> {
    return timestamp === 0n ? this.#chain.storageParams(0n) : this.#params.get(String(timestamp));
  }

  currentHeight(): Promise<bigint> {
    return this.#chain.currentHeight();
  }

  waitForHeight(height: bigint, signal?: AbortSignal): Promise<bigint> {
    return this.#chain.waitForHeight(height, signal);
  }

  listSps(): Promise<greenfieldSp.StorageProvider[]> {
    return this.#chain.listSps();
  }

  spPrice(operatorAddress: string): Promise<greenfieldSp.SpStoragePrice | undefined> {
    return this.#chain.spPrice(operatorAddress);
  }

  virtualGroupParams(): Promise<virtualgroup.Params> {
    return this.#chain.virtualGroupParams();
  }

  bucket(name: string): Promise<BucketOnChain | undefined> {
    return this.#chain.bucket(name);
  }

  bucketById(id: bigint): Promise<BucketOnChain | undefined> {
    return this.#chain.bucketById(id);
  }

  object(bucketName: string, objectName: string): Promise<ObjectOnChain | undefined> {
    return this.#chain.object(bucketName, objectName);
  }

  objectById(id: bigint): Promise<ObjectOnChain | undefined> {
    return this.#chain.objectById(id);
  }

  shadowObject(bucketName: string, objectName: string): Promise<storage.ShadowObjectInfo | undefined> {
    return this.#chain.shadowObject(bucketName, objectName);
  }

  familiesOfSp(spId: number): Promise<virtualgroup.GlobalVirtualGroupFamily[]> {
    return this.#chain.familiesOfSp(spId);
  }

  gvgsOfFamily(familyId: number): Promise<virtualgroup.GlobalVirtualGroup[]> {
    return this.#chain.gvgsOfFamily(familyId);
  }

  swapInInfo(familyId: number, gvgId: number): Promise<virtualgroup.SwapInInfo | undefined> {
    return this.#chain.swapInInfo(familyId, gvgId);
  }

  async accountExists(address: string): Promise<boolean> {
    return (await this.#accounts.get(address)) ?? false;
  }

  bondedChallengers(): Promise<string[]> {
    return this.#challengers.get('all');
  }

  streamRecord(account: string) {
    return this.#chain.streamRecord(account);
  }

  verifyPermission(operator: string, bucket: string, object: string, action: number): Promise<boolean> {
    return this.#chain.verifyPermission(operator, bucket, object, action);
  }
}
