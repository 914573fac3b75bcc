/** Recordings of a real node that tests compare with. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { BlockJson, BlockResultsJson } from '../chain/block-types.ts';
import type { RecordedExchange } from '../conformance.ts';

export interface RecordedBlock {
  height: number;
  time: string;
  block: BlockJson;
  block_results: BlockResultsJson;
}

const FOLDER = new URL('../../../../test/fixtures/chain/', import.meta.url);

const textOf = (name: string): string => gunzipSync(readFileSync(new URL(`${name}.gz`, FOLDER))).toString('utf8');

const linesOf = <T>(name: string): T[] =>
  textOf(name)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as T);

export const recordedBlocks = (): RecordedBlock[] => linesOf('blocks.jsonl');

/** All that was recorded of the node's port besides queries. */
export const recordedExchanges = (): RecordedExchange[] => linesOf('rpc.jsonl');

// biome-ignore lint/suspicious/noExplicitAny: a genesis file is read by path in tests
export const recordedGenesis = (): any => JSON.parse(textOf('genesis.json'));
