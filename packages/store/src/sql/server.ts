/** What is done on a server and not within one of its databases. */
import { quoted } from './definition.ts';
import type { ServerAddress } from './engine.ts';

export type ServerLogin = Pick<ServerAddress, 'engine' | 'host' | 'port' | 'user' | 'password'>;

/** Makes the databases that are not there. The user must be allowed to. */
export async function createDatabases(login: ServerLogin, names: readonly string[]): Promise<void> {
  await onServer(login, async (execute, existing) => {
    for (const name of names.filter((one) => !existing.has(one))) {
      await execute(`CREATE DATABASE ${quoted(login.engine, name)}`);
    }
  });
}

/** Deletes the databases that are there, with all that is in them. */
export async function dropDatabases(login: ServerLogin, names: readonly string[]): Promise<void> {
  await onServer(login, async (execute) => {
    for (const name of names) await execute(`DROP DATABASE IF EXISTS ${quoted(login.engine, name)}`);
  });
}

type Execute = (sql: string) => Promise<void>;

function onServer(
  login: ServerLogin,
  work: (execute: Execute, existing: ReadonlySet<string>) => Promise<void>,
): Promise<void> {
  return login.engine === 'postgres' ? onPostgres(login, work) : onMysql(login, work);
}

async function onPostgres(
  { engine: _, ...login }: ServerLogin,
  work: (execute: Execute, existing: ReadonlySet<string>) => Promise<void>,
): Promise<void> {
  const { Client } = await import('pg');
  const client = new Client({ ...login, database: 'postgres' });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>('SELECT datname AS name FROM pg_database');
    await work(async (sql) => void (await client.query(sql)), new Set(rows.map(({ name }) => name)));
  } finally {
    await client.end();
  }
}

async function onMysql(
  { engine: _, ...login }: ServerLogin,
  work: (execute: Execute, existing: ReadonlySet<string>) => Promise<void>,
): Promise<void> {
  const { createConnection } = await import('mysql2/promise');
  const connection = await createConnection(login);
  try {
    const [rows] = await connection.query('SELECT schema_name AS name FROM information_schema.schemata');
    const names = (rows as { name: string }[]).map(({ name }) => name);
    await work(async (sql) => void (await connection.query(sql)), new Set(names));
  } finally {
    await connection.end();
  }
}
