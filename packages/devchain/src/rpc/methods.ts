/** The node's methods by name (`reference/chain-rpc.md` §3). */
import type { Chain } from '../chain/chain.ts';
import type { NodeIdentity } from '../chain/node-identity.ts';
import { blockMethods } from './block-methods.ts';
import { broadcastMethods } from './broadcast-methods.ts';
import { type EthMethods, ethQueryMethod } from './eth-methods.ts';
import { evidenceMethods } from './evidence.ts';
import { nodeMethods } from './node-methods.ts';
import type { Args, ParamSpec } from './params.ts';
import { refused } from './trust.ts';
import { txMethods } from './tx-methods.ts';
import { voteMethods } from './vote-methods.ts';

export interface Method {
  params: ParamSpec;
  /** Answers do not change: a cache may keep them. With a function, only for arguments it accepts. */
  immutable?: boolean | ((args: Args) => boolean);
  handle(args: Args): unknown;
}

export type MethodTable = Readonly<Record<string, Method>>;

export interface MethodDeps {
  chain: Chain;
  identity: () => NodeIdentity;
  /** The genesis file as text. */
  genesis: string;
  /** More methods, besides the node's. */
  powers?: MethodTable | undefined;
}

/** Methods for any caller, and for one that may use developer powers. */
export function createMethods(deps: MethodDeps, eth: EthMethods): { open: MethodTable; trusted: MethodTable } {
  const methods = nodeTable(deps, eth);
  if (!deps.powers) return { open: methods, trusted: methods };
  const node = uncached(methods);
  return { open: { ...node, ...refused(deps.powers) }, trusted: { ...node, ...deps.powers } };
}

/** A chain that can go back has no answer that stays. */
const uncached = (methods: MethodTable): MethodTable =>
  Object.fromEntries(Object.entries(methods).map(([name, method]) => [name, { ...method, immutable: false }]));

const nodeTable = (deps: MethodDeps, eth: EthMethods): MethodTable => ({
  ...nodeMethods(deps),
  ...blockMethods(deps),
  ...txMethods(deps),
  ...broadcastMethods(deps),
  ...evidenceMethods(deps),
  ...voteMethods(deps),
  eth_query: ethQueryMethod(eth),
});
