/** One row per object that is uploaded, replicated or sealed (`reference/tasks-and-manager.md` §6). */
import { TaskState, type UploadProgress, type UploadTables } from '@prairie/gfsp';
import type { Builder } from '../sql/session.ts';
import { Table } from '../sql/table.ts';
import { unionPage } from '../sql/union.ts';
import type { Ground } from './ground.ts';
import { uploadProgressTable } from './schema/uploads.ts';

export type UploadChange = Parameters<UploadTables['updateUploadProgress']>[1];

const stateNames = new Map<number, string>(Object.entries(TaskState).map(([name, state]) => [state, name]));

export class UploadRows {
  readonly #ground: Ground;
  readonly #table: Table<typeof uploadProgressTable.columns>;

  constructor(ground: Ground) {
    this.#ground = ground;
    this.#table = new Table(ground.relaxed, uploadProgressTable);
  }

  async insert(objectId: bigint, isAgentUpload: boolean): Promise<void> {
    const now = this.#ground.now();
    await this.#table.insertOrIgnore({
      object_id: objectId,
      task_state_description: stateText(TaskState.INIT),
      create_timestamp_second: now,
      update_timestamp_second: now,
      is_agent_upload: isAgentUpload,
    });
  }

  get(objectId: bigint): Promise<UploadProgress | undefined> {
    return this.#table.get({ object_id: objectId }, this.#ground);
  }

  async update(objectId: bigint, change: UploadChange): Promise<void> {
    const description = change.task_state === undefined ? {} : { task_state_description: stateText(change.task_state) };
    const set = { ...description, ...change, update_timestamp_second: this.#ground.now() };
    if ((await this.#table.update({ object_id: objectId }, set)) === 0) {
      throw new Error(`object ${objectId} has no upload progress to update: insert it when its upload begins`);
    }
  }

  async delete(objectId: bigint): Promise<void> {
    await this.#table.delete({ object_id: objectId });
  }

  /** By object id, which is the order of creation on chain: of each state from its index, the first of all together. */
  async list(states: readonly number[], limit: number, afterObjectId: bigint): Promise<UploadProgress[]> {
    if (states.length === 0) return [];
    const { name, columns, marks, session } = this.#table;
    const build = (builder: Builder) => {
      const inState = (i: number) =>
        builder
          .selectFrom(name)
          .select([...columns])
          .where('task_state', '=', marks.of('task_state', `state ${i}`))
          .where('object_id', '>', marks.of('object_id', 'after'));
      const order = { by: ['object_id'], limit: marks.limit('limit') };
      return unionPage(
        builder,
        session.engine,
        states.map((_, i) => inState(i)),
        order,
      );
    };
    const values = Object.fromEntries(states.map((state, i) => [`state ${i}`, state]));
    const query = `${name} in ${states.length} states`;
    return this.#table.read(query, build, { ...values, after: afterObjectId, limit });
  }
}

/** The name as the reference stores it. */
function stateText(state: number): string {
  return `TASK_STATE_${state === TaskState.INIT ? 'INIT_UNSPECIFIED' : (stateNames.get(state) ?? state)}`;
}
