/** Stored pieces whose bytes are known to be right before the first of them goes out, and repaired where they are not. */
import { createHash } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { BoundedCache } from '@prairie/chain';
import { GfSpError, type Logger, type PieceStore } from '@prairie/gfsp';
import { PIECE_MEMORY_BYTES, PieceMemory } from '../common/piece-memory.ts';
import type { StoredObject } from '../common/pieces.ts';
import { lossOf, type PieceRepair, type Rescued, recoveryErrors } from '../recovery/index.ts';
import { damaged, readPiece, readSlice } from './slices.ts';

export interface CheckedPiecesOptions {
  /** Memory for whole segments on their way out. Default 256 MiB; without room a segment is read twice instead. */
  memoryBytes?: number;
  /** Pieces are hashed before they are served. Default true. */
  verify?: boolean;
}

/** Makes a piece of this provider anew. */
export type Repairer = Pick<PieceRepair, 'rescue'>;

export interface CheckedPiecesDependencies {
  pieceStore: PieceStore;
  /** Without it what is lost stays lost. */
  repair?: Repairer | undefined;
  logger: Logger;
}

/** A piece, and what it should be. */
export interface CheckedPiece {
  readonly object: StoredObject;
  readonly segment: number;
  readonly index: number;
  readonly key: string;
  /** Bytes of the whole piece. */
  readonly length: number;
  /** Whether the SHA-256 is the piece's; undefined when nobody knows what it should be. */
  readonly fits: ((checksum: Buffer) => boolean | Promise<boolean>) | undefined;
  /** What is wrong is repaired; otherwise it is an error. */
  readonly mayRepair: boolean;
}

/** A piece that is being read. */
export interface OpenPiece {
  /** @throws 85101, 85102 */
  read(offset: number, length: number): Promise<Buffer>;
  /** Gives its memory back. */
  close(): void;
}

/** What of a piece is wanted. */
export interface Part {
  offset: number;
  length: number;
}

/** Bytes that are hashed between two turns of the event loop: a millisecond's work at most. */
const HASH_BYTES = 1 << 20;
/** Read at a time to be hashed, if there is memory for it: each request to a bucket takes its time. */
const READ_BYTES = 4 << 20;
/** How long a piece of which parts are read counts as right: else each small range would cost a whole segment's hash. */
const TRUST_MS = 60_000;
const TRUSTED_PIECES = 65_536;
/** Readers who come again and again do not make others be asked each time for what they do not have. */
const REPAIR_AGAIN_MS = 1000;

export class CheckedPieces {
  readonly #dependencies: CheckedPiecesDependencies;
  readonly #memory: PieceMemory;
  readonly #verifies: boolean;
  /** When they were found right. */
  readonly #trusted = new BoundedCache<string, number>(TRUSTED_PIECES);
  /** Pieces that are being hashed for a part of them: each with what was made of it, if that could not be stored. */
  readonly #checks = new Map<string, Promise<Rescued | undefined>>();
  /** Repairs that failed a moment ago. */
  readonly #hopeless = new BoundedCache<string, { at: number; error: unknown }>(1024);

  constructor(
    { memoryBytes = PIECE_MEMORY_BYTES, verify = true }: CheckedPiecesOptions,
    dependencies: CheckedPiecesDependencies,
  ) {
    this.#memory = new PieceMemory(memoryBytes);
    this.#verifies = verify;
    this.#dependencies = dependencies;
  }

  /** Whether a whole piece could be kept in memory right now, and another beside it. */
  hasRoomAhead(length: number): boolean {
    return this.#memory.free >= 2 * length;
  }

  /**
   * Resolves when the piece is there and right, as far as that can be known. A part is read as it is wanted then; of the
   * whole piece the very bytes that were hashed go out while there is memory for them, which is used again after `close`.
   * Half of the memory is for readers who are known to be brisk: slow ones would keep it from everybody.
   * @throws 85101, 85102; what its repair throws
   */
  async open(piece: CheckedPiece, part: Part, isBrisk: boolean): Promise<OpenPiece> {
    const { free, capacity } = this.#memory;
    const mayHold = isBrisk || free - piece.length >= capacity / 2;
    const held = mayHold && this.#isHashedWhole(piece, part) ? this.#memory.tryTake(piece.length) : undefined;
    if (!held) return this.#openParts(piece, part);
    try {
      const bytes = await this.#rightBytes(piece, held.parts[0]);
      return { read: async (offset, length) => bytes.subarray(offset, offset + length), close: held.release };
    } catch (error) {
      held.release();
      throw error;
    }
  }

  /** A part of a piece, in memory of its own. @throws as `open` */
  async read(piece: CheckedPiece, part: Part): Promise<Buffer> {
    if (this.#isHashedWhole(piece, part)) return this.#rightBytes(piece);
    const opened = await this.#openParts(piece, part);
    try {
      return await opened.read(part.offset, part.length);
    } finally {
      opened.close();
    }
  }

  #isHashedWhole({ fits, length: whole }: CheckedPiece, { offset, length }: Part): boolean {
    return this.#verifies && fits !== undefined && offset === 0 && length === whole;
  }

  async #openParts(piece: CheckedPiece, part: Part): Promise<OpenPiece> {
    // what the piece never had is no loss
    if (part.offset + part.length > piece.length) return this.#plain(piece.key);
    const isHashed = this.#verifies && piece.fits !== undefined;
    const rescued = isHashed ? await this.#ensureTrusted(piece, this.#isHashedWhole(piece, part)) : undefined;
    let held = rescued && this.#hold(rescued, part);
    let isClosed = false;
    const read = async (offset: number, length: number): Promise<Buffer> => {
      if (held) return held.read(offset, length);
      try {
        return await readSlice(this.#dependencies.pieceStore, { key: piece.key, offset, length });
      } catch (error) {
        // a piece that was lost after it was looked at is repaired too
        const late = await this.#repair(piece, error);
        if (!late.failure) return bufferOf(late.piece).subarray(offset, offset + length);
        held ??= this.#hold(late, part);
        if (isClosed) held.close();
        return held.read(offset, length);
      }
    };
    const close = (): void => {
      isClosed = true;
      held?.close();
    };
    return { read, close };
  }

  /** The part of a piece that cannot be stored. @throws why not, when there is no memory for it either */
  #hold({ piece, failure }: Rescued, part: Part): OpenPiece {
    const held = this.#memory.tryTake(part.length);
    if (!held) throw failure;
    // others may hold the whole piece, and let it go
    const bytes = Buffer.from(piece.subarray(part.offset, part.offset + part.length));
    const read = async (offset: number, length: number): Promise<Buffer> =>
      bytes.subarray(offset - part.offset, offset - part.offset + length);
    return { read, close: held.release };
  }

  #plain(key: string): OpenPiece {
    const { pieceStore } = this.#dependencies;
    return { read: (offset, length) => readSlice(pieceStore, { key, offset, length }), close: () => {} };
  }

  async #rightBytes(piece: CheckedPiece, into?: Uint8Array): Promise<Buffer> {
    const { key, length } = piece;
    let failure: unknown;
    try {
      const bytes = await readPiece(this.#dependencies.pieceStore, key, into);
      if (bytes.length === length && (!piece.fits || (await piece.fits(await sha256(inBlocks(bytes)))))) {
        this.#trusted.set(key, performance.now());
        return bytes;
      }
      failure = wrongChecksum(piece);
    } catch (error) {
      failure = error;
    }
    return bufferOf((await this.#repair(piece, failure)).piece);
  }

  /**
   * The piece is hashed unless that was done a short while ago; one run for all who want it. `anew`: whenever it was.
   * Resolves with what was made of it when what is stored is wrong, and stays so.
   */
  async #ensureTrusted(piece: CheckedPiece, anew: boolean): Promise<Rescued | undefined> {
    const { key } = piece;
    if (!anew && performance.now() - (this.#trusted.get(key) ?? Number.NEGATIVE_INFINITY) < TRUST_MS) return undefined;
    const running = this.#checks.get(key);
    if (running) return running;
    const check = this.#check(piece).finally(() => this.#checks.delete(key));
    this.#checks.set(key, check);
    return check;
  }

  async #check(piece: CheckedPiece): Promise<Rescued | undefined> {
    let failure: unknown;
    try {
      if (piece.fits && !(await piece.fits(await sha256(this.#blocksOf(piece))))) failure = wrongChecksum(piece);
    } catch (error) {
      failure = error;
    }
    const rescued = failure === undefined ? undefined : await this.#repair(piece, failure);
    if (rescued?.failure) return rescued;
    this.#trusted.set(piece.key, performance.now());
    return undefined;
  }

  /** A block is the reader's until it asks for the next. @throws 85101, 85102 */
  async *#blocksOf({ key, length }: CheckedPiece): AsyncGenerator<Buffer> {
    const { pieceStore } = this.#dependencies;
    const size = await pieceStore.size(key).catch(() => length);
    if (size !== undefined && size > length) {
      throw damaged(key, `it is too long: expected ${length} bytes, there are ${size}`);
    }
    const held = this.#memory.tryTake(Math.min(length, READ_BYTES)) ?? this.#memory.tryTake(HASH_BYTES);
    const into = held?.parts[0];
    const most = into?.length ?? HASH_BYTES;
    try {
      for (let offset = 0; offset < length; offset += most) {
        const slice = { key, offset, length: Math.min(most, length - offset) };
        yield* inBlocks(await readSlice(pieceStore, slice, into));
      }
    } finally {
      held?.release();
    }
  }

  /** @throws `failure` when it is no loss, or cannot be repaired for what the object is; what the repair throws */
  async #repair({ object, segment, index, key, mayRepair }: CheckedPiece, failure: unknown): Promise<Rescued> {
    const { repair, logger } = this.#dependencies;
    this.#trusted.delete(key);
    if (!repair || !mayRepair || !isLoss(failure)) throw failure;
    const last = this.#hopeless.get(key);
    if (last && performance.now() - last.at < REPAIR_AGAIN_MS) throw last.error;
    logger.warn('a piece that is read is lost or damaged', { key, error: failure });
    try {
      return await repair.rescue(object, segment, index);
    } catch (error) {
      const isOutOfReach = error instanceof GfSpError && OUT_OF_REACH.some((made) => error.is(made));
      const told = isOutOfReach ? failure : error;
      this.#hopeless.set(key, { at: performance.now(), error: told });
      throw told;
    }
  }
}

/** An object that is replicated, or not sealed yet, has no pieces elsewhere to be made of. */
const OUT_OF_REACH = [recoveryErrors.replicated, recoveryErrors.notSealed];

/** Not there, too short, other bytes, or a lost sector of the disk; a store that cannot be read now has lost nothing. */
function isLoss(error: unknown): boolean {
  return error instanceof Error && lossOf(error.cause) !== undefined;
}

function bufferOf({ buffer, byteOffset, length }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, length);
}

function wrongChecksum({ key }: CheckedPiece): GfSpError {
  return damaged(key, 'its bytes do not have the checksum that is kept of them');
}

function* inBlocks(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += HASH_BYTES) yield bytes.subarray(at, at + HASH_BYTES);
}

/** Other work has its turn between the blocks. */
async function sha256(blocks: Iterable<Buffer> | AsyncIterable<Buffer>): Promise<Buffer> {
  const hash = createHash('sha256');
  let isFirst = true;
  for await (const block of blocks) {
    if (!isFirst) await turn();
    isFirst = false;
    hash.update(block);
  }
  return hash.digest();
}
