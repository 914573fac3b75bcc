/** Blocks and results in the JSON form of the node's RPC (`reference/chain-rpc.md` §4): that is also how they are kept. */
import type { Event } from '../context.ts';

export interface BlockIdJson {
  hash: string;
  parts: { total: number; hash: string };
}

export interface HeaderJson {
  version: { block: string };
  chain_id: string;
  height: string;
  time: string;
  last_block_id: BlockIdJson;
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

export interface CommitJson {
  height: string;
  round: number;
  block_id: BlockIdJson;
  signatures: { block_id_flag: number; validator_address: string; timestamp: string; signature: string }[];
}

export interface BlockJson {
  block_id: BlockIdJson;
  block: {
    header: HeaderJson;
    /** Base64. */
    data: { txs: string[] };
    evidence: { evidence: [] };
    last_commit: CommitJson;
  };
}

export interface TxResultJson {
  code: number;
  data: string | null;
  log: string;
  info: string;
  gas_wanted: string;
  gas_used: string;
  events: Event[];
  codespace: string;
}

export interface BlockResultsJson {
  height: string;
  txs_results: TxResultJson[] | null;
  begin_block_events: Event[] | null;
  begin_block_extra_data: string;
  end_block_events: Event[] | null;
  end_block_extra_data: string;
  validator_updates: null;
  consensus_param_updates: unknown;
}

/** A committed block. */
export interface BlockRecord {
  height: number;
  block: BlockJson;
  results: BlockResultsJson;
  /** Of the state after this block: the next header's `app_hash`. */
  app_hash: string;
}

export const EMPTY_BLOCK_ID: BlockIdJson = { hash: '', parts: { total: 0, hash: '' } };

/** RFC 3339 with up to nine fractional digits and no trailing zeros. */
export function timeText({ seconds, nanos }: { seconds: bigint; nanos: number }): string {
  const whole = new Date(Number(seconds) * 1000).toISOString().slice(0, 19);
  const fraction = nanos === 0 ? '' : `.${nanos.toString().padStart(9, '0').replace(/0+$/, '')}`;
  return `${whole}${fraction}Z`;
}

export function parseTime(text: string): { seconds: bigint; nanos: number } {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z$/.exec(text);
  if (!match) throw new Error(`time ${JSON.stringify(text)}: RFC 3339 in UTC expected, such as 2026-01-02T03:04:05.6Z`);
  return {
    seconds: BigInt(Date.parse(`${match[1]}Z`) / 1000),
    nanos: Number((match[2] ?? '').padEnd(9, '0')),
  };
}

export interface ConsensusParams {
  block: { max_txs: string; max_bytes: string; max_gas: string };
  evidence: { max_age_num_blocks: string; max_age_duration: string; max_bytes: string };
  validator: { pub_key_types: string[] };
  version: { app: string };
}
