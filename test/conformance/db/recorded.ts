/** The recorded databases of a reference provider: their schema, and every row. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cell, RawRow } from '@prairie/store/testing';

export interface RecordedColumn {
  readonly name: string;
  /** As MariaDB shows it: `bigint(20) unsigned`. */
  readonly type: string;
  /** May be null. */
  readonly null: boolean;
  /** SQL text: `NULL`, `0`; null without one. */
  readonly default: string | null;
  /** `auto_increment` or empty. */
  readonly extra: string;
}

export interface RecordedIndex {
  readonly name: string;
  readonly unique: boolean;
  readonly columns: readonly string[];
}

export interface RecordedTable {
  readonly columns: readonly RecordedColumn[];
  readonly indexes: readonly RecordedIndex[];
}

export interface RecordedDatabase {
  /** By name; a sharded table is 64 of them. */
  readonly tables: ReadonlyMap<string, RecordedTable>;
  /** Of the tables that have some. */
  readonly rows: ReadonlyMap<string, readonly RawRow[]>;
}

const SHARDS = Array.from({ length: 64 }, (_, shard) => String(shard).padStart(2, '0'));

/** The provider's own tables; all others are the block syncer's, in a database of their own. */
const OF_SPDB =
  /^(bucket_traffic|gc_object_progress|integrity_meta(_\d\d)?|migrate_.+|off_chain_auth_key(_v2)?|piece_hash|.+_event_log|read_record|recover_.+|shadow_integrity_meta|sp_info|swap_out_unit|upload_object_progress)$/;

export const isOfSpDb = (table: string): boolean => OF_SPDB.test(table);

/** `provider` is `sp0` or `sp1`; `fixtures` has the layout of `test/fixtures`. */
export function readDatabase(fixtures: string, provider: string): RecordedDatabase {
  const folder = join(fixtures, 'db');
  const schema = JSON.parse(readFileSync(join(folder, 'schema.json'), 'utf8')) as {
    tables: Record<string, RecordedTable>;
  };
  const tables = Object.entries(schema.tables).flatMap(([name, table]) => parts(name).map((part) => [part, table]));
  const files = readdirSync(folder).filter((file) => file.startsWith(`${provider}-`) && file.endsWith('.jsonl'));
  const rows = files.map((file) => [file.slice(provider.length + 1, -'.jsonl'.length), readRows(join(folder, file))]);
  return {
    tables: new Map(tables as [string, RecordedTable][]),
    rows: new Map(rows as [string, RawRow[]][]),
  };
}

const parts = (name: string): string[] =>
  name.endsWith('_NN') ? SHARDS.map((shard) => name.replace('NN', shard)) : [name];

/** `objects_15` is a part of `objects`. */
export const unsharded = (table: string): string => table.replace(/_\d\d$/, '');

/** Rows of a file; none when it is not there: empty tables have no file. */
export function readRows(file: string): RawRow[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => {
      const row = Object.entries(JSON.parse(line) as Record<string, unknown>);
      return Object.fromEntries(row.map(([column, value]) => [column, recordedCell(value, line)]));
    });
}

function recordedCell(value: unknown, line: string): Cell {
  if (value === null || typeof value === 'string') return value;
  if (typeof value !== 'object') return String(value);
  const text = goJson(value);
  if (!line.includes(text)) throw new Error(`expected ${text} in ${line}`);
  return text;
}

/** JSON columns stand in the lines as they were stored, which is as Go writes JSON. */
export function goJson(value: object): string {
  const escaped = (char: string) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(value).replace(/[&<>\u2028\u2029]/g, escaped);
}
