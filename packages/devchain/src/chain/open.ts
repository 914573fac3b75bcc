/** Opens the chain of a store, or begins a new one in it. Without a port and without a clock: it makes no block itself. */
import type { ChainModule } from '../context.ts';
import { ChainState } from '../state/index.ts';
import { type UpgradeHeights, UpgradePlan } from '../upgrades.ts';
import { type AppKeepers, createApp } from './app.ts';
import type { Chain, Genesis } from './chain.ts';
import type { ChainStore } from './chain-store.ts';
import type { Impersonations } from './impersonations.ts';
import type { NodeIdentity } from './node-identity.ts';

export interface OpenOptions {
  /** What a new chain begins with; a store that holds a chain already must hold one of the same id. */
  genesis: Genesis;
  /** For error messages. */
  dataDir?: string | undefined;
  /** For a new chain; see {@link UpgradePlan}. */
  upgrades?: UpgradeHeights | undefined;
  /** Default: refuse. */
  mirror?: 'refuse' | 'queue' | undefined;
  /** Accounts whose signature is not asked for. */
  impersonated?: Impersonations | undefined;
  modules?: ((keepers: AppKeepers) => readonly ChainModule[]) | undefined;
  /** What the node says of itself; asked when a client asks. */
  identity: () => NodeIdentity;
  onPanic?: ((error: unknown) => void) | undefined;
}

export interface OpenedChain {
  chain: Chain;
  keepers: AppKeepers;
  /** The genesis file. */
  text: string;
}

/** @throws Error when the store holds another chain */
export function openChain(store: ChainStore, options: OpenOptions): OpenedChain {
  const stored = store.genesis;
  const text = stored ?? JSON.stringify(options.genesis);
  const genesis = JSON.parse(text) as Genesis;
  if (genesis.chain_id !== options.genesis.chain_id) {
    throw new Error(
      `data directory ${options.dataDir} holds chain ${genesis.chain_id}, ${options.genesis.chain_id} wanted: choose another directory`,
    );
  }
  const { chain, keepers } = createApp({
    ...{ store, genesis, identity: options.identity, onPanic: options.onPanic, mirror: options.mirror },
    impersonated: options.impersonated,
    state: new ChainState((table) => store.tableEntries(table)),
    upgrades: new UpgradePlan(store.upgrades ?? options.upgrades),
    ...(options.modules ? { extraModules: options.modules } : {}),
  });
  if (stored === undefined) chain.initialize(text);
  return { chain, keepers, text };
}
