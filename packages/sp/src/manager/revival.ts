import { greenfieldStorage, type greenfieldStorage as storage } from '@prairie/chain';
import {
  type Consensus,
  contentTime,
  GfSpError,
  type Logger,
  type Modules,
  nowSeconds,
  type SpDb,
  sharedGatewayErrors,
  TaskState,
  type UploadProgress,
  uploadKey,
} from '@prairie/gfsp';
import { awaitedContent } from '../common/awaited-content.ts';
import { incomingIntegrity, PRIMARY } from '../common/integrity.ts';
import { awaitsContent, updateTime } from '../common/pieces.ts';
import { holderOf, INCOMPLETE } from '../common/upload-holder.ts';
import type { Contents } from './contents.ts';
import { managerErrors } from './errors.ts';
import { resumedTask, sealTaskOf } from './job-tasks.ts';
import type { Members } from './members.ts';
import { Progress } from './progress.ts';
import { SecondLook } from './second-look.ts';
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
  contents: Contents;
  jobs: UploadJobs;
  uploads: Uploads;
  members: Members;
  groups: VirtualGroups;
  logger: Logger;
  /** The manager stops. */
  signal: AbortSignal;
}

interface Look {
  /** Content time of the row some blocks ago: only what was there then is deleted. */
  seen?: bigint;
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
  readonly #rows: Progress;
  readonly #second: SecondLook;

  constructor(options: RevivalOptions, dependencies: RevivalDependencies) {
    this.#options = options;
    this.#dependencies = dependencies;
    this.#rows = new Progress(dependencies.spdb);
    this.#second = new SecondLook((id, seen) => this.#revive(id, { seen }), dependencies);
  }

  /** What is to be deleted goes some blocks later. @throws when the chain cannot be asked: try again later */
  revive(objectId: bigint): Promise<void> {
    return this.#revive(objectId, {});
  }

  /** Resolves when nothing waits to be deleted. */
  settled(): Promise<void> {
    return this.#second.done();
  }

  /** @throws when the chain cannot be asked */
  async #revive(objectId: bigint, look: Look): Promise<void> {
    const { consensus, jobs } = this.#dependencies;
    const onChain = (await consensus.objectById(objectId))?.object_info;
    const object = onChain && (await awaitedContent(onChain, { consensus }));
    // sealed or cancelled between the two questions
    if (onChain && !object) throw sharedGatewayErrors.chain(`object ${objectId} changes on chain`);
    const key = object ? uploadKey(object) : '';
    if (object && (await jobs.isInWork(key))) return;
    // Read after the answers, and looked at again with each change: meanwhile the job may go on by itself.
    const row = await this.#rows.get(objectId);
    if (!row) return;
    if (INCOMPLETE.includes(row.task_state)) return this.#cutOff(row, { onChain, object }, look);
    if (!onChain || !object) return this.#missing(row, look);
    if (!awaitsContent(onChain) || row.content_time !== updateTime(object)) {
      // what the chain has now is newer than the job: its content was sealed, or its update cancelled
      if (!isSealedWith(onChain, row) && !this.#isSecond(row, look)) return;
      await jobs.finish(onChain, key, row.content_time);
      return this.#dropCancelled(onChain);
    }
    if (this.#isTooOld(row)) return this.#reject(object, row);
    if (row.task_state !== TaskState.OBJECT_DISCONTINUED) await this.#resume(object, row, look);
  }

  /** The second look at this content. After the first it is looked at later. */
  #isSecond({ object_id, content_time }: UploadProgress, { seen }: Look): boolean {
    if (seen === content_time) return true;
    this.#second.add(object_id, content_time);
    return false;
  }

  /** Acknowledged, and the chain has no such object: its tables have to agree, as one faulty node is enough otherwise. */
  async #missing(row: UploadProgress, look: Look): Promise<void> {
    if (!this.#isSecond(row, look)) return;
    const { object_id } = row;
    const known = await this.#dependencies.client.metadata.listObjectsByIds([object_id]);
    if (known.has(object_id)) throw sharedGatewayErrors.chain(`object ${object_id} is in the tables and not on chain`);
    await this.#discard(row, undefined, 'it is not on chain');
  }

  /** Whether somebody may still be in the middle of the upload: his payload must not be taken from him. */
  async isRunning(row: UploadProgress): Promise<boolean> {
    const holder = holderOf(row);
    const silentMs = Date.now() - row.update_timestamp_second * 1000;
    const believed = believedMs(holder);
    if (row.task_state === TaskState.UPLOAD_OBJECT_ERROR || silentMs > believed) return false;
    return holder === '' || this.#dependencies.members.isThere(holder);
  }

  async #cutOff(
    row: UploadProgress,
    { onChain, object }: { onChain: storage.ObjectInfo | undefined; object: storage.ObjectInfo | undefined },
    look: Look,
  ): Promise<void> {
    if (await this.isRunning(row)) return;
    // An upload in parts goes on when the next one comes, as long as the chain waits for it.
    const isAwaited = object && awaitsContent(object) && row.content_time === updateTime(object);
    if (isAwaited && (await incomingIntegrity(this.#dependencies.spdb, object, PRIMARY))) {
      return this.#isTooOld(row) ? this.#reject(object, row) : undefined;
    }
    // what is sealed must be known before the rest is deleted
    if (!this.#isSecond(row, look)) return;
    const discard = () => this.#discard(row, onChain, 'its upload was cut off');
    await (object ? this.#alone(object, discard) : discard());
  }

  /** While its pieces are deleted nobody may begin to upload the same object again; if somebody has, they stay. */
  async #alone(object: storage.ObjectInfo, work: () => Promise<void>): Promise<void> {
    const { uploads } = this.#dependencies;
    const key = uploadKey(object);
    try {
      await uploads.claim(key, { objectId: object.id, member: '', until: Date.now() + CLEANING_MS });
    } catch (error) {
      if (error instanceof GfSpError && error.is(managerErrors.repeated)) return;
      throw error;
    }
    try {
      await work();
    } finally {
      await uploads.release(key);
    }
  }

  async #resume(object_info: storage.ObjectInfo, row: UploadProgress, look: Look): Promise<void> {
    const { consensus, jobs, groups } = this.#dependencies;
    const task = resumedTask(row);
    const storage_params = await consensus.storageParams(contentTime(object_info));
    const { is_agent_upload } = row;
    if (SEALING.includes(row.task_state) && row.secondary_signatures.length > 0) {
      const seal = sealTaskOf(row, { object_info, storage_params });
      return jobs.sealLater(seal, (known) => known.task_state === row.task_state);
    }
    const bucket = await consensus.bucket(object_info.bucket_name);
    if (!bucket) return this.#missing(row, look);
    const family_id = bucket.bucket_info.global_virtual_group_family_id;
    // The same group as before, if it can be used: its secondaries may have the pieces already.
    const sameGroup = REUSE_GROUP.includes(row.task_state)
      ? await groups.reuseGroup(row.global_virtual_group_id, family_id, object_info.payload_size)
      : undefined;
    jobs.place({ object_info, storage_params, family_id, is_agent_upload, task }, sameGroup);
  }

  #isTooOld(row: UploadProgress): boolean {
    const limit = this.#options.rejectUnsealedAfter;
    return limit !== undefined && Number(nowSeconds()) - row.create_timestamp_second > limit;
  }

  /** The owner gets the locked fee back, and may upload again. Of an update the sealed content stays. */
  async #reject(object: storage.ObjectInfo, row: UploadProgress): Promise<void> {
    const { bucket_name, object_name } = object;
    await this.#dependencies.client.signer.broadcast('reject_object_info', { operator: '', bucket_name, object_name });
    const sealed = object.is_updating ? { ...object, version: object.version - 1n } : undefined;
    await this.#discard(row, sealed, 'it could not be sealed in time and was rejected on chain');
  }

  /** Of an update that was cancelled after its content came. A row would be that of the next one, which has begun. */
  async #dropCancelled(onChain: storage.ObjectInfo): Promise<void> {
    const { spdb, contents } = this.#dependencies;
    const isLeft = async () => (await spdb.getShadowIntegrity(onChain.id, PRIMARY)) !== undefined;
    if (onChain.is_updating || !(await isLeft())) return;
    await this.#alone(onChain, async () => {
      if (!(await this.#rows.get(onChain.id)) && (await isLeft())) await contents.dropAfter(onChain);
    });
  }

  /**
   * Row, integrity and pieces; what `sealed`, the object on chain, has for its sealed content stays. The row is changed
   * first, and only if it is still what was looked at: an uploader that was thought gone then cannot acknowledge. It goes
   * last, unless somebody has begun again since.
   */
  async #discard(seen: UploadProgress, sealed: storage.ObjectInfo | undefined, reason: string): Promise<void> {
    const { contents, logger } = this.#dependencies;
    const { object_id } = seen;
    const discarded = { task_state: TaskState.UPLOAD_OBJECT_ERROR, error_description: reason };
    if (!(await this.#rows.change(object_id, (row) => (isStill(row, seen) ? discarded : undefined)))) return;
    logger.info('an upload is discarded', { object_id, reason });
    if (sealed && hasContent(sealed)) await contents.dropAfter(sealed);
    else await contents.drop(object_id);
    await this.#rows.delete(object_id, ({ task_state }) => task_state === discarded.task_state);
  }
}

/** In the same step of the same upload. */
function isStill(row: UploadProgress, seen: UploadProgress): boolean {
  return (
    row.task_state === seen.task_state && row.content_time === seen.content_time && holderOf(row) === holderOf(seen)
  );
}

/** The content of the row is the sealed one: a first content is sealed before any other. */
function isSealedWith(onChain: storage.ObjectInfo, { content_time }: UploadProgress): boolean {
  return content_time === 0n || (!onChain.is_updating && onChain.updated_at === content_time);
}

/** Some version of it was sealed. */
function hasContent({ object_status }: storage.ObjectInfo): boolean {
  return object_status !== greenfieldStorage.ObjectStatus.OBJECT_STATUS_CREATED;
}
