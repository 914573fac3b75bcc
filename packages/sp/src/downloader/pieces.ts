/** Single pieces: for other providers, and for challengers (`reference/gateway-http.md` §5.4). */
import { greenfieldStorage } from '@prairie/chain';
import {
  busyErrors,
  type ChallengeInfo,
  type ChallengePieceTask,
  type DownloadPieceTask,
  estimateOf,
  type IntegrityMeta,
  type PieceStore,
  type ResourceScope,
  type SpDb,
} from '@prairie/gfsp';
import { parsePieceKey } from '@prairie/redundancy';
import { reserve } from '../common/busy.ts';
import { PRIMARY, storedIntegrity } from '../common/integrity.ts';
import { segmentsOf } from '../common/pieces.ts';
import { Slots } from '../common/slots.ts';
import { checkedObject, checkedPiece } from './checked-object.ts';
import type { CheckedPiece, CheckedPieces } from './checked-pieces.ts';
import { downloaderErrors, storeErrors } from './errors.ts';
import type { ReadQuota } from './quota.ts';
import { readSlice } from './slices.ts';

export interface PieceOptions {
  /** Pieces that are read at a time. */
  maxPieces: number;
  /** Challenges that are answered at a time. */
  maxChallenges: number;
}

export interface PieceDependencies {
  spdb: Pick<SpDb, 'getIntegrity' | 'getShadowIntegrity'>;
  pieceStore: PieceStore;
  checked: CheckedPieces;
  quota: Pick<ReadQuota, 'take'>;
  /** Memory of pieces in work is taken from it; unlimited without. */
  resources?: ResourceScope;
}

const { OBJECT_STATUS_SEALED } = greenfieldStorage.ObjectStatus;

export class Pieces {
  readonly #dependencies: PieceDependencies;
  readonly #pieces: Slots;
  readonly #challenges: Slots;

  constructor({ maxPieces, maxChallenges }: PieceOptions, dependencies: PieceDependencies) {
    this.#dependencies = dependencies;
    this.#pieces = new Slots(maxPieces, downloaderErrors.exceeded);
    this.#challenges = new Slots(maxChallenges, downloaderErrors.exceeded);
  }

  /** Charged first when it says so; given back when it cannot be read. @throws 30003, 30004; 85101, 85102; 990302 */
  download(task: DownloadPieceTask): Promise<Buffer> {
    return this.#pieces.run(async () => {
      const { quota, resources } = this.#dependencies;
      const span = reserve(resources, estimateOf('download-piece', task), busyErrors.downloader);
      try {
        const giveBack = task.enable_check ? await quota.take(task, task.total_size) : undefined;
        return await this.#read(task).catch(async (error: unknown) => {
          await giveBack?.(task.total_size);
          throw error;
        });
      } finally {
        span.done();
      }
    });
  }

  /** @throws 30003, 30006; 85101, 85102, 85201; 990302 */
  challenge(task: ChallengePieceTask): Promise<ChallengeInfo> {
    return this.#challenges.run(async () => {
      const { resources, checked } = this.#dependencies;
      const span = reserve(resources, estimateOf('challenge', task), busyErrors.downloader);
      try {
        const { integrity_checksum, piece_checksum_list: checksums } = await this.#integrityOf(task);
        if (task.segment_idx >= checksums.length) throw downloaderErrors.noSuchPiece();
        const { redundancy_idx, segment_idx } = task;
        const index = Math.max(redundancy_idx, PRIMARY);
        const own = { object: task, index, checksums: checksums.map((one) => Buffer.from(one)) };
        const piece = checkedPiece(own, segment_idx, true);
        const data = await checked.read(piece, { offset: 0, length: piece.length });
        return { integrity_hash: integrity_checksum, checksums, data };
      } finally {
        span.done();
      }
    });
  }

  async #read(task: DownloadPieceTask): Promise<Buffer> {
    const part = { offset: Number(task.piece_offset), length: Number(task.piece_length) };
    const piece = await this.#pieceOf(task);
    if (piece) return this.#dependencies.checked.read(piece, part);
    return readSlice(this.#dependencies.pieceStore, { key: task.piece_key, ...part });
  }

  /**
   * Other providers read here what they repair theirs with. Of those pieces a segment is repaired on the way, which takes
   * pieces as they are stored elsewhere; a secondary's own piece is not: two could wait for each other.
   */
  async #pieceOf(task: DownloadPieceTask): Promise<CheckedPiece | undefined> {
    const key = parsePieceKey(task.piece_key);
    if (key?.version !== task.object_info.version || key.segment >= segmentsOf(task)) return undefined;
    const own = await checkedObject(this.#dependencies.spdb, task, key.redundancyIndex);
    return checkedPiece(own, key.segment, key.kind === 'segment');
  }

  async #integrityOf({ object_info, redundancy_idx }: ChallengePieceTask): Promise<IntegrityMeta> {
    let found: IntegrityMeta | undefined;
    try {
      found = await storedIntegrity(this.#dependencies.spdb, object_info, redundancy_idx);
    } catch (error) {
      throw storeErrors.database('failed to get integrity hash', error);
    }
    // the reference's text: challengers read it
    if (!found) throw storeErrors.database('failed to get integrity hash, error: record not found');
    return found;
  }
}

/** @throws 30001, 30005, 30007 */
export function requirePiece(task: DownloadPieceTask): void {
  if (!task?.task || !task.object_info || !task.storage_params) throw downloaderErrors.requestLost();
  if (task.enable_check && !task.bucket_info) throw downloaderErrors.requestLost();
  const key = parsePieceKey(task.piece_key);
  if (key?.objectId !== task.object_info.id) {
    throw downloaderErrors.keyFormat(`invalid key format: a piece of object ${task.object_info.id} was expected`);
  }
  const segment = task.storage_params.versioned_params.max_segment_size;
  if (task.piece_offset + task.piece_length > segment) {
    throw downloaderErrors.invalidParams(
      `request params invalid: ${task.piece_length} bytes from ${task.piece_offset} of a piece of ${segment} at most`,
    );
  }
}

/** @throws 30001, 30002 */
export function requireChallenge(task: ChallengePieceTask): void {
  if (!task?.task || !task.object_info || !task.storage_params) throw downloaderErrors.requestLost();
  if (task.object_info.object_status !== OBJECT_STATUS_SEALED) throw downloaderErrors.unsealed();
}
