import { BoundedCache } from '@prairie/chain';
import {
  Budget,
  busyErrors,
  CorruptPieceError,
  NoSuchKeyError,
  PieceCondemnedError,
  type PieceHash,
  type PieceStore,
  type SpDb,
} from '@prairie/gfsp';
import { ecPieceSize, type Hasher, segmentSizeAt } from '@prairie/redundancy';
import { incomingIntegrity, PRIMARY, storedIntegrity } from '../common/integrity.ts';
import { isReplicated, type StoredObject, secondaryPieceKey, segmentsOf } from '../common/pieces.ts';
import { receiverErrors, text } from './errors.ts';

/** Keys of pieces that are remembered, with their checksums. */
const MEMORY = 16_384;

/** Of pieces that are read again, in memory at a time, and how long one waits for its turn. */
const READ_BYTES = 64 << 20;
const READ_WAIT_MS = 30_000;

/** One object's content, and this provider's place among those who get pieces of it. */
export interface Share extends StoredObject {
  redundancy_idx: number;
  /** A copy of what is sealed: a row that is there may be of a content before that. */
  bucket_migration: boolean;
}

interface Dependencies {
  spdb: SpDb;
  pieceStore: PieceStore;
  hasher: Hasher;
}

/**
 * Pieces between their arrival and the done call. A row claims a piece before it is stored, so that the collection of
 * garbage sees who it belongs to; the row alone is no promise. Whether a piece is there is known of those that this
 * process stored, all others are read and hashed. So the rows may be lost with the power: the pieces, which may not, tell
 * the same.
 */
export class ReceivedPieces {
  readonly #dependencies: Dependencies;
  /** Checksums in hex of pieces that this process has stored or read, by key. */
  readonly #seen = new BoundedCache<string, string>(MEMORY);
  readonly #reading = new Budget(READ_BYTES);

  constructor(dependencies: Dependencies) {
    this.#dependencies = dependencies;
  }

  /** Row, then piece. @throws 80004 when others were signed for; 85201, 85101 */
  async keep(
    share: Share,
    segment: number,
    { piece, checksum }: { piece: Uint8Array; checksum: Buffer },
  ): Promise<void> {
    const { object_info, redundancy_idx } = share;
    const key = secondaryPieceKey(object_info, segment, redundancy_idx);
    const signed = await (share.bucket_migration ? this.#recordedCopy(share) : this.recorded(share));
    if (signed) await this.requireStaying(share);
    if (signed && !checksum.equals(signed[segment] ?? Buffer.alloc(0))) {
      throw receiverErrors.checksumMismatch(`piece ${key} is not the one that was signed for`);
    }
    if (!signed) {
      await this.#database('record a piece', () =>
        this.#dependencies.spdb.setPieceHash({
          ...{ object_id: object_info.id, segment_index: segment, redundancy_index: redundancy_idx },
          ...{ piece_checksum: checksum, version: object_info.version },
        }),
      );
    }
    this.#seen.delete(key);
    await this.#store(`failed to put piece ${key}`, (store) => store.put(key, piece));
    this.#seen.set(key, hex(checksum));
  }

  /** What is here may be about to be deleted, and is believed when it is not. @throws 85201 */
  async requireStaying({ object_info: { id, version }, redundancy_idx }: Share): Promise<void> {
    const key = { object_id: id, redundancy_index: redundancy_idx, version };
    await this.#database('count on the pieces of an object', async () => {
      if (await this.#dependencies.spdb.isCondemned(key)) throw new PieceCondemnedError(key);
    });
  }

  /** Checksums of an earlier done call: its answer may have been lost. @throws 85201 */
  async recorded({ object_info, redundancy_idx }: Share): Promise<Uint8Array[] | undefined> {
    const row = await this.#database('read the integrity of an object', () =>
      incomingIntegrity(this.#dependencies.spdb, object_info, redundancy_idx),
    );
    return row?.piece_checksum_list;
  }

  /**
   * Of what a migration copies: only a row of the sealed content counts, one of a content before is written over. Whole
   * segments have the same keys in every place. @throws 85201
   */
  async #recordedCopy({ object_info, redundancy_idx }: Share): Promise<Uint8Array[] | undefined> {
    const places = isReplicated(object_info) ? object_info.checksums.map((_, i) => i + PRIMARY) : [redundancy_idx];
    for (const index of places) {
      const expected = object_info.checksums[index + 1];
      const row = await this.#database('read the integrity of an object', () =>
        storedIntegrity(this.#dependencies.spdb, object_info, index),
      );
      if (row && expected && Buffer.compare(row.integrity_checksum, expected) === 0) return row.piece_checksum_list;
    }
    return undefined;
  }

  /** Checksums of the pieces that rows claim and this process stored, in the order of segments. @throws 85201 */
  async kept(share: Share): Promise<Uint8Array[] | undefined> {
    const { object_info, redundancy_idx } = share;
    const rows = await this.#database('read piece checksums', () =>
      this.#dependencies.spdb.listPieceHashes(object_info.id, redundancy_idx),
    );
    // of several processes another may have stored a piece anew: its row tells
    const isKept = ({ version, segment_index, piece_checksum }: PieceHash) =>
      version === object_info.version &&
      this.#seen.get(secondaryPieceKey(object_info, segment_index, redundancy_idx)) === hex(piece_checksum);
    const known = rows.filter(isKept);
    const isWhole = known.length === segmentsOf(share) && known.every((row, segment) => row.segment_index === segment);
    return isWhole ? known.map((row) => row.piece_checksum) : undefined;
  }

  /** Checksums of the pieces that are there, whoever stored them, read and hashed. @throws 85101, 990802 */
  async read(share: Share): Promise<Uint8Array[] | undefined> {
    const list: Uint8Array[] = [];
    for (let segment = 0; segment < segmentsOf(share); segment++) {
      const key = secondaryPieceKey(share.object_info, segment, share.redundancy_idx);
      const size = await this.#store(`failed to look for piece ${key}`, (store) => store.size(key));
      if (size !== sizeOf(share, segment)) return undefined;
      const checksum = await this.#hash(key, size);
      if (!checksum) return undefined;
      list.push(checksum);
    }
    return list;
  }

  /** Of a stored piece; undefined when the store knows that it is damaged. */
  async #hash(key: string, size: number): Promise<Buffer | undefined> {
    const release = await this.#reading.take(size, AbortSignal.timeout(READ_WAIT_MS)).catch((error) => {
      throw busyErrors.receiver(undefined, error);
    });
    try {
      const piece = await this.#dependencies.pieceStore.get(key);
      return await this.#dependencies.hasher.sha256(piece);
    } catch (error) {
      if (error instanceof CorruptPieceError || error instanceof NoSuchKeyError) return undefined;
      throw receiverErrors.pieceStore(`failed to read piece ${key}: ${text(error)}`, error);
    } finally {
      release();
    }
  }

  async #store<T>(fault: string, work: (store: PieceStore) => Promise<T>): Promise<T> {
    try {
      return await work(this.#dependencies.pieceStore);
    } catch (error) {
      throw receiverErrors.pieceStore(`${fault}: ${text(error)}`, error);
    }
  }

  async #database<T>(what: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw receiverErrors.database(`failed to ${what}: ${text(error)}`, error);
    }
  }
}

/** Bytes of a secondary's piece. */
function sizeOf({ object_info, storage_params }: StoredObject, segment: number): number {
  const { max_segment_size, redundant_data_chunk_num } = storage_params.versioned_params;
  const length = segmentSizeAt(object_info.payload_size, max_segment_size, segment);
  return isReplicated(object_info) ? length : ecPieceSize(length, redundant_data_chunk_num);
}

const hex = (checksum: Uint8Array): string => Buffer.from(checksum).toString('hex');
