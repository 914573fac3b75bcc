import type { greenfieldStorage as storage } from '@prairie/chain';
import {
  type AppPart,
  Budget,
  type ByteStream,
  busyErrors,
  GfSpError,
  inSteps,
  type Limit,
  type Logger,
  type Modules,
  type Outcome,
  type PieceStore,
  type ResourceScope,
  retry,
  type SpDb,
  sleep,
  TaskState,
  toTaskError,
  type Uploader,
  type UploadObjectTask,
  uploadKey,
} from '@prairie/gfsp';
import { type Hasher, integrityHash } from '@prairie/redundancy';
import { Attendance } from '../common/attendance.ts';
import { reserve } from '../common/busy.ts';
import { awaitsContent } from '../common/pieces.ts';
import { holderOf } from '../common/upload-holder.ts';
import { uploaderErrors } from './errors.ts';
import { rejectUnsealed } from './reject.ts';
import { SegmentReader } from './segments.ts';
import { SegmentStore } from './store.ts';

export interface UploaderOptions {
  /** Memory of all uploads together, in bytes. Default 256 MiB. */
  memoryBytes?: number;
  /** Uploads at a time. Default 10240. */
  maxUploads?: number;
  /** A sender that is silent for so long is given up. Default 2 min. */
  idleTimeoutMs?: number;
}

export interface UploaderDependencies {
  client: Modules;
  spdb: SpDb;
  pieceStore: PieceStore;
  hasher: Hasher;
  /** Memory of running uploads is taken from it; unlimited without. */
  resources?: ResourceScope;
  logger: Logger;
}

/** A payload that is sent. */
export interface Upload {
  readonly task: UploadObjectTask;
  readonly payload: ByteStream;
  /** What the sender announced, if it did. */
  readonly contentLength: bigint | undefined;
}

const REPORT_AGAIN = { attempts: 8, baseMs: 500, maxMs: 10_000 };
/** What a stop gives a report. */
const LAST_REPORT_MS = 1000;
/** Reports under way to a manager that does not answer; more are left to its own looking. */
const MAX_LATE = 1024;

/** A row in one of these states is a promise not yet kept: what it stands for may be uploaded (again). */
const MAY_UPLOAD: readonly number[] = [
  TaskState.INIT,
  TaskState.UPLOAD_OBJECT_DOING,
  TaskState.UPLOAD_OBJECT_ERROR,
  TaskState.OBJECT_DISCONTINUED,
];

/**
 * Takes payloads (`reference/gateway-http.md` §6.1). What is refused leaves nothing behind: no pieces, no integrity
 * row, and, other than in the reference, which keeps a row in state 3, no progress row either.
 */
export class UploaderModule implements Uploader, AppPart {
  readonly name = 'uploader';
  readonly needs = ['manager'] as const;
  readonly uses = ['signer'] as const;
  readonly #dependencies: UploaderDependencies;
  readonly #budget: Budget;
  readonly #maxUploads: number;
  readonly #idleTimeoutMs: number;
  readonly #running = new Map<string, Promise<void>>();
  readonly #stopping = new AbortController();
  readonly #attendance: Attendance;
  /** Reports that did not reach the manager yet. */
  readonly #late = new Set<Promise<void>>();

  constructor(options: UploaderOptions, dependencies: UploaderDependencies) {
    this.#dependencies = dependencies;
    this.#budget = new Budget(options.memoryBytes ?? 256 << 20);
    this.#maxUploads = options.maxUploads ?? 10_240;
    this.#idleTimeoutMs = options.idleTimeoutMs ?? 120_000;
    this.#attendance = new Attendance('uploader', dependencies);
  }

  async start(): Promise<void> {
    this.#attendance.start();
  }

  /** Refuses new uploads and ends those that run: their senders get 110005 and try again. */
  async stop(): Promise<void> {
    this.#stopping.abort(uploaderErrors.streamBroken('the uploader is stopping: upload again'));
    await Promise.allSettled(this.#running.values());
    await Promise.allSettled(this.#late);
    await this.#attendance.stop();
  }

  async uploadObject(task: UploadObjectTask, payload: ByteStream, contentLength?: bigint): Promise<void> {
    const steps = {
      pre: (upload: Upload) => this.preUploadObject(upload),
      handle: (upload: Upload) => this.handleUploadObject(upload),
      post: (upload: Upload, outcome: Outcome<void>) => this.postUploadObject(upload, outcome),
    };
    return inSteps(steps, { task, payload, contentLength });
  }

  /** Refuses what is known to fail before a byte is read. @throws uploader 110001, 110002, 110004, 110006, 110008 */
  async preUploadObject({ task, contentLength }: Upload): Promise<void> {
    if (!task?.task || !task.object_info || !task.storage_params) throw uploaderErrors.requestLost();
    if (!awaitsContent(task.object_info)) throw uploaderErrors.notCreated();
    this.#requireLength(task, contentLength);
  }

  /** Takes the payload. @throws uploader, manager; 991102 when there is no memory for it */
  async handleUploadObject({ task, payload }: Upload): Promise<void> {
    const key = uploadKey(task.object_info);
    if (this.#running.has(key)) throw uploaderErrors.repeated();
    if (this.#stopping.signal.aborted || this.#running.size >= this.#maxUploads) {
      throw uploaderErrors.requestLost('the uploader takes no more uploads now, try again later');
    }
    const span = reserve(this.#dependencies.resources, uploadMemory(task), busyErrors.uploader);
    const upload = this.#upload({ ...task, task: { ...task.task, address: this.#attendance.member } }, payload);
    this.#running.set(key, upload);
    try {
      await upload;
    } finally {
      this.#running.delete(key);
      span.done();
    }
  }

  /** Nothing is left to do: the manager was told within the upload. */
  async postUploadObject(_upload: Upload, _outcome: Outcome<void>): Promise<void> {}

  /** The client is not kept waiting for a manager that is away; the manager finds the row itself if this fails too. */
  #reportLater(task: UploadObjectTask, failure: unknown): void {
    const { client, logger } = this.#dependencies;
    logger.warn('an upload was not reported yet', { object_id: task.object_info.id, error: failure });
    if (this.#late.size >= MAX_LATE) return;
    const late = retry({ ...REPORT_AGAIN, signal: this.#stopping.signal }, () => client.manager.doneUpload(task))
      .catch((error: unknown) => logger.error('an upload was not reported', { object_id: task.object_info.id, error }))
      .finally(() => this.#late.delete(late));
    this.#late.add(late);
  }

  /**
   * A wrong length that is known beforehand is refused beforehand: nothing has begun, so nothing is left. The code is the
   * one that the whole body would have got: 110004, or 110008 where there is no checksum to miss.
   */
  #requireLength({ object_info, is_agent_upload }: UploadObjectTask, contentLength: bigint | undefined): void {
    if (contentLength === undefined || contentLength === object_info.payload_size) return;
    const lengths = `${contentLength} bytes were announced, the object on chain has ${object_info.payload_size}`;
    if (!is_agent_upload) throw uploaderErrors.integrityMismatch(`invalid payload data integrity hash: ${lengths}`);
    throw uploaderErrors.sizeMismatch(
      `The file payload size is inconsistent with the parameter payload size: ${lengths}`,
    );
  }

  async #upload(task: UploadObjectTask, payload: ByteStream): Promise<void> {
    const { client } = this.#dependencies;
    this.#requireNotUploaded(task.object_info);
    await client.manager.beginUpload(task);
    const store = new SegmentStore(
      { objectId: task.object_info.id, version: task.object_info.version },
      this.#dependencies,
    );
    try {
      await this.#store(task, payload, store);
    } catch (error) {
      await this.#discard(task, store);
      await this.#report(task, error);
      throw error;
    }
    await this.#report(task);
  }

  /** The state of what was acknowledged decides, not only that of reference (2 and 7): it must never be overwritten. */
  #requireNotUploaded(object: storage.ObjectInfo): void {
    let state: number | undefined;
    try {
      state = this.#dependencies.spdb.getUploadProgress(object.id)?.task_state;
    } catch (error) {
      throw uploaderErrors.stateUnknown(undefined, error);
    }
    if (state !== undefined && !MAY_UPLOAD.includes(state)) throw uploaderErrors.alreadyUploaded();
  }

  async #store(task: UploadObjectTask, payload: ByteStream, store: SegmentStore): Promise<void> {
    const { object_info, storage_params } = task;
    const reader = new SegmentReader(
      payload,
      {
        payloadSize: object_info.payload_size,
        segmentSize: storage_params.versioned_params.max_segment_size,
        idleTimeoutMs: this.#idleTimeoutMs,
      },
      { budget: this.#budget, signal: this.#stopping.signal },
    );
    try {
      await store.storeAll(reader);
    } finally {
      reader.close();
    }
    const integrity = integrityHash(store.checksums);
    this.#verify(task, integrity, reader.received);
    this.#record(task, integrity, store.checksums);
  }

  /** Integrity before size, so an upload of the wrong length is 110004 (`reference/gateway-http.md` §6.1 a, b). */
  #verify({ object_info, is_agent_upload }: UploadObjectTask, integrity: Buffer, received: bigint): void {
    const rightSize = received === object_info.payload_size;
    const expected = object_info.checksums[0];
    if (!is_agent_upload && !(rightSize && expected && integrity.equals(expected))) {
      throw uploaderErrors.integrityMismatch();
    }
    if (!rightSize) throw uploaderErrors.sizeMismatch();
  }

  /** From here on the upload survives a crash: the row says that the pieces are whole. */
  #record({ object_info, task }: UploadObjectTask, integrity: Buffer, checksums: Buffer[]): void {
    const { spdb } = this.#dependencies;
    try {
      spdb.transaction(() => {
        if (!this.#isOurs({ object_info, task })) {
          throw uploaderErrors.streamBroken('the upload took too long or was cancelled: upload again');
        }
        spdb.setIntegrity({
          object_id: object_info.id,
          redundancy_index: -1,
          integrity_checksum: integrity,
          piece_checksum_list: checksums,
          object_size: object_info.payload_size,
        });
        spdb.updateUploadProgress(object_info.id, { task_state: TaskState.UPLOAD_OBJECT_DONE });
      });
    } catch (error) {
      if (error instanceof GfSpError) throw error;
      throw uploaderErrors.database(`failed to record the upload: ${GfSpError.from(error).message}`, error);
    }
  }

  /** Nothing of a refused upload stays, unless another uploader has taken over: then the pieces are his. */
  async #discard(task: UploadObjectTask, store: SegmentStore): Promise<void> {
    try {
      if (this.#isOurs(task)) await store.discard();
    } catch (error) {
      this.#dependencies.logger.warn('pieces of a refused upload are left', { object_id: task.object_info.id, error });
    }
  }

  /** The manager gives an upload to another when it believes this process gone; the row then says so. */
  #isOurs({ object_info, task }: Pick<UploadObjectTask, 'object_info' | 'task'>): boolean {
    const row = this.#dependencies.spdb.getUploadProgress(object_info.id);
    const holder = holderOf(row);
    return row?.task_state === TaskState.INIT && (holder === '' || holder === task.address);
  }

  /** Tells the manager how it ended. That it could not be told does not undo an upload: the row is there. */
  async #report(task: UploadObjectTask, error?: unknown): Promise<void> {
    const { client, logger } = this.#dependencies;
    const ended = { ...task, task: { ...task.task, err: error === undefined ? undefined : toTaskError(error) } };
    try {
      const told = client.manager.doneUpload(ended);
      // a manager that stops too is not waited for: it finds the row
      await (this.#stopping.signal.aborted ? Promise.race([told, sleep(LAST_REPORT_MS)]) : told);
    } catch (failure) {
      this.#reportLater(ended, failure);
    }
    if (task.is_agent_upload && error instanceof GfSpError && error.is(uploaderErrors.sizeMismatch)) {
      // The provider itself created the object, so it also takes it back (`reference/pieces-and-redundancy.md` §7.1).
      void rejectUnsealed(task.object_info, { client, logger, signal: this.#stopping.signal });
    }
  }
}

/** What an upload holds at most: the segment that is stored and the one that comes in (§1.8). */
function uploadMemory({ object_info, storage_params }: UploadObjectTask): Partial<Limit> {
  const segment = Number(storage_params.versioned_params.max_segment_size);
  return { memory: BigInt(2 * Math.min(segment, Number(object_info.payload_size))) };
}
