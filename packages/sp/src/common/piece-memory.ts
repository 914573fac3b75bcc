import { Budget, PageMemory } from '@prairie/gfsp';

/** Bytes of pieces in a module's memory at a time, when the configuration says nothing. */
export const PIECE_MEMORY_BYTES = 256 << 20;

/**
 * From there on memory is shared with threads, written to disks without a copy and used again; a process can have some
 * 16,000 of such memories, however small. Less is of the heap.
 */
const PAGES_FROM = 256 << 10;

/** Memory that was taken; whoever has it calls `release` once nobody reads or writes it any more. */
export interface Held {
  /** One buffer for each size that was asked for. */
  readonly parts: readonly Uint8Array[];
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
   * All sizes at once: who took one after the other could wait for ever.
   * @throws the signal's reason, RangeError when the system gives no more
   */
  async take(sizes: readonly number[], signal: AbortSignal): Promise<Held> {
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    return this.#held(sizes, await this.#budget.take(bytes, signal));
  }

  /** undefined when it is not free at once, or others wait for theirs. @throws as `take` */
  tryTake(size: number): Held | undefined {
    const giveBack = this.#budget.tryTake(size);
    return giveBack && this.#held([size], giveBack);
  }

  /** @throws RangeError when the system gives no more */
  #held(sizes: readonly number[], giveBack: () => void): Held {
    const pages: Uint8Array<SharedArrayBuffer>[] = [];
    const part = (size: number): Uint8Array => {
      if (size < PAGES_FROM) return Buffer.allocUnsafeSlow(size);
      pages.push(this.#pages.take(size));
      return pages.at(-1)!;
    };
    let isHeld = true;
    const release = (): void => {
      if (!isHeld) return;
      isHeld = false;
      for (const page of pages) this.#pages.give(page);
      giveBack();
    };
    try {
      return { parts: sizes.map(part), release };
    } catch (error) {
      release();
      throw error;
    }
  }
}
