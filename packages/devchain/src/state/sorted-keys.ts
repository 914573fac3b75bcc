/**
 * Keys in order, in chunks: insertion, removal and search touch one chunk, so a table of millions of keys can be ranged
 * over at any time without sorting it again.
 */

const MAX_CHUNK = 512;

/** Where a key is. Valid until `version` changes. */
export interface Position {
  chunk: number;
  index: number;
}

export class SortedKeys {
  private chunks: string[][] = [];
  /** Changes with every insertion and removal: positions of an older version are void. */
  version = 0;

  /** From any keys without repetition; keys that are already in order are only copied. */
  static from(keys: Iterable<string>): SortedKeys {
    const all = [...keys];
    if (!inOrder(all)) all.sort();
    const sorted = new SortedKeys();
    for (let at = 0; at < all.length; at += MAX_CHUNK / 2) sorted.chunks.push(all.slice(at, at + MAX_CHUNK / 2));
    return sorted;
  }

  /** `key` must not be there yet. */
  add(key: string): void {
    this.version++;
    if (this.chunks.length === 0) {
      this.chunks.push([key]);
      return;
    }
    const at = this.chunkOf(key);
    const chunk = this.chunks[at]!;
    chunk.splice(
      partition(chunk.length, (i) => chunk[i]! < key),
      0,
      key,
    );
    if (chunk.length > MAX_CHUNK) this.chunks.splice(at + 1, 0, chunk.splice(chunk.length >> 1));
  }

  /** `key` must be there. */
  delete(key: string): void {
    this.version++;
    const at = this.chunkOf(key);
    const chunk = this.chunks[at]!;
    chunk.splice(
      partition(chunk.length, (i) => chunk[i]! < key),
      1,
    );
    if (chunk.length === 0) this.chunks.splice(at, 1);
  }

  keyAt({ chunk, index }: Position): string | undefined {
    return this.chunks[chunk]?.[index];
  }

  /** Position of the first key for which `before` is false; `before` must hold for a leading run of keys only. */
  seek(before: (key: string) => boolean): Position {
    // the last chunk whose first key is still before holds the border, or the chunk after it begins with it
    const chunk = Math.max(0, partition(this.chunks.length, (i) => before(this.chunks[i]![0]!)) - 1);
    const keys = this.chunks[chunk] ?? [];
    const index = partition(keys.length, (i) => before(keys[i]!));
    return index < keys.length ? { chunk, index } : { chunk: chunk + 1, index: 0 };
  }

  next({ chunk, index }: Position): Position {
    return index + 1 < (this.chunks[chunk]?.length ?? 0) ? { chunk, index: index + 1 } : { chunk: chunk + 1, index: 0 };
  }

  previous({ chunk, index }: Position): Position {
    return index > 0
      ? { chunk, index: index - 1 }
      : { chunk: chunk - 1, index: (this.chunks[chunk - 1]?.length ?? 0) - 1 };
  }

  private chunkOf(key: string): number {
    return Math.max(0, partition(this.chunks.length, (i) => this.chunks[i]![0]! <= key) - 1);
  }
}

/** The first of `length` indices for which `holds` is false. */
function partition(length: number, holds: (index: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function inOrder(keys: readonly string[]): boolean {
  for (let i = 1; i < keys.length; i++) if (keys[i - 1]! >= keys[i]!) return false;
  return true;
}
