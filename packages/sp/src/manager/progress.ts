import { GfSpError, type SpDb, type SpDbTables, TaskState, type UploadProgress } from '@prairie/gfsp';
import { PRIMARY, promoteIntegrity } from '../common/integrity.ts';
import { managerErrors } from './errors.ts';

type Change = Parameters<SpDbTables['updateUploadProgress']>[1];

/** Lost with the power, a step is found not taken, and taken again. */
const STEP = { durable: false };

/** The rows of uploads, with the manager's error when the database does not answer (65201). */
export class Progress {
  readonly #spdb: SpDb;

  constructor(spdb: SpDb) {
    this.#spdb = spdb;
  }

  get(objectId: bigint): Promise<UploadProgress | undefined> {
    return this.#access(() => this.#spdb.getUploadProgress(objectId));
  }

  /**
   * `decide` says what changes, of the row as it is then: undefined for nothing. false when nothing was written, without
   * a row either.
   */
  change(objectId: bigint, decide: (row: UploadProgress) => Change | undefined): Promise<boolean> {
    return this.transaction(async (tables) => {
      const row = await tables.getUploadProgress(objectId);
      const change = row && decide(row);
      if (change) await tables.updateUploadProgress(objectId, change);
      return change !== undefined;
    });
  }

  /** When `isMeant` says so of the row. */
  delete(objectId: bigint, isMeant: (row: UploadProgress) => boolean): Promise<void> {
    return this.transaction(async (tables) => {
      const row = await tables.getUploadProgress(objectId);
      if (row && isMeant(row)) await tables.deleteUploadProgress(objectId);
    });
  }

  /**
   * Sealed in this version: an update's checksums take the place of the old content's, and nothing is left to do for the
   * content of `contentTime`. Those of shards were kept for a delegated object's seal. false, and nothing is done, when
   * the row is of other content: an update has begun since.
   */
  finish(sealed: { id: bigint; version: bigint }, contentTime: bigint): Promise<boolean> {
    return this.transaction(async (tables) => {
      const row = await tables.getUploadProgress(sealed.id);
      if (row && row.content_time !== contentTime) return false;
      await promoteIntegrity(tables, sealed, PRIMARY);
      const shards = row?.is_agent_upload ? row.secondary_endpoints.length : 0;
      for (let index = 0; index < shards; index++) await tables.deletePieceHashes(sealed.id, index);
      await tables.deleteUploadProgress(sealed.id);
      return true;
    });
  }

  transaction<T>(work: (tables: SpDbTables) => Promise<T>): Promise<T> {
    return this.#access(() => this.#spdb.transaction(work, STEP));
  }

  async #access<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw managerErrors.database(`failed to access the upload progress: ${GfSpError.from(error).message}`, error);
    }
  }
}

/** The pieces are at the secondaries and their signatures in the row. */
const SEALING: readonly number[] = [TaskState.SEAL_OBJECT_DOING, TaskState.SEAL_OBJECT_DONE];

/** With signatures there is no reason to send the pieces again. */
export function isReplicated(row: UploadProgress): boolean {
  return SEALING.includes(row.task_state) && row.secondary_signatures.length > 0;
}

export function isCancelled(row: UploadProgress | undefined): boolean {
  return row?.task_state === TaskState.OBJECT_DISCONTINUED;
}
