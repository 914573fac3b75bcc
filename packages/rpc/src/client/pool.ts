import { rpcErrors } from '../errors.ts';
import type { Endpoint } from './endpoint.ts';

/** The endpoints that serve one module, taken in turn. */
export class EndpointPool {
  readonly #name: string;
  readonly #endpoints: readonly Endpoint[];
  #turn = 0;

  /** `name` is the module's, for errors. */
  constructor(name: string, endpoints: readonly Endpoint[]) {
    this.#name = name;
    this.#endpoints = endpoints;
  }

  /**
   * The next endpoint that is connected; waits for one until `until` (unix ms). `avoid` just failed: it is taken only
   * when it is the only one. @throws 999999, or the signal's reason
   */
  async pick(until: number, signal?: AbortSignal, avoid?: Endpoint): Promise<Endpoint> {
    const began = Date.now();
    for (;;) {
      signal?.throwIfAborted();
      const ready = this.#nextReady(avoid);
      if (ready) return ready;
      const left = until - Date.now();
      if (left <= 0) throw this.#unreachable(Date.now() - began);
      await anyOf(
        this.#endpoints.map((endpoint) => endpoint.whenChanged()),
        left,
        signal,
      );
    }
  }

  #nextReady(avoid: Endpoint | undefined): Endpoint | undefined {
    const count = this.#endpoints.length;
    // all are asked, so that those that are not connected begin to be
    const ready = this.#endpoints.map((_, i) => this.#endpoints[(this.#turn + i) % count]!).filter((e) => e.isReady());
    const chosen = ready.find((endpoint) => endpoint !== avoid) ?? ready[0];
    if (chosen) this.#turn = (this.#endpoints.indexOf(chosen) + 1) % count;
    return chosen;
  }

  #unreachable(waitedMs: number): Error {
    const addresses = this.#endpoints.map(({ address }) => address).join(', ');
    return rpcErrors.transport(
      `module ${this.#name} is not reachable at ${addresses} (waited ${waitedMs} ms): is its process running there, ` +
        'and do both sides have the same TLS settings?',
    );
  }
}

/** Resolves when one of `events` does, after `ms`, or when the signal aborts. */
async function anyOf(events: readonly Promise<void>[], ms: number, signal: AbortSignal | undefined): Promise<void> {
  const { promise: bound, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  const stop = () => resolve();
  signal?.addEventListener('abort', stop, { once: true });
  try {
    await Promise.race([...events, bound]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
  }
}
