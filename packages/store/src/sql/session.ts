/**
 * Queries on one connection, or on one transaction. Kysely builds them and compiles them for the engine, once per name:
 * what changes from call to call are the values, whose places are marked (`place`). Building a query anew costs more
 * than SQLite takes to answer it.
 */
import { BoundedCache } from '@prairie/chain';
import {
  type Compilable,
  DummyDriver,
  Kysely,
  MysqlAdapter,
  MysqlIntrospector,
  MysqlQueryCompiler,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import type { Connection, EngineName, SqlResult, SqlRow, SqlValue } from './engine.ts';

/** Tables and columns are named by their definitions, which Kysely does not know: see `table.ts` for the typed face. */
// biome-ignore lint/suspicious/noExplicitAny: the schema is in the definitions
export type Builder = Kysely<any>;

const DIALECTS = {
  sqlite: [SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler],
  postgres: [PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler],
  mysql: [MysqlAdapter, MysqlIntrospector, MysqlQueryCompiler],
} as const;

function makeBuilder(engine: EngineName): Builder {
  const [Adapter, Introspector, QueryCompiler] = DIALECTS[engine];
  return new Kysely({
    dialect: {
      createAdapter: () => new Adapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new Introspector(db),
      createQueryCompiler: () => new QueryCompiler(),
    },
  });
}

/** Where a value goes in a compiled query. */
export class Place {
  readonly name: string;
  readonly encode: (value: unknown) => SqlValue;

  constructor(name: string, encode: (value: unknown) => SqlValue) {
    this.name = name;
    this.encode = encode;
  }
}

export type Values = Readonly<Record<string, unknown>>;

interface Compiled {
  readonly sql: string;
  /** Places, and values that never change. */
  readonly parameters: readonly (Place | SqlValue)[];
}

/** Distinct queries: a sharded table has one per shard and name. */
const MAX_COMPILED = 4096;

/** Compiled queries of a database, shared by its sessions. */
export class Queries {
  readonly engine: EngineName;
  readonly #builder: Builder;
  readonly #compiled = new BoundedCache<string, Compiled>(MAX_COMPILED);

  constructor(engine: EngineName) {
    this.engine = engine;
    this.#builder = makeBuilder(engine);
  }

  get(name: string, build: (builder: Builder) => Compilable): Compiled {
    return this.#compiled.getOrMake(name, () => {
      const { sql, parameters } = build(this.#builder).compile();
      return { sql, parameters: parameters as Compiled['parameters'] };
    });
  }
}

export class Session {
  readonly queries: Queries;
  readonly connection: Connection;

  constructor(queries: Queries, connection: Connection) {
    this.queries = queries;
    this.connection = connection;
  }

  get engine(): EngineName {
    return this.queries.engine;
  }

  /** `name` is of the query as `build` makes it: the same text must always come of it. */
  query(name: string, build: (builder: Builder) => Compilable, values: Values = {}): Promise<SqlResult> {
    const compiled = this.queries.get(name, build);
    return this.connection.execute(compiled.sql, bind(compiled, values));
  }

  /** Rows with their values in the order of the query's columns. */
  list(name: string, build: (builder: Builder) => Compilable, values: Values = {}): Promise<SqlValue[][]> {
    const compiled = this.queries.get(name, build);
    return this.connection.list(compiled.sql, bind(compiled, values));
  }

  async rows(name: string, build: (builder: Builder) => Compilable, values?: Values): Promise<SqlRow[]> {
    return (await this.query(name, build, values)).rows;
  }

  async changes(name: string, build: (builder: Builder) => Compilable, values?: Values): Promise<number> {
    return (await this.query(name, build, values)).changes;
  }

  /** As `changes`, with values as the engine takes them, in the order of their places. */
  async changesOf(name: string, build: (builder: Builder) => Compilable, values: readonly SqlValue[]): Promise<number> {
    return (await this.connection.execute(this.queries.get(name, build).sql, values)).changes;
  }

  /** See {@link Connection.lock}. */
  lock(name: string): Promise<void> {
    return this.connection.lock(name);
  }

  /** Text of its own, such as a schema. */
  execute(sql: string, params?: readonly SqlValue[]): Promise<SqlResult> {
    return this.connection.execute(sql, params);
  }
}

function bind({ parameters }: Compiled, values: Values): SqlValue[] {
  return parameters.map((one) => (one instanceof Place ? one.encode(values[one.name]) : one));
}
