/** Reads and writes one table by its definition. */
import { type Compilable, type InsertQueryBuilder, type InsertResult, type SelectQueryBuilder, sql } from 'kysely';
import type { Column, Columns, RowOf } from './columns.ts';
import type { TableDefinition } from './definition.ts';
import type { SqlValue } from './engine.ts';
import { type Builder, Place, type Session, type Values } from './session.ts';

/** The one table of a query, with its columns and its counting `id`. */
// biome-ignore lint/suspicious/noExplicitAny: values are places, and decoded by the definition
type Schema<C extends Columns> = { t: { [K in (keyof C & string) | 'id']: any } };
export type Select<C extends Columns> = SelectQueryBuilder<Schema<C>, 't', object>;

/** Marks where a value goes: written as that column is, under its name or another. */
export interface Marks<C extends Columns> {
  of(column: keyof C & string, name?: string): Place;
  /** Of a limit or an offset, which Kysely wants to be a number. */
  limit(name: string): number;
}

// biome-ignore lint/suspicious/noExplicitAny: as above
type Insert = InsertQueryBuilder<any, string, InsertResult>;
type Shape<C extends Columns> = (query: Select<C>, mark: Marks<C>) => Compilable;

/** Rows in one statement. SQLite takes 32,766 values, a table has up to 31 columns. */
const LOTS = [128, 16, 4, 1];

export class Table<C extends Columns> {
  readonly name: string;
  readonly session: Session;
  readonly #definition: TableDefinition<C>;
  readonly #entries: readonly (readonly [string, Column<unknown>])[];
  readonly #marks: Marks<C>;

  constructor(session: Session, definition: TableDefinition<C>, name: string = definition.name) {
    this.session = session;
    this.name = name;
    this.#definition = definition;
    this.#entries = Object.entries(definition.columns);
    this.#marks = {
      of: (column, as = column) => this.#place(column, as),
      limit: (as) => new Place(as, (value) => value as SqlValue) as unknown as number,
    };
  }

  /** Columns that are not given take their zero value. */
  async insert(row: Partial<RowOf<C>>): Promise<void> {
    await this.#write('insert', (builder) => this.#inserting(builder), row);
  }

  /** As insert; a row with the same key stays as it is. Whether the row is new. */
  async insertOrIgnore(row: Partial<RowOf<C>>): Promise<boolean> {
    const build = (builder: Builder) => this.#keeping(this.#inserting(builder));
    return (await this.#write('insertOrIgnore', build, row)) > 0;
  }

  /** As insert; a row with the same key gets these values, zero values too. Other unique columns must not clash. */
  async put(row: Partial<RowOf<C>>): Promise<void> {
    await this.#write('put', (builder) => this.#putting(builder, Object.keys(this.#definition.columns)), row);
  }

  /** As put, in few statements. No two of the rows have the same key. */
  putAll(rows: readonly Partial<RowOf<C>>[]): Promise<void> {
    return this.#writeAll('putAll', (builder, count) => this.#puttingAll(builder, count), rows);
  }

  /** As insertOrIgnore, in few statements. */
  insertOrIgnoreAll(rows: readonly Partial<RowOf<C>>[]): Promise<void> {
    const build = (builder: Builder, count: number) => this.#keeping(this.#insertingAll(builder, count));
    return this.#writeAll('insertOrIgnoreAll', build, rows);
  }

  /** As put; of a row that is there only what is given changes. */
  async merge(row: Partial<RowOf<C>>): Promise<void> {
    const given = Object.keys(row);
    await this.#write(`merge ${given}`, (builder) => this.#putting(builder, given), row);
  }

  /** Rows found. Writes exactly the columns of `set`, zero values too. */
  update(where: Partial<RowOf<C>>, set: Partial<RowOf<C>>): Promise<number> {
    const columns = Object.keys(set);
    if (columns.length === 0) return Promise.resolve(0);
    const conditions = this.#conditions(where);
    const name = `${this.name} update ${columns} where ${conditions}`;
    const build = (builder: Builder) => {
      let query = builder
        .updateTable(this.name)
        .set(Object.fromEntries(columns.map((column) => [column, this.#place(column, `set ${column}`)])));
      for (const column of conditions) query = query.where(column, '=', this.#place(column, column));
      return query;
    };
    const values: Record<string, unknown> = { ...where };
    for (const column of columns) values[`set ${column}`] = set[column as keyof typeof set];
    return this.session.changes(name, build, values);
  }

  /** Rows deleted. */
  delete(where: Partial<RowOf<C>>): Promise<number> {
    const conditions = this.#conditions(where);
    const build = (builder: Builder) => {
      let query = builder.deleteFrom(this.name);
      for (const column of conditions) query = query.where(column, '=', this.#place(column, column));
      return query;
    };
    return this.session.changes(`${this.name} delete ${conditions}`, build, where);
  }

  /**
   * One row at most. `lock` keeps others from writing it until the transaction ends; where there is none, it keeps those
   * who ask in the same way from being told so.
   */
  async get(where: Partial<RowOf<C>>, { lock = false }: { lock?: boolean } = {}): Promise<RowOf<C> | undefined> {
    // SQLite lets one transaction at a time write, whatever it reads
    if (!lock || this.session.engine === 'sqlite') return this.#get(where, false);
    const row = await this.#get(where, true);
    if (row) return row;
    await this.session.lock(`${this.name} ${Object.values(where).join(' ')}`);
    // the one who had it may have written the row
    return this.#get(where, true);
  }

  async #get(where: Partial<RowOf<C>>, lock: boolean): Promise<RowOf<C> | undefined> {
    const conditions = this.#conditions(where);
    const shape: Shape<C> = (all, mark) => {
      let query = all.limit(sql.lit(1));
      for (const column of conditions) query = query.where(sql.ref(column), '=', mark.of(column));
      return lock ? query.forUpdate() : query;
    };
    return (await this.select(`get ${conditions}${lock ? ' lock' : ''}`, shape, where))[0];
  }

  /** Rows as `shape` narrows them down; `name` is of the shape, within this table. */
  async select(name: string, shape: Shape<C>, values: Values = {}): Promise<RowOf<C>[]> {
    return this.read(`${this.name} ${name}`, (builder) => this.#selecting(builder, shape), values);
  }

  /** Rows of any query that selects these columns first, in their order; `name` is of the query. */
  async read(name: string, build: (builder: Builder) => Compilable, values: Values = {}): Promise<RowOf<C>[]> {
    const rows = await this.session.list(name, build, values);
    return rows.map((row) => this.decodeList(row));
  }

  async count(name: string, shape: Shape<C>, values: Values = {}): Promise<number> {
    const build = (builder: Builder) =>
      shape(builder.selectFrom(this.name).select(sql`count(*)`.as('n')) as unknown as Select<C>, this.#marks);
    const [row] = await this.session.rows(`${this.name} count ${name}`, build, values);
    return Number(row?.n ?? 0);
  }

  /** Names of the columns, as a join selects them. */
  get columns(): readonly string[] {
    return this.#entries.map(([column]) => column);
  }

  /** For queries over more than this table. */
  get marks(): Marks<C> {
    return this.#marks;
  }

  /** A row of zero values. */
  zero(): RowOf<C> {
    return this.decodeList(this.#entries.map(() => null));
  }

  /** A row of its values in the order of the columns; more may follow. */
  decodeList(row: readonly SqlValue[]): RowOf<C> {
    const out: Record<string, unknown> = {};
    for (let i = 0; i < this.#entries.length; i++) {
      const [name, column] = this.#entries[i]!;
      out[name] = column.decode(row[i]!);
    }
    return out as RowOf<C>;
  }

  #selecting(builder: Builder, shape: Shape<C>): Compilable {
    const query = builder.selectFrom(this.name).select(this.#entries.map(([column]) => `${this.name}.${column}`));
    return shape(query as unknown as Select<C>, this.#marks);
  }

  #putting(builder: Builder, columns: readonly string[]): Compilable {
    return this.#replacing(this.#inserting(builder), columns, (column) => this.#marks.of(column));
  }

  #inserting(builder: Builder): Insert {
    return builder
      .insertInto(this.name)
      .values(Object.fromEntries(this.#entries.map(([column]) => [column, this.#marks.of(column)])));
  }

  #puttingAll(builder: Builder, count: number): Compilable {
    const given = (column: string) =>
      this.session.engine === 'mysql' ? sql`values(${sql.ref(column)})` : sql.ref(`excluded.${column}`);
    return this.#replacing(this.#insertingAll(builder, count), this.columns, given);
  }

  /** A row with the same key gets `given` of these columns. */
  #replacing(insert: Insert, columns: readonly string[], given: (column: string) => unknown): Compilable {
    const key = this.#key;
    const changed = columns.filter((column) => !key.includes(column));
    if (changed.length === 0) return this.#keeping(insert);
    const set = Object.fromEntries(changed.map((column) => [column, given(column)]));
    if (this.session.engine === 'mysql') return insert.onDuplicateKeyUpdate(set);
    return insert.onConflict((on) => on.columns(key).doUpdateSet(set));
  }

  /** A row with the same key stays. */
  #keeping(insert: Insert): Compilable {
    return this.session.engine === 'mysql' ? insert.ignore() : insert.onConflict((on) => on.doNothing());
  }

  #insertingAll(builder: Builder, count: number): Insert {
    const rows = Array.from({ length: count }, (_, i) =>
      Object.fromEntries(this.#entries.map(([column]) => [column, this.#marks.of(column, `${i} ${column}`)])),
    );
    return builder.insertInto(this.name).values(rows);
  }

  /** In lots of few sizes, so that few texts are compiled. */
  async #writeAll(
    name: string,
    build: (builder: Builder, count: number) => Compilable,
    rows: readonly Partial<RowOf<C>>[],
  ): Promise<void> {
    for (let from = 0; from < rows.length; ) {
      const count = LOTS.find((size) => size <= rows.length - from)!;
      const lot = rows.slice(from, from + count);
      const values = lot.flatMap((row) => this.#encode(row));
      await this.session.changesOf(`${this.name} ${name} ${count}`, (builder) => build(builder, count), values);
      from += count;
    }
  }

  #encode(row: Partial<RowOf<C>>): SqlValue[] {
    const { engine } = this.session;
    return this.#entries.map(([name, { encode, zero }]) => encode(row[name] ?? zero, engine));
  }

  #write(name: string, build: (builder: Builder) => Compilable, row: Partial<RowOf<C>>): Promise<number> {
    return this.session.changes(`${this.name} ${name}`, build, row);
  }

  /** Columns that tell a row apart: the primary key, or those of the first unique index. */
  get #key(): string[] {
    const { primaryKey, indexes = [], name } = this.#definition;
    const key = primaryKey ?? indexes.find(({ unique }) => unique)?.columns;
    if (!key) throw new Error(`${name} has no key: rows can only be inserted`);
    return [...key];
  }

  #conditions(where: object): string[] {
    const names = Object.keys(where);
    if (names.length === 0) throw new Error(`${this.name}: a condition is needed`);
    return names;
  }

  #place(name: string, as: string): Place {
    const column = this.#definition.columns[name];
    if (!column) throw new Error(`${this.name}.${name}: no such column`);
    const { engine } = this.session;
    const { zero } = column;
    return new Place(as, (value) => column.encode(value === undefined ? zero : value, engine));
  }
}
