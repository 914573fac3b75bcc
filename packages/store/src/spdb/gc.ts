/** What garbage collection asks of the provider's tables (`reference/tasks-and-manager.md` §10). */
import type { CondemnedKey, CondemnedPieces, GcObjectProgress, ObjectClaims } from '@prairie/gfsp';
import { integrityShard, integrityShardEnd } from '../shards.ts';
import type { Columns } from '../sql/columns.ts';
import { selectIn } from '../sql/in-list.ts';
import type { Session } from '../sql/session.ts';
import { ShardedTable } from '../sql/sharded-table.ts';
import { Table } from '../sql/table.ts';
import type { Ground } from './ground.ts';
import { condemnedTable } from './schema/gc.ts';
import { integrityTable, pieceHashTable, shadowIntegrityTable } from './schema/integrity.ts';
import { gcProgressTable, uploadProgressTable } from './schema/uploads.ts';

type WithObject = Columns & typeof OBJECT;
const OBJECT = { object_id: integrityTable.columns.object_id };

export class GcRows {
  readonly #ground: Ground;
  readonly #session: Session;
  readonly #condemned: Table<typeof condemnedTable.columns>;
  readonly #progress: Table<typeof gcProgressTable.columns>;

  constructor(ground: Ground) {
    this.#ground = ground;
    this.#session = ground.session;
    this.#condemned = new Table(ground.session, condemnedTable);
    this.#progress = new Table(ground.relaxed, gcProgressTable);
  }

  /**
   * The tables in the order in which a claim goes through them: an upload becomes a shadow or an integrity row, a shadow
   * an integrity row. One that moves while they are read is found in its old place, its new one, or both.
   */
  async claims(objectIds: readonly bigint[]): Promise<Map<bigint, ObjectClaims>> {
    const found = new Map<bigint, ObjectClaims>();
    const of = (id: bigint): ObjectClaims => {
      const known = found.get(id) ?? { upload: undefined, integrity: [], shadows: [], pieces: [], condemned: [] };
      found.set(id, known);
      return known;
    };
    for (const row of await this.#of(uploadProgressTable, objectIds)) of(row.object_id).upload = row;
    for (const row of await this.#of(pieceHashTable, objectIds)) of(row.object_id).pieces.push(row);
    for (const row of await this.#of(shadowIntegrityTable, objectIds)) of(row.object_id).shadows.push(row);
    for (const [shard, ids] of Map.groupBy(objectIds, integrityShard)) {
      for (const row of await selectIn(this.#part(shard), 'object_id', ids)) of(row.object_id).integrity.push(row);
    }
    for (const row of await this.#of(condemnedTable, objectIds)) of(row.object_id).condemned.push(row);
    return found;
  }

  async claimedObjects(after: bigint, until: bigint, limit: number): Promise<bigint[]> {
    const range = { after, until, limit };
    const found = [
      await idsIn(new Table(this.#session, pieceHashTable), range),
      await idsIn(new Table(this.#session, shadowIntegrityTable), range),
      await idsIn(new Table(this.#session, condemnedTable), range),
      await this.#integrityIds(after, until, limit),
    ];
    return [...new Set(found.flat())].sort((a, b) => (a < b ? -1 : 1)).slice(0, limit);
  }

  async #integrityIds(after: bigint, until: bigint, limit: number): Promise<bigint[]> {
    const ids: bigint[] = [];
    let from = after;
    while (from < until && ids.length < limit) {
      const end = integrityShardEnd(from + 1n) - 1n;
      const part = this.#part(integrityShard(from + 1n));
      const last = end < until ? end : until;
      ids.push(...(await idsIn(part, { after: from, until: last, limit: limit - ids.length })));
      from = last;
    }
    return ids;
  }

  async deletePieces(object_id: bigint, redundancy_index: number, version: bigint): Promise<void> {
    const pieces = new Table(this.#session, pieceHashTable);
    await pieces.delete({ object_id, redundancy_index, version });
  }

  set(row: CondemnedPieces): Promise<void> {
    return this.#condemned.put(row);
  }

  get(key: CondemnedKey): Promise<CondemnedPieces | undefined> {
    return this.#condemned.get(only(key), this.#ground);
  }

  async delete(key: CondemnedKey): Promise<void> {
    await this.#condemned.delete(only(key));
  }

  list(limit: number, after: bigint): Promise<CondemnedPieces[]> {
    return this.#condemned.select(
      'after',
      (query, mark) =>
        query
          .where('object_id', '>', mark.of('object_id'))
          .orderBy('object_id')
          .orderBy('redundancy_index')
          .orderBy('version')
          .limit(mark.limit('limit')),
      { object_id: after, limit },
    );
  }

  setProgress(progress: GcObjectProgress): Promise<void> {
    const now = this.#ground.now();
    return this.#progress.put({ ...progress, create_timestamp_second: now, update_timestamp_second: now });
  }

  async deleteProgress(task_key: string): Promise<void> {
    await this.#progress.delete({ task_key });
  }

  async listProgress(limit: number): Promise<GcObjectProgress[]> {
    const rows = await this.#progress.select(
      'first',
      (query, mark) => query.where('task_key', '>', mark.of('task_key')).orderBy('task_key').limit(mark.limit('limit')),
      { task_key: '', limit },
    );
    return rows.map(({ create_timestamp_second: _, update_timestamp_second: __, ...progress }) => progress);
  }

  #of<C extends WithObject>(definition: { name: string; columns: C }, objectIds: readonly bigint[]) {
    return selectIn(new Table(this.#session, definition), 'object_id', objectIds as never);
  }

  #part(shard: number): Table<typeof integrityTable.columns> {
    return new ShardedTable(this.#session, integrityTable).of(shard);
  }
}

/** Whether somebody may begin to store these pieces, `now` in unix seconds. */
export async function isCondemned(session: Session, key: CondemnedKey, now: number): Promise<boolean> {
  const row = await new Table(session, condemnedTable).get(only(key));
  return row !== undefined && row.blocked_until > now;
}

/** Distinct, by id. */
async function idsIn<C extends WithObject>(
  table: Table<C>,
  range: { after: bigint; until: bigint; limit: number },
): Promise<bigint[]> {
  const rows = await table.session.list(
    `${table.name} ids`,
    (builder) =>
      builder
        .selectFrom(table.name)
        .select('object_id')
        .distinct()
        .where('object_id', '>', table.marks.of('object_id', 'after'))
        .where('object_id', '<=', table.marks.of('object_id', 'until'))
        .orderBy('object_id')
        .limit(table.marks.limit('limit')),
    range,
  );
  return rows.map(([id]) => OBJECT.object_id.decode(id!));
}

const only = ({ object_id, redundancy_index, version }: CondemnedKey): CondemnedKey => ({
  object_id,
  redundancy_index,
  version,
});
