/** What the database knows of an upload: whose it is, which segments are stored, that it is whole. */
import type { greenfieldStorage as storage } from '@prairie/chain';
import { GfSpError, type ResumableUploadObjectTask, type SpDb, TaskState, type UploadObjectTask } from '@prairie/gfsp';
import { deleteIncomingIntegrity, incomingIntegrity, PRIMARY, setIncomingIntegrity } from '../common/integrity.ts';
import { heldBy, holderOf, isRunning } from '../common/upload-holder.ts';
import { uploaderErrors } from './errors.ts';

export type AnyUploadTask = UploadObjectTask | ResumableUploadObjectTask;

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
   * not only that of reference (2 and 7). An update's row may still be that of the content before. @throws 110007
   */
  isUploaded(object: storage.ObjectInfo): boolean {
    try {
      const state = this.#spdb.getUploadProgress(object.id)?.task_state;
      if (state === undefined || MAY_UPLOAD.includes(state)) return false;
      return !object.is_updating || this.#isWhole(object);
    } catch (error) {
      throw uploaderErrors.stateUnknown(undefined, error);
    }
  }

  /** Checksums of the segments that are durable, in their order. @throws 115001 */
  stored(object: storage.ObjectInfo): readonly Uint8Array[] {
    const read = () => incomingIntegrity(this.#spdb, object, PRIMARY)?.piece_checksum_list ?? [];
    return this.#access('read what is stored of an upload', read);
  }

  /** One segment more is durable. The list is what an upload in parts goes on from. @throws 110005, 115001 */
  grow({ object_info, task }: AnyUploadTask, index: number, checksum: Uint8Array): void {
    const write = () => {
      const before = incomingIntegrity(this.#spdb, object_info, PRIMARY)?.piece_checksum_list ?? [];
      if (!this.isOurs({ object_info, task }) || before.length !== index) throw lost();
      const piece_checksum_list = [...before, checksum];
      setIncomingIntegrity(this.#spdb, object_info, PRIMARY, { integrity_checksum: NO_CHECKSUM, piece_checksum_list });
      if (index === 0) this.#tell({ object_info, task });
    };
    this.#access('record a segment', () => this.#spdb.transaction(write));
  }

  /** Something is here: who asks is told that the upload goes on (features 4.16). @throws 115001 */
  begun(task: AnyUploadTask): void {
    const write = () => {
      if (this.isOurs(task)) this.#tell(task);
    };
    this.#access('record the first segment', write);
  }

  #tell({ object_info, task }: Pick<AnyUploadTask, 'object_info' | 'task'>): void {
    this.#spdb.updateUploadProgress(object_info.id, heldBy(task.address, TaskState.UPLOAD_OBJECT_DOING));
  }

  /** From here on the upload survives a crash: the row says that the pieces are whole. @throws 110005, 115001 */
  complete({ object_info, task }: AnyUploadTask, integrity: Uint8Array, checksums: Uint8Array[]): void {
    const write = () => {
      if (!this.isOurs({ object_info, task })) throw lost();
      const row = { integrity_checksum: integrity, piece_checksum_list: checksums };
      setIncomingIntegrity(this.#spdb, object_info, PRIMARY, row);
      this.#spdb.updateUploadProgress(object_info.id, { task_state: TaskState.UPLOAD_OBJECT_DONE });
    };
    this.#access('record the upload', () => this.#spdb.transaction(write));
  }

  /** Of an upload in parts that begins anew, or came to nothing. @throws 115001 */
  forget(object: storage.ObjectInfo): void {
    this.#access('forget what is stored of an upload', () => deleteIncomingIntegrity(this.#spdb, object, PRIMARY));
  }

  /** The manager gives an upload to another when it believes this process gone; the row then says so. */
  isOurs({ object_info, task }: Pick<AnyUploadTask, 'object_info' | 'task'>): boolean {
    const row = this.#spdb.getUploadProgress(object_info.id);
    const holder = holderOf(row);
    return isRunning(row) && (holder === '' || holder === task.address);
  }

  #isWhole(object: storage.ObjectInfo): boolean {
    const known = incomingIntegrity(this.#spdb, object, PRIMARY);
    return known !== undefined && known.integrity_checksum.length > 0;
  }

  #access<T>(what: string, work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (error instanceof GfSpError) throw error;
      throw uploaderErrors.database(`failed to ${what}: ${GfSpError.from(error).message}`, error);
    }
  }
}

const lost = () => uploaderErrors.streamBroken('the upload took too long or was cancelled: upload again');
