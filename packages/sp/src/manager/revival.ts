import type { greenfieldStorage as storage } from '@prairie/chain';
import {
  type Consensus,
  contentTime,
  GfSpError,
  type Logger,
  type Modules,
  nowSeconds,
  type PieceStore,
  type SpDb,
  TaskState,
  type UploadProgress,
  uploadKey,
} from '@prairie/gfsp';
import { piecePrefixes } from '@prairie/redundancy';
import { awaitsContent, isSealed } from '../common/pieces.ts';
import { holderOf, INCOMPLETE } from '../common/upload-holder.ts';
import { managerErrors } from './errors.ts';
import { resumedTask, sealTaskOf } from './job-tasks.ts';
import type { Members } from './members.ts';
import type { UploadJobs } from './upload-jobs.ts';
import type { Uploads } from './uploads.ts';
import { believedMs } from './uploads.ts';
import type { VirtualGroups } from './virtual-groups.ts';

export interface RevivalOptions {
  /**
   * Seconds after which an object that could not be sealed is rejected on chain: `Manager.RejectUnsealThresholdSecond`
   * when `EnableTaskRetryScheduler` is on. Default: never.
   */
  rejectUnsealedAfter?: number;
}

export interface RevivalDependencies {
  client: Modules;
  consensus: Consensus;
  spdb: SpDb;
  pieceStore: PieceStore;
  jobs: UploadJobs;
  uploads: Uploads;
  members: Members;
  groups: VirtualGroups;
  logger: Logger;
}

const REUSE_GROUP: readonly number[] = [TaskState.REPLICATE_OBJECT_DOING, TaskState.SEAL_OBJECT_ERROR];

/** Replicated: only the seal is missing. After a failed seal (15) the signatures themselves are asked for again. */
const SEALING: readonly number[] = [
  TaskState.REPLICATE_OBJECT_DONE,
  TaskState.SIGN_OBJECT_DOING,
  TaskState.SIGN_OBJECT_DONE,
  TaskState.SIGN_OBJECT_ERROR,
  TaskState.SEAL_OBJECT_DOING,
];

/** A member's name for what the manager itself has in hand: the time to delete some pieces. */
const CLEANING_MS = 60_000;

/**
 * Takes up an object from its row: after a restart, a while after it was given up, or when nothing else does
 * (`reference/tasks-and-manager.md` §8.2, §8.4). The chain is asked first what has become of it.
 */
export class Revival {
  readonly #options: RevivalOptions;
  readonly #dependencies: RevivalDependencies;

  constructor(options: RevivalOptions, dependencies: RevivalDependencies) {
    this.#options = options;
    this.#dependencies = dependencies;
  }

  /** @throws when the chain cannot be asked: try again later */
  async revive(objectId: bigint): Promise<void> {
    const { spdb, consensus, jobs, logger } = this.#dependencies;
    const object = (await consensus.objectById(objectId))?.object_info;
    const key = object ? uploadKey(object) : '';
    if (object && (await jobs.isInWork(key))) return;
    // Read after the answers, without a pause until it is used: meanwhile the job may have gone on by itself.
    const row = spdb.getUploadProgress(objectId);
    if (!row) return;
    if (INCOMPLETE.includes(row.task_state)) return this.#cutOff(row, object);
    if (!object) return this.#discard(row, 'it is not on chain');
    if (isSealed(object) || !awaitsContent(object)) return jobs.finish(objectId, key);
    if (object.is_updating) {
      // The new content's size and checksums are in the chain's shadow object, which the contract does not give.
      logger.warn('an unfinished content update is left alone', { object_id: objectId });
      return;
    }
    if (this.#isTooOld(row)) return this.#reject(object, row);
    if (row.task_state !== TaskState.OBJECT_DISCONTINUED) await this.#resume(object, row);
  }

  /** Whether somebody may still be in the middle of the upload: his payload must not be taken from him. */
  async isRunning(row: UploadProgress): Promise<boolean> {
    const holder = holderOf(row);
    const silentMs = Date.now() - row.update_timestamp_second * 1000;
    const believed = believedMs(holder);
    if (row.task_state === TaskState.UPLOAD_OBJECT_ERROR || silentMs > believed) return false;
    return holder === '' || this.#dependencies.members.isThere(holder);
  }

  async #cutOff(row: UploadProgress, object: storage.ObjectInfo | undefined): Promise<void> {
    const { spdb, uploads } = this.#dependencies;
    const objectId = row.object_id;
    if (await this.isRunning(row)) return;
    // With an integrity row it is an upload in parts, which can go on.
    if (spdb.getIntegrity(objectId, -1)) return;
    const key = object ? uploadKey(object) : '';
    try {
      // While its pieces are deleted nobody may begin to upload the same object again.
      if (object) await uploads.claim(key, { objectId, member: '', until: Date.now() + CLEANING_MS });
    } catch (error) {
      if (error instanceof GfSpError && error.is(managerErrors.repeated)) return;
      throw error;
    }
    try {
      await this.#discard(row, 'its upload was cut off');
    } finally {
      if (object) await uploads.release(key);
    }
  }

  async #resume(object_info: storage.ObjectInfo, row: UploadProgress): Promise<void> {
    const { consensus, jobs, groups } = this.#dependencies;
    const task = resumedTask(row);
    const storage_params = await consensus.storageParams(contentTime(object_info));
    const { is_agent_upload } = row;
    if (SEALING.includes(row.task_state) && row.secondary_signatures.length > 0) {
      return jobs.sealLater(sealTaskOf(row, { object_info, storage_params }));
    }
    const bucket = await consensus.bucket(object_info.bucket_name);
    if (!bucket) return this.#discard(row, 'its bucket is not on chain');
    const family_id = bucket.bucket_info.global_virtual_group_family_id;
    // The same group as before, if it can be used: its secondaries may have the pieces already.
    const sameGroup = REUSE_GROUP.includes(row.task_state)
      ? await groups.reuseGroup(row.global_virtual_group_id, family_id)
      : undefined;
    jobs.place({ object_info, storage_params, family_id, is_agent_upload, task }, sameGroup);
  }

  #isTooOld(row: UploadProgress): boolean {
    const limit = this.#options.rejectUnsealedAfter;
    return limit !== undefined && Number(nowSeconds()) - row.create_timestamp_second > limit;
  }

  /** The owner gets the locked fee back, and may upload again. */
  async #reject({ bucket_name, object_name }: storage.ObjectInfo, row: UploadProgress): Promise<void> {
    await this.#dependencies.client.signer.broadcast('reject_object_info', { operator: '', bucket_name, object_name });
    await this.#discard(row, 'it could not be sealed in time and was rejected on chain');
  }

  /**
   * Row, integrity and pieces: of an object that has no sealed content, all versions are nobody's. The row is changed
   * first, and only if it is still what was looked at: an uploader that was thought gone then cannot acknowledge.
   */
  async #discard(seen: UploadProgress, reason: string): Promise<void> {
    const { spdb, pieceStore, logger } = this.#dependencies;
    const { object_id } = seen;
    const isMine = spdb.transaction(() => {
      const row = spdb.getUploadProgress(object_id);
      if (row?.task_state !== seen.task_state || holderOf(row) !== holderOf(seen)) return false;
      spdb.updateUploadProgress(object_id, { task_state: TaskState.UPLOAD_OBJECT_ERROR, error_description: reason });
      spdb.deleteIntegrity(object_id, -1);
      return true;
    });
    if (!isMine) return;
    logger.info('an upload is discarded', { object_id, reason });
    await pieceStore.deleteByPrefix(piecePrefixes(object_id).segments);
    spdb.deleteUploadProgress(object_id);
  }
}
