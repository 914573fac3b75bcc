/** Pages of what is in a folder, with the objects' rows. */
import type { NameQuery } from '@prairie/gfsp';
import { sql } from 'kysely';
import { afterPrefix, byBytes, rangeOf } from '../name-range.ts';
import type { RowOf } from '../sql/columns.ts';
import type { SqlValue } from '../sql/engine.ts';
import type { Builder } from '../sql/session.ts';
import type { Table } from '../sql/table.ts';
import { type AnySelect, unionPage } from '../sql/union.ts';
import { type objectTable, prefixTreeTable } from './schema/resources.ts';

export interface Entry {
  /** A folder's ends with `/`. */
  name: string;
  folder: boolean;
  /** undefined for a folder, and for a node whose object is missing. */
  object: RowOf<typeof objectTable.columns> | undefined;
}

type Nodes = Table<typeof prefixTreeTable.columns>;
type Objects = Table<typeof objectTable.columns>;

/** A part of the nodes of one path, in byte order. `end` is exclusive. */
interface NodeRange {
  readonly from: string;
  readonly end: string | undefined;
  /** Of the nodes at the very beginning: the folder alone, or all but the folder. */
  readonly first?: 'folder' | 'objects';
}

const SLASH = '/';
const BY_NAME = ['full_name', 'is_object'];
const { full_name, is_folder } = prefixTreeTable.columns;

/** Entries of the folder that the prefix ends in, by full name in byte order. */
export async function entriesOf(nodes: Nodes, objects: Objects, query: NameQuery): Promise<Entry[]> {
  const folder = query.prefix.includes(SLASH) ? query.prefix.slice(0, query.prefix.lastIndexOf(SLASH) + 1) : SLASH;
  const ranges = rangesOf(query.prefix, query.from, folder);
  const build = (builder: Builder) => {
    const parts = ranges.map((range, i) => nodesIn(builder, nodes, range, i));
    const limit = nodes.marks.limit('limit');
    // of one range the index has the order; what a union made has to be sorted again
    const page =
      parts.length === 1 ? parts[0]! : unionPage(builder, nodes.session.engine, parts, { by: BY_NAME, limit });
    const entries = withObjects(builder, page, objects);
    return parts.length === 1 ? entries.limit(limit) : entries;
  };
  const values: Record<string, unknown> = { bucket_name: query.bucket, path_name: folder, limit: query.limit };
  for (const [i, { from, end }] of ranges.entries()) {
    values[`from ${i}`] = from;
    values[`end ${i}`] = end;
  }
  const kinds = ranges.map(({ end, first }) => `${first}${end === undefined}`);
  const rows = await nodes.session.list(`${nodes.name} list ${kinds}`, build, values);
  return rows.map((row) => entryOf(row, objects));
}

/** The root and the folder `/` share the path `/`, and what is in which stands apart by its full name. */
function rangesOf(prefix: string, from: string, folder: string): NodeRange[] {
  const range = rangeOf(prefix, from);
  if (folder !== SLASH) return [range];
  if (prefix !== '') return [prefix.startsWith(SLASH) ? { ...range, first: 'objects' } : range];
  const after = afterPrefix(SLASH)!;
  const parts: NodeRange[] = [];
  if (byBytes(from, SLASH) < 0) parts.push({ from, end: SLASH });
  if (byBytes(from, SLASH) <= 0) parts.push({ from: SLASH, end: undefined, first: 'folder' });
  return [...parts, { from: byBytes(from, after) < 0 ? after : from, end: undefined }];
}

function nodesIn(builder: Builder, { name, marks }: Nodes, { end, first }: NodeRange, i: number): AnySelect {
  let query: AnySelect = builder
    .selectFrom(name)
    .select(['full_name', 'is_folder', 'is_object', 'object_id'])
    .where('bucket_name', '=', marks.of('bucket_name'))
    .where('path_name', '=', marks.of('path_name'));
  const begin = marks.of('full_name', `from ${i}`);
  if (first === 'folder') return query.where('full_name', '=', begin).where('is_folder', '=', sql.lit(true));
  query = query.where('full_name', '>=', begin);
  if (end !== undefined) query = query.where('full_name', '<', marks.of('full_name', `end ${i}`));
  if (first === undefined) return query;
  return query.where((is) => is.or([is('full_name', '<>', SLASH), is('is_folder', '=', sql.lit(false))]));
}

function withObjects(builder: Builder, page: AnySelect, objects: Objects): AnySelect {
  return builder
    .selectFrom(page.as('n'))
    .leftJoin(`${objects.name} as o`, (join) =>
      join.onRef('o.object_id', '=', 'n.object_id').on('n.is_object', '=', sql.lit(true)),
    )
    .select(objects.columns.map((column) => `o.${column}`))
    .select(['n.full_name as node_name', 'n.is_folder as node_is_folder', 'o.object_id as found_id'])
    .orderBy('n.full_name')
    .orderBy('n.is_object');
}

/** The object's columns come first, then those of the node. */
function entryOf(row: readonly SqlValue[], objects: Objects): Entry {
  const [nodeName, nodeIsFolder, foundId] = row.slice(objects.columns.length);
  return {
    name: full_name.decode(nodeName!),
    folder: is_folder.decode(nodeIsFolder!),
    object: foundId === null ? undefined : objects.decodeList(row),
  };
}
