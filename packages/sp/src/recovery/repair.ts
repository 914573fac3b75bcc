import { BoundedCache } from '@prairie/chain';
import { type Consensus, GfSpError, type Logger, type Modules, type PieceStore, type SpDb } from '@prairie/gfsp';
import type { ErasureCoder, Hasher } from '@prairie/redundancy';
import { PIECE_MEMORY_BYTES } from '../common/piece-memory.ts';
import { type StoredObject, segmentsOf } from '../common/pieces.ts';
import { recoveryErrors, storeFailure } from './errors.ts';
import type { Peers } from './peer-pieces.ts';
import { Remaker } from './remaker.ts';
import { knownChecksums, setChecksums } from './rows.ts';
import { SharedRuns } from './shared-runs.ts';
import { completeObject, hasArrived, keepPiece } from './take-over.ts';
import { type PieceState, VerifiedPieces } from './verified-pieces.ts';
import { type Wanted, wantedPiece } from './wanted.ts';

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
  /** Told what became of each piece that was lost or damaged. */
  onRepair?: ((facts: RepairFacts) => void) | undefined;
}

export interface RepairFacts {
  fault: Exclude<PieceState, 'good'>;
  /** `not_stored`: its readers got it, and it is lost still. */
  result: 'repaired' | 'not_stored' | 'failed';
}

/** A piece that was made anew. Many may hold its bytes: do not change them. */
export interface Rescued {
  readonly piece: Uint8Array;
  /** Why it is not stored; undefined when it is. */
  readonly failure: GfSpError | undefined;
}

/**
 * Makes pieces of this provider anew from those of others (`reference/pieces-and-redundancy.md` §10). Nothing is stored
 * that was not verified: by the integrity row, or by the chain's checksum when the row is lost.
 */
export class PieceRepair {
  readonly #dependencies: PieceRepairDependencies;
  readonly #remaker: Remaker;
  readonly #runs: SharedRuns<Rescued>;
  readonly #pieces: VerifiedPieces;
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
    this.#pieces = new VerifiedPieces({ max: maxPieces, busy }, { ...dependencies, remaker: this.#remaker });
  }

  /**
   * The piece for somebody who waits for its bytes: made and stored, and of use also where it cannot be stored. One run
   * for all who ask at the same time; it ends when the last of them does not want it any more.
   * @throws GfSpError 45202 … 45209, 45215; the signal's reason
   */
  async rescue(object: StoredObject, segment: number, index: number, signal?: AbortSignal): Promise<Rescued> {
    const wanted = wantedPiece(object, segment, index);
    return this.#runs.run(wanted.key, (end) => this.#repair(wanted, end), signal);
  }

  /**
   * The same where nobody reads it: those who do go first, and what cannot be stored is of no use.
   * @throws GfSpError as `rescue`; 45201, 45205 when it cannot be stored
   */
  async repair(object: StoredObject, segment: number, index: number, signal?: AbortSignal): Promise<Uint8Array> {
    return this.#repairInBackground(wantedPiece(object, segment, index), signal);
  }

  /**
   * What is there of the piece. Its checksum is looked at, so all of it is read; when the integrity row is lost, it is
   * made again first. @throws GfSpError as `repair`
   */
  async check(object: StoredObject, segment: number, index: number, signal?: AbortSignal): Promise<PieceState> {
    return this.#pieces.stateOf(wantedPiece(object, segment, index), signal);
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
      if (state !== 'good') await this.#repairInBackground(wanted, signal, true);
      return state;
    }
    if (await hasArrived(wanted, this.#dependencies)) {
      await completeObject(object, index, this.#dependencies);
      return 'good';
    }
    await this.#remaker.inBackground(wanted, signal, () =>
      this.#runs.run(wanted.key, (end) => this.#bring(wanted, end), signal),
    );
    return 'missing';
  }

  async #repairInBackground(wanted: Wanted, signal?: AbortSignal, bySuccessor = false): Promise<Uint8Array> {
    const { piece, failure } = await this.#remaker.inBackground(wanted, signal, () =>
      this.#runs.run(wanted.key, (end) => this.#repair(wanted, end, bySuccessor), signal),
    );
    if (failure) throw failure;
    return piece;
  }

  async #repair(wanted: Wanted, signal: AbortSignal, bySuccessor = false): Promise<Rescued> {
    const { pieceStore, logger, onRepair } = this.#dependencies;
    const { key } = wanted;
    const isThere = await pieceStore.size(key).then(
      (size) => size !== undefined,
      () => true,
    );
    const fault = isThere ? 'damaged' : 'missing';
    try {
      const { holders, object } = await this.#remaker.holdersOf(wanted.object);
      const current = { ...wanted, object };
      const { piece, isRowLost } = await this.#pieces.make({ wanted: current, holders, bySuccessor, signal });
      const failure = await this.#keep(current, piece, isRowLost);
      if (failure) logger.error('a piece was made again, and could not be stored', { key, error: failure });
      else logger.info('a piece was repaired', { key, bytes: piece.length });
      onRepair?.({ fault, result: failure ? 'not_stored' : 'repaired' });
      return { piece, failure };
    } catch (error) {
      if (!signal.aborted) onRepair?.({ fault, result: 'failed' });
      throw error;
    }
  }

  async #bring(wanted: Wanted, signal: AbortSignal): Promise<Rescued> {
    const { index } = wanted;
    const { holders, object } = await this.#remaker.holdersOf(wanted.object);
    const doubt = `${object.object_info.id} ${index}`;
    const fits = segmentsOf(object) === 1 ? this.#pieces.fitsOf({ ...wanted, object }) : undefined;
    const isDoubted = this.#doubted.get(doubt) === true;
    const piece = await this.#remaker.make({ wanted, holders, fits, bySuccessor: true, isDoubted, signal });
    await keepPiece(wanted, piece, this.#dependencies);
    try {
      await completeObject(object, index, this.#dependencies);
    } catch (error) {
      this.#doubted.set(doubt, true);
      throw error;
    }
    return { piece, failure: undefined };
  }

  /** Why it could not be kept. A piece that was deleted meanwhile, row first, is not brought back. */
  async #keep(wanted: Wanted, piece: Uint8Array, isRowLost: boolean): Promise<GfSpError | undefined> {
    const { pieceStore, spdb, hasher } = this.#dependencies;
    const { object, index, key } = wanted;
    try {
      if (isRowLost) await setChecksums(spdb, object, index, [await hasher.sha256(piece)]);
      await pieceStore.put(key, piece);
      if (!(await knownChecksums(spdb, object, index))) await pieceStore.delete(key);
      return undefined;
    } catch (error) {
      const isOfTables = error instanceof GfSpError && error.is(recoveryErrors.database);
      return isOfTables ? error : storeFailure(wanted, 'store', error);
    }
  }
}
