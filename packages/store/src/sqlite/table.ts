/** Tables declared once: the columns give the schema, the type of a row, and how it is read and written. */
import type { Column, Columns, RowOf } from './columns.ts';
import type { SqliteDatabase, SqlRow, SqlValue } from './database.ts';

export interface TableDefinition<C extends Columns> {
  readonly name: string;
  readonly columns: C;
  /** Without one the table has a column `id` that counts up. */
  readonly primaryKey?: readonly (keyof C & string)[];
  readonly unique?: readonly (readonly (keyof C & string)[])[];
  /** Columns, and for a partial index ` WHERE …` behind them. */
  readonly indexes?: readonly string[];
}

/** A definition whose columns' types do not matter. */
export interface TableShape {
  readonly name: string;
  readonly columns: Record<string, { readonly sql: string }>;
  readonly primaryKey?: readonly string[];
  readonly unique?: readonly (readonly string[])[];
  readonly indexes?: readonly string[];
}

export function defineTable<const C extends Columns>(definition: TableDefinition<C>): TableDefinition<C> {
  return definition;
}

/** `CREATE …` statements; names of indexes are global in SQLite, so they start with the table's. */
export function ddl(definition: TableShape, name: string = definition.name): string {
  const { columns, primaryKey, unique = [], indexes = [] } = definition;
  const lines = Object.entries(columns).map(([column, { sql }]) => `"${column}" ${sql}`);
  if (primaryKey) lines.push(`PRIMARY KEY (${primaryKey.join(', ')})`);
  else lines.unshift('id INTEGER PRIMARY KEY');
  for (const key of unique) lines.push(`UNIQUE (${key.join(', ')})`);
  const statements = [`CREATE TABLE IF NOT EXISTS "${name}" (${lines.join(', ')})`];
  for (const [i, spec] of indexes.entries()) {
    const [on, where] = spec.split(' WHERE ');
    const condition = where ? ` WHERE ${where}` : '';
    statements.push(`CREATE INDEX IF NOT EXISTS "${name}_idx${i}" ON "${name}" (${on})${condition}`);
  }
  return statements.join(';\n');
}

export class Table<C extends Columns> {
  readonly name: string;
  private readonly db: SqliteDatabase;
  private readonly entries: readonly (readonly [string, Column<unknown>])[];
  private readonly columns: C;
  private readonly insertSql: string;

  constructor(db: SqliteDatabase, definition: Pick<TableDefinition<C>, 'name' | 'columns'>, name = definition.name) {
    this.db = db;
    this.name = name;
    this.columns = definition.columns;
    this.entries = Object.entries(definition.columns);
    const names = this.entries.map(([column]) => `"${column}"`).join(', ');
    this.insertSql = `INTO "${name}" (${names}) VALUES (${this.entries.map(() => '?').join(', ')})`;
  }

  /** Columns that are not given take their zero value. */
  insert(row: Partial<RowOf<C>>): void {
    this.db.run(`INSERT ${this.insertSql}`, this.values(row));
  }

  /** As insert; a row with the same key stays as it is. Whether the row is new. */
  insertOrIgnore(row: Partial<RowOf<C>>): boolean {
    return this.db.run(`INSERT OR IGNORE ${this.insertSql}`, this.values(row)) > 0;
  }

  /** As insert; rows with the same key or the same unique columns give way. */
  replace(row: Partial<RowOf<C>>): void {
    this.db.run(`INSERT OR REPLACE ${this.insertSql}`, this.values(row));
  }

  /** Rows changed. Writes exactly the columns of `set`, zero values too. */
  update(where: Partial<RowOf<C>>, set: Partial<RowOf<C>>): number {
    const assignments = Object.keys(set).map((column) => `"${column}" = ?`);
    if (assignments.length === 0) return 0;
    const sql = `UPDATE "${this.name}" SET ${assignments.join(', ')} WHERE ${this.condition(where)}`;
    return this.db.run(sql, [...this.encode(set), ...this.encode(where)]);
  }

  delete(where: Partial<RowOf<C>>): number {
    return this.db.run(`DELETE FROM "${this.name}" WHERE ${this.condition(where)}`, this.encode(where));
  }

  get(where: Partial<RowOf<C>>): RowOf<C> | undefined {
    return this.select(`WHERE ${this.condition(where)} LIMIT 1`, this.encode(where))[0];
  }

  /** Rows by what follows `SELECT … FROM table`. */
  select(tail: string, params: readonly SqlValue[] = []): RowOf<C>[] {
    const sql = `SELECT ${this.selection()} FROM "${this.name}" ${tail}`;
    return this.db.all(sql, params).map((row) => this.decode(row));
  }

  count(tail: string, params: readonly SqlValue[] = []): number {
    return Number(this.db.get(`SELECT count(*) AS n FROM "${this.name}" ${tail}`, params)?.n ?? 0);
  }

  /** The columns as a join names them. */
  selection(alias: string = this.name): string {
    return this.entries.map(([column]) => `"${alias}"."${column}"`).join(', ');
  }

  decode(row: SqlRow): RowOf<C> {
    const out: Record<string, unknown> = {};
    for (const [name, column] of this.entries) out[name] = column.decode(row[name] ?? null);
    return out as RowOf<C>;
  }

  /** A row of zero values. */
  zero(): RowOf<C> {
    return this.decode({});
  }

  private condition(where: Partial<RowOf<C>>): string {
    const names = Object.keys(where);
    if (names.length === 0) throw new Error(`${this.name}: a condition is needed`);
    return names.map((name) => `"${name}" = ?`).join(' AND ');
  }

  private values(row: Partial<RowOf<C>>): SqlValue[] {
    return this.entries.map(([name, column]) => column.encode(row[name] ?? column.zero));
  }

  private encode(part: Partial<RowOf<C>>): SqlValue[] {
    return Object.entries(part).map(([name, value]) => {
      const column = this.columns[name];
      if (!column || value === undefined) throw new Error(`${this.name}.${name}: no such column, or no value`);
      return column.encode(value);
    });
  }
}
