import { Budget, PageMemory } from '@prairie/gfsp';

/** Bytes of pieces in a module's memory at a time, when the configuration says nothing. */
export const PIECE_MEMORY_BYTES = 256 << 20;

/** Memory that was taken; whoever has it calls `release` once nobody reads or writes it any more. */
export interface Held {
  /** One buffer for each size that was asked for. */
  readonly parts: readonly Uint8Array<SharedArrayBuffer>[];
  /** A second call does nothing. */
  release(): void;
}

/** Memory for the pieces that one module of a process has in hand: who wants more waits for others to be done. */
export class PieceMemory {
  readonly #budget: Budget;
  readonly #pages: PageMemory;

  constructor(bytes = PIECE_MEMORY_BYTES) {
    this.#budget = new Budget(bytes);
    this.#pages = new PageMemory(bytes);
  }

  /** Bytes at most. */
  get capacity(): number {
    return this.#budget.capacity;
  }

  /** Bytes that nobody has. */
  get free(): number {
    return this.#budget.free;
  }

  /**
   * All sizes at once: who took one after the other could wait for ever. `own` is a narrower bound of the caller.
   * @throws the signal's reason
   */
  async take(sizes: readonly number[], signal: AbortSignal, own?: Budget): Promise<Held> {
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    const giveBackOwn = await own?.take(bytes, signal);
    try {
      const giveBack = await this.#budget.take(bytes, signal);
      return this.#held(sizes, () => {
        giveBack();
        giveBackOwn?.();
      });
    } catch (error) {
      giveBackOwn?.();
      throw error;
    }
  }

  /** undefined when it is not free at once, or others wait for theirs. */
  tryTake(size: number): Held | undefined {
    const giveBack = this.#budget.tryTake(size);
    return giveBack && this.#held([size], giveBack);
  }

  #held(sizes: readonly number[], giveBack: () => void): Held {
    const parts = sizes.map((size) => this.#pages.take(size));
    let isHeld = true;
    const release = (): void => {
      if (!isHeld) return;
      isHeld = false;
      for (const part of parts) this.#pages.give(part);
      giveBack();
    };
    return { parts, release };
  }
}
