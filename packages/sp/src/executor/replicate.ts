import { GfSpError, NoSuchKeyError, type ReplicatePieceTask, retry } from '@prairie/gfsp';
import { ecPieceSize, segmentKey, segmentSizeAt } from '@prairie/redundancy';
import { isReplicated, segmentsOf } from '../common/pieces.ts';
import { agentChecksums, keepChecksum } from './agent.ts';
import { executorErrors, pieceErrors } from './errors.ts';
import type { ExecutorTools } from './ports.ts';
import { doneTask, type Piece, pieceTask } from './receive-tasks.ts';

/** A call to a secondary, with the attempts that `SpClient` makes (`reference/pieces-and-redundancy.md` §9.2). */
const CALL_TIMEOUT_MS = 45_000;

/** The receiver has the same piece in work: an earlier attempt of ours, whose answer got lost. */
const SAME_PIECE_IN_FLIGHT = 80002;
/** The same at a done call: it is answered once that piece is stored. */
const PIECE_IN_FLIGHT = 970001;
const DONE_AGAIN = { attempts: 4, baseMs: 250, maxMs: 2000 };

export interface ReplicationTools extends ExecutorTools {
  /** All pieces are with the secondaries; their signatures come next. */
  onReplicated?: () => void;
}

/** The failure of one secondary. */
export class SecondaryError extends Error {
  override readonly name = 'SecondaryError';
  /** Its redundancy index. */
  readonly index: number;
  override readonly cause: GfSpError;

  constructor(index: number, cause: unknown) {
    const known = GfSpError.from(cause);
    super(`secondary ${index}: ${known.message}`);
    this.index = index;
    this.cause = known;
  }
}

/**
 * Brings the pieces of one object to the secondaries of its group and collects their signatures
 * (`reference/pieces-and-redundancy.md` §9.1). While the shards of a segment go out, all at once, the next segment is
 * read and encoded. The first secondary that fails ends the whole.
 */
export class Replication {
  #task: ReplicatePieceTask;
  readonly #tools: ReplicationTools;
  readonly #failed = new AbortController();
  readonly #signal: AbortSignal;

  constructor(task: ReplicatePieceTask, tools: ReplicationTools, signal: AbortSignal) {
    const { secondary_endpoints: endpoints, storage_params, global_virtual_group_id: gvgId } = task;
    const { redundant_data_chunk_num: data, redundant_parity_chunk_num: parity } = storage_params.versioned_params;
    if (endpoints.length !== data + parity) {
      throw executorErrors.invalidReplicateTask(
        `invalid replicate piece task: group ${gvgId} comes with ${endpoints.length} endpoints of secondaries, ` +
          `${data}+${parity} pieces need ${data + parity}`,
      );
    }
    this.#task = task;
    this.#tools = tools;
    this.#signal = AbortSignal.any([signal, this.#failed.signal]);
  }

  /**
   * The task with the signatures in the order of the group's secondaries, and with the checksums that they are about.
   * @throws SecondaryError, GfSpError, the signal's reason
   */
  async run(): Promise<ReplicatePieceTask> {
    try {
      await this.#addChecksums();
      const known = await this.#knownSignatures();
      const missing = known.flatMap((signature, index) => (signature ? [] : [index]));
      if (missing.length > 0) await this.#sendPieces(missing);
      await this.#addChecksums();
      this.#tools.onReplicated?.();
      const rest = await Promise.all(missing.map((index) => this.#guard(index, () => this.#done(index))));
      for (const [at, index] of missing.entries()) known[index] = rest[at];
      return { ...this.#task, secondary_signatures: known as Uint8Array[] };
    } catch (error) {
      // The first failure aborted the others: it is the one to report, not their being aborted.
      throw this.#failed.signal.aborted ? this.#failed.signal.reason : error;
    }
  }

  /** A task that was tried before: those who got everything then only have to be asked for their signature. */
  async #knownSignatures(): Promise<(Uint8Array | undefined)[]> {
    const nobody = this.#task.secondary_endpoints.map(() => undefined);
    if (this.#task.task.retry <= 1n || this.#task.object_info.checksums.length === 0) return nobody;
    return Promise.all(nobody.map((_, index) => this.#callDone(index).catch(() => undefined)));
  }

  /** Of a delegated object, once they are known: before, the secondaries have nothing to sign. */
  async #addChecksums(): Promise<void> {
    const { object_info, secondary_endpoints, is_agent_upload_task } = this.#task;
    if (!is_agent_upload_task || object_info.checksums.length > 0) return;
    const checksums = await agentChecksums(this.#tools.spdb, this.#task, secondary_endpoints.length);
    if (checksums) this.#task = { ...this.#task, object_info: { ...object_info, checksums } };
  }

  async #sendPieces(indexes: readonly number[]): Promise<void> {
    let before: Promise<unknown> = Promise.resolve();
    try {
      for (let segment = 0; segment < segmentsOf(this.#task); segment++) {
        const release = await this.#tools.budget.take(this.#memoryOf(segment), this.#signal);
        try {
          const pieces = await this.#makePieces(segment, indexes);
          await this.#keepChecksums(pieces);
          await before;
          before = this.#sendAll(pieces).finally(release);
          before.catch(() => {});
        } catch (error) {
          release();
          throw error;
        }
      }
    } finally {
      await before.catch(() => {});
    }
    await before;
  }

  async #keepChecksums(pieces: readonly Piece[]): Promise<void> {
    const { object_info, is_agent_upload_task } = this.#task;
    if (!is_agent_upload_task) return;
    for (const piece of pieces) await keepChecksum(this.#tools.spdb, object_info, piece);
  }

  #memoryOf(segment: number): number {
    const { max_segment_size, redundant_data_chunk_num, redundant_parity_chunk_num } =
      this.#task.storage_params.versioned_params;
    const length = segmentSizeAt(this.#task.object_info.payload_size, max_segment_size, segment);
    if (isReplicated(this.#task.object_info)) return length;
    const shards = redundant_data_chunk_num + redundant_parity_chunk_num;
    return length + shards * ecPieceSize(length, redundant_data_chunk_num);
  }

  /** Reads a segment and makes the pieces of the given secondaries from it. */
  async #makePieces(segment: number, indexes: readonly number[]): Promise<Piece[]> {
    const { coder, hasher } = this.#tools;
    const { redundant_data_chunk_num: data, redundant_parity_chunk_num: parity } =
      this.#task.storage_params.versioned_params;
    const whole = await this.#readSegment(segment);
    if (isReplicated(this.#task.object_info)) {
      const checksum = await hasher.sha256(whole);
      return indexes.map((index) => ({ segment, index, data: whole, checksum }));
    }
    const shards = await coder.encode(whole, data, parity);
    return Promise.all(
      indexes.map(async (index) => {
        const shard = shards[index]!;
        return { segment, index, data: shard, checksum: await hasher.sha256(shard) };
      }),
    );
  }

  async #readSegment(segment: number): Promise<Uint8Array> {
    const { id, version } = this.#task.object_info;
    const key = segmentKey(id, segment, version);
    try {
      return await this.#tools.pieceStore.get(key);
    } catch (error) {
      const reason = error instanceof NoSuchKeyError ? error.message : GfSpError.from(error).message;
      throw pieceErrors.pieceStore(`failed to read piece ${key}: ${reason}`, error);
    }
  }

  #sendAll(pieces: readonly Piece[]): Promise<unknown> {
    return Promise.all(pieces.map((piece) => this.#guard(piece.index, () => this.#send(piece))));
  }

  async #send(piece: Piece): Promise<void> {
    const { client, secondaries } = this.#tools;
    const task = await pieceTask(client, this.#task, piece);
    try {
      await secondaries.replicatePiece(this.#endpoint(piece.index), task, piece.data, this.#callSignal());
    } catch (error) {
      if (codeOf(error) !== SAME_PIECE_IN_FLIGHT) throw error;
    }
  }

  #done(index: number): Promise<Uint8Array> {
    const retryable = (error: unknown) => codeOf(error) === PIECE_IN_FLIGHT;
    return retry({ ...DONE_AGAIN, signal: this.#signal, retryable }, () => this.#callDone(index));
  }

  async #callDone(index: number): Promise<Uint8Array> {
    const { client, secondaries } = this.#tools;
    const task = await doneTask(client, this.#task, index);
    return secondaries.doneReplicatePiece(this.#endpoint(index), task, this.#callSignal());
  }

  #callSignal(): AbortSignal {
    return AbortSignal.any([this.#signal, AbortSignal.timeout(CALL_TIMEOUT_MS)]);
  }

  #endpoint(index: number): string {
    return this.#task.secondary_endpoints[index]!;
  }

  /** The failure of one ends the work for all. */
  async #guard<T>(index: number, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!this.#signal.aborted) this.#failed.abort(new SecondaryError(index, error));
      throw error;
    }
  }
}

function codeOf(error: unknown): number | undefined {
  return error instanceof GfSpError ? error.innerCode : undefined;
}
