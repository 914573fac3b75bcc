/** Which integrity rows a pass goes through, page by page, with their objects as metadata has them. */
import type { greenfieldStorage as storage } from '@prairie/chain';
import type { IntegrityMeta, IntegrityTables, Metadata } from '@prairie/gfsp';

type Key = Pick<IntegrityMeta, 'object_id' | 'redundancy_index'>;
type Rows = Pick<IntegrityTables, 'listIntegrity'>;
type Objects = Pick<Metadata, 'listObjectsByIds'>;

export interface Row extends Key {
  /** May be that of a moment before, or of before an update. undefined: metadata does not know it. */
  object: storage.ObjectInfo | undefined;
}

/** Rows are small: a hash, and one for each segment. So many objects are asked for at once. */
const PAGE = 100;
/** More than an object has: one for each provider of a group. */
const ROWS_OF_OBJECT = 32;
/** Before the primary's, -1. */
export const BEFORE_ALL = -2;

/** All rows after that one, in the order of object ids; those that come meanwhile with higher ids too. */
export async function* allRows(tables: Rows, metadata: Objects, after?: Key): AsyncGenerator<Row> {
  for (let from = after; ; ) {
    const page = await tables.listIntegrity(from, PAGE);
    const objects = await objectsOf(page, metadata);
    for (const { object_id, redundancy_index } of page) {
      yield { object_id, redundancy_index, object: objects.get(object_id)?.object_info };
    }
    if (page.length < PAGE) return;
    from = page.at(-1);
  }
}

async function objectsOf(page: readonly Key[], metadata: Objects): ReturnType<Objects['listObjectsByIds']> {
  const ids = [...new Set(page.map(({ object_id }) => object_id))];
  if (ids.length === 0) return new Map();
  // the chain is asked for what metadata cannot tell
  return metadata.listObjectsByIds(ids).catch(() => new Map());
}

export async function* rowsOfObject(tables: Rows, object: storage.ObjectInfo): AsyncGenerator<Row> {
  const { id } = object;
  const page = await tables.listIntegrity({ object_id: id, redundancy_index: BEFORE_ALL }, ROWS_OF_OBJECT);
  for (const { object_id, redundancy_index } of page)
    if (object_id === id) yield { object_id, redundancy_index, object };
}

/** Of the bucket's objects, in the order of their names. */
export async function* rowsOfBucket(
  tables: Rows,
  metadata: Pick<Metadata, 'listObjectsByBucket'>,
  bucketName: string,
): AsyncGenerator<Row> {
  for (let token = ''; ; ) {
    const page = await metadata.listObjectsByBucket({
      ...{ bucket_name: bucketName, max_keys: 1000, start_after: '', continuation_token: token },
      ...{ delimiter: '', prefix: '', include_removed: false },
    });
    for (const { object_info } of page.objects) if (object_info) yield* rowsOfObject(tables, object_info);
    if (!page.is_truncated) return;
    token = page.next_continuation_token;
  }
}
