import { BoundedCache } from '@prairie/chain';
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

/** What is known of a row while it is made. */
interface Progress {
  /** What is stored counts, when its length is right. */
  believesStored: boolean;
  /** By segment, from the first one on. */
  list: Buffer[];
  /** Gets the segments, when it is those. */
  roots: ShardRoots | undefined;
}

/** Rows whose making may be interrupted, and goes on at the segment where it was. */
const MAX_BEGUN = 16;

/** Integrity rows made again: by the chain's checksum of the whole, without which nothing tells what a piece should be. */
export class LostRows {
  readonly #dependencies: LostRowsDependencies;
  readonly #runs: SharedRuns<Buffer[]>;
  readonly #begun = new BoundedCache<string, Progress>(MAX_BEGUN);

  /** `busy` is thrown while `max` rows are being made. */
  constructor({ max, busy }: { max: number; busy: () => Error }, dependencies: LostRowsDependencies) {
    this.#dependencies = dependencies;
    this.#runs = new SharedRuns(max, busy);
  }

  /**
   * The checksums of the index, once they are written: of what is stored, or else of what others have. Pieces are only
   * hashed here. One run for all segments that lack it; of a large object it takes longer than a caller may wait, so the
   * next one goes on where it ended. @throws 45206 when neither gives the chain's checksum
   */
  checksumsOf(object: StoredObject, index: number, signal?: AbortSignal): Promise<Buffer[]> {
    const { id, version } = object.object_info;
    const key = `${id} ${index} ${version}`;
    return this.#runs.run(key, (end) => this.#make(key, object, index, end), signal);
  }

  async #make(key: string, asked: StoredObject, index: number, signal: AbortSignal): Promise<Buffer[]> {
    const { remaker, spdb, logger } = this.#dependencies;
    const { holders, object } = await remaker.holdersOf(asked);
    const { id } = object.object_info;
    for (;;) {
      const progress = this.#begun.getOrMake(key, () => this.#begin(object, index, true));
      const { list, roots, believesStored } = progress;
      while (list.length < segmentsOf(object)) {
        await this.#addTo(progress, wantedPiece(object, list.length, index), { holders, signal });
      }
      if (isRootOf(object, index, list) || roots?.agree()) {
        await setChecksums(spdb, object, index, list);
        this.#begun.delete(key);
        logger.info('an integrity row was made again', { object_id: id, redundancy_index: index });
        return list;
      }
      if (!believesStored) break;
      this.#begun.set(key, this.#begin(object, index, false));
    }
    this.#begun.delete(key);
    throw recoveryErrors.checksum(
      `recovery checksum not correct: neither the pieces here nor those of others give the checksum that object ${id} ` +
        `has on chain for index ${index}`,
    );
  }

  #begin(object: StoredObject, index: number, believesStored: boolean): Progress {
    return {
      believesStored,
      list: [],
      roots: index === PRIMARY ? new ShardRoots(object, this.#dependencies) : undefined,
    };
  }

  /** A run that was given up may still be at the same segment: each sets the same. */
  async #addTo(
    { believesStored, list, roots }: Progress,
    wanted: Wanted,
    { holders, signal }: { holders: Holders; signal: AbortSignal },
  ): Promise<void> {
    const { remaker, pieceStore, hasher } = this.#dependencies;
    const add = async (piece: Uint8Array): Promise<true> => {
      const checksum = await hasher.sha256(piece);
      await roots?.add(wanted.segment, piece);
      list[wanted.segment] = checksum;
      return true;
    };
    const isStored = await remaker.withPiece(wanted, signal, async () => {
      const bytes = believesStored ? await pieceStore.get(wanted.key).catch(() => undefined) : undefined;
      return bytes?.length === lengthOf(wanted) && add(bytes);
    });
    if (isStored) return;
    await add(await remaker.make({ wanted, holders, fits: undefined, bySuccessor: false, signal }));
  }
}
