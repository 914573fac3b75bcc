/** One row per object that is uploaded, replicated or sealed (`reference/tasks-and-manager.md` §6). */
import { TaskState, type UploadProgress } from '@prairie/gfsp';
import { toSqlUint64 } from '../sqlite/columns.ts';
import type { SqliteDatabase } from '../sqlite/database.ts';
import { Table } from '../sqlite/table.ts';
import { uploadProgressTable } from './schema.ts';

export type UploadChange = Partial<Omit<UploadProgress, 'object_id'>>;

const stateNames = new Map<number, string>(Object.entries(TaskState).map(([name, state]) => [state, name]));

export class UploadProgressRows {
  private readonly table: Table<typeof uploadProgressTable.columns>;
  private readonly now: () => number;

  /** `now` in unix seconds. */
  constructor(db: SqliteDatabase, now: () => number) {
    this.table = new Table(db, uploadProgressTable);
    this.now = now;
  }

  /** A row that is there stays as it is: an upload may be begun again. */
  insert(objectId: bigint, isAgentUpload: boolean): void {
    const now = this.now();
    this.table.insertOrIgnore({
      object_id: objectId,
      task_state_description: stateText(TaskState.INIT),
      create_timestamp_second: now,
      update_timestamp_second: now,
      is_agent_upload: isAgentUpload,
    });
  }

  get(objectId: bigint): UploadProgress | undefined {
    return this.table.get({ object_id: objectId });
  }

  update(objectId: bigint, change: UploadChange): void {
    const description = change.task_state === undefined ? {} : { task_state_description: stateText(change.task_state) };
    const set = { ...description, ...change, update_timestamp_second: this.now() };
    if (this.table.update({ object_id: objectId }, set) === 0) {
      throw new Error(`object ${objectId} has no upload progress to update: insert it when its upload begins`);
    }
  }

  delete(objectId: bigint): void {
    this.table.delete({ object_id: objectId });
  }

  /** By object id, which is the order of creation on chain. */
  list(states: readonly number[], limit: number, afterObjectId: bigint): UploadProgress[] {
    const marks = states.map(() => '?').join(', ');
    return this.table.select(`WHERE object_id > ? AND task_state IN (${marks}) ORDER BY object_id LIMIT ?`, [
      toSqlUint64(afterObjectId),
      ...states,
      limit,
    ]);
  }
}

/** The name as the reference stores it. */
function stateText(state: number): string {
  return `TASK_STATE_${state === TaskState.INIT ? 'INIT_UNSPECIFIED' : (stateNames.get(state) ?? state)}`;
}
