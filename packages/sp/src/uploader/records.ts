/** What the database knows of an upload: whose it is, which segments are stored, that it is whole. */
import type { greenfieldStorage as storage } from '@prairie/chain';
import {
  GfSpError,
  type ResumableUploadObjectTask,
  type SpDb,
  type SpDbTables,
  type SpDbTransactionOptions,
  TaskState,
  type UploadObjectTask,
} from '@prairie/gfsp';
import { deleteIncomingIntegrity, incomingIntegrity, PRIMARY, setIncomingIntegrity } from '../common/integrity.ts';
import { heldBy, holderOf, isRunning } from '../common/upload-holder.ts';
import { uploaderErrors } from './errors.ts';

export type AnyUploadTask = UploadObjectTask | ResumableUploadObjectTask;
/** Whose upload of what. */
type Mine = Pick<AnyUploadTask, 'object_info' | 'task'>;

/** A row in one of these states is a promise not yet kept: what it stands for may be uploaded (again). */
const MAY_UPLOAD: readonly number[] = [
  TaskState.INIT,
  TaskState.UPLOAD_OBJECT_DOING,
  TaskState.UPLOAD_OBJECT_ERROR,
  TaskState.OBJECT_DISCONTINUED,
];

const NO_CHECKSUM = new Uint8Array(0);

export class UploadRecords {
  readonly #spdb: SpDb;

  constructor(spdb: SpDb) {
    this.#spdb = spdb;
  }

  /**
   * Whether the content was acknowledged: then it must never be overwritten. The state of what was acknowledged decides,
   * not only that of reference (2 and 7). An update's row may still be that of the content before. A no is no promise:
   * the manager looks at the row again when it admits the upload. @throws 110007
   */
  async isUploaded(object: storage.ObjectInfo): Promise<boolean> {
    try {
      const state = (await this.#spdb.getUploadProgress(object.id))?.task_state;
      if (state === undefined || MAY_UPLOAD.includes(state)) return false;
      return !object.is_updating || (await this.#isWhole(object));
    } catch (error) {
      throw uploaderErrors.stateUnknown(undefined, error);
    }
  }

  /** Checksums of the segments that are durable, in their order. @throws 115001 */
  stored(object: storage.ObjectInfo): Promise<readonly Uint8Array[]> {
    return this.#access('read what is stored of an upload', () => storedChecksums(this.#spdb, object));
  }

  /** One segment more is durable. The list is what an upload in parts goes on from. @throws 110005, 115001 */
  grow({ object_info, task }: AnyUploadTask, index: number, checksum: Uint8Array): Promise<void> {
    return this.#change('record a segment', async (tables) => {
      if (!(await isHolder(tables, { object_info, task }))) throw lost();
      const before = await storedChecksums(tables, object_info);
      if (before.length !== index) throw lost();
      const piece_checksum_list = [...before, checksum];
      await setIncomingIntegrity(tables, object_info, PRIMARY, {
        integrity_checksum: NO_CHECKSUM,
        piece_checksum_list,
      });
      if (index === 0) await tell(tables, { object_info, task });
    });
  }

  /** Something is here: who asks is told that the upload goes on (features 4.16). @throws 115001 */
  begun(task: AnyUploadTask): Promise<void> {
    const write = async (tables: SpDbTables): Promise<void> => {
      if (await isHolder(tables, task)) await tell(tables, task);
    };
    // lost with the power, the upload is lost as well
    return this.#change('record the first segment', write, { durable: false });
  }

  /** From here on the upload survives a crash: the row says that the pieces are whole. @throws 110005, 115001 */
  complete({ object_info, task }: AnyUploadTask, integrity: Uint8Array, checksums: Uint8Array[]): Promise<void> {
    return this.#change('record the upload', async (tables) => {
      if (!(await isHolder(tables, { object_info, task }))) throw lost();
      const row = { integrity_checksum: integrity, piece_checksum_list: checksums };
      await setIncomingIntegrity(tables, object_info, PRIMARY, row);
      await tables.updateUploadProgress(object_info.id, { task_state: TaskState.UPLOAD_OBJECT_DONE });
    });
  }

  /**
   * Of an upload in parts that begins anew, or came to nothing; of one that another uploader has taken over all stays.
   * @throws 115001
   */
  forget(task: AnyUploadTask): Promise<void> {
    return this.#change('forget what is stored of an upload', async (tables) => {
      if (await isHolder(tables, task)) await deleteIncomingIntegrity(tables, task.object_info, PRIMARY);
    });
  }

  /**
   * Checksums of shards that an earlier attempt at a delegated object has left, from this segment on: other bytes may come
   * now, and not all of their shards may be made here, so that nothing would write over the rows. @throws 115001
   */
  forgetShards(task: AnyUploadTask, from: number): Promise<void> {
    const { object_info, storage_params } = task;
    const { redundant_data_chunk_num: data, redundant_parity_chunk_num: parity } = storage_params.versioned_params;
    const write = async (tables: SpDbTables): Promise<void> => {
      if (!(await isHolder(tables, task))) return;
      for (let index = 0; index < data + parity; index++) {
        const rows = await tables.listPieceHashes(object_info.id, index);
        const kept = rows.filter((row) => row.version === object_info.version && row.segment_index < from);
        if (kept.length === rows.length) continue;
        await tables.deletePieceHashes(object_info.id, index);
        for (const row of kept) await tables.setPieceHash(row);
      }
    };
    // what is acknowledged is durable only with what was written before it
    return this.#change('forget the shards of an earlier attempt', write, { durable: false });
  }

  /** The manager gives an upload to another when it believes this process gone; the row then says so. */
  isOurs(task: AnyUploadTask): Promise<boolean> {
    return isHolder(this.#spdb, task);
  }

  async #isWhole(object: storage.ObjectInfo): Promise<boolean> {
    const known = await incomingIntegrity(this.#spdb, object, PRIMARY);
    return known !== undefined && known.integrity_checksum.length > 0;
  }

  #change(what: string, work: (tables: SpDbTables) => Promise<void>, options?: SpDbTransactionOptions): Promise<void> {
    return this.#access(what, () => this.#spdb.transaction(work, options));
  }

  async #access<T>(what: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof GfSpError) throw error;
      throw uploaderErrors.database(`failed to ${what}: ${GfSpError.from(error).message}`, error);
    }
  }
}

async function storedChecksums(tables: SpDbTables, object: storage.ObjectInfo): Promise<readonly Uint8Array[]> {
  return (await incomingIntegrity(tables, object, PRIMARY))?.piece_checksum_list ?? [];
}

async function isHolder(tables: SpDbTables, { object_info, task }: Mine): Promise<boolean> {
  const row = await tables.getUploadProgress(object_info.id);
  const holder = holderOf(row);
  return isRunning(row) && (holder === '' || holder === task.address);
}

function tell(tables: SpDbTables, { object_info, task }: Mine): Promise<void> {
  return tables.updateUploadProgress(object_info.id, heldBy(task.address, TaskState.UPLOAD_OBJECT_DOING));
}

const lost = () => uploaderErrors.streamBroken('the upload took too long or was cancelled: upload again');
