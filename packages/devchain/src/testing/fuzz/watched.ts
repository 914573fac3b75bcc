/** A chain that can be compared with itself as a whole, and that looks whether what fails leaves it as it was. */
import { createHash } from 'node:crypto';
import { createApp } from '../../chain/app.ts';
import { ChainStore } from '../../chain/chain-store.ts';
import { ChainState } from '../../state/index.ts';
import { UpgradePlan } from '../../upgrades.ts';
import { type OpenedWorld, randomGenesis, randomIdentity } from '../random/setup.ts';

export class WatchedState extends ChainState {
  /** Branches that failed and left something behind, a sentence each. */
  readonly leftovers: string[] = [];
  /** How many branches failed under watch. */
  watched = 0;
  private countdown = 0;

  /** Compares all tables before and after branch number `branch` from now on, should it fail. */
  watch(branch: number): void {
    this.countdown = branch;
  }

  override branch<T>(work: () => T): T {
    if (this.countdown === 0 || --this.countdown > 0) return super.branch(work);
    const before = this.digest();
    try {
      return super.branch(work);
    } catch (error) {
      this.watched++;
      if (this.digest() !== before) this.leftovers.push(`a branch that failed with ${error} changed the state`);
      throw error;
    }
  }

  /** Of every entry of every table, in hex. */
  digest(): string {
    const hash = createHash('sha256');
    for (const { table, key, value } of this.entries())
      hash.update(`${table}\0${key}\0${value.length}\0`).update(value);
    return hash.digest('hex');
  }
}

/** The chain of random runs, in memory. */
export function openWatchedChain(): OpenedWorld & { state: WatchedState } {
  const store = new ChainStore({});
  const state = new WatchedState();
  const panics: unknown[] = [];
  const genesis = randomGenesis();
  const { chain, keepers } = createApp({
    ...{ store, state, genesis, upgrades: new UpgradePlan() },
    identity: randomIdentity,
    onPanic: (error) => panics.push(error),
  });
  const text = JSON.stringify(genesis);
  chain.initialize(text);
  return { chain, keepers, text, store, state, panics };
}
