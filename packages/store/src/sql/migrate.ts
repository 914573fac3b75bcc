/** The schema's history: only forward, one start at a time, never twice. */
import type { Connection, Engine, EngineName } from './engine.ts';
import { readSchema, type Schema } from './schema.ts';

/**
 * Takes the schema from version n to n + 1, where n is its place in the list. Never changed once released. MySQL ends a
 * transaction with each change of a schema: a step that was cut short there is begun again, and must stand that.
 */
export type Migration = (schema: Schema) => Promise<void>;

export interface History {
  /** Of which tables: one database may have those of both. */
  readonly name: 'spdb' | 'bsdb';
  /** Oldest first. */
  readonly migrations: readonly Migration[];
  /**
   * Of a database that has tables but no version: the version it is taken for, 0 for one that has none of ours.
   * @throws Error for a schema that is not known
   */
  adopt(schema: Schema): Promise<number>;
}

/** Any number that nothing else in the database locks. */
const LOCK_KEY = 7_726_331;
const LOCK_SECONDS = 600;
const VERSION_TABLE = `CREATE TABLE IF NOT EXISTS schema_version (
  name VARCHAR(16) PRIMARY KEY,
  version INTEGER NOT NULL
)`;
/** A column of the table as earlier releases made it: SQLite's files had one row for the tables of one history. */
const UNNAMED = 'one_row_id';

/**
 * Applies what is missing.
 * @throws Error when the schema is newer than the list, or not known: this program must not write to it
 */
export async function migrate(engine: Engine, history: History): Promise<void> {
  const { name, migrations } = history;
  if ((await schemaVersion(engine, name)) === migrations.length) return;
  const work = async (connection: Connection) => {
    const schema = await readSchema(engine.name, connection);
    // read under the lock: another process may have been faster
    const version = (await versionIn(schema, name)) ?? (await history.adopt(schema));
    if (version > migrations.length) throw newer(engine.location, version, migrations.length);
    if (schema.has('schema_version', UNNAMED)) await schema.execute('DROP TABLE schema_version');
    await connection.execute(VERSION_TABLE);
    // before the first step: one that is cut short is continued, not judged anew
    await writeVersion(connection, name, version);
    for (let next = version; next < migrations.length; next++) {
      await migrations[next]!(schema);
      await writeVersion(connection, name, next + 1);
    }
  };
  await engine.transaction((connection) => locked(engine.name, connection, work), { unhurried: true });
}

/**
 * Removes those tables, and what is known of their history.
 * @throws Error when they were not made by it
 */
export async function erase(engine: Engine, { name }: History, tables: readonly string[]): Promise<void> {
  const work = async (connection: Connection) => {
    const schema = await readSchema(engine.name, connection);
    const there = tables.filter((table) => schema.has(table));
    if (there.length === 0) return;
    if ((await versionIn(schema, name)) === undefined) {
      throw new Error(`${engine.location} has a table ${there[0]} that this program did not make: nothing was removed`);
    }
    // from here on they are incomplete: a start that finds some of them makes the others
    await writeVersion(connection, name, 0);
    for (const table of there) await schema.dropTable(table);
  };
  await engine.transaction((connection) => locked(engine.name, connection, work), { unhurried: true });
}

/** undefined for a database without one. */
export async function schemaVersion(engine: Engine, name: History['name']): Promise<number | undefined> {
  return versionIn(await readSchema(engine.name, engine), name);
}

async function versionIn(schema: Schema, name: History['name']): Promise<number | undefined> {
  if (!schema.has('schema_version')) return undefined;
  const where = schema.has('schema_version', UNNAMED) ? '' : ` WHERE name = '${name}'`;
  const { rows } = await schema.connection.execute(`SELECT version FROM schema_version${where}`);
  return rows[0] && Number(rows[0].version);
}

async function writeVersion(connection: Connection, name: History['name'], version: number): Promise<void> {
  const update = `UPDATE schema_version SET version = ${version} WHERE name = '${name}'`;
  if ((await connection.execute(update)).changes > 0) return;
  await connection.execute(`INSERT INTO schema_version (name, version) VALUES ('${name}', ${version})`);
}

async function locked<T>(engine: EngineName, connection: Connection, work: (connection: Connection) => Promise<T>) {
  await lock(engine, connection);
  try {
    return await work(connection);
  } finally {
    // a connection that is lost has no locks any more: what ended it is to be told
    await unlock(engine, connection).catch(() => {});
  }
}

/** SQLite's transaction is a lock itself. */
async function lock(engine: EngineName, connection: Connection): Promise<void> {
  if (engine === 'postgres') await connection.execute(`SELECT pg_advisory_xact_lock(${LOCK_KEY})`);
  if (engine !== 'mysql') return;
  const { rows } = await connection.execute(`SELECT GET_LOCK(CONCAT('prairie ', DATABASE()), ${LOCK_SECONDS}) AS got`);
  if (Number(rows[0]?.got) !== 1) throw new Error('another process changes the schema of this database for long');
}

async function unlock(engine: EngineName, connection: Connection): Promise<void> {
  if (engine === 'mysql') await connection.execute(`SELECT RELEASE_LOCK(CONCAT('prairie ', DATABASE()))`);
}

function newer(location: string, version: number, known: number): Error {
  return new Error(
    `${location} has schema version ${version}, this program knows up to ${known}: ` +
      'it was written by a newer release. Start that release, or use another database',
  );
}
