import { timingSafeEqual } from 'node:crypto';
import { GfSpError } from '@prairie/gfsp';
import { PRIMARY } from '../common/integrity.ts';
import { segmentsOf } from '../common/pieces.ts';
import type { Fits } from './combine.ts';
import { recoveryErrors, storeFailure } from './errors.ts';
import { lossOf } from './loss.ts';
import { LostRows, type LostRowsDependencies } from './lost-rows.ts';
import type { Remaking } from './remake.ts';
import { isRootOf, knownChecksums } from './rows.ts';
import { ShardRoots } from './shard-roots.ts';
import { lengthOf, type Wanted } from './wanted.ts';

/** What is there of a piece: the bytes that it should be, others, or none. */
export type PieceState = 'good' | 'damaged' | 'missing';

/** Pieces as they are known by the integrity row, or by the chain where that is lost. */
export class VerifiedPieces {
  readonly #dependencies: LostRowsDependencies;
  readonly #lostRows: LostRows;

  /** `busy` is thrown while `max` rows are being made. */
  constructor(limits: { max: number; busy: () => Error }, dependencies: LostRowsDependencies) {
    this.#dependencies = dependencies;
    this.#lostRows = new LostRows(limits, dependencies);
  }

  /** A lost row is made again first. @throws GfSpError 45201 … 45215, the signal's reason */
  async stateOf(wanted: Wanted, signal?: AbortSignal): Promise<PieceState> {
    const { pieceStore, spdb, remaker } = this.#dependencies;
    const { object, index, segment, key } = wanted;
    const size = await unlessLost(wanted, () => pieceStore.size(key), UNREADABLE);
    if (size === undefined) return 'missing';
    if (size !== lengthOf(wanted)) return 'damaged';
    const list =
      (await knownChecksums(spdb, object, index)) ??
      (await remaker.inBackground(wanted, signal, () => this.#lostRows.checksumsOf(object, index, signal)));
    return (await this.#stored(wanted, list[segment]!, signal)) ? 'good' : 'damaged';
  }

  /**
   * The piece that fits the row. A row that does not give the chain's checksum may be of another content: when no piece
   * fits it, it counts as lost.
   */
  async make(remaking: Omit<Remaking, 'fits'>): Promise<{ piece: Uint8Array; isRowLost: boolean }> {
    const { wanted, signal } = remaking;
    const { object, index, segment, key } = wanted;
    const { spdb, remaker, logger } = this.#dependencies;
    const make = (list: readonly Buffer[] | undefined): Promise<Uint8Array> =>
      remaker.make({ ...remaking, fits: this.fitsOf(wanted, list) });
    const known = await knownChecksums(spdb, object, index);
    try {
      if (known) return { piece: await make(known), isRowLost: false };
    } catch (error) {
      const isOfRow = error instanceof GfSpError && error.is(recoveryErrors.checksum);
      if (!known || !isOfRow || isRootOf(object, index, known)) throw error;
      logger.warn('no piece fits an integrity row, which is not the one that the chain has', { key });
    }
    // a single piece is known by the chain
    if (segmentsOf(object) === 1) return { piece: await make(undefined), isRowLost: true };
    const list = await this.#lostRows.checksumsOf(object, index, signal);
    const stored = known && (await this.#stored(wanted, list[segment]!, signal));
    return { piece: stored ?? (await make(list)), isRowLost: false };
  }

  /** By the row's checksum, or of a single piece by the chain's. */
  fitsOf({ object, index, segment }: Wanted, list?: readonly Buffer[]): Fits {
    return async (piece) => {
      const checksum = await this.#dependencies.hasher.sha256(piece);
      if (list) return timingSafeEqual(checksum, list[segment]!);
      if (isRootOf(object, index, [checksum])) return true;
      if (index !== PRIMARY) return false;
      const roots = new ShardRoots(object, this.#dependencies);
      await roots.add(segment, piece);
      return roots.agree();
    };
  }

  /** What is stored, if that is its checksum. @throws 45205 */
  #stored(wanted: Wanted, checksum: Uint8Array, signal: AbortSignal | undefined): Promise<Uint8Array | undefined> {
    const { hasher, pieceStore, remaker } = this.#dependencies;
    return remaker.withPiece(wanted, signal, async () => {
      const stored = await unlessLost(wanted, () => pieceStore.get(wanted.key), undefined);
      return stored && timingSafeEqual(await hasher.sha256(stored), checksum) ? stored : undefined;
    });
  }
}

/** The size of what cannot even be measured. */
const UNREADABLE = -1;

/** `lost` when the store says that the piece is: that needs no hash. @throws 45205 */
async function unlessLost<T, L>(wanted: Wanted, read: () => Promise<T>, lost: L): Promise<T | L> {
  try {
    return await read();
  } catch (error) {
    if (lossOf(error)) return lost;
    throw storeFailure(wanted, 'read', error);
  }
}
