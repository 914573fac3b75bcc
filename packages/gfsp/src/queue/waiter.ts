import type { Limit } from '../tasks/limit.ts';
import type { Dispatched, TakeRequest } from './dispatcher.ts';

/** Somebody who waits for a task, until there is one or `signal` aborts. */
export class Waiter<T> {
  readonly owner: string;
  readonly offer: Limit | undefined;
  /** Equal for equal offers: what one of them did not get, the next need not ask for. */
  readonly offerKey: string;
  readonly #answer = Promise.withResolvers<Dispatched<T> | undefined>();
  readonly #signal: AbortSignal;
  readonly #gone: (waiter: Waiter<T>) => void;
  readonly #leave = (): void => this.leave();
  #isAsking = false;
  #isLeaving = false;

  /** `gone` is called once, when it waits no longer. */
  constructor(request: TakeRequest, signal: AbortSignal, gone: (waiter: Waiter<T>) => void) {
    this.owner = request.owner;
    this.offer = request.offer;
    this.offerKey = request.offer ? Object.values(request.offer).join() : '';
    this.#signal = signal;
    this.#gone = gone;
    signal.addEventListener('abort', this.#leave, { once: true });
  }

  get answer(): Promise<Dispatched<T> | undefined> {
    return this.#answer.promise;
  }

  /** Without a task. While a queue is being asked for one it stays: that task would be nobody's. */
  leave(): void {
    if (this.#isAsking) this.#isLeaving = true;
    else this.#end(undefined);
  }

  /** A queue is asked; {@link receive} or {@link refuse} follows. */
  ask(): void {
    this.#isAsking = true;
  }

  /** What the queues had for it: it waits on when that is nothing. */
  receive(dispatched: Dispatched<T> | undefined): void {
    this.#isAsking = false;
    if (dispatched || this.#isLeaving) this.#end(dispatched);
  }

  refuse(error: unknown): void {
    this.#answer.reject(error);
    this.#end(undefined);
  }

  #end(dispatched: Dispatched<T> | undefined): void {
    this.#signal.removeEventListener('abort', this.#leave);
    this.#gone(this);
    this.#answer.resolve(dispatched);
  }
}
