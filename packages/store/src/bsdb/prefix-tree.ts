/**
 * Folders of a bucket, so that listing with the delimiter `/` reads one row per entry
 * (`reference/block-syncer-and-db.md` §7).
 *
 * Invariant: a folder has a node exactly while something is in it.
 */
import type { NameQuery } from '@prairie/gfsp';
import { sql } from 'kysely';
import { afterPrefix } from '../name-range.ts';
import { bucketShard } from '../shards.ts';
import type { RowOf } from '../sql/columns.ts';
import type { Session } from '../sql/session.ts';
import { ShardedTable } from '../sql/sharded-table.ts';
import type { Table } from '../sql/table.ts';
import { type Entry, entriesOf } from './prefix-listing.ts';
import { objectTable, prefixTreeTable } from './schema/resources.ts';

export type { Entry };
export type PrefixNode = RowOf<typeof prefixTreeTable.columns>;

export interface NamedObject {
  bucket: string;
  objectName: string;
  objectId: bigint;
}

/** Path of what is in no folder, and of what is in the folder `/` of names that begin with a slash. */
export const ROOT = '/';

export class PrefixTree {
  readonly #nodes: ShardedTable<typeof prefixTreeTable.columns>;
  readonly #objects: ShardedTable<typeof objectTable.columns>;

  constructor(session: Session) {
    this.#nodes = new ShardedTable(session, prefixTreeTable);
    this.#objects = new ShardedTable(session, objectTable);
  }

  /** Adds the object and the folders above it that are missing. */
  insert(bucket: string, objectName: string, objectId: bigint): Promise<void> {
    return this.insertAll([{ bucket, objectName, objectId }]);
  }

  /** As insert, of objects with different names, in few statements. */
  async insertAll(entries: readonly NamedObject[]): Promise<void> {
    for (const [shard, part] of Map.groupBy(entries, ({ bucket }) => bucketShard(bucket))) {
      const objects: Partial<PrefixNode>[] = [];
      const folders = new Map<string, Partial<PrefixNode>>();
      for (const { bucket, objectName, objectId } of part) {
        const nodes = nodesOf(objectName);
        objects.push({ ...nodes.object, bucket_name: bucket, object_id: objectId, object_name: objectName });
        for (const folder of nodes.folders) {
          folders.set(`${bucket}/${folder.full_name}`, { ...folder, bucket_name: bucket });
        }
      }
      const table = this.#nodes.of(shard);
      await table.putAll(objects);
      await table.insertOrIgnoreAll([...folders.values()]);
    }
  }

  /** Removes the object and the folders above it that are empty then. */
  async remove(bucket: string, objectName: string, objectId: bigint): Promise<void> {
    const table = this.#nodes.of(bucketShard(bucket));
    const { folders, object } = nodesOf(objectName);
    const { path_name, full_name } = object;
    const key = { bucket_name: bucket, path_name, full_name, is_object: true, object_id: objectId };
    if ((await table.delete(key)) === 0) return;
    for (const folder of folders) {
      if (await hasChild(table, bucket, folder.full_name)) return;
      const { path_name, full_name } = folder;
      await table.delete({ bucket_name: bucket, path_name, full_name, is_object: false });
    }
  }

  /** Entries of the folder that the prefix ends in, by full name in byte order. */
  list(query: NameQuery): Promise<Entry[]> {
    const shard = bucketShard(query.bucket);
    return entriesOf(this.#nodes.of(shard), this.#objects.of(shard), query);
  }

  /** Every node of a bucket, for checks. */
  nodes(bucket: string): Promise<PrefixNode[]> {
    return this.#nodes
      .of(bucketShard(bucket))
      .select(
        'all of bucket',
        (all, mark) => all.where('bucket_name', '=', mark.of('bucket_name')).orderBy('path_name').orderBy('full_name'),
        { bucket_name: bucket },
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

async function hasChild(
  table: Table<typeof prefixTreeTable.columns>,
  bucket: string,
  folder: string,
): Promise<boolean> {
  const rows = await table.select(
    'child',
    (all, mark) =>
      all
        .where('bucket_name', '=', mark.of('bucket_name'))
        .where('path_name', '=', mark.of('path_name'))
        .where('full_name', '>=', mark.of('full_name', 'from'))
        .where('full_name', '<', mark.of('full_name', 'end'))
        // the folder `/` has the path that its own children have
        .where((is) =>
          is.or([is('full_name', '<>', mark.of('full_name', 'from')), is('is_folder', '=', sql.lit(false))]),
        )
        .limit(sql.lit(1)),
    { bucket_name: bucket, path_name: folder, from: folder, end: afterPrefix(folder) },
  );
  return rows.length > 0;
}
