import {
  type AppPart,
  type Consensus,
  type ExecutorTask,
  type Logger,
  type Manager,
  type Modules,
  type PieceStore,
  type ReceivePieceTask,
  receiveKey,
  retry,
  type SpDb,
  TaskState,
  taskError,
  type UploadObjectTask,
} from '@prairie/gfsp';
import { managerErrors } from './errors.ts';
import { JobQueues, type JobQueuesOptions } from './job-queues.ts';
import { INCOMPLETE } from './job-tasks.ts';
import { Later } from './later.ts';
import { Revival, type RevivalOptions } from './revival.ts';
import { UploadJobs, type UploadJobsOptions } from './upload-jobs.ts';
import { VirtualGroups, type VirtualGroupsOptions } from './virtual-groups.ts';

export interface ManagerOptions extends VirtualGroupsOptions, JobQueuesOptions, UploadJobsOptions, RevivalOptions {
  /** How long the start waits for the provider's first family; then it goes on in the background. Default 15 s. */
  familyTimeoutMs?: number;
}

export interface ManagerDependencies {
  client: Modules;
  consensus: Consensus;
  spdb: SpDb;
  pieceStore: PieceStore;
  logger: Logger;
}

/** Rows read at a time. */
const PAGE = 100;
const ACKNOWLEDGED = Object.values(TaskState).filter((state) => !INCOMPLETE.includes(state));

/** Knows what is to be done, in which order, and hands it out (`reference/tasks-and-manager.md` §5–9). */
export class ManagerModule implements Manager, AppPart {
  readonly name = 'manager';
  readonly needs = ['signer'] as const;
  readonly #options: ManagerOptions;
  readonly #dependencies: ManagerDependencies;
  readonly #groups: VirtualGroups;
  readonly #queues: JobQueues;
  readonly #jobs: UploadJobs;
  readonly #revival: Revival;
  readonly #later: Later;
  readonly #stopping = new AbortController();
  #background: Promise<void> = Promise.resolve();

  constructor(options: ManagerOptions, dependencies: ManagerDependencies) {
    const { consensus, logger } = dependencies;
    this.#options = options;
    this.#dependencies = dependencies;
    this.#groups = new VirtualGroups(options, dependencies);
    this.#queues = new JobQueues(options, { onGiveUp: (task) => this.#expired(task) });
    this.#jobs = new UploadJobs(options, {
      ...dependencies,
      queues: this.#queues,
      groups: this.#groups,
      object: async (id) => (await consensus.objectById(id))?.object_info,
      later: (id) => this.#later.add(id),
    });
    this.#revival = new Revival(options, { ...dependencies, jobs: this.#jobs, groups: this.#groups });
    this.#later = new Later({}, { work: (id) => this.#revival.revive(id), logger });
  }

  /** Ready when the provider can be given buckets and uploads; what a crash left is taken up in the background. */
  async start(): Promise<void> {
    await this.#discardCutOff();
    this.#later.start(this.#stopping.signal);
    for (const id of this.#rows(ACKNOWLEDGED)) this.#later.add(id, 'now');
    await this.#ensureFamily();
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new Error('the manager is stopping'));
    this.#queues.clear();
    await Promise.allSettled([this.#later.stopped(), this.#jobs.settled(), this.#background]);
  }

  async beginUpload(task: UploadObjectTask): Promise<void> {
    this.#jobs.begin(task);
  }

  async doneUpload(task: UploadObjectTask): Promise<void> {
    this.#jobs.done(task);
  }

  async askTask(signal: AbortSignal): Promise<ExecutorTask | undefined> {
    return this.#queues.take(AbortSignal.any([signal, this.#stopping.signal]));
  }

  async reportTask(task: ExecutorTask): Promise<void> {
    switch (task?.kind) {
      case 'replicate':
        return this.#jobs.replicateReported(task.value);
      case 'seal':
        return this.#jobs.sealReported(task.value);
      case 'receive':
        return this.#receiveReported(task.value);
      default:
        throw managerErrors.requestLost();
    }
  }

  async pickVirtualGroupFamily(): Promise<number> {
    return this.#groups.pickFamily();
  }

  async queryTasks(filter: string): Promise<string[]> {
    const lines = [...this.#jobs.states()].map(({ key, state }) => `${key} ${state}`);
    for (const queue of this.#queues.all) {
      for (const { key, state, attempts } of queue.states()) {
        lines.push(`${key} ${queue.name} ${state}, attempts ${attempts}`);
      }
    }
    return lines.filter((line) => line.includes(filter));
  }

  /** Called by a timer: there is nobody to throw to. */
  #expired(task: ExecutorTask): void {
    try {
      this.#jobs.expired(task);
    } catch (error) {
      this.#dependencies.logger.error('an expired task was not written down', { key: task.key, error });
    }
  }

  /** From the receiver first, to be checked later; then from the executor with what it found (§7). */
  #receiveReported(value: ReceivePieceTask): void {
    if (!value?.object_info) throw managerErrors.requestLost();
    const key = receiveKey(value);
    if (taskError(value)) {
      if (this.#queues.receive.fail(key) === 'absent') throw managerErrors.canceled();
    } else if (value.sealed) this.#queues.receive.complete(key);
    else this.#queues.pushReceive(value);
  }

  /**
   * What was being uploaded when the process ended was never acknowledged: its pieces and rows go, before new uploads
   * of the same objects can come. A chain that does not answer does not keep the provider from starting.
   */
  async #discardCutOff(): Promise<void> {
    for (const id of this.#rows(INCOMPLETE)) {
      try {
        await this.#revival.revive(id);
      } catch (error) {
        // The next upload of the object overwrites it, or the next start discards it.
        this.#dependencies.logger.warn('a cut-off upload is left', { object_id: id, error });
      }
    }
  }

  *#rows(states: readonly number[]): IterableIterator<bigint> {
    let after: bigint | undefined;
    for (;;) {
      const rows = this.#dependencies.spdb.listUploadProgress(states, PAGE, after);
      for (const { object_id } of rows) yield object_id;
      after = rows.at(-1)?.object_id;
      if (rows.length < PAGE) return;
    }
  }

  /** Waits for the first family, but not for ever: without enough other providers there can be none yet. */
  async #ensureFamily(): Promise<void> {
    const { signal } = this.#stopping;
    const { logger } = this.#dependencies;
    const backoff = { attempts: 20, baseMs: 500, maxMs: 60_000, signal };
    let known = false;
    this.#background = retry(backoff, () => this.#groups.ensureFamily()).then(
      () => {
        known = true;
      },
      (error: unknown) => {
        if (!signal.aborted)
          logger.error('this provider has no virtual group family: buckets cannot be created', { error });
      },
    );
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, this.#options.familyTimeoutMs ?? 15_000);
    });
    await Promise.race([this.#background, patience]);
    clearTimeout(timer);
    if (!known) logger.warn('started without a virtual group family: one is still being made');
  }
}
