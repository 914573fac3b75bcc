/** A bounded pool of connections, whose failures are errors with codes. */
import { Pool, type PoolClient } from 'pg';
import type { GfSpError } from '../../errors.ts';
import { queueDatabaseErrors, toQueueError } from './errors.ts';
import type { ResolvedOptions } from './options.ts';

export type Row = Record<string, unknown>;

/** One statement. A `name` has the server prepare it once a connection. */
export interface Statement {
  text: string;
  name?: string;
  values?: readonly unknown[];
}

export interface Queryable {
  query(statement: Statement): Promise<Row[]>;
}

export class Database implements Queryable {
  readonly options: ResolvedOptions;
  readonly #pool: Pool;
  #closed = false;

  constructor(options: ResolvedOptions) {
    this.options = options;
    this.#pool = new Pool({
      ...options.client,
      max: options.poolSize,
      idleTimeoutMillis: 30_000,
      allowExitOnIdle: true,
    });
    // A connection that breaks while nobody uses it leaves the pool; the next statement makes a new one.
    this.#pool.on('error', () => {});
  }

  /** @throws 970003 when the server does not answer, 970004 when it refuses, 970006 when this is closed */
  async query(statement: Statement): Promise<Row[]> {
    this.#admit();
    try {
      return await run(this.#pool, statement);
    } catch (error) {
      throw this.#translate(error);
    }
  }

  /** All of `work` or nothing of it. */
  async transaction<T>(work: (client: Queryable) => Promise<T>): Promise<T> {
    this.#admit();
    const client = await this.#pool.connect().catch((error: unknown) => {
      throw this.#translate(error);
    });
    // A broken connection is told by the statement that fails, and must not end the process as an unheard event.
    const ignore = (): void => {};
    client.on('error', ignore);
    let broken = true;
    try {
      await client.query('BEGIN');
      const result = await work({ query: (statement) => run(client, statement) });
      await client.query('COMMIT');
      broken = false;
      return result;
    } catch (error) {
      broken = await client.query('ROLLBACK').then(
        () => false,
        () => true,
      );
      throw this.#translate(error);
    } finally {
      client.off('error', ignore);
      client.release(broken);
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#pool.end();
  }

  #admit(): void {
    if (this.#closed) throw queueDatabaseErrors.closed();
    const { maxPending, where } = this.options;
    if (this.#pool.waitingCount < maxPending) return;
    throw queueDatabaseErrors.unavailable(
      `the queue database at ${where} is behind: ${maxPending} statements wait for a connection, try again later`,
    );
  }

  #translate(error: unknown): GfSpError {
    if (this.#closed) return queueDatabaseErrors.closed();
    return toQueueError(error, this.options.where, this.options.secrets);
  }
}

async function run(client: Pool | PoolClient, { text, name, values = [] }: Statement): Promise<Row[]> {
  const result = await client.query<Row>({ text, values: [...values], ...(name === undefined ? {} : { name }) });
  return result.rows;
}
