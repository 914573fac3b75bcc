/** What a devnet can be told, and the defaults that existing suites are fixed to (`reference/devnet-for-clients.md` §1). */

import type { LogLevel } from '@prairie/gfsp';
import type { DatabaseServer } from './database-server.ts';
import type { BucketPattern } from './pieces.ts';

export type EndpointStyle = 'name' | 'address';

/**
 * Where providers run: all in this process, each in a process of its own, or the first one with a process for each of
 * its modules and the others here.
 */
export type Shape = 'one' | 'processes' | 'split';

export interface DevnetOptions {
  /** `<name>_<evm id>-<revision>`. */
  chainId: string;
  /** Providers in service; ids 1 to this. */
  providers: number;
  /** Milliseconds between blocks; 0 is a block for each transaction at once. */
  blockTimeMs: number;
  /** Port of the chain's RPC; 0 takes a free one. */
  rpcPort: number;
  /** Port of the chain's REST answers, for explorers; 0 takes a free one, undefined opens none. */
  restPort?: number | undefined;
  /** Port of the first provider, the others follow; 0 takes free ones. */
  spPort: number;
  /** How providers publish themselves: `http://sp1.nodereal.localhost:9033` or `http://127.0.0.1:9033`. */
  endpoints: EndpointStyle;
  /** Folder of all state; undefined keeps nothing. */
  dataDir: string | undefined;
  /** Server for the tables of all providers; without it they are SQLite files in the data folder. */
  database?: DatabaseServer | undefined;
  /** URL of buckets for the pieces, with one `%d` for the provider's number; without it they are files in the data folder. */
  pieces?: BucketPattern | undefined;
  /** Default `one`; the others need a data folder. */
  shape?: Shape;
  /** Modules of each process of a split provider, several times for several. Default: each alone, some of them twice. */
  split?: readonly (readonly string[])[];
  /** Keys of the providers' configuration: `Prairie.Traces=http://127.0.0.1:4318/v1/traces`. They need a data folder. */
  set?: readonly string[];
  /** Least level of log lines of processes other than this one. Default `warn`. */
  logLevel?: LogLevel;
  /** Where to write the account files that suites for the upstream scripts look for. */
  localupDir: string | undefined;
  /**
   * The genesis file of another network, parsed. The chain begins with its accounts, balances and parameters, and with
   * the devnet's own providers; `chainId` must be the file's.
   */
  genesis?: unknown;
}

export const defaultOptions: DevnetOptions = {
  chainId: 'greenfield_9000-121',
  providers: 8,
  blockTimeMs: 500,
  rpcPort: 26750,
  spPort: 9033,
  endpoints: 'name',
  dataDir: undefined,
  localupDir: undefined,
};

/**
 * Domain of the n-th provider (from 1). The JavaScript SDK wants a name with letters in its last part, its own tests
 * pick providers whose endpoint contains `nodereal`, and names below `localhost` never leave the machine (RFC 6761).
 */
export const providerDomain = (id: number): string => `sp${id}.nodereal.localhost`;

/** Everything listens here only. */
export const HOST = '127.0.0.1';
/** Shown by /status. */
export const VERSION = '0.1.0';

export const FUNDED_ACCOUNTS = 10;

/** Providers that a group of 4 data and 2 parity shards needs: one primary and six secondaries. */
export const MINIMUM_FOR_UPLOADS = 7;

/** What `--json` prints once everything is ready. */
export interface DevnetSummary {
  rpc: string;
  /** Of the REST port, if it is open. */
  rest?: string;
  chainId: string;
  evmChainId: number;
  accounts: { address: string; privateKey: string }[];
  /** `grpc` is `host:port` of the provider's manager, for `prairie sp … --endpoint`. */
  sps: { id: number; operatorAddress: string; endpoint: string; grpc: string }[];
}
