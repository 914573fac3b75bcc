/** `reference/gateway-http.md` §5.9.3. */
import type { BsDbReader, ListObjectsPage, ListObjectsQuery, NameQuery } from '@prairie/gfsp';
import { objectMeta } from './records.ts';

const MAX_KEYS = 1000;

/** One row more than the page is read: its name is where the next page begins. */
export function listObjects(db: BsDbReader, query: ListObjectsQuery): Promise<ListObjectsPage> {
  const maxKeys = Math.min(query.max_keys, MAX_KEYS);
  const names: NameQuery = {
    bucket: query.bucket_name,
    prefix: query.prefix,
    from: query.continuation_token || query.start_after,
    limit: maxKeys + 1,
  };
  return query.delimiter === '/' ? listFolder(db, names, maxKeys) : listAll(db, names, maxKeys, query.include_removed);
}

async function listAll(
  db: BsDbReader,
  names: NameQuery,
  maxKeys: number,
  includeRemoved: boolean,
): Promise<ListObjectsPage> {
  const rows = await db.objects.list(names, includeRemoved);
  const next = rows[maxKeys];
  return {
    objects: rows.slice(0, maxKeys).map(objectMeta),
    common_prefixes: [],
    is_truncated: next !== undefined,
    next_continuation_token: next?.object_name ?? '',
  };
}

async function listFolder(db: BsDbReader, names: NameQuery, maxKeys: number): Promise<ListObjectsPage> {
  const entries = await db.prefixTree.list(names);
  const page = entries.slice(0, maxKeys);
  const next = entries[maxKeys];
  return {
    objects: page.flatMap(({ object }) => (object ? [objectMeta(object)] : [])),
    common_prefixes: page.filter(({ folder }) => folder).map(({ name }) => name),
    is_truncated: next !== undefined,
    next_continuation_token: next?.name ?? '',
  };
}
