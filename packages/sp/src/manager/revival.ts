import type { greenfieldStorage as storage } from '@prairie/chain';
import {
  type Consensus,
  contentTime,
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
import { INCOMPLETE, resumedTask } from './job-tasks.ts';
import type { UploadJobs } from './upload-jobs.ts';
import type { VirtualGroups } from './virtual-groups.ts';

export interface RevivalOptions {
  /** Seconds after which an object that could not be sealed is rejected on chain. Default: never. */
  rejectUnsealedAfter?: number;
}

export interface RevivalDependencies {
  client: Modules;
  consensus: Consensus;
  spdb: SpDb;
  pieceStore: PieceStore;
  jobs: UploadJobs;
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

/**
 * Takes up an object from its row: after a restart, or a while after it was given up
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
    const { spdb, consensus, jobs } = this.#dependencies;
    const found = await consensus.objectById(objectId);
    // Read after the answer, without a pause until it is used: meanwhile the job may have gone on by itself.
    const row = spdb.getUploadProgress(objectId);
    if (!row) return;
    const object = found?.object_info;
    if (!object) return this.#discard(row, 'it is not on chain');
    const key = uploadKey(object);
    if (jobs.isUploading(key) || jobs.isInWork(key)) return;
    if (isSealed(object) || !awaitsContent(object)) return jobs.finish(objectId);
    if (object.is_updating) {
      // The new content's size and checksums are in the chain's shadow object, which the contract does not give.
      this.#dependencies.logger.warn('an unfinished content update is left alone', { object_id: objectId });
      return;
    }
    if (INCOMPLETE.includes(row.task_state)) {
      // With an integrity row it is an upload in parts, which can go on.
      if (spdb.getIntegrity(objectId, -1)) return;
      return this.#discard(row, 'its upload was cut off');
    }
    if (this.#isTooOld(row)) return this.#reject(object, row);
    await this.#resume(object, row);
  }

  async #resume(object_info: storage.ObjectInfo, row: UploadProgress): Promise<void> {
    const { consensus, jobs, groups } = this.#dependencies;
    const task = resumedTask(row);
    const storage_params = await consensus.storageParams(contentTime(object_info));
    const { is_agent_upload } = row;
    if (SEALING.includes(row.task_state) && row.secondary_signatures.length > 0) {
      const { global_virtual_group_id, secondary_endpoints, secondary_signatures } = row;
      const group = { global_virtual_group_id, secondary_endpoints, secondary_signatures };
      jobs.sealLater({ task: { ...task, retry: 0n }, object_info, storage_params, ...group, is_agent_upload });
      return;
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
    await this.#dependencies.client.signer.rejectUnsealedObject({ operator: '', bucket_name, object_name });
    await this.#discard(row, 'it could not be sealed in time and was rejected on chain');
  }

  /** Row, integrity and pieces: of an object that has no sealed content, all versions are nobody's. */
  async #discard({ object_id }: UploadProgress, reason: string): Promise<void> {
    const { spdb, pieceStore, logger } = this.#dependencies;
    logger.info('an upload is discarded', { object_id, reason });
    await pieceStore.deleteByPrefix(piecePrefixes(object_id).segments);
    spdb.transaction(() => {
      spdb.deleteIntegrity(object_id, -1);
      spdb.deleteUploadProgress(object_id);
    });
  }
}
