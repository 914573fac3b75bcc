import type { PieceStore } from '@prairie/gfsp';

/** Whose turn it is: everything that reaches outside waits for it, so that a test decides what comes before what. */
export class Turns {
  #waiting: (() => void)[] = [];
  #running = 0;

  /** One step: begins when it is chosen, and ends before another one begins. */
  async step<T>(work: () => T | Promise<T>): Promise<T> {
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#running += 1;
    try {
      return await work();
    } finally {
      this.#running -= 1;
    }
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Lets one of those that wait do its step. */
  async choose(which: number): Promise<void> {
    const [chosen] = this.#waiting.splice(which % this.#waiting.length, 1);
    chosen?.();
    await this.quiet();
  }

  /** Until all wait, or are done. */
  async quiet(): Promise<void> {
    do await new Promise(setImmediate);
    while (this.#running > 0);
  }

  /** As a crash: nobody ever gets another turn. */
  drop(): void {
    this.#waiting = [];
  }
}

/** Names come one in a step, as a store reads them. */
export function storeInTurns<T extends Pick<PieceStore, 'list'>>(store: T, turns: Turns): T {
  async function* list(prefix: string): AsyncGenerator<string> {
    for await (const key of store.list(prefix)) {
      await turns.step(() => {});
      yield key;
    }
  }
  const steps = inTurns(store, turns);
  const get = (_: T, name: string | symbol): unknown => (name === 'list' ? list : Reflect.get(steps, name));
  return new Proxy(store, { get });
}

/** The same object, each of whose methods is a step. */
export function inTurns<T extends object>(target: T, turns: Turns): T {
  const get = (of: T, name: string | symbol): unknown => {
    const value = Reflect.get(of, name) as unknown;
    if (typeof value !== 'function') return value;
    return (...args: unknown[]) => turns.step(() => value.apply(of, args) as unknown);
  };
  return new Proxy(target, { get });
}
