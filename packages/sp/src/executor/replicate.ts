import { GfSpError, NoSuchKeyError, type ReplicatePieceTask, retry } from '@prairie/gfsp';
import { segmentKey, segmentSizeAt } from '@prairie/redundancy';
import { segmentsOf } from '../common/pieces.ts';
import { agentChecksums, keepChecksums } from '../replication/agent.ts';
import { CALL_TIMEOUT_MS, type Destination, Outgoing } from '../replication/outgoing.ts';
import { makePieces, parityBytes } from '../replication/pieces.ts';
import { doneTask, type Piece, SigningError } from '../replication/receive-tasks.ts';
import { executorErrors, pieceErrors } from './errors.ts';
import type { ExecutorTools } from './ports.ts';
import { readAhead } from './read-ahead.ts';

/** A piece is on its way still: it is answered once that is stored. */
const PIECE_IN_FLIGHT = 970001;
const DONE_AGAIN = { attempts: 4, baseMs: 250, maxMs: 2000 };
/** The secondary has not all pieces, or others than the chain says. */
const LACKS_PIECES: readonly number[] = [80003, 80004];
/** Rounds of pieces and done calls. */
const MAX_ATTEMPTS = 2;

export interface ReplicationTools extends ExecutorTools {
  /** All pieces are with the secondaries; their signatures come next. */
  onReplicated?: () => void;
}

/** A segment, and the redundancy indexes of those who lack its pieces. */
interface Wanted {
  segment: number;
  indexes: number[];
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
 * (`reference/pieces-and-redundancy.md` §9.1). Most have gone out while the payload came in: each secondary gets what it
 * lacks, and one that fails does not keep the others from theirs.
 */
export class Replication {
  #task: ReplicatePieceTask;
  #delivered: readonly number[];
  /** By redundancy index. */
  #signatures: (Uint8Array | undefined)[];
  readonly #tools: ReplicationTools;
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
    this.#delivered = endpoints.map((_, index) => task.delivered_segments?.[index] ?? 0);
    this.#signatures = endpoints.map(() => undefined);
    this.#tools = tools;
    this.#signal = signal;
  }

  /** How many of the first segments each secondary has: what the next attempt need not send again. */
  get delivered(): number[] {
    return [...this.#delivered];
  }

  /**
   * The task with the signatures in the order of the group's secondaries, and with the checksums that they are about.
   * @throws SecondaryError, GfSpError, the signal's reason
   */
  async run(): Promise<ReplicatePieceTask> {
    try {
      return await this.#run();
    } catch (error) {
      throw this.#slowest(error) ?? error;
    }
  }

  async #run(): Promise<ReplicatePieceTask> {
    await this.#addChecksums();
    await this.#askForSignatures();
    for (let attempt = 1; ; attempt++) {
      await this.#deliver();
      await this.#addChecksums();
      this.#tools.onReplicated?.();
      const lacking = await this.#collect();
      if (lacking.size === 0) return { ...this.#task, secondary_signatures: this.#signatures as Uint8Array[] };
      const [first] = lacking;
      if (attempt === MAX_ATTEMPTS && first) throw new SecondaryError(...first);
      // whatever was acknowledged: it has not all pieces, or others than the chain says
      this.#delivered = this.#delivered.map((segments, index) => (lacking.has(index) ? 0 : segments));
    }
  }

  /** When the time is over: whom alone the others have waited for. Of several, or all, nobody can say who is to blame. */
  #slowest(error: unknown): SecondaryError | undefined {
    if (!this.#signal.aborted || error instanceof SecondaryError) return undefined;
    const indexes = this.#delivered.map((_, index) => index);
    const lacking = indexes.filter((index) => this.#delivered[index]! < segmentsOf(this.#task));
    const last = lacking.length > 0 ? lacking : indexes.filter((index) => !this.#signatures[index]);
    if (last.length !== 1) return undefined;
    return new SecondaryError(last[0]!, new Error('it was not done when the time for the task was over'));
  }

  /** Nobody knows who has what after a crash: who has got everything only has to be asked for the signature. */
  async #askForSignatures(): Promise<void> {
    const { task, object_info, delivered_segments } = this.#task;
    const isKnown = task.retry <= 1n || (delivered_segments?.length ?? 0) > 0;
    if (isKnown || object_info.checksums.length === 0) return;
    const ask = async (index: number): Promise<void> => {
      this.#signatures[index] = await this.#callDone(index).catch((error: unknown) => {
        if (error instanceof SigningError) throw error.cause;
        return undefined;
      });
    };
    await Promise.all(this.#signatures.map((_, index) => ask(index)));
    this.#delivered = this.#signatures.map((signature) => (signature ? segmentsOf(this.#task) : 0));
  }

  /**
   * Fills in the signatures that are missing. Resolves with those who lack pieces.
   * @throws SecondaryError of the first who fails otherwise, or what this provider fails with, once all have answered
   */
  async #collect(): Promise<Map<number, GfSpError>> {
    const lacking = new Map<number, GfSpError>();
    let failure: Error | undefined;
    const collect = async (index: number): Promise<void> => {
      try {
        this.#signatures[index] ??= await this.#done(index);
      } catch (error) {
        if (this.#signal.aborted) return;
        const known = GfSpError.from(error);
        if (error instanceof SigningError) failure = error.cause;
        else if (LACKS_PIECES.includes(known.innerCode)) lacking.set(index, known);
        else failure ??= new SecondaryError(index, known);
      }
    };
    await Promise.all(this.#signatures.map((_, index) => collect(index)));
    if (failure) throw failure;
    this.#signal.throwIfAborted();
    return lacking;
  }

  /** Of a delegated object, once they are known: before, the secondaries have nothing to sign. */
  async #addChecksums(): Promise<void> {
    const { object_info, secondary_endpoints, is_agent_upload_task } = this.#task;
    if (!is_agent_upload_task || object_info.checksums.length > 0) return;
    const checksums = await agentChecksums(this.#tools.spdb, this.#task, secondary_endpoints.length);
    if (checksums) this.#task = { ...this.#task, object_info: { ...object_info, checksums } };
  }

  /**
   * Who is left behind by the others is sent the rest in a pass of its own.
   * @throws SecondaryError of the first who fails, or what this provider fails with
   */
  async #deliver(): Promise<void> {
    const count = segmentsOf(this.#task);
    const isWhole = () => this.#delivered.every((segments) => segments >= count);
    while (!isWhole()) {
      const { client, secondaries } = this.#tools;
      const outgoing = new Outgoing(this.#destination(), { client, secondaries, signal: this.#signal });
      try {
        await this.#pass(outgoing);
      } finally {
        await outgoing.end();
        this.#delivered = outgoing.delivered;
      }
      if (outgoing.ownFailure) throw outgoing.ownFailure;
      const [failure] = outgoing.failures;
      if (failure) throw new SecondaryError(...failure);
    }
  }

  async #pass(outgoing: Outgoing): Promise<void> {
    const make = (wanted: Wanted, signal: AbortSignal) => this.#makePieces(wanted, signal);
    for await (const { pieces, release } of readAhead(this.#wanted(outgoing), make, this.#signal)) {
      await outgoing.offer(pieces, release);
    }
    await outgoing.settled();
  }

  *#wanted(outgoing: Outgoing): Generator<Wanted> {
    for (let segment = Math.min(...this.#delivered); segment < segmentsOf(this.#task); segment++) {
      const indexes = outgoing.wanting(segment);
      if (indexes.length > 0) yield { segment, indexes };
    }
  }

  #destination(): Destination {
    return { ...this.#task, delivered_segments: [...this.#delivered] };
  }

  /** Reads a segment and makes the pieces of the given secondaries from it. */
  async #makePieces(
    { segment, indexes }: Wanted,
    signal: AbortSignal,
  ): Promise<{ pieces: Piece[]; release: () => void }> {
    const { pieceMaker, pieceMemory, spdb } = this.#tools;
    const { object_info, storage_params, is_agent_upload_task } = this.#task;
    const length = segmentSizeAt(object_info.payload_size, storage_params.versioned_params.max_segment_size, segment);
    const { parts, release } = await pieceMemory.take([length, parityBytes(this.#task, length)], signal);
    try {
      const [data, parity] = [parts[0]!, parts[1]!];
      data.set(await this.#readSegment(segment, length));
      const inMemory = { index: segment, data, parity };
      const { pieces } = await makePieces(this.#task, inMemory, indexes, { pieceMaker, signal });
      if (is_agent_upload_task) await keepChecksums(spdb, object_info, pieces);
      return { pieces, release };
    } catch (error) {
      release();
      throw error;
    }
  }

  async #readSegment(segment: number, length: number): Promise<Uint8Array> {
    const { id, version } = this.#task.object_info;
    const key = segmentKey(id, segment, version);
    try {
      const bytes = await this.#tools.pieceStore.get(key);
      if (bytes.length !== length) throw new Error(`${bytes.length} bytes are there, the segment has ${length}`);
      return bytes;
    } catch (error) {
      const reason = error instanceof NoSuchKeyError ? error.message : GfSpError.from(error).message;
      throw pieceErrors.pieceStore(`failed to read piece ${key}: ${reason}`, error);
    }
  }

  #done(index: number): Promise<Uint8Array> {
    const retryable = (error: unknown) => codeOf(error) === PIECE_IN_FLIGHT;
    return retry({ ...DONE_AGAIN, signal: this.#signal, retryable }, () => this.#callDone(index));
  }

  async #callDone(index: number): Promise<Uint8Array> {
    const { client, secondaries } = this.#tools;
    const task = await doneTask(client, this.#task, index);
    const signal = AbortSignal.any([this.#signal, AbortSignal.timeout(CALL_TIMEOUT_MS)]);
    return secondaries.doneReplicatePiece(this.#task.secondary_endpoints[index]!, task, signal);
  }
}

function codeOf(error: unknown): number | undefined {
  return error instanceof GfSpError ? error.innerCode : undefined;
}
