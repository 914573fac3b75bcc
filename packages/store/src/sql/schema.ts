/** What is in a database, and how migrations change it: each step may have been done by a start that was cut short. */
import { createIndex, createTable, type Index, indexesOf, indexName, quoted, type TableShape } from './definition.ts';
import type { Connection, EngineName, SqlRow } from './engine.ts';

const COLUMNS: Record<EngineName, string> = {
  sqlite: `SELECT m.name AS table_name, c.name AS column_name FROM sqlite_master m, pragma_table_info(m.name) c
    WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'`,
  postgres: 'SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema()',
  mysql: `SELECT table_name AS table_name, column_name AS column_name, column_type AS column_type
    FROM information_schema.columns WHERE table_schema = database()`,
};
const INDEXES: Record<EngineName, string> = {
  sqlite: `SELECT tbl_name AS table_name, name AS index_name FROM sqlite_master WHERE type = 'index'`,
  postgres:
    'SELECT tablename AS table_name, indexname AS index_name FROM pg_indexes WHERE schemaname = current_schema()',
  mysql: `SELECT DISTINCT table_name AS table_name, index_name AS index_name
    FROM information_schema.statistics WHERE table_schema = database()`,
};

export class Schema {
  readonly engine: EngineName;
  readonly connection: Connection;
  /** Columns of each table, with their types in MySQL (`varchar(64)`), else empty. */
  readonly tables: Map<string, Map<string, string>>;
  readonly #indexes: Set<string>;

  /** Use {@link readSchema}. */
  constructor(engine: EngineName, connection: Connection, columns: readonly SqlRow[], indexes: readonly SqlRow[]) {
    this.engine = engine;
    this.connection = connection;
    this.tables = new Map();
    for (const { table_name, column_name, column_type } of columns) {
      const table = this.tables.get(String(table_name)) ?? new Map<string, string>();
      this.tables.set(String(table_name), table.set(String(column_name), String(column_type ?? '')));
    }
    this.#indexes = new Set(indexes.map(({ table_name, index_name }) => `${table_name} ${index_name}`));
  }

  has(table: string, column?: string): boolean {
    const columns = this.tables.get(table);
    return column === undefined ? columns !== undefined : (columns?.has(column) ?? false);
  }

  /** The table with its indexes; of one that is there nothing changes but that missing indexes are added. */
  async createTable(definition: TableShape, table = definition.name): Promise<void> {
    if (this.has(table)) {
      for (const index of indexesOf(this.engine, definition)) await this.addIndex(table, index);
      return;
    }
    for (const statement of createTable(this.engine, definition, table)) await this.execute(statement);
    const columns = Object.entries(definition.columns);
    this.tables.set(table, new Map(columns.map(([name, { types }]) => [name, types[this.engine].toLowerCase()])));
    for (const index of indexesOf(this.engine, definition)) this.#indexes.add(this.#indexKey(table, index));
  }

  /** A column of that definition; rows that are there get its zero, or NULL, by `fill` (`DEFAULT 0`). */
  async addColumn(definition: TableShape, column: string, { table = definition.name, fill = '' } = {}): Promise<void> {
    if (this.has(table, column)) return;
    const type = definition.columns[column]!.types[this.engine];
    await this.execute(
      `ALTER TABLE ${quoted(this.engine, table)} ADD COLUMN ${quoted(this.engine, column)} ${type} ${fill}`,
    );
    this.tables.get(table)?.set(column, type.toLowerCase());
  }

  async addIndex(table: string, index: Index): Promise<void> {
    if (this.#indexes.has(this.#indexKey(table, index))) return;
    await this.execute(createIndex(this.engine, table, index));
    this.#indexes.add(this.#indexKey(table, index));
  }

  async dropTable(table: string): Promise<void> {
    if (!this.tables.delete(table)) return;
    await this.execute(`DROP TABLE ${quoted(this.engine, table)}`);
    for (const key of this.#indexes) if (key.startsWith(`${table} `)) this.#indexes.delete(key);
  }

  async dropIndex(table: string, name: string): Promise<void> {
    if (!this.#indexes.delete(`${table} ${name}`)) return;
    const on = this.engine === 'mysql' ? ` ON ${quoted(this.engine, table)}` : '';
    await this.execute(`DROP INDEX ${quoted(this.engine, name)}${on}`);
  }

  /** Names of a table's indexes as the database has them. */
  indexesOf(table: string): string[] {
    return [...this.#indexes].filter((key) => key.startsWith(`${table} `)).map((key) => key.slice(table.length + 1));
  }

  async execute(statement: string): Promise<void> {
    await this.connection.execute(statement);
  }

  #indexKey(table: string, index: Index): string {
    return `${table} ${indexName(this.engine, table, index)}`;
  }
}

export async function readSchema(engine: EngineName, connection: Connection): Promise<Schema> {
  const columns = await connection.execute(COLUMNS[engine]);
  const indexes = await connection.execute(INDEXES[engine]);
  return new Schema(engine, connection, columns.rows, indexes.rows);
}
