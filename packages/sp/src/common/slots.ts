import type { ErrorMaker } from '@prairie/gfsp';

/** How much of a kind is in work: whoever finds no slot is refused at once, nobody waits. */
export class Slots {
  readonly #max: number;
  readonly #busy: ErrorMaker;
  #taken = 0;

  constructor(max: number, busy: ErrorMaker) {
    this.#max = max;
    this.#busy = busy;
  }

  /** @throws `busy` when all are taken */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#taken >= this.#max) throw this.#busy();
    this.#taken += 1;
    try {
      return await work();
    } finally {
      this.#taken -= 1;
    }
  }
}
