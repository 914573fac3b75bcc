/** The node's methods by name (`reference/chain-rpc.md` §3). */
import type { Chain } from '../chain/chain.ts';
import type { NodeIdentity } from '../chain/node-identity.ts';
import { blockMethods } from './block-methods.ts';
import { nodeMethods } from './node-methods.ts';
import type { Args, ParamSpec } from './params.ts';
import { txMethods } from './tx-methods.ts';

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
}

export const createMethods = (deps: MethodDeps): MethodTable => ({
  ...nodeMethods(deps),
  ...blockMethods(deps),
  ...txMethods(deps),
});
