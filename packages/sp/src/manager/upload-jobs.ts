import type { greenfieldStorage as storage } from '@prairie/chain';
import {
  type ExecutorTask,
  GfSpError,
  type Logger,
  type ReplicatePieceTask,
  type SealObjectTask,
  type SpDb,
  TaskState,
  taskError,
  toTaskError,
  type UploadObjectTask,
  uploadKey,
} from '@prairie/gfsp';
import { isSealed } from '../common/pieces.ts';
import { managerErrors } from './errors.ts';
import type { JobQueues } from './job-queues.ts';
import { INCOMPLETE, type ReplicateJob, replicateTask, sealTask } from './job-tasks.ts';
import type { Placement, VirtualGroups } from './virtual-groups.ts';

export interface UploadJobsOptions {
  /** Uploads, replications and seals together. Default 40960. */
  maxJobs?: number;
}

export interface UploadJobsDependencies {
  spdb: SpDb;
  queues: JobQueues;
  groups: VirtualGroups;
  /** The object on chain; undefined when it is gone. */
  object: (id: bigint) => Promise<storage.ObjectInfo | undefined>;
  /** An object whose job was given up, or could not go on: it is looked at again later. */
  later: (objectId: bigint) => void;
  logger: Logger;
}

/**
 * The way of an upload from its first byte to its seal, with each step in the SPDB before it is taken
 * (`reference/tasks-and-manager.md` §6, §7): a crash finds the row and goes on from there.
 */
export class UploadJobs {
  readonly #dependencies: UploadJobsDependencies;
  readonly #maxJobs: number;
  /** When an upload that was begun is no longer believed to run, in ms. */
  readonly #uploading = new Map<string, number>();
  /** Objects for which a group is being looked for. */
  readonly #placing = new Map<string, Promise<void>>();

  constructor(options: UploadJobsOptions, dependencies: UploadJobsDependencies) {
    this.#dependencies = dependencies;
    this.#maxJobs = options.maxJobs ?? 40_960;
  }

  /** Waits for what is between two queues. */
  async settled(): Promise<void> {
    await Promise.all(this.#placing.values());
  }

  *states(): IterableIterator<{ key: string; state: string }> {
    for (const key of this.#uploading.keys()) yield { key, state: 'uploading' };
    for (const key of this.#placing.keys()) yield { key, state: 'choosing a group' };
  }

  isUploading(key: string): boolean {
    return (this.#uploading.get(key) ?? 0) > Date.now();
  }

  /** In work after its upload. */
  isInWork(key: string): boolean {
    return this.#placing.has(key) || this.#dependencies.queues.has(key);
  }

  /** @throws 60001, 60002, 60003, 65201 */
  begin(task: UploadObjectTask): void {
    if (!task?.object_info || !task.storage_params) throw managerErrors.requestLost();
    const { queues, spdb } = this.#dependencies;
    const key = uploadKey(task.object_info);
    const jobs = this.#uploading.size + this.#placing.size + queues.replicate.size + queues.seal.size;
    if (jobs >= this.#maxJobs) throw managerErrors.exceeded();
    if (this.isUploading(key) || this.isInWork(key)) throw managerErrors.repeated();
    const { id } = task.object_info;
    this.#database(() => {
      const row = spdb.getUploadProgress(id);
      // An acknowledged payload waits to be taken up again: it must not be written over.
      if (row && !INCOMPLETE.includes(row.task_state)) throw managerErrors.repeated();
      if (row) spdb.updateUploadProgress(id, { task_state: TaskState.INIT, error_description: '' });
      else spdb.insertUploadProgress(id, task.is_agent_upload);
    });
    // A silent uploader is not waited for longer than its task may take; the uploader itself refuses a second one.
    this.#uploading.set(key, Date.now() + Math.max(Number(task.task.timeout), 300) * 1000);
  }

  /** @throws 60001, 60002 */
  done(task: UploadObjectTask): void {
    if (!task?.object_info || !task.storage_params) throw managerErrors.requestLost();
    const key = uploadKey(task.object_info);
    this.#uploading.delete(key);
    if (this.isInWork(key)) throw managerErrors.repeated();
    const error = taskError(task);
    if (error) return this.#forgetUpload(task.object_info.id, error);
    this.place({ ...task, family_id: task.virtual_group_family_id });
  }

  /**
   * A refused upload leaves nothing behind, so its row goes too; the reference keeps it in state 3 with the error. What
   * was acknowledged earlier stays.
   */
  #forgetUpload(objectId: bigint, error: GfSpError): void {
    const { spdb, logger } = this.#dependencies;
    logger.info('an upload was refused', { object_id: objectId, code: error.innerCode, reason: error.message });
    this.#database(() => {
      const row = spdb.getUploadProgress(objectId);
      if (row && INCOMPLETE.includes(row.task_state)) spdb.deleteUploadProgress(objectId);
    });
  }

  /** Looks for a group, writes it down and has the object replicated; in the background. */
  place(job: ReplicateJob, preferred?: Placement): void {
    const key = uploadKey(job.object_info);
    if (this.isInWork(key)) return;
    const placing = this.#place(job, preferred)
      .catch((error: unknown) => {
        const { logger, later } = this.#dependencies;
        logger.warn('no group for an object yet', { object_id: job.object_info.id, error });
        later(job.object_info.id);
      })
      .finally(() => this.#placing.delete(key));
    this.#placing.set(key, placing);
  }

  async #place(job: ReplicateJob, preferred?: Placement): Promise<void> {
    const { groups, queues, spdb } = this.#dependencies;
    const { redundant_data_chunk_num, redundant_parity_chunk_num } = job.storage_params.versioned_params;
    const secondaries = redundant_data_chunk_num + redundant_parity_chunk_num;
    const { gvg, endpoints } = preferred ?? (await groups.pickGroup(job.family_id, secondaries));
    spdb.updateUploadProgress(job.object_info.id, {
      task_state: TaskState.REPLICATE_OBJECT_DOING,
      global_virtual_group_id: gvg.id,
      secondary_endpoints: endpoints,
      secondary_signatures: [],
    });
    queues.pushReplicate(replicateTask(job, { gvg, endpoints }));
  }

  /** @throws 60001, 60004 */
  async replicateReported(value: ReplicatePieceTask): Promise<void> {
    if (!value?.object_info || !value.storage_params) throw managerErrors.requestLost();
    const { queues } = this.#dependencies;
    const key = uploadKey(value.object_info);
    const error = taskError(value);
    if (error) return this.#replicateFailed(key, value, error);
    queues.replicate.complete(key);
    if (value.sealed) return this.finish(value.object_info.id);
    this.sealLater(sealTask(value));
  }

  /** Replicated, but not sealed: the signatures are kept, so that only the seal is to be done. */
  sealLater(task: SealObjectTask): void {
    const { queues, spdb } = this.#dependencies;
    this.#database(() =>
      spdb.updateUploadProgress(task.object_info.id, {
        task_state: TaskState.SEAL_OBJECT_DOING,
        global_virtual_group_id: task.global_virtual_group_id,
        secondary_endpoints: task.secondary_endpoints,
        secondary_signatures: task.secondary_signatures,
      }),
    );
    queues.pushSeal(task);
  }

  /** `reference/tasks-and-manager.md` §7.2. */
  async #replicateFailed(key: string, value: ReplicatePieceTask, error: GfSpError): Promise<void> {
    const { queues, groups, object } = this.#dependencies;
    if (!queues.replicate.has(key)) throw managerErrors.canceled();
    const exhausted = value.task.retry >= value.task.max_retry;
    if (exhausted || value.not_available_sp_idx < 0) {
      if (!exhausted && queues.replicate.fail(key) === 'again') return;
      queues.replicate.complete(key);
      return this.giveUp(value.object_info.id, TaskState.REPLICATE_OBJECT_ERROR, 'exceed_replicate_retry', error);
    }
    queues.replicate.complete(key);
    const onChain = await object(value.object_info.id);
    if (!onChain || isSealed(onChain)) return this.#dependencies.later(value.object_info.id);
    await groups.freezeSecondary(value.gvg, value.not_available_sp_idx);
    this.place({ ...value, family_id: value.gvg.family_id, task: { ...value.task, err: undefined } });
  }

  /** @throws 60001, 60004 */
  sealReported(value: SealObjectTask): void {
    if (!value?.object_info) throw managerErrors.requestLost();
    const { queues } = this.#dependencies;
    const key = uploadKey(value.object_info);
    const error = taskError(value);
    if (!error) {
      queues.seal.complete(key);
      return this.finish(value.object_info.id);
    }
    const next = queues.seal.fail(key);
    if (next === 'absent') throw managerErrors.canceled();
    if (next === 'exhausted') {
      this.giveUp(value.object_info.id, TaskState.SEAL_OBJECT_ERROR, 'exceed_seal_retry', error);
    }
  }

  /** No executor finished the task in time, at the last attempt either. */
  expired(task: ExecutorTask): void {
    if (task.kind === 'receive') return;
    const isSeal = task.kind === 'seal';
    const state = isSeal ? TaskState.SEAL_OBJECT_ERROR : TaskState.REPLICATE_OBJECT_ERROR;
    this.giveUp(task.value.object_info.id, state, 'expired');
  }

  /** Writes down that it did not work. The object is not forgotten: it is looked at again later, ever less often. */
  giveUp(objectId: bigint, task_state: number, why: string, error?: GfSpError): void {
    const { spdb, later, logger } = this.#dependencies;
    const error_description = error ? `${why}: ${JSON.stringify(toTaskError(error))}` : why;
    // Its row goes when it is sealed or gone; then there is nothing to give up.
    if (!this.#database(() => spdb.getUploadProgress(objectId))) return;
    logger.warn('an object is set aside', { object_id: objectId, why, ...(error ? { error } : {}) });
    this.#database(() => spdb.updateUploadProgress(objectId, { task_state, error_description }));
    later(objectId);
  }

  /** Sealed: nothing is left to do, so nothing is left in the table (state 14 is never seen). */
  finish(objectId: bigint): void {
    this.#database(() => this.#dependencies.spdb.deleteUploadProgress(objectId));
  }

  #database<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (error instanceof GfSpError) throw error;
      throw managerErrors.database(`failed to access the upload progress: ${GfSpError.from(error).message}`, error);
    }
  }
}
