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
import { parsePieceKey, segmentKey } from '@prairie/redundancy';
import { reserve } from '../common/busy.ts';
import { storedIntegrity } from '../common/integrity.ts';
import { secondaryPieceKey } from '../common/pieces.ts';
import { Slots } from '../common/slots.ts';
import { downloaderErrors, storeErrors } from './errors.ts';
import type { ReadQuota } from './quota.ts';
import { readPiece, readSlice } from './slices.ts';

export interface PieceOptions {
  /** Pieces that are read at a time. */
  maxPieces: number;
  /** Challenges that are answered at a time. */
  maxChallenges: number;
}

export interface PieceDependencies {
  spdb: Pick<SpDb, 'getIntegrity' | 'getShadowIntegrity'>;
  pieceStore: PieceStore;
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
      const { pieceStore, quota, resources } = this.#dependencies;
      const span = reserve(resources, estimateOf('download-piece', task), busyErrors.downloader);
      try {
        const giveBack = task.enable_check ? await quota.take(task, task.total_size) : undefined;
        const slice = {
          key: task.piece_key,
          offset: Number(task.piece_offset),
          length: Number(task.piece_length),
        };
        return await readSlice(pieceStore, slice).catch(async (error: unknown) => {
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
      const { pieceStore, resources } = this.#dependencies;
      const span = reserve(resources, estimateOf('challenge', task), busyErrors.downloader);
      try {
        const { integrity_checksum, piece_checksum_list: checksums } = await this.#integrityOf(task);
        if (task.segment_idx >= checksums.length) throw downloaderErrors.noSuchPiece();
        const data = await readPiece(pieceStore, challengedKey(task));
        return { integrity_hash: integrity_checksum, checksums, data };
      } finally {
        span.done();
      }
    });
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

function challengedKey({ object_info, segment_idx, redundancy_idx }: ChallengePieceTask): string {
  if (redundancy_idx < 0) return segmentKey(object_info.id, segment_idx, object_info.version);
  return secondaryPieceKey(object_info, segment_idx, redundancy_idx);
}
