import { fits, type Limit, NO_LIMIT, type ResourceScope, type ResourceSpan } from '@prairie/gfsp';

export interface RoomOptions {
  /** Tasks at a time, whatever they take. */
  slots: number;
}

export interface RoomDependencies {
  /** What tasks reserve in; without it everything fits. */
  scope?: ResourceScope;
}

/** An ask for more, once there is more than the open ones offer. */
const MAX_ASKS = 4;
/**
 * Other modules of the process take from the same resources and say nothing when they give back. So whoever waits here
 * looks once a second whether there is room again.
 */
const LOOK_AGAIN_MS = 1000;

/** Room for tasks: how much is left to be offered, and what was taken of it. */
export class Room {
  readonly slots: number;
  readonly #scope: ResourceScope | undefined;
  /** What open asks offer. */
  readonly #offers = new Set<Limit>();
  readonly #waiting = new Set<() => void>();
  #closed = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: RoomOptions, { scope }: RoomDependencies) {
    this.slots = options.slots;
    this.#scope = scope;
  }

  /** Asks that are open. */
  get asking(): number {
    return this.#offers.size;
  }

  /**
   * Waits until there is something to offer that no open ask offers already, and asks. The offer counts as open until
   * `ask` is settled, so `ask` reserves what it got before it returns. undefined after the end.
   */
  async ask<T>(ask: (offer: Limit | undefined) => Promise<T>): Promise<T | undefined> {
    const offer = await this.#turn();
    if (!offer) return undefined;
    try {
      return await ask(this.#scope && offer);
    } finally {
      this.#offers.delete(offer);
      this.#changed();
    }
  }

  /**
   * Takes `estimate`, after a wait if need be: what came with two asks may be too much at once, and others may have
   * taken what was offered. undefined after the end, and when `signal` aborts first.
   */
  async reserve(estimate: Limit, signal: AbortSignal): Promise<Pick<ResourceSpan, 'done'> | undefined> {
    const wake = () => this.#changed();
    signal.addEventListener('abort', wake, { once: true });
    try {
      while (!this.#closed && !signal.aborted) {
        const span = this.#tryReserve(estimate);
        if (span) return span;
        await this.#change();
      }
      return undefined;
    } finally {
      signal.removeEventListener('abort', wake);
    }
  }

  /** Ends all waiting. */
  close(): void {
    this.#closed = true;
    this.#changed();
    clearTimeout(this.#timer);
  }

  #tryReserve(estimate: Limit): Pick<ResourceSpan, 'done'> | undefined {
    const span = this.#scope?.beginSpan();
    try {
      span?.reserve(estimate);
    } catch {
      span?.done();
      return undefined;
    }
    const done = (): void => {
      span?.done();
      this.#changed();
    };
    return { done };
  }

  /** The offer is among the open ones from the moment that it is found worth asking. */
  async #turn(): Promise<Limit | undefined> {
    while (!this.#closed) {
      const offer = this.#scope ? this.#scope.remaining() : { ...NO_LIMIT };
      if (this.#isWorthAsking(offer)) {
        this.#offers.add(offer);
        return offer;
      }
      await this.#change();
    }
    return undefined;
  }

  #isWorthAsking(offer: Limit): boolean {
    if (offer.tasks <= 0) return false;
    if (this.#offers.size === 0) return true;
    return this.#offers.size < MAX_ASKS && [...this.#offers].every((open) => !fits(open, offer));
  }

  #change(): Promise<void> {
    if (this.#scope) {
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined;
        this.#changed();
      }, LOOK_AGAIN_MS);
    }
    return new Promise((resolve) => this.#waiting.add(resolve));
  }

  #changed(): void {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }
}
