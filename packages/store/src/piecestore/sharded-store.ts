import type { PieceStore } from '@prairie/gfsp';
import { merged } from './merged.ts';

/** Shards that are worked on at a time when all are concerned. */
const PARALLEL = 16;

/**
 * Pieces spread over several stores by a hash of their keys, as the reference does
 * (`reference/pieces-and-redundancy.md` §13.3). What concerns a prefix concerns all of them.
 */
export class ShardedPieceStore implements PieceStore {
  readonly #shards: readonly PieceStore[];

  /** The order is part of where a piece is. Closes them. */
  constructor(shards: readonly PieceStore[]) {
    if (shards.length === 0) throw new Error('a sharded piece store needs at least one shard');
    this.#shards = shards;
  }

  // asynchronous, so that what a shard refuses is a rejection in any case
  async get(key: string, offset?: number, length?: number, into?: Uint8Array): Promise<Buffer> {
    return await this.#of(key).get(key, offset, length, into);
  }

  async size(key: string): Promise<number | undefined> {
    return await this.#of(key).size(key);
  }

  async put(key: string, data: Uint8Array): Promise<void> {
    await this.#of(key).put(key, data);
  }

  async delete(key: string): Promise<void> {
    await this.#of(key).delete(key);
  }

  async deleteByPrefix(prefix: string): Promise<number> {
    const deleted: number[] = [];
    const left = this.#shards.values();
    const worker = async () => {
      for (const shard of left) deleted.push(await shard.deleteByPrefix(prefix));
    };
    // all end before one's failure is told: nothing goes on behind the caller's back
    const ends = await Promise.allSettled(Array.from({ length: PARALLEL }, worker));
    const failed = ends.find((end) => end.status === 'rejected');
    if (failed) throw failed.reason;
    return deleted.reduce((sum, bytes) => sum + bytes, 0);
  }

  /** Without keys that are in another shard than their own, as after a change of `Shards`: nobody could read them. */
  list(prefix: string): AsyncIterable<string> {
    const own = this.#shards.map((shard) => this.#ownKeys(shard, prefix));
    return merged(own, PARALLEL);
  }

  async close(): Promise<void> {
    await Promise.all(this.#shards.map((shard) => shard.close()));
  }

  async *#ownKeys(shard: PieceStore, prefix: string): AsyncGenerator<string> {
    for await (const key of shard.list(prefix)) if (this.#of(key) === shard) yield key;
  }

  #of(key: string): PieceStore {
    return this.#shards[fnv1a(key) % this.#shards.length]!;
  }
}

/** FNV-1a, 32 bits, of a text's UTF-8 bytes. */
export function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}
