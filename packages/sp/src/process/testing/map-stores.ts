/** Pieces and the provider's tables in maps: what a user would write to take the place of ours. */
import { NoSuchKeyError, type PieceStore, type ReadRecord, type SpDb, type SpDbTables } from '@prairie/gfsp';
import { parsePieceKey } from '@prairie/redundancy';
import { MapTables, SpDbMaps } from './map-tables.ts';

export class MapPieceStore implements PieceStore {
  readonly pieces = new Map<string, Buffer>();
  closed = false;

  /** Of pieces: a provider leaves a note of its own beside them. */
  get keys(): string[] {
    return [...this.pieces.keys()].filter((key) => parsePieceKey(key) !== undefined).sort();
  }

  async get(key: string, offset = 0, length = Number.POSITIVE_INFINITY): Promise<Buffer> {
    const piece = this.pieces.get(key);
    if (!piece) throw new NoSuchKeyError(key);
    if (offset < 0 || length < 0) throw new RangeError(`${length} bytes from ${offset}: expected 0 or more`);
    return Buffer.from(piece.subarray(offset, Math.min(offset + length, piece.length)));
  }

  async size(key: string): Promise<number | undefined> {
    return this.pieces.get(key)?.length;
  }

  async put(key: string, data: Uint8Array): Promise<void> {
    this.pieces.set(key, Buffer.from(data));
  }

  async delete(key: string): Promise<void> {
    this.pieces.delete(key);
  }

  async deleteByPrefix(prefix: string): Promise<number> {
    if (prefix === '') throw new Error('a prefix to delete names at least one character');
    let bytes = 0;
    for (const [key, piece] of this.pieces) {
      if (key.startsWith(prefix) && this.pieces.delete(key)) bytes += piece.length;
    }
    return bytes;
  }

  async *list(prefix: string): AsyncGenerator<string> {
    for (const key of [...this.pieces.keys()]) if (key.startsWith(prefix)) yield key;
  }

  async close(): Promise<void> {
    this.closed = true;
  }
}

/** What is called outside waits for the transaction that is under way, so nobody writes in between. */
export class MapSpDb extends MapTables implements SpDb {
  #maps = new SpDbMaps();
  #last: Promise<unknown> = Promise.resolve();
  transactions = 0;
  closed = false;

  constructor() {
    super(() => this.#last.then(() => this.#maps));
  }

  get records(): readonly ReadRecord[] {
    return this.#maps.records;
  }

  transaction<T>(work: (tables: SpDbTables) => Promise<T>): Promise<T> {
    const turn = this.#last.then(async () => {
      this.transactions += 1;
      const copy = new SpDbMaps(this.#maps);
      const result = await work(new MapTables(async () => copy));
      this.#maps = copy;
      return result;
    });
    this.#last = turn.catch(() => {});
    return turn;
  }

  async close(): Promise<void> {
    this.closed = true;
  }
}
