import { timingSafeEqual } from 'node:crypto';
import { BoundedCache } from '@prairie/chain';
import {
  type Consensus,
  CorruptPieceError,
  GfSpError,
  type Logger,
  type Modules,
  NoSuchKeyError,
  type PieceStore,
  type SpDb,
} from '@prairie/gfsp';
import type { ErasureCoder, Hasher } from '@prairie/redundancy';
import { PRIMARY } from '../common/integrity.ts';
import { PIECE_MEMORY_BYTES } from '../common/piece-memory.ts';
import { type StoredObject, segmentsOf } from '../common/pieces.ts';
import { pieceErrors } from '../executor/errors.ts';
import type { Fits } from './combine.ts';
import { recoveryErrors } from './errors.ts';
import { LostRows } from './lost-rows.ts';
import type { Peers } from './peer-pieces.ts';
import { Remaker } from './remaker.ts';
import { isRootOf, knownChecksums, setChecksums } from './rows.ts';
import { ShardRoots } from './shard-roots.ts';
import { SharedRuns } from './shared-runs.ts';
import { completeObject, hasArrived, keepPiece } from './take-over.ts';
import { lengthOf, type Wanted, wantedPiece } from './wanted.ts';

export interface PieceRepairOptions {
  /** This provider's operator. */
  operatorAddress: string;
  /** Memory for pieces in work. Default 256 MiB: four segments of 16 MiB. */
  memoryBytes?: number;
  /** Pieces that are made, or wait for it, at a time; more are refused. Default 1024. */
  maxPieces?: number;
  /** Milliseconds without an arrival until one holder more is asked. Default 2 s, a fifth of what a call may take. */
  hedgeMs?: number;
}

export interface PieceRepairDependencies {
  client: Pick<Modules, 'signer'>;
  consensus: Consensus;
  spdb: SpDb;
  pieceStore: PieceStore;
  peers: Peers;
  coder: ErasureCoder;
  hasher: Hasher;
  logger: Logger;
}

/** What is there of a piece: the bytes that it should be, others, or none. */
export type PieceState = 'good' | 'damaged' | 'missing';

/**
 * Makes pieces of this provider anew from those of others (`reference/pieces-and-redundancy.md` §10). Nothing is stored
 * that was not verified: by the integrity row, or by the chain's checksum when the row is lost.
 */
export class PieceRepair {
  readonly #dependencies: PieceRepairDependencies;
  readonly #remaker: Remaker;
  readonly #runs: SharedRuns<Uint8Array>;
  readonly #lostRows: LostRows;
  /** Objects of which somebody gave a wrong piece, by index: only pieces that agree with others are taken. */
  readonly #doubted = new BoundedCache<string, true>(1024);

  constructor(options: PieceRepairOptions, dependencies: PieceRepairDependencies) {
    const { operatorAddress, memoryBytes = PIECE_MEMORY_BYTES, maxPieces = 1024, hedgeMs = 2000 } = options;
    this.#dependencies = dependencies;
    this.#remaker = new Remaker({ operatorAddress, memoryBytes, hedgeMs }, dependencies);
    const busy = (): Error =>
      recoveryErrors.notEnough(
        `failed to get enough piece data to recovery: ${maxPieces} pieces are being repaired already, try again later`,
      );
    this.#runs = new SharedRuns(maxPieces, busy);
    this.#lostRows = new LostRows({ max: maxPieces, busy }, { ...dependencies, remaker: this.#remaker });
  }

  /**
   * Makes the piece, stores it, and resolves with its bytes, which many may hold: do not change them. One run for all
   * who ask at the same time; it ends when the last of them does not want it any more.
   * @throws GfSpError 45202 … 45209, 45215; 45205 when it cannot be stored; the signal's reason
   */
  async repair(object: StoredObject, segment: number, index: number, signal?: AbortSignal): Promise<Uint8Array> {
    const wanted = wantedPiece(object, segment, index);
    return this.#runs.run(wanted.key, (end) => this.#repair(wanted, end), signal);
  }

  /**
   * What is there of the piece. Its checksum is looked at, so all of it is read; when the integrity row is lost, it is
   * made again first. @throws GfSpError as `repair`
   */
  async check(object: StoredObject, segment: number, index: number, signal?: AbortSignal): Promise<PieceState> {
    const wanted = wantedPiece(object, segment, index);
    const { pieceStore, spdb } = this.#dependencies;
    const size = await reading(wanted, () => pieceStore.size(wanted.key));
    if (size === undefined) return 'missing';
    if (size !== lengthOf(wanted)) return 'damaged';
    const known = await knownChecksums(spdb, object, index);
    const list = known ?? (await this.#lostRows.checksumsOf(object, index, signal));
    return (await this.#isStored(wanted, list[segment]!, signal)) ? 'good' : 'damaged';
  }

  /** Repairs the piece unless it is good. Resolves with what it was before. @throws GfSpError as `repair` */
  async ensure(object: StoredObject, segment: number, index: number, signal?: AbortSignal): Promise<PieceState> {
    const state = await this.check(object, segment, index, signal);
    if (state !== 'good') await this.repair(object, segment, index, signal);
    return state;
  }

  /**
   * The same for a place that this provider takes over, of the family or in the group that the object is in: others
   * are asked by the right of the successor. Of an object whose pieces were not all here before, each is kept as it
   * comes, and all are verified together with the last. @throws GfSpError as `repair`
   */
  async takeOver(object: StoredObject, segment: number, index: number, signal?: AbortSignal): Promise<PieceState> {
    const wanted = wantedPiece(object, segment, index);
    if (await knownChecksums(this.#dependencies.spdb, object, index)) {
      const state = await this.check(object, segment, index, signal);
      if (state !== 'good') await this.#runs.run(wanted.key, (end) => this.#repair(wanted, end, true), signal);
      return state;
    }
    if (await hasArrived(wanted, this.#dependencies)) {
      await completeObject(object, index, this.#dependencies);
      return 'good';
    }
    await this.#runs.run(wanted.key, (end) => this.#bring(wanted, end), signal);
    return 'missing';
  }

  async #repair(wanted: Wanted, signal: AbortSignal, bySuccessor = false): Promise<Uint8Array> {
    const { index, key } = wanted;
    const { spdb, hasher, logger } = this.#dependencies;
    const { holders, object } = await this.#remaker.holdersOf(wanted.object);
    const known = await knownChecksums(spdb, object, index);
    const isWhole = segmentsOf(object) === 1;
    const list = known ?? (isWhole ? undefined : await this.#lostRows.checksumsOf(object, index, signal));
    const fits = this.#fitsOf(wanted, object, list);
    const piece = await this.#remaker.make({ wanted, holders, fits, bySuccessor, signal });
    if (!list) await setChecksums(spdb, object, index, [await hasher.sha256(piece)]);
    await this.#store(wanted, piece);
    logger.info('a piece was repaired', { key, bytes: piece.length });
    return piece;
  }

  async #bring(wanted: Wanted, signal: AbortSignal): Promise<Uint8Array> {
    const { index } = wanted;
    const { holders, object } = await this.#remaker.holdersOf(wanted.object);
    const doubt = `${object.object_info.id} ${index}`;
    const fits = segmentsOf(object) === 1 ? this.#fitsOf(wanted, object, undefined) : undefined;
    const isDoubted = this.#doubted.get(doubt) === true;
    const piece = await this.#remaker.make({ wanted, holders, fits, bySuccessor: true, isDoubted, signal });
    await keepPiece(wanted, piece, this.#dependencies);
    try {
      await completeObject(object, index, this.#dependencies);
    } catch (error) {
      this.#doubted.set(doubt, true);
      throw error;
    }
    return piece;
  }

  /** By the row's checksum, or of a single piece by the chain's. */
  #fitsOf({ index, segment }: Wanted, object: StoredObject, list: readonly Buffer[] | undefined): Fits {
    return async (piece) => {
      const checksum = await this.#dependencies.hasher.sha256(piece);
      if (list) return timingSafeEqual(checksum, list[segment]!);
      if (isRootOf(object, index, [checksum])) return true;
      if (index !== PRIMARY) return false;
      const roots = new ShardRoots(object, this.#dependencies);
      await roots.add(piece);
      return roots.agree();
    };
  }

  /** A piece that was deleted meanwhile, row first, is not brought back. @throws 45205 */
  async #store(wanted: Wanted, piece: Uint8Array): Promise<void> {
    const { pieceStore, spdb } = this.#dependencies;
    try {
      await pieceStore.put(wanted.key, piece);
      if (!(await knownChecksums(spdb, wanted.object, wanted.index))) await pieceStore.delete(wanted.key);
    } catch (error) {
      throw storeFailure(wanted, 'store', error);
    }
  }

  #isStored(wanted: Wanted, checksum: Uint8Array, signal: AbortSignal | undefined): Promise<boolean> {
    const { hasher, pieceStore } = this.#dependencies;
    return this.#remaker.withPiece(wanted, signal, async () => {
      const stored = await reading(wanted, () => pieceStore.get(wanted.key).catch(unlessLost));
      return stored !== undefined && timingSafeEqual(await hasher.sha256(stored), checksum);
    });
  }
}

/** @throws 45205 */
async function reading<T>(wanted: Wanted, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw storeFailure(wanted, 'read', error);
  }
}

/** What the store itself knows to be damaged needs no hash; what has just gone neither. */
function unlessLost(error: unknown): undefined {
  if (!(error instanceof CorruptPieceError || error instanceof NoSuchKeyError)) throw error;
}

function storeFailure({ key }: Wanted, what: 'read' | 'store', error: unknown): GfSpError {
  return pieceErrors.pieceStore(`failed to ${what} piece ${key}: ${GfSpError.from(error).message}`, error);
}
