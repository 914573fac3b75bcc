/** Blocks in memory: those looked at last, as many as are not too large together. */
import type { BlockRecord } from './block-types.ts';

const MAX_BLOCKS = 64;
/** Characters of their transactions in base64; with results and events, a block takes about 20 times as many bytes. */
const MAX_CHARACTERS = 1 << 20;

export class BlockCache {
  /** The one looked at longest ago comes first. */
  private readonly blocks = new Map<number, BlockRecord>();
  private characters = 0;

  get size(): number {
    return this.blocks.size;
  }

  get(height: number): BlockRecord | undefined {
    const record = this.blocks.get(height);
    if (!record) return undefined;
    this.blocks.delete(height);
    this.blocks.set(height, record);
    return record;
  }

  /** Keeps the block, and forgets others if need be: it stays alone when it is large. */
  set(height: number, record: BlockRecord): void {
    this.delete(height);
    this.blocks.set(height, record);
    this.characters += charactersOf(record);
    for (const oldest of this.blocks.keys()) {
      if (this.blocks.size <= 1 || (this.blocks.size <= MAX_BLOCKS && this.characters <= MAX_CHARACTERS)) return;
      this.delete(oldest);
    }
  }

  clear(): void {
    this.blocks.clear();
    this.characters = 0;
  }

  private delete(height: number): void {
    const record = this.blocks.get(height);
    if (!record) return;
    this.blocks.delete(height);
    this.characters -= charactersOf(record);
  }
}

const charactersOf = ({ block }: BlockRecord): number =>
  block.block.data.txs.reduce((sum, { length }) => sum + length, 0);
