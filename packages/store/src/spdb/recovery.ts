/** Groups that this provider takes a place in (`reference/block-syncer-and-db.md` §11). */
import type { RecoverFailedObject, RecoverGvg } from '@prairie/gfsp';
import { Table } from '../sql/table.ts';
import type { Ground } from './ground.ts';
import { recoverFailedTable, recoverGvgTable } from './schema/recovery.ts';

/** Groups that are recovered at a time are some dozens; what is done may stay to be shown. */
const MAX_GROUPS = 10_000;

export class RecoveryRows {
  readonly #groups: Table<typeof recoverGvgTable.columns>;
  readonly #failed: Table<typeof recoverFailedTable.columns>;

  constructor(ground: Ground) {
    // what a loss of power undoes is done again
    this.#groups = new Table(ground.relaxed, recoverGvgTable);
    this.#failed = new Table(ground.relaxed, recoverFailedTable);
  }

  set(row: RecoverGvg): Promise<void> {
    return this.#groups.put(row);
  }

  list(): Promise<RecoverGvg[]> {
    return this.#groups.select(
      'all',
      (query, mark) =>
        query
          .where('virtual_group_id', '>', mark.of('virtual_group_id'))
          .orderBy('virtual_group_id')
          .limit(mark.limit('limit_of_rows')),
      { virtual_group_id: 0, limit_of_rows: MAX_GROUPS },
    );
  }

  async delete(gvgId: number): Promise<void> {
    await this.#groups.delete({ virtual_group_id: gvgId });
  }

  async insertFailed(row: RecoverFailedObject): Promise<void> {
    await this.#failed.insertOrIgnore(row);
  }

  setFailed(row: RecoverFailedObject): Promise<void> {
    return this.#failed.put(row);
  }

  listFailed(limit: number, after: bigint): Promise<RecoverFailedObject[]> {
    return this.#failed.select(
      'after',
      (query, mark) =>
        query.where('object_id', '>', mark.of('object_id')).orderBy('object_id').limit(mark.limit('limit')),
      { object_id: after, limit },
    );
  }

  countFailed(gvgId: number): Promise<number> {
    return this.#failed.count(
      'of group',
      (query, mark) => query.where('virtual_group_id', '=', mark.of('virtual_group_id')),
      {
        virtual_group_id: gvgId,
      },
    );
  }

  async deleteFailed(objectId: bigint): Promise<void> {
    await this.#failed.delete({ object_id: objectId });
  }
}
