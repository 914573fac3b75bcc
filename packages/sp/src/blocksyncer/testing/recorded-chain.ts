/** Blocks for tests: those recorded from the reference chain, and a chain that hands them out. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { type ChainBlock, chainBlock, type GenesisFile } from '@prairie/chain';
import { BsDb } from '@prairie/store';
import type { BlockSource } from '../chain-sync.ts';

const FIXTURES = new URL('../../../../../test/fixtures/', import.meta.url);

/** Rows of a recorded table, big numbers as JSON has them. */
export function recordedRows(table: string): Record<string, unknown>[] {
  const lines = readFileSync(new URL(`db/sp0-${table}.jsonl`, FIXTURES), 'utf8')
    .trim()
    .split('\n');
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** Every height up to `until`; heights that were not recorded had no events that matter. */
export function recordedBlocks(until: bigint): ChainBlock[] {
  const text = gunzipSync(readFileSync(new URL('chain/blocks.jsonl.gz', FIXTURES))).toString();
  const blocks: ChainBlock[] = [];
  for (const line of text.trim().split('\n')) {
    const { block, block_results } = JSON.parse(line);
    const recorded = chainBlock(block, block_results);
    if (recorded.height > until) break;
    fill(blocks, recorded.height - 1n);
    blocks.push(recorded);
  }
  fill(blocks, until);
  return blocks;
}

function fill(blocks: ChainBlock[], until: bigint): void {
  while (BigInt(blocks.length) < until) blocks.push(emptyBlock(BigInt(blocks.length) + 1n));
}

export function emptyBlock(height: bigint): ChainBlock {
  const hash = height.toString(16).toUpperCase().padStart(64, '0');
  const base = { height, time: '2026-11-21T00:00:00Z', unixSeconds: 1_795_219_200n, hash };
  return { ...base, txs: [], txsResults: [], beginBlockEvents: [], endBlockEvents: [] };
}

/** A chain that has all of `blocks`, the first at height 1. It waits at its head until the signal aborts. */
export class RecordedChain implements BlockSource {
  readonly chainId: string = 'greenfield_9000-121';
  readonly blocks: ChainBlock[];
  /** Blocks at a step. */
  batch = 1;
  #wake = Promise.withResolvers<void>();

  constructor(blocks: ChainBlock[]) {
    this.blocks = blocks;
  }

  push(block: ChainBlock): void {
    this.blocks.push(block);
    this.#wake.resolve();
    this.#wake = Promise.withResolvers();
  }

  get knownHeight(): bigint {
    return this.blocks.at(-1)?.height ?? 0n;
  }

  async currentHeight(): Promise<bigint> {
    return this.knownHeight;
  }

  async listSps(): ReturnType<BlockSource['listSps']> {
    return [];
  }

  async genesis(): Promise<GenesisFile> {
    const { chainId: chain_id } = this;
    return { chain_id, genesis_time: '2026-11-20T23:00:00Z', initial_height: '1', app_state: {} };
  }

  async *subscribeBatches(fromHeight: bigint, signal: AbortSignal): AsyncGenerator<ChainBlock[]> {
    const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    for (let i = Number(fromHeight) - 1; ; ) {
      while (i >= this.blocks.length && !signal.aborted) await Promise.race([this.#wake.promise, aborted]);
      signal.throwIfAborted();
      const batch = this.blocks.slice(i, i + this.batch);
      i += batch.length;
      yield batch;
    }
  }
}

export const inMemory = (): Promise<BsDb> => BsDb.open({ engine: 'sqlite', path: ':memory:' });
