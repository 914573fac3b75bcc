import {
  type Delivery,
  type GfSpError,
  type Logger,
  type ResumableUploadObjectTask,
  type SpDb,
  TaskState,
  taskError,
  type UploadObjectTask,
  type UploadProgress,
  uploadKey,
} from '@prairie/gfsp';
import { incomingIntegrity, PRIMARY, promoteIntegrity } from '../common/integrity.ts';
import { updateTime } from '../common/pieces.ts';
import { holderOf, INCOMPLETE, isRunning } from '../common/upload-holder.ts';
import type { Contents } from './contents.ts';
import { managerErrors } from './errors.ts';
import type { JobQueues } from './job-queues.ts';
import { wantedFor } from './job-tasks.ts';
import { Progress } from './progress.ts';
import type { UploadJobs } from './upload-jobs.ts';
import type { Uploads } from './uploads.ts';
import type { Placement, VirtualGroups } from './virtual-groups.ts';

export interface AdmissionDependencies {
  spdb: SpDb;
  queues: JobQueues;
  uploads: Uploads;
  jobs: UploadJobs;
  groups: Pick<VirtualGroups, 'pickUsable' | 'reuseGroup'>;
  contents: Contents;
  logger: Logger;
}

type UploadTask = UploadObjectTask | ResumableUploadObjectTask;

/** Lets payloads in, whole or in parts, and passes what is whole on to its replication. */
export class Admission {
  readonly #dependencies: AdmissionDependencies;
  readonly #rows: Progress;

  constructor(dependencies: AdmissionDependencies) {
    this.#dependencies = dependencies;
    this.#rows = new Progress(dependencies.spdb);
  }

  /** Resolves with where the pieces can go at once. @throws 60001, 60002, 60003, 65201 */
  async begin(task: UploadTask): Promise<Delivery | undefined> {
    const { queues, uploads, jobs } = this.#dependencies;
    requireTask(task);
    const [uploading, replicating, sealing] = await Promise.all([
      uploads.queue.size(),
      queues.of('replicate').size(),
      queues.of('seal').size(),
    ]);
    if (uploading + jobs.placing.length + replicating + sealing >= jobs.maxJobs) throw managerErrors.exceeded();
    const key = uploadKey(task.object_info);
    await this.#endEarlier(task, key);
    if (await jobs.isInWork(key)) throw managerErrors.repeated();
    await uploads.begin(task);
    await this.#clear(task);
    return this.#offer(task);
  }

  /** A group that is there and can be used; a new one is not waited for, and the payload comes all the same. */
  async #offer(task: UploadTask): Promise<Delivery | undefined> {
    const { groups, logger } = this.#dependencies;
    const { virtual_group_family_id } = task;
    try {
      const placement = await groups.pickUsable(virtual_group_family_id, wantedFor(task));
      if (!placement) return undefined;
      const { gvg, endpoints } = placement;
      return { global_virtual_group_id: gvg.id, secondary_endpoints: endpoints, delivered_segments: [] };
    } catch (error) {
      logger.debug('no group for an upload yet', { family_id: virtual_group_family_id, error });
      return undefined;
    }
  }

  /**
   * The payload, or a part of it, is here or lost. Whether this manager, or any that still runs, has seen it begin does
   * not matter: the row says what there is. A report that comes twice is none the second time.
   * @throws 60001, 65201
   */
  async done(task: UploadTask): Promise<void> {
    const { uploads, jobs } = this.#dependencies;
    requireTask(task);
    const key = uploadKey(task.object_info);
    const error = taskError(task);
    const member = task.task?.address ?? '';
    if (error) await this.#forget(task, member, error);
    else if ('completed' in task && !task.completed) await this.#leave(task, member);
    await uploads.release(key, member);
    if (error || (await jobs.isInWork(key))) return;
    if ((await this.#rows.get(task.object_info.id))?.task_state !== TaskState.UPLOAD_OBJECT_DONE) return;
    // looks at the row again before anything is done: the same report may come twice at once
    jobs.place({ ...task, family_id: task.virtual_group_family_id }, await this.#offered(task));
  }

  /** The group that the pieces have gone to, if it is still good. */
  async #offered(task: UploadTask): Promise<Placement | undefined> {
    if (!task.delivery) return undefined;
    const { delivery, virtual_group_family_id, object_info } = task;
    return this.#dependencies.groups
      .reuseGroup(delivery.global_virtual_group_id, virtual_group_family_id, object_info.payload_size)
      .catch(() => undefined);
  }

  /**
   * The chain takes an update only of what is sealed, and another one only when the one before has ended. So a job for
   * other content than the one that comes has nothing left to do: its last report is on its way, or will never come.
   */
  async #endEarlier({ object_info }: UploadTask, key: string): Promise<void> {
    if (!object_info.is_updating) return;
    const row = await this.#rows.get(object_info.id);
    if (!row || INCOMPLETE.includes(row.task_state) || row.content_time === updateTime(object_info)) return;
    const sealed = { id: object_info.id, version: object_info.version - 1n };
    await this.#dependencies.jobs.finish(sealed, key, row.content_time);
  }

  /** Of the update before: sealed, or cancelled; then what is stored of it would be taken for a part of this one. */
  async #clear({ object_info }: UploadTask): Promise<void> {
    if (!object_info.is_updating) return;
    const sealed = { id: object_info.id, version: object_info.version - 1n };
    const isLeft = await this.#rows.transaction(async (tables) => {
      if (await incomingIntegrity(tables, object_info, PRIMARY)) return false;
      await promoteIntegrity(tables, sealed, PRIMARY);
      return (await tables.getShadowIntegrity(sealed.id, PRIMARY)) !== undefined;
    });
    // nobody else begins to write anew: the upload has been admitted
    if (isLeft) await this.#dependencies.contents.dropAfter(sealed);
  }

  /**
   * A refused upload leaves nothing behind, so its row goes too; the reference keeps it in state 3 with the error. What
   * was acknowledged earlier stays, what is stored of an upload in parts, and what another uploader has begun since.
   */
  async #forget(task: UploadTask, member: string, error: GfSpError): Promise<void> {
    const { logger, spdb } = this.#dependencies;
    const { id } = task.object_info;
    logger.info('an upload was refused', { object_id: id, code: error.innerCode, reason: error.message });
    // as long as the row is the member's own, nobody else changes what is stored
    if (await incomingIntegrity(spdb, task.object_info, PRIMARY)) return this.#leave(task, member);
    await this.#rows.delete(id, (row) => INCOMPLETE.includes(row.task_state) && isHeldBy(row, member));
  }

  /** Between two parts an upload is nobody's: any uploader may take the next one. */
  async #leave({ object_info }: UploadTask, member: string): Promise<void> {
    await this.#rows.change(object_info.id, (row) =>
      isRunning(row) && isHeldBy(row, member) ? { task_state: row.task_state } : undefined,
    );
  }
}

function isHeldBy(row: UploadProgress, member: string): boolean {
  const holder = holderOf(row);
  return holder === '' || holder === member;
}

/** @throws 60001 */
function requireTask(task: UploadTask | undefined): void {
  if (!task?.object_info || !task.storage_params) throw managerErrors.requestLost();
}
