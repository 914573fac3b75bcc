import { setImmediate as nextTurn } from 'node:timers/promises';

/**
 * Answers of the chain for all who ask in the same turn of the event loop: the gateway and the authenticator ask the same
 * about one request. The chain is asked after all of them, so that nobody gets an answer older than the question.
 */
export class OfOneTurn<A> {
  readonly #ask: (key: string) => Promise<A>;
  readonly #asked = new Map<string, Promise<A>>();

  constructor(ask: (key: string) => Promise<A>) {
    this.#ask = ask;
  }

  get(key: string): Promise<A> {
    let answer = this.#asked.get(key);
    if (!answer) {
      answer = this.#askLater(key);
      this.#asked.set(key, answer);
    }
    return answer;
  }

  async #askLater(key: string): Promise<A> {
    await nextTurn();
    this.#asked.delete(key);
    return this.#ask(key);
  }
}
