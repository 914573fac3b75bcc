/** Recorded rows against those of a database here. */
import type { VectorReport } from '@prairie/chain/conformance';
import type { EngineName } from '@prairie/store';
import type { Cell, RawRow } from '@prairie/store/testing';
import { type RecordedColumn, type RecordedTable, unsharded } from './recorded.ts';

/** As a table's key: a number that the server gives to a row, in the order of its inserts. Nothing refers to it. */
const ROW_NUMBER = 'id';

/** What tells the rows of a table apart; shards go by the name before their number. */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  buckets: ['bucket_name'],
  data_migration_record: ['process_key'],
  epoch: [],
  event_cancel_migration_bucket: ['bucket_name', 'create_at'],
  event_cancel_swap_out: ['storage_provider_id', 'create_at'],
  event_complete_migration_bucket: ['bucket_name', 'create_at'],
  event_migration_bucket: ['bucket_name', 'create_at'],
  event_reject_migrate_bucket: ['bucket_name', 'create_at'],
  event_sp_exit: ['storage_provider_id', 'create_at'],
  event_sp_exit_complete: ['storage_provider_id', 'create_at'],
  event_swap_out: ['storage_provider_id', 'create_at'],
  event_swap_out_complete: ['storage_provider_id', 'create_at'],
  global_virtual_group_families: ['global_virtual_group_family_id'],
  global_virtual_groups: ['global_virtual_group_id'],
  groups: ['group_name', 'account_id'],
  local_virtual_groups: ['bucket_id', 'local_virtual_group_id'],
  master_db: [],
  object_id_map: ['object_id'],
  objects: ['bucket_name', 'object_name', 'object_id'],
  payment_accounts: ['addr'],
  permission: ['resource_type', 'resource_id', 'principal_value'],
  slash_prefix_tree_nodes: ['bucket_name', 'full_name', 'is_object'],
  statements: ['policy_id', 'effect', 'action_value', 'resources'],
  put_object_event_log: ['update_time', 'object_id'],
  put_object_success_event_log: ['update_time', 'object_id'],
  seal_failed_event_log: ['update_time', 'object_id'],
  storage_providers: ['sp_id'],
  stream_records: ['account'],
  upload_failed_event_log: ['update_time', 'object_id'],
};

export interface Compared {
  table: string;
  recorded: readonly RawRow[];
  here: readonly RawRow[];
  schema: RecordedTable;
  engine: EngineName;
}

/** A mismatch says table, row, column, and both values, and is the same in all engines. */
export function compareRows({ table, recorded, here, schema, engine }: Compared): VectorReport {
  if (recorded.length + here.length === 0) return { matched: 0, total: 0, mismatches: [] };
  const keys = keysOf(table, schema);
  const columns = schema.columns.filter(({ name }) => name !== ROW_NUMBER || !primaryKey(schema).includes(name));
  const left = new Map(here.map((row) => [keyOf(row, keys), row]));
  const mismatches = left.size < here.length ? [`${here.length - left.size} rows are here twice`] : [];
  let matched = 0;
  for (const row of recorded) {
    const key = keyOf(row, keys);
    const ours = left.get(key);
    left.delete(key);
    const found = ours ? compareRow(row, ours, columns, engine) : ['is not here'];
    if (found.length === 0) matched++;
    mismatches.push(...found.map((text) => `${key}${text}`));
  }
  mismatches.push(...[...left.keys()].map((key) => `${key}was not recorded`));
  return { matched, total: recorded.length + left.size, mismatches };
}

function compareRow(recorded: RawRow, ours: RawRow, columns: readonly RecordedColumn[], engine: EngineName): string[] {
  return columns.flatMap(({ name, type }) => {
    const value = ours[name];
    if (value === undefined) return [`${name}: there is no such column`];
    const cell = type === 'longblob' && engine !== 'mysql' ? amount(value) : value;
    return cell === recorded[name] ? [] : [`${name}: ${recorded[name]} is recorded, ${cell} is here`];
  });
}

/** A number that SQLite and PostgreSQL have in digits, as the reference writes it: a byte for the sign, the magnitude. */
export function amount(digits: Cell): Cell {
  if (digits === null) return null;
  const magnitude = BigInt(digits.replace('-', '')).toString(16);
  const bytes = magnitude === '0' ? '' : magnitude.padStart(magnitude.length + (magnitude.length % 2), '0');
  return `${digits.startsWith('-') ? '03' : '02'}${bytes}`;
}

export function keysOf(table: string, schema: RecordedTable): readonly string[] {
  const primary = primaryKey(schema);
  const keys = KEYS[unsharded(table)] ?? (primary.includes(ROW_NUMBER) ? undefined : primary);
  if (!keys) throw new Error(`what tells rows of ${table} apart?`);
  return keys;
}

const primaryKey = ({ indexes }: RecordedTable): readonly string[] =>
  indexes.find(({ name }) => name === 'PRIMARY')?.columns ?? [];

/** `fx-pub a.txt 1 `: ids without their zeros. */
export const keyOf = (row: RawRow, keys: readonly string[]): string =>
  keys.map((key) => `${row[key]?.replace(/^0+(?=[0-9a-f]+$)/, '') ?? 'null'} `).join('');
