/** Recorded rows, read through the contracts of the databases, and written as they were recorded. */
import { enumType, toChecksumAddress } from '@prairie/chain';
import type { BsDbReader, SpDb } from '@prairie/gfsp';
import type { Cell, RawRow } from '@prairie/store/testing';
import { amount } from './compare.ts';
import { goJson, type RecordedColumn } from './recorded.ts';

export interface Databases {
  spdb: SpDb;
  bsdb: BsDbReader;
}

type Reader = (databases: Databases, row: Fields) => Promise<object | undefined>;

const ALL = 1000;
const NO_ACCOUNT = '0'.repeat(40);

/** A recorded row's fields as the contracts take them. */
class Fields {
  readonly row: RawRow;

  constructor(row: RawRow) {
    this.row = row;
  }

  text(column: string): string {
    return this.row[column] ?? '';
  }

  number(column: string): number {
    return Number(this.row[column]);
  }

  bigint(column: string): bigint {
    return BigInt(this.text(column));
  }

  flag(column: string): boolean {
    return this.text(column) === '1';
  }

  id(column: string): bigint {
    return BigInt(`0x${this.row[column]}`);
  }

  address(column: string): string {
    return toChecksumAddress(Buffer.from(this.text(column), 'hex'));
  }
}

const newest = 1n << 62n;

/** How a recorded row is found; tables that no contract reads have none. */
export const READERS: Readonly<Record<string, Reader>> = {
  buckets: ({ bsdb }, row) => bsdb.buckets.byName(row.text('bucket_name')),
  epoch: ({ bsdb }) => bsdb.epoch.get(),
  event_cancel_migration_bucket: async ({ bsdb }, row) =>
    (await bsdb.events.latestCancelMigrations([row.id('bucket_id')]))[0],
  event_complete_migration_bucket: ({ bsdb }, row) => bsdb.events.latestCompleteMigration(row.id('bucket_id')),
  event_migration_bucket: ({ bsdb }, row) => bsdb.events.latestMigration(row.id('bucket_id')),
  event_sp_exit: ({ bsdb }, row) => bsdb.events.latestSpExit(row.number('storage_provider_id'), newest),
  event_sp_exit_complete: ({ bsdb }, row) =>
    bsdb.events.latestCompleteSpExit(row.number('storage_provider_id'), newest),
  global_virtual_group_families: ({ bsdb }, row) =>
    bsdb.virtualGroups.family(row.number('global_virtual_group_family_id')),
  global_virtual_groups: ({ bsdb }, row) => bsdb.virtualGroups.gvg(row.number('global_virtual_group_id')),
  async groups({ bsdb }, row) {
    if (row.text('account_id') === NO_ACCOUNT) return bsdb.groups.live(row.id('group_id'));
    const members = await bsdb.groups.membersOf(row.id('group_id'), toChecksumAddress(new Uint8Array(20)), ALL);
    return members.find(({ account_id }) => account_id === row.address('account_id'));
  },
  local_virtual_groups: ({ bsdb }, row) =>
    bsdb.virtualGroups.liveLvg(row.id('bucket_id'), row.number('local_virtual_group_id')),
  object_id_map: ({ bsdb }, row) => bsdb.objects.byId(row.id('object_id')),
  objects: ({ bsdb }, row) => bsdb.objects.byId(row.id('object_id')),
  async payment_accounts({ bsdb }, row) {
    const accounts = await bsdb.payments.accountsOf(row.address('owner'));
    return accounts.find(({ addr }) => addr === row.address('addr'));
  },
  async permission({ bsdb }, row) {
    const type = enumType('greenfield.resource.ResourceType').byName.get(row.text('resource_type'))!;
    const policies = await bsdb.permissions.pageOfResource({ type, id: row.id('resource_id') }, 0n, ALL);
    return policies.find(({ policy_id }) => policy_id === row.id('policy_id'));
  },
  async slash_prefix_tree_nodes({ bsdb }, row) {
    const prefix = row.text('path_name') === '/' ? '' : row.text('path_name');
    const query = { bucket: row.text('bucket_name'), prefix, from: '', limit: ALL };
    const entry = (await bsdb.prefixTree.list(query)).find(({ name }) => name === row.text('full_name'));
    return entry && { ...entry.object, full_name: entry.name, is_folder: entry.folder };
  },
  statements: async ({ bsdb }, row) => (await bsdb.permissions.statementsOf([row.id('policy_id')]))[0],
  stream_records: ({ bsdb }, row) => bsdb.payments.streamRecord(row.address('account')),

  bucket_traffic: ({ spdb }, row) => spdb.getBucketTraffic(row.bigint('bucket_id'), row.text('month')),
  integrity_meta: ({ spdb }, row) => spdb.getIntegrity(row.bigint('object_id'), row.number('redundancy_index')),
  off_chain_auth_key: ({ spdb }, row) => spdb.getAuthKey(scopeOf(row)),
  off_chain_auth_key_v2: ({ spdb }, row) => spdb.getAuthKeyV2(scopeOf(row), row.text('public_key')),
  async read_record({ spdb }, row) {
    const time = row.bigint('read_timestamp_us');
    return (await spdb.listReadRecords(row.bigint('bucket_id'), time, time + 1n, ALL))[0];
  },
  async sp_info({ spdb }, row) {
    const rows = await spdb.listSpInfo();
    return rows.find(
      (one) => one.operator_address === row.text('operator_address') && one.is_own === row.flag('is_own'),
    );
  },
  upload_object_progress: ({ spdb }, row) => spdb.getUploadProgress(row.bigint('object_id')),
};

const scopeOf = (row: Fields) => ({ user_address: row.text('user_address'), domain: row.text('domain') });

/** In this table the enum is written as a number. */
const NUMBER = '';
const ENUMS: Readonly<Record<string, string>> = {
  effect: 'greenfield.permission.Effect',
  redundancy_type: 'greenfield.storage.RedundancyType',
  resource_type: 'greenfield.resource.ResourceType',
  source_type: 'greenfield.storage.SourceType',
  status: 'greenfield.storage.BucketStatus',
  visibility: 'greenfield.storage.VisibilityType',
  'objects status': 'greenfield.storage.ObjectStatus',
  'sp_info status': NUMBER,
  'stream_records status': 'greenfield.payment.StreamAccountStatus',
};

/** The columns of a contract's row that the recorded table has, as cells. */
function recordedForm(table: string, row: object, columns: readonly RecordedColumn[]): Record<string, Cell> {
  const values = row as Record<string, unknown>;
  const shown = columns.filter(({ name }) => name in values);
  return Object.fromEntries(shown.map((column) => [column.name, cellOf(table, column, values[column.name])]));
}

function cellOf(table: string, { name, type }: RecordedColumn, value: unknown): Cell {
  const enumName = ENUMS[`${table} ${name}`] ?? ENUMS[name];
  if (value === undefined) return null;
  if (enumName) return enumType(enumName).byNumber.get(Number(value)) ?? null;
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (value instanceof Uint8Array) return hex(value);
  if (Array.isArray(value)) return listOf(name, value);
  if (name === 'tags') return tagsOf(value as { tags: unknown[] });
  if (type === 'binary(32)')
    return BigInt(value as bigint)
      .toString(16)
      .padStart(64, '0');
  if (type === 'binary(20)') return String(value).slice(2).toLowerCase();
  if (type === 'longblob') return amount(String(value));
  if (type.startsWith('datetime')) return localTime(Number(value));
  return String(value);
}

const tagsOf = (value: { tags: unknown[] }): Cell => (value.tags.length === 0 ? null : goJson(value));

function listOf(name: string, values: readonly unknown[]): Cell {
  if (name === 'global_virtual_group_ids' || name === 'secondary_sp_ids') return values.join(',') || null;
  if (name === 'checksums') return `{${values.map((bytes) => `"\\\\x${hex(bytes as Uint8Array)}"`).join(',')}}`;
  if (name === 'resources') return values.length === 0 ? null : `{${values.map((text) => `"${text}"`).join(',')}}`;
  return values.map((value) => (value instanceof Uint8Array ? hex(value) : value)).join(',');
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** Times are in the server's zone. */
function localTime(ms: number): string {
  const zone = new Date(ms).getTimezoneOffset() * 60_000;
  return new Date(ms - zone).toISOString().replace('T', ' ').replace('Z', '');
}

/** What does not come through the contracts as it was recorded. */
export async function compareRead(
  databases: Databases,
  table: string,
  columns: readonly RecordedColumn[],
  row: RawRow,
): Promise<string[]> {
  const found = await READERS[table]!(databases, new Fields(row));
  // contracts show what is live, and some of them nothing else
  if (!found) return row.removed === '1' ? [] : ['is not found'];
  const cells = Object.entries(recordedForm(table, found, columns));
  return cells.flatMap(([column, cell]) =>
    cell === row[column] ? [] : [`${column}: ${row[column]} is recorded, ${cell} is read`],
  );
}
