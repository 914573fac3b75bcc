/** The recorded blocks, as the block syncer takes them from a node. */
import { type ChainBlock, chainBlock, type GenesisFile } from '@prairie/chain';
import { RecordedChain } from '@prairie/sp/testing/blocksyncer';
import type { Recording } from '../chain/recording.ts';

/** Blocks at a step. */
const BATCH = 50;

/** Every height up to `until`. Those that were not recorded had no transactions, and no events that matter. */
export function blocksUntil(recording: Recording, until: number): ChainBlock[] {
  return Array.from({ length: until }, (_, i) => {
    const recorded = recording.blocks.get(i + 1);
    return recorded ? chainBlock(recorded.block, recorded.block_results) : emptyBlock(recording, i + 1);
  });
}

export function emptyBlock({ blocks, times }: Recording, height: number): ChainBlock {
  const time = times.get(height);
  if (time === undefined) throw new Error(`the time of block ${height} was not recorded`);
  return {
    height: BigInt(height),
    time,
    unixSeconds: BigInt(Math.floor(Date.parse(time) / 1000)),
    // known by the block that follows it
    hash: blocks.get(height + 1)?.block.block.header.last_block_id.hash ?? height.toString(16).padStart(64, '0'),
    txs: [],
    txsResults: [],
    beginBlockEvents: [],
    endBlockEvents: [],
  };
}

/** The recorded chain's genesis, and these blocks. */
export class RecordedSource extends RecordedChain {
  override batch = BATCH;
  /** First height that was asked for. */
  from: bigint | undefined;
  readonly #genesis: Recording['genesis'];

  constructor({ genesis }: Recording, blocks: ChainBlock[]) {
    super(blocks);
    this.#genesis = genesis;
  }

  override async genesis(): Promise<GenesisFile> {
    return this.#genesis;
  }

  override subscribeBatches(fromHeight: bigint, signal: AbortSignal): AsyncGenerator<ChainBlock[]> {
    this.from = fromHeight;
    return super.subscribeBatches(fromHeight, signal);
  }
}
