/** Recordings of a real node that tests compare with: small selections under `fixtures/`. */
import { readFileSync } from 'node:fs';
import type { BlockJson, BlockResultsJson } from '../chain/block-types.ts';

function lines<T>(name: string): T[] {
  const text = readFileSync(new URL(`../../fixtures/${name}.jsonl`, import.meta.url), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as T);
}

export interface RecordedBlock {
  height: number;
  time: string;
  block: BlockJson;
  block_results: BlockResultsJson;
}

export interface RecordedExchange {
  http: 'GET' | 'POST';
  uri?: string;
  http_status?: number;
  client: string;
  request?: { jsonrpc: string; id: number; method: string; params: Record<string, unknown> };
  // biome-ignore lint/suspicious/noExplicitAny: the shapes are what tests compare
  response: any;
}

export interface RecordedQuery {
  path: string;
  request_data_hex: string;
  code: number;
  log: string;
  value_base64: string | null;
}

export const recordedBlocks = (): RecordedBlock[] => lines('blocks');
export const recordedExchanges = (): RecordedExchange[] => lines('rpc');
export const recordedQueries = (): RecordedQuery[] => lines('queries');
// biome-ignore lint/suspicious/noExplicitAny: a genesis file is read by path in tests
export const recordedGenesis = (): any => lines('genesis')[0];
