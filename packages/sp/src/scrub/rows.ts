/** Which integrity rows a pass goes through, page by page. */
import type { IntegrityMeta, IntegrityTables, Metadata } from '@prairie/gfsp';

type Key = Pick<IntegrityMeta, 'object_id' | 'redundancy_index'>;
type Rows = Pick<IntegrityTables, 'listIntegrity'>;

/** Rows are small: a hash, and one for each segment. */
const PAGE = 100;
/** More than an object has: one for each provider of a group. */
const ROWS_OF_OBJECT = 32;
/** Before the primary's, -1. */
export const BEFORE_ALL = -2;

/** All rows after that one, in the order of object ids; those that come meanwhile with higher ids too. */
export async function* allRows(tables: Rows, after?: Key): AsyncGenerator<Key> {
  for (let from = after; ; ) {
    const page = await tables.listIntegrity(from, PAGE);
    for (const { object_id, redundancy_index } of page) yield { object_id, redundancy_index };
    if (page.length < PAGE) return;
    from = page.at(-1);
  }
}

export async function* rowsOfObject(tables: Rows, objectId: bigint): AsyncGenerator<Key> {
  const page = await tables.listIntegrity({ object_id: objectId, redundancy_index: BEFORE_ALL }, ROWS_OF_OBJECT);
  for (const { object_id, redundancy_index } of page) if (object_id === objectId) yield { object_id, redundancy_index };
}

/** Of the bucket's objects, in the order of their names. */
export async function* rowsOfBucket(
  tables: Rows,
  metadata: Pick<Metadata, 'listObjectsByBucket'>,
  bucketName: string,
): AsyncGenerator<Key> {
  for (let token = ''; ; ) {
    const page = await metadata.listObjectsByBucket({
      ...{ bucket_name: bucketName, max_keys: 1000, start_after: '', continuation_token: token },
      ...{ delimiter: '', prefix: '', include_removed: false },
    });
    for (const { object_info } of page.objects) if (object_info) yield* rowsOfObject(tables, object_info.id);
    if (!page.is_truncated) return;
    token = page.next_continuation_token;
  }
}
