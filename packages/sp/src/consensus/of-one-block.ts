import { RememberedFinds } from '../common/remembered.ts';
import type { ChainHead } from './chain-head.ts';

type Ask<A> = (key: string) => Promise<A>;

/**
 * Answers of the chain that hold until its next block is heard; while blocks are not heard, each question is asked. What
 * is not there (`undefined`) is asked for again: the next block may bring it, and a client may know that block already.
 */
export class OfOneBlock<A> {
  readonly #head: ChainHead;
  readonly #ask: Ask<A>;
  readonly #remembered: RememberedFinds<A & {}>;

  constructor(entries: number, head: ChainHead, ask: Ask<A>) {
    this.#head = head;
    this.#ask = ask;
    this.#remembered = new RememberedFinds({ entries }, ask as Ask<(A & {}) | undefined>);
    head.onBlock(() => this.#remembered.forget());
  }

  get(key: string): Promise<A> {
    if (this.#head.height === undefined) return this.#ask(key);
    // undefined comes only from an `ask` that may answer it
    return this.#remembered.get(key) as Promise<A>;
  }

  /** Whether `get` would ask nobody. */
  knows(key: string): boolean {
    return this.#head.height !== undefined && this.#remembered.knows(key);
  }
}
