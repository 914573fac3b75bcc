/** Chain answers that rarely change, remembered for a moment: each upload asks for them a dozen times. */
import type {
  greenfieldSp,
  greenfieldStorage as storage,
  greenfieldVirtualgroup as virtualgroup,
} from '@prairie/chain';
import type { BucketOnChain, Consensus, ObjectOnChain } from '@prairie/gfsp';
import { Remembered } from './remembered.ts';

/** Who a provider is and who is in a group changes by rare transactions; a change is seen after this long at most. */
const MEMBERSHIP = { entries: 4096, maxAgeMs: 2000 };
/** Parameters in force at a past moment never change. */
const PARAMETERS = { entries: 4096, maxAgeMs: 600_000 };

type Found<T> = (key: string) => Promise<T | undefined>;

export class RememberingConsensus implements Consensus {
  readonly chainId: string;
  readonly #chain: Consensus;
  readonly #spByOperator: Found<greenfieldSp.StorageProvider>;
  readonly #spById: Found<greenfieldSp.StorageProvider>;
  readonly #family: Found<virtualgroup.GlobalVirtualGroupFamily>;
  readonly #gvg: Found<virtualgroup.GlobalVirtualGroup>;
  readonly #params: Remembered<storage.Params>;

  constructor(chain: Consensus) {
    this.chainId = chain.chainId;
    this.#chain = chain;
    this.#spByOperator = foundOnes((operator) => chain.spByOperator(operator));
    this.#spById = foundOnes((id) => chain.spById(Number(id)));
    this.#family = foundOnes((id) => chain.family(Number(id)));
    this.#gvg = foundOnes((id) => chain.gvg(Number(id)));
    this.#params = new Remembered(PARAMETERS, (timestamp) => chain.storageParams(BigInt(timestamp)));
  }

  spByOperator(operatorAddress: string): Promise<greenfieldSp.StorageProvider | undefined> {
    return this.#spByOperator(operatorAddress);
  }

  spById(id: number): Promise<greenfieldSp.StorageProvider | undefined> {
    return this.#spById(String(id));
  }

  family(id: number): Promise<virtualgroup.GlobalVirtualGroupFamily | undefined> {
    return this.#family(String(id));
  }

  gvg(id: number): Promise<virtualgroup.GlobalVirtualGroup | undefined> {
    return this.#gvg(String(id));
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

  streamRecord(account: string) {
    return this.#chain.streamRecord(account);
  }

  verifyPermission(operator: string, bucket: string, object: string, action: number): Promise<boolean> {
    return this.#chain.verifyPermission(operator, bucket, object, action);
  }
}

/** Remembers what was found. What was not is asked for again: it may be there with the next block. */
function foundOnes<T>(ask: Found<T>): Found<T> {
  const missing = Symbol('missing');
  const remembered = new Remembered<T>(MEMBERSHIP, async (key) => {
    const answer = await ask(key);
    if (answer === undefined) throw missing;
    return answer;
  });
  return (key) =>
    remembered.get(key).catch((reason: unknown) => {
      if (reason === missing) return undefined;
      throw reason;
    });
}
