/** What modules need of the piece store. Implementations are in `@prairie/store`. */

/**
 * Pieces by key (`reference/pieces-and-redundancy.md` §4, §13). A key is 1 to 200 bytes without separators, control
 * characters and leading dot; others are refused with an error. A piece is at most a segment, 16 MiB on the networks
 * there are, and is whole or not there: a reader never sees half of one. Calls may overlap, also for one key. What
 * fails for another reason than a missing key throws any error, and the caller's request fails.
 */
export interface PieceStore {
  /**
   * The piece, or `length` bytes of it from `offset`: what there is of them, so fewer at its end, none beyond. The
   * caller may change the bytes it gets. With `into` they are at its beginning if they fit: memory that is used again
   * costs a tenth of new memory, which is most of what reading a large piece costs. It is the store's until the call
   * ends. @throws NoSuchKeyError, CorruptPieceError, RangeError for an offset or length below 0
   */
  get(key: string, offset?: number, length?: number, into?: Uint8Array): Promise<Buffer>;
  /** Bytes of the piece; undefined when it is not there. Reads none of them. */
  size(key: string): Promise<number | undefined>;
  /**
   * Replaces what is there. Resolves when the bytes survive a loss of power: they are acknowledged then. The bytes are
   * the caller's again after that.
   */
  put(key: string, data: Uint8Array): Promise<void>;
  /** Resolves when the piece is not read any more. A missing key is not an error. */
  delete(key: string): Promise<void>;
  /** Every piece whose key starts with `prefix`, which is not empty. Resolves with the bytes deleted. */
  deleteByPrefix(prefix: string): Promise<number>;
  /**
   * Keys that start with `prefix` (all for an empty one), in no particular order, one after the other: a store may hold
   * millions. What is put or deleted meanwhile may be among them or not.
   */
  list(prefix: string): AsyncIterable<string>;
  /** Ends what runs and releases everything; later calls fail. Called once. */
  close(): Promise<void>;
}

/** What `get` throws for a piece that is not there, and for nothing else: it means that a piece is lost. */
export class NoSuchKeyError extends Error {
  override readonly name = 'NoSuchKeyError';
  constructor(key: string) {
    super(`the specified key does not exist: ${key}`);
  }
}

/**
 * What `get` throws for a piece that is there and whose bytes the store knows to be others than those put: like a lost
 * one, it has to be made anew from the others' pieces.
 */
export class CorruptPieceError extends Error {
  override readonly name = 'CorruptPieceError';
  constructor(key: string, why: string) {
    super(`the piece is corrupt: ${key}: ${why}`);
  }
}
