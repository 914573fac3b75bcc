import { BoundedCache } from '@prairie/chain';

/** How long a provider that was silent is asked after all others. */
const SILENT_MS = 60_000;

/** Who did not answer within a time a short while ago: what it has is asked of others first. */
export class SilentPeers {
  readonly #patienceMs: number;
  /** By endpoint, when it was noticed. */
  readonly #since = new BoundedCache<string, number>(1024);

  constructor(patienceMs: number) {
    this.#patienceMs = patienceMs;
  }

  has(endpoint: string): boolean {
    return performance.now() - (this.#since.get(endpoint) ?? Number.NEGATIVE_INFINITY) < SILENT_MS;
  }

  /** Notes whether the call is answered in time; an answer that comes late counts too. */
  async watch<T>(endpoint: string, call: () => Promise<T>): Promise<T> {
    const note = setTimeout(() => this.#since.set(endpoint, performance.now()), this.#patienceMs).unref();
    try {
      const answer = await call();
      this.#since.delete(endpoint);
      return answer;
    } finally {
      clearTimeout(note);
    }
  }
}
