import type { Logger, PieceStore, SpDb } from '@prairie/gfsp';
import type { ErasureCoder, Hasher } from '@prairie/redundancy';
import { PRIMARY } from '../common/integrity.ts';
import { type StoredObject, segmentsOf } from '../common/pieces.ts';
import { recoveryErrors } from './errors.ts';
import type { Holders } from './holders.ts';
import type { Remaker } from './remaker.ts';
import { isRootOf, setChecksums } from './rows.ts';
import { ShardRoots } from './shard-roots.ts';
import { SharedRuns } from './shared-runs.ts';
import { lengthOf, type Wanted, wantedPiece } from './wanted.ts';

export interface LostRowsDependencies {
  remaker: Remaker;
  spdb: SpDb;
  pieceStore: PieceStore;
  coder: ErasureCoder;
  hasher: Hasher;
  logger: Logger;
}

interface Believing {
  holders: Holders;
  /** Gets the segments, when it is those. */
  roots: ShardRoots | undefined;
  /** What is stored counts, when its length is right. */
  believesStored: boolean;
  signal: AbortSignal;
}

/** Integrity rows made again: by the chain's checksum of the whole, without which nothing tells what a piece should be. */
export class LostRows {
  readonly #dependencies: LostRowsDependencies;
  readonly #runs: SharedRuns<Buffer[]>;

  /** `busy` is thrown while `max` rows are being made. */
  constructor({ max, busy }: { max: number; busy: () => Error }, dependencies: LostRowsDependencies) {
    this.#dependencies = dependencies;
    this.#runs = new SharedRuns(max, busy);
  }

  /**
   * The checksums of the index, once they are written: of what is stored, or else of what others have. Pieces are only
   * hashed here. One run for all segments that lack it. @throws 45206 when neither gives the chain's checksum
   */
  checksumsOf(object: StoredObject, index: number, signal?: AbortSignal): Promise<Buffer[]> {
    const { id, version } = object.object_info;
    return this.#runs.run(`${id} ${index} ${version}`, (end) => this.#make(object, index, end), signal);
  }

  async #make(asked: StoredObject, index: number, signal: AbortSignal): Promise<Buffer[]> {
    const { remaker, spdb, logger } = this.#dependencies;
    const { holders, object } = await remaker.holdersOf(asked);
    const { id } = object.object_info;
    for (const believesStored of [true, false]) {
      const list: Buffer[] = [];
      const roots = index === PRIMARY ? new ShardRoots(object, this.#dependencies) : undefined;
      for (let segment = 0; segment < segmentsOf(object); segment++) {
        list.push(
          await this.#checksumOf(wantedPiece(object, segment, index), { holders, roots, believesStored, signal }),
        );
      }
      if (!isRootOf(object, index, list) && !roots?.agree()) continue;
      await setChecksums(spdb, object, index, list);
      logger.info('an integrity row was made again', { object_id: id, redundancy_index: index });
      return list;
    }
    throw recoveryErrors.checksum(
      `recovery checksum not correct: neither the pieces here nor those of others give the checksum that object ${id} ` +
        `has on chain for index ${index}`,
    );
  }

  async #checksumOf(wanted: Wanted, believing: Believing): Promise<Buffer> {
    const { remaker, pieceStore } = this.#dependencies;
    const { holders, believesStored, signal } = believing;
    const digest = async (piece: Uint8Array): Promise<Buffer> => {
      await believing.roots?.add(piece);
      return this.#dependencies.hasher.sha256(piece);
    };
    const stored = believesStored
      ? await remaker.withPiece(wanted, signal, async () => {
          const bytes = await pieceStore.get(wanted.key).catch(() => undefined);
          return bytes?.length === lengthOf(wanted) ? digest(bytes) : undefined;
        })
      : undefined;
    return stored ?? digest(await remaker.make({ wanted, holders, fits: undefined, bySuccessor: false, signal }));
  }
}
