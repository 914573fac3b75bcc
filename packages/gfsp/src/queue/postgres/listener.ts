/** A connection that hears what other managers say, and comes back when it is lost. */
import { Client } from 'pg';
import { backoffMs, sleep } from '../../backoff.ts';
import type { Logger } from '../../logger.ts';
import { toQueueError } from './errors.ts';
import type { ResolvedOptions } from './options.ts';

export interface ListenerDependencies {
  onMessage: (text: string) => void;
  /** It hears again; what was said meanwhile was missed. */
  onReturn: () => void;
  logger: Logger;
}

export class Listener {
  readonly #options: ResolvedOptions;
  readonly #dependencies: ListenerDependencies;
  readonly #closing = new AbortController();
  #client: Client | undefined;
  #returning: Promise<void> | undefined;

  constructor(options: ResolvedOptions, dependencies: ListenerDependencies) {
    this.#options = options;
    this.#dependencies = dependencies;
  }

  /** @throws 970003 or 970004 when the first connection cannot be made */
  async start(): Promise<void> {
    try {
      await this.#connect();
    } catch (error) {
      throw this.#translate(error);
    }
  }

  /** Finds out whether the connection still stands: one whose peer is gone without a word would be silent for ever. */
  async check(): Promise<void> {
    const client = this.#client;
    await client?.query('SELECT 1').catch(() => this.#lost(client));
  }

  async close(): Promise<void> {
    this.#closing.abort();
    const client = this.#client;
    this.#client = undefined;
    await client?.end().catch(() => {});
    await this.#returning;
  }

  async #connect(): Promise<void> {
    const client = new Client(this.#options.client);
    const lost = (): void => this.#lost(client);
    client.on('error', lost);
    client.on('end', lost);
    client.on('notification', ({ payload }) => this.#dependencies.onMessage(payload ?? ''));
    try {
      await client.connect();
      await client.query(`LISTEN ${this.#options.schema}`);
      this.#closing.signal.throwIfAborted();
      this.#client = client;
    } catch (error) {
      void client.end().catch(() => {});
      throw error;
    }
  }

  #lost(client: Client): void {
    if (this.#client !== client || this.#closing.signal.aborted) return;
    this.#client = undefined;
    void client.end().catch(() => {});
    this.#dependencies.logger.warn('the queue database is gone, connecting again', { where: this.#options.where });
    this.#returning ??= this.#return().finally(() => {
      this.#returning = undefined;
    });
  }

  /** Tries for as long as the engine is open: without this, tasks of other managers would only be seen by the sweep. */
  async #return(): Promise<void> {
    const { signal } = this.#closing;
    for (let failures = 1; !signal.aborted; failures++) {
      await sleep(backoffMs(failures, this.#options.reconnect), signal).catch(() => {});
      if (signal.aborted) return;
      try {
        await this.#connect();
        this.#dependencies.logger.info('the queue database is back', { where: this.#options.where, failures });
        return this.#dependencies.onReturn();
      } catch (error) {
        this.#dependencies.logger.debug('the queue database is still gone', { error: this.#translate(error) });
      }
    }
  }

  #translate(error: unknown): Error {
    return toQueueError(error, this.#options.where, this.#options.secrets);
  }
}
