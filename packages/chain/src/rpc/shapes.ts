/** JSON shapes of the RPC answers this package reads (`reference/chain-rpc.md` §4). 64-bit integers are text. */
import type { ChainEvent } from '../events.ts';
import { RpcTransportError } from './errors.ts';

/** A height as a number, which counts exactly further than any chain gets. @throws RpcTransportError on others */
export function heightOf(text: string): number {
  const height = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(height)) throw new RpcTransportError(`expected a height, got ${JSON.stringify(text)}`);
  return height;
}

export interface RpcStatus {
  node_info: { network: string; version: string; moniker: string };
  sync_info: {
    latest_block_hash: string;
    latest_block_height: string;
    latest_block_time: string;
    earliest_block_height: string;
    catching_up: boolean;
  };
}

export interface RpcBlockId {
  hash: string;
  parts: { total: number; hash: string };
}

export interface RpcHeader {
  version: { block: string; app?: string };
  chain_id: string;
  height: string;
  time: string;
  last_block_id: RpcBlockId;
  last_commit_hash: string;
  data_hash: string;
  validators_hash: string;
  next_validators_hash: string;
  consensus_hash: string;
  app_hash: string;
  last_results_hash: string;
  evidence_hash: string;
  proposer_address: string;
  randao_mix: string;
}

export interface RpcBlock {
  header: RpcHeader;
  data: { txs: string[] | null };
}

export interface RpcBlockAnswer {
  block_id: RpcBlockId;
  block: RpcBlock;
}

export interface RpcTxResult {
  code: number;
  data: string | null;
  log: string;
  info: string;
  gas_wanted: string;
  gas_used: string;
  events: ChainEvent[] | null;
  codespace: string;
}

export interface RpcBlockResults {
  height: string;
  txs_results: RpcTxResult[] | null;
  begin_block_events: ChainEvent[] | null;
  end_block_events: ChainEvent[] | null;
}

export interface RpcTx {
  hash: string;
  height: string;
  index: number;
  tx_result: RpcTxResult;
  tx: string;
}

export interface RpcBroadcast {
  code: number;
  data: string;
  log: string;
  codespace: string;
  hash: string;
}

export interface RpcAbciQuery {
  code: number;
  log: string;
  value: string | null;
  height: string;
  codespace: string;
}

/** `data.value` of a NewBlock event. A node may add `block_id`; CometBFT 0.37 does not. */
export interface RpcNewBlock {
  block: RpcBlock;
  block_id?: RpcBlockId;
  result_begin_block?: { events?: ChainEvent[] | null };
  result_end_block?: { events?: ChainEvent[] | null };
}

export interface RpcTxSearch {
  txs: RpcTx[];
  total_count: string;
}
