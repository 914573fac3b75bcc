import { NoSuchKeyError, type PieceStore } from '@prairie/gfsp';
import { copied, readWindow, requireDeletablePrefix, requireKey } from './keys.ts';

export interface MemoryPieceStoreOptions {
  /** Bytes it holds at most; a put beyond fails. Default 1 GiB. */
  maxBytes?: number;
}

/** Pieces in memory, for tests and for networks that need not outlive their process. */
export class MemoryPieceStore implements PieceStore {
  readonly #maxBytes: number;
  readonly #pieces = new Map<string, Buffer>();
  #bytes = 0;
  #closed = false;

  constructor(options: MemoryPieceStoreOptions = {}) {
    this.#maxBytes = options.maxBytes ?? 1 << 30;
  }

  async get(key: string, offset = 0, length?: number, into?: Uint8Array): Promise<Buffer> {
    this.#require(key);
    const piece = this.#pieces.get(key);
    if (!piece) throw new NoSuchKeyError(key);
    const { from, to } = readWindow(piece.length, offset, length);
    // A copy: what the caller does with it must not reach the store.
    return copied(piece.subarray(from, to), into);
  }

  async size(key: string): Promise<number | undefined> {
    this.#require(key);
    return this.#pieces.get(key)?.length;
  }

  async put(key: string, data: Uint8Array): Promise<void> {
    this.#require(key);
    const bytes = this.#bytes - (this.#pieces.get(key)?.length ?? 0) + data.length;
    if (bytes > this.#maxBytes) {
      throw new Error(`the memory piece store is full: ${bytes} bytes with ${key}, ${this.#maxBytes} allowed`);
    }
    this.#pieces.set(key, Buffer.from(data));
    this.#bytes = bytes;
  }

  async delete(key: string): Promise<void> {
    this.#require(key);
    this.#remove(key);
  }

  async deleteByPrefix(prefix: string): Promise<number> {
    requireDeletablePrefix(prefix);
    let bytes = 0;
    for (const key of this.#keys(prefix)) bytes += this.#remove(key);
    return bytes;
  }

  async *list(prefix: string): AsyncGenerator<string> {
    yield* this.#keys(prefix);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#pieces.clear();
    this.#bytes = 0;
  }

  #keys(prefix: string): string[] {
    this.#requireOpen();
    return [...this.#pieces.keys()].filter((key) => key.startsWith(prefix));
  }

  #remove(key: string): number {
    const size = this.#pieces.get(key)?.length ?? 0;
    this.#pieces.delete(key);
    this.#bytes -= size;
    return size;
  }

  #require(key: string): void {
    this.#requireOpen();
    requireKey(key);
  }

  #requireOpen(): void {
    if (this.#closed) throw new Error('the piece store is closed');
  }
}
