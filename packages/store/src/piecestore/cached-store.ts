import type { PieceStore } from '@prairie/gfsp';
import { copied, readWindow, requireKey } from './keys.ts';

export interface CachedPieceStoreOptions {
  /** Bytes of memory at most. */
  maxBytes: number;
}

export interface CachedPieceStoreDependencies {
  /** Told of each `get`: whether the piece was in memory. */
  onRead?: ((hit: boolean) => void) | undefined;
}

/** A piece that is being read to be kept. */
interface Fill {
  /** It was put or deleted meanwhile. */
  isStale: boolean;
}

/** Of the limit, what one piece may take: a larger one would drive out all others. */
const LARGEST_PART = 1 / 4;
/** What a piece takes beside its bytes: key, entry, buffer. Measured: 350 to 450. */
const ENTRY_BYTES = 512;

const bytesOf = (piece: Uint8Array): number => piece.length + ENTRY_BYTES;

/**
 * Keeps whole pieces that were read, the least recently used go first. A piece leaves when a put or a deletion of it
 * begins, and none is kept or given until that has ended: nobody gets bytes from here that a finished put replaced, or
 * that a finished deletion took away. Only what goes through this object is seen: one process must have the store alone.
 */
export class CachedPieceStore implements PieceStore {
  readonly #store: PieceStore;
  readonly #maxBytes: number;
  readonly #onRead: (hit: boolean) => void;
  /** The least recently used is first. */
  readonly #pieces = new Map<string, Buffer>();
  readonly #fills = new Map<string, Set<Fill>>();
  /** Keys, and prefixes, that are being written: how often. */
  readonly #writing = new Map<string, number>();
  readonly #clearing = new Map<string, number>();
  #bytes = 0;
  #closed = false;

  constructor(options: CachedPieceStoreOptions, store: PieceStore, dependencies: CachedPieceStoreDependencies = {}) {
    this.#maxBytes = options.maxBytes;
    this.#store = store;
    this.#onRead = dependencies.onRead ?? (() => {});
  }

  /** Bytes of memory, those of entries included. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Reads what is kept, not what is remembered, for those who look for damage. Writes are seen by the cache. */
  get behind(): PieceStore {
    const store = this.#store;
    return {
      get: (...args) => store.get(...args),
      size: (key) => store.size(key),
      list: (prefix) => store.list(prefix),
      put: (key, data) => this.put(key, data),
      delete: (key) => this.delete(key),
      deleteByPrefix: (prefix) => this.deleteByPrefix(prefix),
      close: () => this.close(),
    };
  }

  async get(key: string, offset = 0, length?: number, into?: Uint8Array): Promise<Buffer> {
    requireKey(key);
    readWindow(0, offset, length);
    const kept = this.#closed ? undefined : this.#pieces.get(key);
    this.#onRead(kept !== undefined);
    if (kept) {
      this.#pieces.delete(key);
      this.#pieces.set(key, kept);
      const { from, to } = readWindow(kept.length, offset, length);
      return copied(kept.subarray(from, to), into);
    }
    const isWhole = offset === 0 && length === undefined;
    if (isWhole && !this.#isWritten(key)) return await this.#fill(key, into);
    return await this.#store.get(key, offset, length, into);
  }

  async size(key: string): Promise<number | undefined> {
    return await this.#store.size(key);
  }

  async put(key: string, data: Uint8Array): Promise<void> {
    await this.#write(key, () => this.#store.put(key, data));
  }

  async delete(key: string): Promise<void> {
    await this.#write(key, () => this.#store.delete(key));
  }

  async deleteByPrefix(prefix: string): Promise<number> {
    for (const key of [...this.#pieces.keys()]) if (key.startsWith(prefix)) this.#forget(key);
    for (const [key, fills] of this.#fills) if (key.startsWith(prefix)) makeStale(fills);
    return await counted(this.#clearing, prefix, () => this.#store.deleteByPrefix(prefix));
  }

  list(prefix: string): AsyncIterable<string> {
    return this.#store.list(prefix);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#pieces.clear();
    this.#bytes = 0;
    await this.#store.close();
  }

  async #write(key: string, work: () => Promise<void>): Promise<void> {
    this.#forget(key);
    makeStale(this.#fills.get(key) ?? []);
    await counted(this.#writing, key, work);
  }

  async #fill(key: string, into: Uint8Array | undefined): Promise<Buffer> {
    const fill: Fill = { isStale: false };
    const fills = this.#fills.get(key) ?? new Set();
    this.#fills.set(key, fills.add(fill));
    try {
      const piece = await this.#store.get(key, 0, undefined, into);
      if (!fill.isStale) this.#keep(key, piece);
      return piece;
    } finally {
      fills.delete(fill);
      if (fills.size === 0) this.#fills.delete(key);
    }
  }

  /** A copy: what the caller does with its bytes must not reach the next one's. */
  #keep(key: string, piece: Buffer): void {
    if (this.#closed || bytesOf(piece) > this.#maxBytes * LARGEST_PART) return;
    this.#forget(key);
    this.#pieces.set(key, copied(piece));
    this.#bytes += bytesOf(piece);
    for (const oldest of this.#pieces.keys()) {
      if (this.#bytes <= this.#maxBytes) break;
      this.#forget(oldest);
    }
  }

  #forget(key: string): void {
    const piece = this.#pieces.get(key);
    if (!piece) return;
    this.#bytes -= bytesOf(piece);
    this.#pieces.delete(key);
  }

  #isWritten(key: string): boolean {
    return this.#writing.has(key) || [...this.#clearing.keys()].some((prefix) => key.startsWith(prefix));
  }
}

function makeStale(fills: Iterable<Fill>): void {
  for (const fill of fills) fill.isStale = true;
}

/** Counts `name` as long as `work` runs. */
async function counted<T>(counts: Map<string, number>, name: string, work: () => Promise<T>): Promise<T> {
  counts.set(name, (counts.get(name) ?? 0) + 1);
  try {
    return await work();
  } finally {
    const left = counts.get(name)! - 1;
    if (left === 0) counts.delete(name);
    else counts.set(name, left);
  }
}
