/** The tables of the queues, in a schema of their own, and how they come to be. */
import type { Database, Queryable } from './database.ts';
import { queueDatabaseErrors } from './errors.ts';

/** Unix milliseconds by the clock of the database: one for all managers. */
export const NOW = '(extract(epoch from clock_timestamp()) * 1000)::bigint';

/**
 * `at`: when a ready task became so, when a waiting one will be, when a running one is out of time.
 * `rank`: smaller goes first; `seq` says who of the same rank was there before.
 * `estimate`: the fields of a limit in the order of LIMIT_FIELDS.
 * The collation makes the order of keys that of their bytes, whatever the language of the database.
 */
const tables = (schema: string): string => `
  CREATE TABLE ${schema}.task (
    queue text COLLATE "C" NOT NULL,
    key text COLLATE "C" NOT NULL,
    value text NOT NULL,
    priority smallint NOT NULL,
    timeout_ms bigint NOT NULL,
    max_attempts integer NOT NULL,
    estimate bigint[],
    state text NOT NULL CHECK (state IN ('ready', 'waiting', 'running')),
    attempts integer NOT NULL DEFAULT 0,
    owner text NOT NULL DEFAULT '',
    pushed_at bigint NOT NULL,
    at bigint NOT NULL,
    rank double precision NOT NULL,
    seq bigint GENERATED ALWAYS AS IDENTITY,
    PRIMARY KEY (queue, key)
  ) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);
  CREATE INDEX task_ready ON ${schema}.task (queue, rank, seq) WHERE state = 'ready';
  CREATE INDEX task_due ON ${schema}.task (queue, at) WHERE state <> 'ready';
  CREATE INDEX task_owner ON ${schema}.task (queue, owner) WHERE state = 'running';
`;

/** One script per version, in order; the schema's version is how many of them have run. */
const VERSIONS: readonly ((schema: string) => string)[] = [tables];

/**
 * Creates the schema or brings it up to date. Managers that start together take turns.
 * @throws 970005 when the schema is newer than this program
 */
export async function migrate(db: Database, schema: string): Promise<void> {
  await db.transaction(async (client) => {
    await client.query({ text: 'SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', values: [`schema ${schema}`] });
    const version = await versionOf(client, schema);
    if (version > VERSIONS.length) {
      throw queueDatabaseErrors.options(
        `queue schema ${schema} has version ${version}, this program knows ${VERSIONS.length}: use a newer one, or another schema`,
      );
    }
    if (version === VERSIONS.length) return;
    await client.query({ text: `CREATE SCHEMA IF NOT EXISTS ${schema}` });
    await client.query({ text: `CREATE TABLE IF NOT EXISTS ${schema}.meta (version integer NOT NULL)` });
    for (const script of VERSIONS.slice(version)) await client.query({ text: script(schema) });
    await client.query({ text: `DELETE FROM ${schema}.meta` });
    await client.query({ text: `INSERT INTO ${schema}.meta VALUES ($1)`, values: [VERSIONS.length] });
  });
}

async function versionOf(client: Queryable, schema: string): Promise<number> {
  const [found] = await client.query({ text: 'SELECT to_regclass($1) AS meta', values: [`${schema}.meta`] });
  if (found?.meta === null) return 0;
  const [row] = await client.query({ text: `SELECT version FROM ${schema}.meta` });
  return Number(row?.version ?? 0);
}
