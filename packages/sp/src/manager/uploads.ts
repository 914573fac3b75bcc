import {
  GfSpError,
  type LeaseQueue,
  type QueueEngine,
  type QueueEntry,
  queueErrors,
  type ResumableUploadObjectTask,
  type SpDb,
  type SpDbTables,
  TaskState,
  type UploadObjectTask,
  uploadKey,
} from '@prairie/gfsp';
import { PRIMARY } from '../common/integrity.ts';
import { updateTime } from '../common/pieces.ts';
import { heldBy, holderOf, INCOMPLETE } from '../common/upload-holder.ts';
import { managerErrors } from './errors.ts';
import { refusalOf } from './job-queues.ts';
import type { Members } from './members.ts';

export interface UploadsOptions {
  /** Uploads that run at a time (`Parallel.GlobalUploadObjectParallel`). Default 10240. */
  maxUploads?: number;
}

export interface UploadsDependencies {
  engine: QueueEngine;
  members: Members;
  spdb: SpDb;
}

/** An object that somebody has in hand before its payload is here. */
export interface Claim {
  objectId: bigint;
  member: string;
  /** Until when the member may be silent, unix ms. */
  until: number;
  /** One part of an upload in parts. */
  isPart?: true;
}

/** What was cancelled may be uploaded anew. */
const MAY_BEGIN: readonly number[] = [...INCOMPLETE, TaskState.OBJECT_DISCONTINUED];

/** An upload whose member attends is believed for so long; a slow one over a thin line takes hours. */
const ATTENDED_MS = 86_400_000;
/** One whose member does not attend: the longest time of an upload task (§1.6). */
const UNATTENDED_MS = 300_000;

/**
 * Uploads that run. The queue's unique key admits an object once, whichever manager is asked; the row in the SPDB says
 * whose upload it is, and outlives the queue.
 */
export class Uploads {
  readonly #queue: LeaseQueue<Claim>;
  readonly #dependencies: UploadsDependencies;

  private constructor(dependencies: UploadsDependencies, queue: LeaseQueue<Claim>) {
    this.#dependencies = dependencies;
    this.#queue = queue;
  }

  static async open(options: UploadsOptions, dependencies: UploadsDependencies): Promise<Uploads> {
    const capacity = options.maxUploads ?? 10_240;
    const queue = await dependencies.engine.open<Claim>({ name: 'manager-upload-object', capacity });
    return new Uploads(dependencies, queue);
  }

  get queue(): LeaseQueue<Claim> {
    return this.#queue;
  }

  /** Admits an upload and writes it down. @throws 60002, 60003, 65201 */
  async begin(task: UploadObjectTask | ResumableUploadObjectTask): Promise<void> {
    const { id } = task.object_info;
    const member = task.task?.address ?? '';
    const key = uploadKey(task.object_info);
    const isPart = 'offset' in task ? { isPart: true as const } : {};
    await this.claim(key, { objectId: id, member, until: Date.now() + believedMs(member), ...isPart });
    try {
      await this.#write(task, member);
    } catch (error) {
      await this.release(key);
      throw error instanceof GfSpError ? error : managerErrors.database(undefined, error);
    }
  }

  /** Nobody else may upload the object, or clean up after it, until it is released. @throws 60002, 60003 */
  async claim(key: string, claim: Claim): Promise<void> {
    const task = { key, priority: 0, value: claim, timeoutMs: UNATTENDED_MS, maxAttempts: 1 };
    try {
      await this.#queue.push(task);
    } catch (error) {
      const isHeld = error instanceof GfSpError && error.is(queueErrors.repeated);
      if (!isHeld || (await this.#isHeld(key, claim.member))) throw refusalOf(error);
      // Its member died or begins again, or its time is over. Should two find that out at once, the row decides.
      await this.release(key);
      await Promise.resolve(this.#queue.push(task)).catch((again: unknown) => {
        throw refusalOf(again);
      });
    }
  }

  /** With `member`: only what this member has in hand. */
  async release(key: string, member?: string): Promise<void> {
    if (member !== undefined && (await this.#queue.get(key))?.value.member !== member) return;
    await this.#queue.complete(key);
  }

  /** Forgets claims whose member is gone and that left no row to clean up after. */
  async purge(): Promise<void> {
    const { spdb } = this.#dependencies;
    for (const { task } of await this.#queue.scan(undefined, this.#queue.capacity)) {
      const { key, value } = task;
      if (await spdb.getUploadProgress(value.objectId)) continue;
      if (!(await this.#isHeld(key, ''))) await this.release(key);
    }
  }

  /** Whether somebody else who is there has the object in hand. A member itself knows what it has. */
  async #isHeld(key: string, by: string): Promise<boolean> {
    const claim = (await this.#queue.get(key))?.value;
    if (!claim || claim.until < Date.now()) return false;
    if (claim.member === '') return true;
    return claim.member !== by && this.#dependencies.members.isThere(claim.member);
  }

  /** Uploads that run, by how their payloads come. */
  async counts(): Promise<{ whole: number; parts: number }> {
    const entries = await this.#queue.scan(undefined, this.#queue.capacity);
    const parts = entries.filter(({ task }) => task.value.isPart).length;
    return { whole: entries.length - parts, parts };
  }

  /** What the member was uploading. */
  async of(member: string): Promise<QueueEntry<Claim>[]> {
    const entries = await this.#queue.scan(undefined, this.#queue.capacity);
    return entries.filter(({ task }) => task.value.member === member);
  }

  /**
   * An acknowledged payload waits to be taken up again, one that comes in belongs to its uploader: neither is written
   * over. Who is there is asked before; the row is written if it is still what that was about.
   */
  async #write(task: UploadObjectTask | ResumableUploadObjectTask, member: string): Promise<void> {
    const { spdb, members } = this.#dependencies;
    const { is_agent_upload, object_info } = task;
    const { id } = object_info;
    const holder = holderOf(await spdb.getUploadProgress(id));
    if (holder && holder !== member && (await members.isThere(holder))) throw managerErrors.repeated();
    const write = async (tables: SpDbTables): Promise<void> => {
      // first, so that nobody else inserts it beside
      await tables.insertUploadProgress(id, is_agent_upload);
      // what a cancelled update left is being deleted: the same names come again when that is done
      const content = { object_id: id, redundancy_index: PRIMARY, version: object_info.version };
      if (await tables.isCondemned(content)) throw managerErrors.repeated();
      const row = await tables.getUploadProgress(id);
      if (!row || !MAY_BEGIN.includes(row.task_state) || holderOf(row) !== holder) throw managerErrors.repeated();
      // of an upload in parts something is here already
      const goesOn = 'offset' in task && row.task_state === TaskState.UPLOAD_OBJECT_DOING;
      const begun = heldBy(member, goesOn ? TaskState.UPLOAD_OBJECT_DOING : TaskState.INIT);
      const content_time = updateTime(object_info);
      await tables.updateUploadProgress(id, { error_description: '', is_agent_upload, content_time, ...begun });
    };
    // lost with the power, the upload is lost as well
    await spdb.transaction(write, { durable: false });
  }
}

/** How long a silent upload is believed to run: longer with a member of whom it is known whether he is there. */
export function believedMs(member: string): number {
  return member ? ATTENDED_MS : UNATTENDED_MS;
}
