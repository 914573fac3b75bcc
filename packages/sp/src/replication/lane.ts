import type { Piece } from './receive-tasks.ts';

/** Pieces of one lane in memory: the one that is sent and the next. */
const WINDOW = 2;

interface Waiting {
  piece: Piece;
  /** The piece's bytes are no longer used here. */
  done: () => void;
}

export interface LaneDependencies {
  /** Sends one piece, with whatever tries it takes. */
  send: (piece: Piece, signal: AbortSignal) => Promise<void>;
  /** There is room again, or nothing more will happen. */
  onChange: () => void;
  /** Ends all sending. */
  signal: AbortSignal;
}

/** What goes to one secondary: its pieces one after the other, in the order of segments. */
export class Lane {
  readonly index: number;
  readonly #dependencies: LaneDependencies;
  readonly #cut = new AbortController();
  readonly #signal: AbortSignal;
  readonly #waiting: Waiting[] = [];
  #isSending = false;
  #delivered: number;
  /** The segment whose piece comes next. */
  #next: number;
  #error: Error | undefined;

  constructor(index: number, delivered: number, dependencies: LaneDependencies) {
    this.index = index;
    this.#delivered = delivered;
    this.#next = delivered;
    this.#dependencies = dependencies;
    this.#signal = AbortSignal.any([dependencies.signal, this.#cut.signal]);
  }

  /** First segments that the secondary has acknowledged. */
  get delivered(): number {
    return this.#delivered;
  }

  /** Why nothing more is sent to the secondary: what `send` threw. */
  get error(): Error | undefined {
    return this.#error;
  }

  get isIdle(): boolean {
    return !this.#isSending;
  }

  /** Takes pieces. */
  get isOpen(): boolean {
    return !this.#error && !this.#signal.aborted;
  }

  get hasRoom(): boolean {
    return this.#waiting.length + (this.#isSending ? 1 : 0) < WINDOW;
  }

  /** Whether the piece of `segment` is the next one that the secondary lacks. */
  wants(segment: number): boolean {
    return this.isOpen && segment === this.#next;
  }

  /** Whether the secondary lacks the piece of `segment`, which comes sooner or later. */
  lacks(segment: number): boolean {
    return this.isOpen && segment >= this.#next;
  }

  put(piece: Piece, done: () => void): void {
    this.#next = piece.segment + 1;
    this.#waiting.push({ piece, done });
    if (!this.#isSending) void this.#sendAll();
  }

  /** Too slow: what was not sent is not sent here. The others need not wait for it. */
  cut(): void {
    this.#cut.abort(new Error('the secondary was left behind'));
    this.#dependencies.onChange();
  }

  /** Does not throw. */
  async #sendAll(): Promise<void> {
    this.#isSending = true;
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
      if (this.isOpen) await this.#send(next.piece);
      next.done();
      if (this.#waiting.length > 0) this.#dependencies.onChange();
    }
    this.#isSending = false;
    this.#dependencies.onChange();
  }

  async #send(piece: Piece): Promise<void> {
    try {
      await this.#dependencies.send(piece, this.#signal);
      this.#delivered = piece.segment + 1;
    } catch (error) {
      if (!this.#signal.aborted) this.#error = error instanceof Error ? error : new Error(String(error));
    }
  }
}
