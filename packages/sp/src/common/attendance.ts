import { randomUUID } from 'node:crypto';
import { backoffMs, type Logger, type Modules, sleep } from '@prairie/gfsp';

/** A manager that was away is asked again after 100 ms, 200 ms, … at most 2 s: it has our work on its books. */
const BACKOFF = { baseMs: 100, maxMs: 2000 };

/**
 * Keeps a call to the manager open as long as this process lives, under a name of its own that no other process and no
 * later run has. When the process dies the call breaks, and what it had in work goes to others at once.
 */
export class Attendance {
  readonly member: string;
  readonly #client: Modules;
  readonly #logger: Logger;
  readonly #stopping = new AbortController();
  #running: Promise<void> = Promise.resolve();

  /** `role` begins the name: `uploader`, `taskexecutor`. */
  constructor(role: string, { client, logger }: { client: Modules; logger: Logger }) {
    this.member = `${role}-${randomUUID()}`;
    this.#client = client;
    this.#logger = logger;
  }

  start(): void {
    this.#running = this.#attend();
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new Error(`${this.member} is leaving`));
    await this.#running;
  }

  async #attend(): Promise<void> {
    const { signal } = this.#stopping;
    for (let failures = 0; !signal.aborted; failures++) {
      const began = Date.now();
      try {
        await this.#client.manager.attend(this.member, signal);
      } catch (error) {
        if (!signal.aborted) this.#logger.debug('the manager is away', { member: this.member, error });
      }
      if (Date.now() - began > BACKOFF.maxMs) failures = 0;
      await sleep(backoffMs(failures + 1, BACKOFF), signal).catch(() => {});
    }
  }
}
