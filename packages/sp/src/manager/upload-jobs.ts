import { BoundedCache, type greenfieldStorage as storage } from '@prairie/chain';
import {
  type Delivery,
  type ExecutorTask,
  GfSpError,
  type Logger,
  type ReplicatePieceTask,
  type SealObjectTask,
  type SpDb,
  TaskState,
  taskError,
  toTaskError,
  type UploadProgress,
  uploadKey,
} from '@prairie/gfsp';
import { isSealed, updateTime } from '../common/pieces.ts';
import { Turns } from '../common/turns.ts';
import { managerErrors } from './errors.ts';
import { isOfAttempt, type JobQueues } from './job-queues.ts';
import { type ReplicateJob, replicateTask, sealTask, wantedFor } from './job-tasks.ts';
import { isCancelled, isReplicated, Progress } from './progress.ts';
import type { Uploads } from './uploads.ts';
import type { Placement, VirtualGroups } from './virtual-groups.ts';

export interface UploadJobsOptions {
  /** Uploads, replications and seals together (`Parallel.GlobalMaxUploadingParallel`). Default 40960. */
  maxJobs?: number;
}

export interface UploadJobsDependencies {
  spdb: SpDb;
  queues: JobQueues;
  uploads: Uploads;
  groups: VirtualGroups;
  /** The object on chain; undefined when it is gone. */
  object: (id: bigint) => Promise<storage.ObjectInfo | undefined>;
  /** An object whose job was given up, or could not go on: it is looked at again later. */
  later: (objectId: bigint, key: string) => void;
  logger: Logger;
}

/**
 * The way of an upload from its first byte to its seal, with each step in the SPDB before it is taken
 * (`reference/tasks-and-manager.md` §6, §7): a crash finds the row and goes on from there. What reports say is believed
 * by the row, not by memory: the task may have been handed out before a restart, or by another manager.
 */
export class UploadJobs {
  readonly maxJobs: number;
  readonly #dependencies: UploadJobsDependencies;
  readonly #rows: Progress;
  /** Objects for which a group is being looked for. Should another manager look too, the queue takes one of the two. */
  readonly #placing = new Map<string, Promise<void>>();
  /** What secondaries had when a replication failed, by content: who takes it up goes on from there. Lost, they are asked. */
  readonly #delivered = new BoundedCache<string, Delivery>(4096);
  /** A step from one queue to the next, with its note in the row, is not mixed with another of the same object. */
  readonly #steps = new Turns<string>();

  constructor(options: UploadJobsOptions, dependencies: UploadJobsDependencies) {
    this.#dependencies = dependencies;
    this.#rows = new Progress(dependencies.spdb);
    this.maxJobs = options.maxJobs ?? 40_960;
  }

  /** Waits for what is between two queues. */
  async settled(): Promise<void> {
    await Promise.all(this.#placing.values());
  }

  /** Keys of objects for which a group is being looked for. */
  get placing(): readonly string[] {
    return [...this.#placing.keys()];
  }

  /** In work after its upload. */
  async isInWork(key: string): Promise<boolean> {
    return this.#placing.has(key) || (await this.#dependencies.queues.isInWork(key));
  }

  /** Looks for a group, writes it down and has the object replicated; in the background. */
  place(job: ReplicateJob, preferred?: Placement): void {
    const key = uploadKey(job.object_info);
    if (this.#placing.has(key)) return;
    const placing = this.#place(job, preferred)
      .catch((error: unknown) => {
        const { logger, later } = this.#dependencies;
        // Another manager was quicker.
        if (error instanceof GfSpError && error.is(managerErrors.repeated)) return;
        logger.warn('no group for an object yet', { object_id: job.object_info.id, error });
        later(job.object_info.id, key);
      })
      .finally(() => this.#placing.delete(key));
    this.#placing.set(key, placing);
  }

  async #place(job: ReplicateJob, preferred?: Placement): Promise<void> {
    const { groups, uploads } = this.#dependencies;
    const { gvg, endpoints } = preferred ?? (await groups.pickGroup(job.family_id, wantedFor(job)));
    const key = uploadKey(job.object_info);
    // The payload is here, even if its uploader could not say so.
    await uploads.release(key);
    await this.#steps.run(key, () => this.#replicate(job, key, { gvg, endpoints }));
  }

  async #replicate(job: ReplicateJob, key: string, { gvg, endpoints }: Placement): Promise<void> {
    const { queues } = this.#dependencies;
    if (await queues.isInWork(key)) return;
    const placed = {
      task_state: TaskState.REPLICATE_OBJECT_DOING,
      global_virtual_group_id: gvg.id,
      secondary_endpoints: endpoints,
      secondary_signatures: [],
    };
    // Sealed, gone or cancelled meanwhile, or replicated by an executor of before: then there is nothing to replicate.
    const isPlaced = await this.#rows.change(job.object_info.id, (row) =>
      isOpen(row, job.object_info) && !isReplicated(row) ? placed : undefined,
    );
    if (!isPlaced) return;
    const delivery = job.delivery ?? this.#delivered.get(contentKey(job.object_info.id, updateTime(job.object_info)));
    await queues.push('replicate', replicateTask({ ...job, delivery }, { gvg, endpoints }));
  }

  /** @throws 60001, 60004 */
  async replicateReported(value: ReplicatePieceTask): Promise<void> {
    if (!value?.object_info || !value.storage_params) throw managerErrors.requestLost();
    const key = uploadKey(value.object_info);
    await this.#requireSameContent(value.object_info);
    const error = taskError(value);
    if (error) return this.#replicateFailed(key, value, error);
    await this.#steps.run(key, () => this.#replicated(key, value));
  }

  async #replicated(key: string, value: ReplicatePieceTask): Promise<void> {
    const { object_info } = value;
    const queued = await this.#dependencies.queues.of('replicate').complete(key);
    const row = await this.#rows.get(object_info.id);
    if (isCancelled(row) || (!row && !queued)) throw managerErrors.canceled();
    if (value.sealed) return this.#finish(object_info, key, updateTime(object_info));
    // A second executor's is none: the seal of the first is under way.
    await this.#seal(sealTask(value), (known) => !isReplicated(known));
  }

  /**
   * Replicated, but not sealed: the signatures are kept, so that only the seal is to be done. Unless the row, which may
   * have changed since it was looked at, says that there is nothing to seal: also by `isMeant`.
   */
  async sealLater(task: SealObjectTask, isMeant: (row: UploadProgress) => boolean): Promise<void> {
    await this.#steps.run(uploadKey(task.object_info), () => this.#seal(task, isMeant));
  }

  async #seal(task: SealObjectTask, isMeant: (row: UploadProgress) => boolean): Promise<void> {
    const { queues, later } = this.#dependencies;
    const { id } = task.object_info;
    const replicated = {
      task_state: TaskState.SEAL_OBJECT_DOING,
      global_virtual_group_id: task.global_virtual_group_id,
      secondary_endpoints: task.secondary_endpoints,
      secondary_signatures: task.secondary_signatures,
    };
    const isNoted = await this.#rows.change(id, (row) =>
      isOpen(row, task.object_info) && isMeant(row) ? replicated : undefined,
    );
    if (!isNoted) return;
    try {
      await queues.push('seal', task);
    } catch (error) {
      if (error instanceof GfSpError && error.is(managerErrors.repeated)) return;
      // Full: the row has the signatures, so it is only a matter of time.
      later(id, uploadKey(task.object_info));
    }
  }

  /** `reference/tasks-and-manager.md` §7.2. */
  async #replicateFailed(key: string, value: ReplicatePieceTask, error: GfSpError): Promise<void> {
    const { queues, groups, object, later } = this.#dependencies;
    const { id } = value.object_info;
    const entry = await queues.entry('replicate', key);
    if (!entry) throw managerErrors.canceled();
    // Handed out again since, because its time was over or its member was gone: the other one's outcome counts.
    if (!isOfAttempt(entry, value.task)) return;
    const delivery = deliveryOf(value);
    if (delivery.delivered_segments.length > 0)
      this.#delivered.set(contentKey(id, updateTime(value.object_info)), delivery);
    const exhausted = value.task.retry >= value.task.max_retry;
    if (exhausted || value.not_available_sp_idx < 0) {
      if (!exhausted) {
        queues.keepProgress({ kind: 'replicate', key, value });
        if ((await queues.of('replicate').fail(key)) === 'again') return;
      }
      await queues.of('replicate').complete(key);
      return this.#giveUp({ ...value, key }, TaskState.REPLICATE_OBJECT_ERROR, 'exceed_replicate_retry', error);
    }
    await queues.of('replicate').complete(key);
    const onChain = await object(id).catch(() => undefined);
    if (!onChain || isSealed(onChain)) return later(id, key);
    const family_id = await groups.freezeSecondary(value.global_virtual_group_id, value.not_available_sp_idx);
    if (family_id === undefined) return later(id, key);
    const task = { ...value.task, err: undefined };
    this.place({ ...value, family_id, task, is_agent_upload: value.is_agent_upload_task, delivery });
  }

  /** @throws 60001, 60004 */
  async sealReported(value: SealObjectTask): Promise<void> {
    if (!value?.object_info) throw managerErrors.requestLost();
    const { queues } = this.#dependencies;
    const { object_info } = value;
    const key = uploadKey(object_info);
    await this.#requireSameContent(object_info);
    const error = taskError(value);
    if (!error) return this.#steps.run(key, () => this.#sealed(key, object_info));
    const next = await queues.fail({ kind: 'seal', key, value });
    if (next === 'dropped') {
      await this.#giveUp({ object_info, key }, TaskState.SEAL_OBJECT_ERROR, 'exceed_seal_retry', error);
    }
  }

  async #sealed(key: string, object: storage.ObjectInfo): Promise<void> {
    const queued = await this.#dependencies.queues.of('seal').complete(key);
    if (!queued && !(await this.#rows.get(object.id))) throw managerErrors.canceled();
    await this.#finish(object, key, updateTime(object));
  }

  /** No executor finished the task in time, at the last attempt either. */
  async expired({ kind, key, value }: ExecutorTask): Promise<void> {
    if (kind !== 'replicate' && kind !== 'seal') return;
    const state = kind === 'seal' ? TaskState.SEAL_OBJECT_ERROR : TaskState.REPLICATE_OBJECT_ERROR;
    await this.#giveUp({ object_info: value.object_info, key }, state, 'expired');
  }

  /**
   * Takes an object out of its upload, replication or seal for good (state 16): no report about it is believed any more,
   * and it may be uploaded anew. false when it is in none.
   */
  async cancel(key: string): Promise<boolean> {
    return this.#steps.run(key, () => this.#cancel(key));
  }

  async #cancel(key: string): Promise<boolean> {
    const { queues, uploads } = this.#dependencies;
    const claim = (await uploads.queue.get(key))?.value;
    const queued = (await queues.of('replicate').get(key)) ?? (await queues.of('seal').get(key));
    const task = queued?.value;
    const id =
      claim?.objectId ?? (task?.kind === 'replicate' || task?.kind === 'seal' ? task.value.object_info.id : 0n);
    if (!claim && !task) return false;
    const cancelled = { task_state: TaskState.OBJECT_DISCONTINUED, error_description: 'cancelled' };
    await this.#rows.change(id, () => cancelled);
    await uploads.release(key);
    await queues.cancel(key);
    return true;
  }

  /** A report that was on its way while an update of the object began is about nothing any more. @throws 60004 */
  async #requireSameContent(object: storage.ObjectInfo): Promise<void> {
    const row = await this.#rows.get(object.id);
    if (row && row.content_time !== updateTime(object)) throw managerErrors.canceled();
  }

  /** Writes down that it did not work. The object is not forgotten: it is looked at again later, ever less often. */
  async #giveUp(
    { object_info, key }: { object_info: storage.ObjectInfo; key: string },
    task_state: number,
    why: string,
    error?: GfSpError,
  ): Promise<void> {
    const { later, logger } = this.#dependencies;
    const { id } = object_info;
    const error_description = error ? `${why}: ${JSON.stringify(toTaskError(error))}` : why;
    const failed = { task_state, error_description };
    // Its row goes when it is sealed or gone; then there is nothing to give up.
    if (!(await this.#rows.change(id, (row) => (isOpen(row, object_info) ? failed : undefined)))) return;
    logger.warn('an object is set aside', { object_id: id, why, ...(error ? { error } : {}) });
    later(id, key);
  }

  /**
   * Sealed in this version: nothing is left to do for the content of that time, in the queues and in the table (state 14
   * is never seen).
   */
  async finish(sealed: { id: bigint; version: bigint }, key: string, contentTime: bigint): Promise<void> {
    await this.#steps.run(key, () => this.#finish(sealed, key, contentTime));
  }

  async #finish(sealed: { id: bigint; version: bigint }, key: string, contentTime: bigint): Promise<void> {
    const { queues } = this.#dependencies;
    if (!(await this.#rows.finish(sealed, contentTime))) return;
    this.#delivered.delete(contentKey(sealed.id, contentTime));
    await queues.of('replicate').complete(key);
    await queues.of('seal').complete(key);
  }
}

const contentKey = (id: bigint, contentTime: bigint): string => `${id} ${contentTime}`;

function deliveryOf({
  global_virtual_group_id,
  secondary_endpoints,
  delivered_segments = [],
}: ReplicatePieceTask): Delivery {
  return { global_virtual_group_id, secondary_endpoints, delivered_segments };
}

/** The row is about this content, and not cancelled. */
function isOpen(row: UploadProgress, object: storage.ObjectInfo): boolean {
  return row.content_time === updateTime(object) && !isCancelled(row);
}
