/** Databases for tests, in every engine: SQLite in a temporary folder, PostgreSQL and MariaDB on servers of their own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { createConnection } from 'mysql2/promise';
import { Client } from 'pg';
import type { LocalServer, Login } from '../../../../test/support/local-server.ts';
import { skipWithoutMariaDb, startMariaDb } from '../../../../test/support/mariadb.ts';
import { skipWithoutPostgres, startPostgres } from '../../../../test/support/postgres.ts';
import type { DatabaseAddress, EngineName, ServerAddress } from '../sql/engine.ts';

export interface TestDatabases {
  readonly engine: EngineName;
  /** Why tests on this engine are left out; false when they run. For `describe` and `test`. */
  readonly skip: string | false;
  /** Address of a new database that has no tables. A server starts with the first one. */
  fresh(): Promise<DatabaseAddress>;
}

/** For a test file: servers end with its last test. */
export function testDatabases(): TestDatabases[] {
  const servers = new DatabaseServers();
  after(() => servers.close());
  return servers.engines;
}

/** Servers for tests. Whoever makes it closes it. */
export class DatabaseServers {
  readonly engines: TestDatabases[] = [
    { engine: 'sqlite', skip: false, fresh: () => this.#file() },
    { engine: 'postgres', skip: skipWithoutPostgres(), fresh: () => this.#database('postgres') },
    { engine: 'mysql', skip: skipWithoutMariaDb(), fresh: () => this.#database('mysql') },
  ];
  readonly #servers: Partial<Record<ServerAddress['engine'], Promise<LocalServer>>> = {};
  #folder: string | undefined;
  #made = 0;

  /** Ends the servers and removes all databases. */
  async close(): Promise<void> {
    const started = await Promise.allSettled(Object.values(this.#servers));
    await Promise.all(started.map((start) => start.status === 'fulfilled' && start.value.remove()));
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true });
  }

  async #file(): Promise<DatabaseAddress> {
    this.#folder ??= mkdtempSync(join(tmpdir(), 'prairie-sqlite-'));
    return { engine: 'sqlite', path: join(this.#folder, `${++this.#made}.db`) };
  }

  async #database(engine: ServerAddress['engine']): Promise<DatabaseAddress> {
    this.#servers[engine] ??= START[engine]();
    const { login } = await this.#servers[engine];
    const database = `prairie_${++this.#made}`;
    await EXECUTE[engine](login, `CREATE DATABASE ${database}`);
    return { engine, ...login, database };
  }
}

type PerServer<T> = Readonly<Record<ServerAddress['engine'], T>>;

const START: PerServer<() => Promise<LocalServer>> = {
  postgres: () => startPostgres({ lasting: false }),
  mysql: startMariaDb,
};

const EXECUTE: PerServer<(login: Login, sql: string) => Promise<void>> = {
  async postgres(login, sql) {
    const client = new Client({ ...login, database: 'postgres' });
    await client.connect();
    await client.query(sql).finally(() => client.end());
  },
  async mysql(login, sql) {
    const connection = await createConnection({ ...login });
    await connection.query(sql).finally(() => connection.end());
  },
};
