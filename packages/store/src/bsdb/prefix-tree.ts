/**
 * Folders of a bucket, so that listing with the delimiter `/` reads one row per entry
 * (`reference/block-syncer-and-db.md` §7).
 *
 * Invariant: a folder has a node exactly while something is in it.
 *
 * The root and the folder `/` (of names that start with a slash) have the same path, `/`: what is in which is told by
 * the full name.
 */

import type { NameQuery } from '@prairie/gfsp';
import { afterPrefix } from '../name-range.ts';
import { bucketShard } from '../shards.ts';
import type { RowOf } from '../sqlite/columns.ts';
import type { SqliteDatabase, SqlValue } from '../sqlite/database.ts';
import { ShardedTable } from '../sqlite/sharded-table.ts';
import type { Table } from '../sqlite/table.ts';
import type { ObjectRow } from './objects.ts';
import { objectTable, prefixTreeTable } from './schema/resources.ts';

export type PrefixNode = RowOf<typeof prefixTreeTable.columns>;

export interface Entry {
  /** A folder's ends with `/`. */
  name: string;
  folder: boolean;
  /** undefined for a folder, and for a node whose object is missing. */
  object: ObjectRow | undefined;
}

const ROOT = '/';
/** Sorts right after everything that starts with a slash. */
const AFTER_SLASH = '0';

export class PrefixTree {
  private readonly db: SqliteDatabase;
  private readonly shards: ShardedTable<typeof prefixTreeTable.columns>;
  private readonly objects: ShardedTable<typeof objectTable.columns>;

  constructor(db: SqliteDatabase) {
    this.db = db;
    this.shards = new ShardedTable(db, prefixTreeTable);
    this.objects = new ShardedTable(db, objectTable);
  }

  /** Adds the object and the folders above it that are missing. */
  insert(bucket: string, objectName: string, objectId: bigint): void {
    const table = this.shards.of(bucketShard(bucket));
    const { folders, object } = nodesOf(objectName);
    table.replace({ ...object, bucket_name: bucket, object_id: objectId, object_name: objectName });
    // deepest first: above a folder that is there, all are
    for (const folder of folders) {
      if (!table.insertOrIgnore({ ...folder, bucket_name: bucket })) return;
    }
  }

  /** Removes the object and the folders above it that are empty then. */
  remove(bucket: string, objectName: string, objectId: bigint): void {
    const table = this.shards.existing(bucketShard(bucket));
    if (!table) return;
    const { folders, object } = nodesOf(objectName);
    const removed = table.delete({
      bucket_name: bucket,
      path_name: object.path_name,
      full_name: object.full_name,
      is_object: true,
      object_id: objectId,
    });
    if (removed === 0) return;
    for (const folder of folders) {
      if (hasChild(table, bucket, folder.full_name)) return;
      const { path_name, full_name } = folder;
      table.delete({ bucket_name: bucket, path_name, full_name, is_object: false });
    }
  }

  /** Entries of the folder that the prefix ends in, by full name in byte order. */
  list({ bucket, prefix, from, limit }: NameQuery): Entry[] {
    const nodes = this.shards.existing(bucketShard(bucket));
    const objects = this.objects.existing(bucketShard(bucket));
    if (!nodes || !objects) return [];
    const folder = prefix.includes('/') ? prefix.slice(0, prefix.lastIndexOf('/') + 1) : ROOT;
    const end = afterPrefix(prefix);
    const params: SqlValue[] = [bucket, folder, prefix, from];
    if (end !== undefined) params.push(end);
    const rows = this.db.all(
      `SELECT n.full_name AS node_name, n.is_folder AS node_is_folder, ${objects.selection('o')}
       FROM "${nodes.name}" n LEFT JOIN "${objects.name}" o ON n.is_object = 1 AND o.object_id = n.object_id
       WHERE n.bucket_name = ? AND n.path_name = ? AND n.full_name >= max(?, ?)
         ${end === undefined ? '' : 'AND n.full_name < ?'} ${folder === ROOT ? rootOnly(prefix) : ''}
       ORDER BY n.full_name, n.is_object LIMIT ?`,
      [...params, limit],
    );
    return rows.map((row) => ({
      name: String(row.node_name),
      folder: row.node_is_folder !== 0n,
      object: row.object_id === null ? undefined : objects.decode(row),
    }));
  }

  /** Every node of a bucket, for checks. */
  nodes(bucket: string): PrefixNode[] {
    return (
      this.shards
        .existing(bucketShard(bucket))
        ?.select('WHERE bucket_name = ? ORDER BY path_name, full_name', [bucket]) ?? []
    );
  }
}

type Node = Pick<PrefixNode, 'path_name' | 'full_name' | 'name'>;

/** Nodes of a name: its folders, deepest first, and itself (§7.1). */
function nodesOf(objectName: string): { folders: (Node & { is_folder: true })[]; object: Node & { is_object: true } } {
  const parts = objectName.split('/');
  const last = parts.pop()!;
  const folders: (Node & { is_folder: true })[] = [];
  let full = '';
  for (const part of parts) {
    const node = { path_name: full === '' ? ROOT : full, full_name: `${full}${part}/`, name: `${part}/` };
    full = node.full_name;
    folders.unshift({ ...node, is_folder: true });
  }
  return {
    folders,
    object: { path_name: full === '' ? ROOT : full, full_name: objectName, name: last, is_object: true },
  };
}

function hasChild(table: Table<typeof prefixTreeTable.columns>, bucket: string, folder: string): boolean {
  const tail = `WHERE bucket_name = ? AND path_name = ? AND full_name >= ? AND full_name < ?
    AND NOT (full_name = path_name AND is_folder = 1) LIMIT 1`;
  return table.select(tail, [bucket, folder, folder, afterPrefix(folder)!]).length > 0;
}

/** Of the nodes with path `/`, those that are in the folder `/`, or those that are not. */
function rootOnly(prefix: string): string {
  return prefix.startsWith('/')
    ? `AND NOT (n.full_name = '/' AND n.is_folder = 1)`
    : `AND (n.full_name < '/' OR n.full_name >= '${AFTER_SLASH}' OR (n.full_name = '/' AND n.is_folder = 1))`;
}
