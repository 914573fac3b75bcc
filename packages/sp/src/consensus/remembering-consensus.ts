/** The chain itself, with what rarely changes remembered: each upload asks for it a dozen times. */
import type {
  greenfieldSp,
  greenfieldStorage as storage,
  greenfieldVirtualgroup as virtualgroup,
} from '@prairie/chain';
import type { BucketOnChain, Consensus, ObjectOnChain } from '@prairie/gfsp';
import { Remembered, RememberedFinds } from '../common/remembered.ts';
import type { ChainHead } from './chain-head.ts';
import { ForwardingConsensus } from './forwarding-consensus.ts';
import { objectAsked, objectKey } from './keys.ts';
import { OfOneBlock } from './of-one-block.ts';
import { OfOneTurn } from './of-one-turn.ts';

/** Providers, families and groups that are kept, of each kind. */
const MEMBERS = 4096;
/** An account that exists does so for ever. */
const ACCOUNTS = { entries: 8192 };
/** Parameters in force at a past moment never change. */
const PARAMETERS = { entries: 4096 };
/** The key of what there is one of. */
const NOW = 'now';

/**
 * Providers, groups and parameters hold until the next block that is heard. What transactions of clients change from one
 * moment to the next (buckets, objects, permissions, payments) is asked for anew each time: a client acts on a block that
 * may not have been heard here yet. Only who asks for the same bucket or object at the same time shares an answer.
 */
export class RememberingConsensus extends ForwardingConsensus {
  readonly #spByOperator: OfOneBlock<greenfieldSp.StorageProvider | undefined>;
  readonly #spById: OfOneBlock<greenfieldSp.StorageProvider | undefined>;
  readonly #spPrice: OfOneBlock<greenfieldSp.SpStoragePrice | undefined>;
  readonly #family: OfOneBlock<virtualgroup.GlobalVirtualGroupFamily | undefined>;
  readonly #gvg: OfOneBlock<virtualgroup.GlobalVirtualGroup | undefined>;
  readonly #virtualGroupParams: OfOneBlock<virtualgroup.Params>;
  readonly #storageParams: OfOneBlock<storage.Params>;
  readonly #challengers: OfOneBlock<string[]>;
  readonly #paramsAt: Remembered<storage.Params>;
  readonly #accounts: RememberedFinds<true>;
  readonly #bucket: OfOneTurn<BucketOnChain | undefined>;
  readonly #object: OfOneTurn<ObjectOnChain | undefined>;

  constructor(chain: Consensus, { head }: { head: ChainHead }) {
    super(chain);
    this.#spByOperator = new OfOneBlock(MEMBERS, head, (operator) => chain.spByOperator(operator));
    this.#spById = new OfOneBlock(MEMBERS, head, (id) => chain.spById(Number(id)));
    this.#spPrice = new OfOneBlock(MEMBERS, head, (operator) => chain.spPrice(operator));
    this.#family = new OfOneBlock(MEMBERS, head, (id) => chain.family(Number(id)));
    this.#gvg = new OfOneBlock(MEMBERS, head, (id) => chain.gvg(Number(id)));
    this.#virtualGroupParams = new OfOneBlock(1, head, () => chain.virtualGroupParams());
    this.#storageParams = new OfOneBlock(1, head, () => chain.storageParams(0n));
    this.#challengers = new OfOneBlock(1, head, () => chain.bondedChallengers());
    this.#paramsAt = new Remembered(PARAMETERS, (timestamp) => chain.storageParams(BigInt(timestamp)));
    this.#accounts = new RememberedFinds(
      ACCOUNTS,
      async (address) => (await chain.accountExists(address)) || undefined,
    );
    this.#bucket = new OfOneTurn((name) => chain.bucket(name));
    this.#object = new OfOneTurn((key) => chain.object(...objectAsked(key)));
  }

  override bucket(name: string): Promise<BucketOnChain | undefined> {
    return this.#bucket.get(name);
  }

  override object(bucketName: string, objectName: string): Promise<ObjectOnChain | undefined> {
    return this.#object.get(objectKey(bucketName, objectName));
  }

  override spByOperator(operatorAddress: string): Promise<greenfieldSp.StorageProvider | undefined> {
    return this.#spByOperator.get(operatorAddress);
  }

  override spById(id: number): Promise<greenfieldSp.StorageProvider | undefined> {
    return this.#spById.get(String(id));
  }

  override spPrice(operatorAddress: string): Promise<greenfieldSp.SpStoragePrice | undefined> {
    return this.#spPrice.get(operatorAddress);
  }

  override family(id: number): Promise<virtualgroup.GlobalVirtualGroupFamily | undefined> {
    return this.#family.get(String(id));
  }

  override gvg(id: number): Promise<virtualgroup.GlobalVirtualGroup | undefined> {
    return this.#gvg.get(String(id));
  }

  override virtualGroupParams(): Promise<virtualgroup.Params> {
    return this.#virtualGroupParams.get(NOW);
  }

  override storageParams(timestamp: bigint): Promise<storage.Params> {
    return timestamp === 0n ? this.#storageParams.get(NOW) : this.#paramsAt.get(String(timestamp));
  }

  override bondedChallengers(): Promise<string[]> {
    return this.#challengers.get(NOW);
  }

  override async accountExists(address: string): Promise<boolean> {
    return (await this.#accounts.get(address)) ?? false;
  }
}
