/** Chain answers that rarely change, remembered for a moment: each upload asks for them a dozen times. */
import type {
  greenfieldSp,
  greenfieldStorage as storage,
  greenfieldVirtualgroup as virtualgroup,
} from '@prairie/chain';
import type { Consensus } from '@prairie/gfsp';
import { ForwardingConsensus } from './forwarding-consensus.ts';
import { Remembered, RememberedFinds } from './remembered.ts';

/** Who a provider is and who is in a group changes by rare transactions; a change is seen after this long at most. */
const MEMBERSHIP = { entries: 4096, maxAgeMs: 2000 };
/** An account that exists does so for ever. */
const ACCOUNTS = { entries: 8192, maxAgeMs: Number.POSITIVE_INFINITY };
/** Validators change by rare transactions. */
const CHALLENGERS = { entries: 1, maxAgeMs: 5000 };
/** Parameters in force at a past moment never change. */
const PARAMETERS = { entries: 4096, maxAgeMs: 600_000 };

export class RememberingConsensus extends ForwardingConsensus {
  readonly #spByOperator: RememberedFinds<greenfieldSp.StorageProvider>;
  readonly #spById: RememberedFinds<greenfieldSp.StorageProvider>;
  readonly #family: RememberedFinds<virtualgroup.GlobalVirtualGroupFamily>;
  readonly #gvg: RememberedFinds<virtualgroup.GlobalVirtualGroup>;
  readonly #params: Remembered<storage.Params>;
  readonly #accounts: RememberedFinds<true>;
  readonly #challengers: Remembered<string[]>;

  constructor(chain: Consensus) {
    super(chain);
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

  override spByOperator(operatorAddress: string): Promise<greenfieldSp.StorageProvider | undefined> {
    return this.#spByOperator.get(operatorAddress);
  }

  override spById(id: number): Promise<greenfieldSp.StorageProvider | undefined> {
    return this.#spById.get(String(id));
  }

  override family(id: number): Promise<virtualgroup.GlobalVirtualGroupFamily | undefined> {
    return this.#family.get(String(id));
  }

  override gvg(id: number): Promise<virtualgroup.GlobalVirtualGroup | undefined> {
    return this.#gvg.get(String(id));
  }

  override storageParams(timestamp: bigint): Promise<storage.Params> {
    return timestamp === 0n ? this.chain.storageParams(0n) : this.#params.get(String(timestamp));
  }

  override async accountExists(address: string): Promise<boolean> {
    return (await this.#accounts.get(address)) ?? false;
  }

  override bondedChallengers(): Promise<string[]> {
    return this.#challengers.get('all');
  }
}
