import { type Delivery, GfSpError, type Modules } from '@prairie/gfsp';
import { afterAll } from '../common/after-all.ts';
import { segmentsOf } from '../common/pieces.ts';
import { Lane } from './lane.ts';
import { type Consignment, type Piece, pieceTask, SigningError } from './receive-tasks.ts';
import type { Secondaries } from './secondaries.ts';

/** A call to a secondary, with the attempts that `SpClient` makes (`reference/pieces-and-redundancy.md` §9.2). */
export const CALL_TIMEOUT_MS = 45_000;
/** So long the slowest secondary is waited for at a time. */
export const PATIENCE_MS = 3000;
/** The receiver has the same piece in work: an earlier attempt of ours, whose answer got lost. */
const SAME_PIECE_IN_FLIGHT = 80002;

/** Which object's pieces go where. */
export interface Destination extends Consignment, Delivery {}

export interface OutgoingOptions {
  /**
   * Slow secondaries are left behind whether or not they keep others waiting: there is a client who waits. Default: only
   * if they do.
   */
  isHasty?: boolean;
  /** How long the slowest secondary is waited for. Default 3 s. */
  patienceMs?: number;
}

export interface OutgoingDependencies {
  client: Modules;
  secondaries: Pick<Secondaries, 'replicatePiece'>;
  signal: AbortSignal;
}

/**
 * The pieces of one object on their way to the secondaries of its group. Each secondary gets its own as fast as it takes
 * them; who offers more waits for the slowest, but not long: it is left behind then, and gets the rest another time.
 */
export class Outgoing {
  readonly #destination: Destination;
  readonly #options: OutgoingOptions;
  readonly #dependencies: OutgoingDependencies;
  readonly #ended = new AbortController();
  readonly #lanes: Lane[];
  readonly #segments: number;
  readonly #watchers = new Set<() => void>();

  constructor(destination: Destination, dependencies: OutgoingDependencies, options: OutgoingOptions = {}) {
    this.#destination = destination;
    this.#options = options;
    this.#dependencies = dependencies;
    this.#segments = segmentsOf(destination);
    const signal = AbortSignal.any([dependencies.signal, this.#ended.signal]);
    const send = (piece: Piece, cut: AbortSignal) => this.#send(piece, cut);
    this.#lanes = destination.secondary_endpoints.map(
      (_, index) =>
        new Lane(index, destination.delivered_segments[index] ?? 0, { send, signal, onChange: () => this.#changed() }),
    );
  }

  /** How many of the first segments each secondary has acknowledged. */
  get delivered(): number[] {
    return this.#lanes.map((lane) => lane.delivered);
  }

  /** Secondaries that refuse, or do not answer, by redundancy index. */
  get failures(): ReadonlyMap<number, GfSpError> {
    const errors = this.#lanes.flatMap(({ index, error }) => (error ? [{ index, error }] : []));
    const theirs = errors.filter(({ error }) => !(error instanceof SigningError));
    return new Map(theirs.map(({ index, error }) => [index, GfSpError.from(error)]));
  }

  /** What keeps this provider from sending. */
  get ownFailure(): GfSpError | undefined {
    return this.#lanes.map(({ error }) => error).find((error) => error instanceof SigningError)?.cause;
  }

  /** Redundancy indexes of those who lack the piece of `segment`, now or once they have those before. */
  wanting(segment: number): number[] {
    return this.#lanes.filter((lane) => lane.lacks(segment)).map(({ index }) => index);
  }

  /**
   * Sends the pieces of one segment; `release` is called when their bytes are not used any more. Resolves when there is
   * room for the next segment's. @throws the signal's reason
   */
  async offer(pieces: readonly Piece[], release: () => void): Promise<void> {
    const wanted = pieces.filter(({ index, segment }) => this.#lanes[index]!.wants(segment));
    const done = afterAll(wanted.length, release);
    for (const piece of wanted) this.#lanes[piece.index]!.put(piece, done);
    if (wanted.length === 0) release();
    const next = (pieces[0]?.segment ?? 0) + 1;
    const isKeptWaiting = (lane: Lane) => lane.isIdle && next < this.#segments && lane.wants(next);
    await this.#until((lane) => lane.hasRoom, this.#options.isHasty ? () => true : isKeptWaiting);
  }

  /** Resolves when all that was offered is acknowledged, or will not be. @throws the signal's reason */
  async settled(): Promise<void> {
    await this.#until(
      (lane) => lane.isIdle,
      () => false,
    );
  }

  /** The same, but once somebody has all, the others get what they lack another time. */
  async settledSoon(): Promise<void> {
    await this.#until(
      (lane) => lane.isIdle,
      (lane) => lane.isIdle && lane.delivered === this.#segments,
    );
  }

  /** Ends all sending; resolves when no byte that was offered is used any more. */
  async end(): Promise<void> {
    this.#ended.abort(new Error('sending pieces was ended'));
    while (!this.#lanes.every((lane) => lane.isIdle)) await this.#change();
  }

  /** Waits for all lanes. Those who keep others waiting for long are left behind. */
  async #until(isReady: (lane: Lane) => boolean, isKeptWaiting: (lane: Lane) => boolean): Promise<void> {
    const isEnough = () => this.#lanes.every((lane) => isReady(lane) || !lane.isOpen);
    const leaveBehind = () => {
      const isNeeded = this.#lanes.some((lane) => lane.isOpen && isKeptWaiting(lane));
      if (isNeeded) for (const lane of this.#lanes.filter((one) => !isReady(one))) lane.cut();
    };
    if (!isEnough()) {
      const timer = setInterval(leaveBehind, this.#options.patienceMs ?? PATIENCE_MS);
      try {
        while (!isEnough()) await this.#change();
      } finally {
        clearInterval(timer);
      }
    }
    this.#dependencies.signal.throwIfAborted();
  }

  async #send(piece: Piece, cut: AbortSignal): Promise<void> {
    const { client, secondaries } = this.#dependencies;
    const task = await pieceTask(client, this.#destination, piece);
    const signal = AbortSignal.any([cut, AbortSignal.timeout(CALL_TIMEOUT_MS)]);
    try {
      await secondaries.replicatePiece(this.#destination.secondary_endpoints[piece.index]!, task, piece.data, signal);
    } catch (error) {
      if (!(error instanceof GfSpError && error.innerCode === SAME_PIECE_IN_FLIGHT)) throw error;
    }
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#watchers.add(resolve));
  }

  #changed(): void {
    for (const wake of this.#watchers) wake();
    this.#watchers.clear();
  }
}
