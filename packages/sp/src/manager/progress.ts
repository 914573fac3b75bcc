import { GfSpError, type SpDb, TaskState, type UploadProgress } from '@prairie/gfsp';
import { PRIMARY, promoteIntegrity } from '../common/integrity.ts';
import { managerErrors } from './errors.ts';

type Change = Parameters<SpDb['updateUploadProgress']>[1];

/** The rows of uploads, with the manager's error when the database does not answer (65201). */
export class Progress {
  readonly #spdb: SpDb;

  constructor(spdb: SpDb) {
    this.#spdb = spdb;
  }

  get(objectId: bigint): UploadProgress | undefined {
    return this.#access(() => this.#spdb.getUploadProgress(objectId));
  }

  /** false when there is no row. */
  set(objectId: bigint, change: Change): boolean {
    return this.#access(() => {
      if (!this.#spdb.getUploadProgress(objectId)) return false;
      this.#spdb.updateUploadProgress(objectId, change);
      return true;
    });
  }

  /** Without `isMeant`, or when it says so of the row. */
  delete(objectId: bigint, isMeant: (row: UploadProgress) => boolean = () => true): void {
    this.#access(() => {
      const row = this.#spdb.getUploadProgress(objectId);
      if (row && isMeant(row)) this.#spdb.deleteUploadProgress(objectId);
    });
  }

  /**
   * Sealed in this version: an update's checksums take the place of the old content's, and nothing is left to do. Those
   * of shards were kept for a delegated object's seal.
   */
  finish(sealed: { id: bigint; version: bigint }): void {
    const write = () => {
      promoteIntegrity(this.#spdb, sealed, PRIMARY);
      const row = this.#spdb.getUploadProgress(sealed.id);
      const shards = row?.is_agent_upload ? row.secondary_endpoints.length : 0;
      for (let index = 0; index < shards; index++) this.#spdb.deletePieceHashes(sealed.id, index);
      this.#spdb.deleteUploadProgress(sealed.id);
    };
    this.#access(() => this.#spdb.transaction(write));
  }

  #access<T>(work: () => T): T {
    try {
      return work();
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
