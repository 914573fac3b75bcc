/** The recorded chain: its genesis file, its blocks, and what clients asked it. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { BlockRecord, Genesis, UpgradeHeights } from '@prairie/devchain';
import type { RecordedExchange } from '@prairie/devchain/conformance';

export interface RecordedBlock {
  height: number;
  time: string;
  block: BlockRecord['block'];
  block_results: BlockRecord['results'];
}

export interface RecordedQuery {
  path: string;
  request_data_hex: string;
  /** Of the state that answered. */
  response_height: string;
  code: number;
  log: string;
  value_base64: string | null;
}

export interface Recording {
  genesis: Genesis;
  /** Time of every block, by height. */
  times: Map<number, string>;
  /** Blocks with transactions or events of their own; the others are empty. */
  blocks: Map<number, RecordedBlock>;
  queries: RecordedQuery[];
  /** All else that was asked of the node's port. */
  exchanges: RecordedExchange[];
}

/** As the recorded network's node was configured (`fixtures/README.md`, `reference/chain-rpc.md` §16). */
export const RECORDED_UPGRADES: UpgradeHeights = {
  Nagqu: 20,
  Pampas: 20,
  Manchurian: 20,
  Hulunbeier: 21,
  HulunbeierPatch: 21,
  Ural: 22,
  Pawnee: 23,
  Serengeti: 24,
  Erdos: 25,
  Veld: 26,
  Mongolian: 27,
  Savanna: 28,
  Altai: 30,
};

/** What the recorded node said of itself. */
export const RECORDED_IDENTITY = {
  id: 'b66fd731b5f2e79f728b4691c0970246b79bcfd7',
  moniker: 'validator0',
  network: 'greenfield_9000-121',
  listenAddress: 'tcp://127.0.0.1:27750',
  rpcAddress: 'tcp://127.0.0.1:24750',
  channels: '4020212223303860617000',
};

/** `fixtures` has the layout of `test/fixtures`; its files may be gzipped. */
export function readRecording(fixtures: string): Recording {
  const file = (name: string) => readText(join(fixtures, 'chain', name));
  const blocks = linesOf<RecordedBlock>(file('blocks.jsonl'));
  const index = linesOf<{ height: number | string; time: string }>(file('block_index.jsonl'));
  const exchanges = linesOf<RecordedExchange>(file('rpc.jsonl'));
  return {
    genesis: JSON.parse(file('genesis.json')) as Genesis,
    times: new Map([...index, ...reported(exchanges)].map(({ height, time }) => [Number(height), time])),
    blocks: new Map(blocks.map((block) => [Number(block.height), block])),
    queries: linesOf<RecordedQuery>(file('queries.jsonl')),
    exchanges,
  };
}

/** Heights and times that the node told of itself. */
function reported(exchanges: readonly RecordedExchange[]): { height: string; time: string }[] {
  return exchanges.flatMap(({ response }) => {
    const { result } = (response ?? {}) as { result?: { sync_info?: Record<string, string> } };
    const { latest_block_height: height, latest_block_time: time } = result?.sync_info ?? {};
    return height && time ? [{ height, time }] : [];
  });
}

/** A file that may be gzipped. */
export function readText(file: string): string {
  const packed = `${file}.gz`;
  return (existsSync(packed) ? gunzipSync(readFileSync(packed)) : readFileSync(file)).toString('utf8');
}

export const linesOf = <T>(text: string): T[] =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as T);
