import { ACQUIRE_TIMEOUT } from '../engine.ts';

/** One at a time, in the order they came. */
export class Turns {
  readonly #queue: (() => void)[] = [];
  #taken = false;

  get free(): boolean {
    return !this.#taken;
  }

  get waiting(): number {
    return this.#queue.length;
  }

  /** @throws Error when those before take longer than {@link ACQUIRE_TIMEOUT} */
  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.#taken) await this.#wait();
    this.#taken = true;
    try {
      return await work();
    } finally {
      const next = this.#queue.shift();
      // the turn passes on without a moment in which it is free: nobody may slip in between
      if (next) next();
      else this.#taken = false;
    }
  }

  #wait(): Promise<void> {
    return new Promise((resolve, reject) => {
      const begin = () => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        this.#queue.splice(this.#queue.indexOf(begin), 1);
        const seconds = ACQUIRE_TIMEOUT / 1000;
        reject(new Error(`no turn to write within ${seconds} s: does a transaction use tables that it was not given?`));
      }, ACQUIRE_TIMEOUT);
      this.#queue.push(begin);
    });
  }
}
