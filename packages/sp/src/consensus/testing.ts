/** A chain whose blocks come when the test says so. */
import type { Consensus } from '@prairie/gfsp';

export class SteppedChain implements Pick<Consensus, 'chainId' | 'currentHeight' | 'waitForHeight'> {
  readonly chainId = 'greenfield_9000-121';
  height = 1n;
  /** Nobody answers. */
  away = false;
  readonly #waiting = new Set<() => void>();

  async currentHeight(): Promise<bigint> {
    if (this.away) throw new Error('the node is away');
    return this.height;
  }

  waitForHeight(wanted: bigint, signal?: AbortSignal): Promise<bigint> {
    return new Promise((resolve, reject) => {
      const look = () => {
        if (this.height < wanted) return;
        this.#waiting.delete(look);
        resolve(this.height);
      };
      signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
      this.#waiting.add(look);
      look();
    });
  }

  /** Makes a block that those who listen hear; resolves once they have. */
  async addBlock(): Promise<void> {
    this.height++;
    for (const look of [...this.#waiting]) look();
    await heard();
  }
}

/** Lets what is under way come to rest. */
export const heard = (): Promise<void> => new Promise(setImmediate);
