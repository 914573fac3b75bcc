import { BoundedCache, type greenfieldVirtualgroup } from '@prairie/chain';
import {
  type AppPart,
  type BucketMigrationInfo,
  type BucketMigrationProgress,
  type BucketQuotaInfo,
  type Consensus,
  type Delivery,
  type ExecutorTask,
  type GcFinding,
  type GcStanding,
  type Logger,
  type Manager,
  MemoryQueueEngine,
  type Modules,
  type PieceStore,
  type QueueEngine,
  type RecoveredObject,
  type RecoverProcesses,
  type RecoverRequest,
  type ResumableUploadObjectTask,
  type Scrubbing,
  type ScrubReport,
  type ScrubRequest,
  type ScrubStatus,
  type SpDb,
  type TaskRequest,
  type TasksStats,
  taskError,
  type UploadObjectTask,
} from '@prairie/gfsp';
import { pause } from '../common/pause.ts';
import { Deposits, type DepositsOptions } from './deposits.ts';
import { managerErrors } from './errors.ts';
import { FirstFamily, type FirstFamilyOptions } from './first-family.ts';
import { isGcReport } from './gc/reports.ts';
import { HealthChecker, type Probe } from './health-checker.ts';
import { MigrationNotices } from './migration-notices.ts';
import { openParts, type Parts, type PartsOptions } from './parts.ts';
import type { VirtualGroupPicker } from './picker.ts';
import { SpList, type SpListOptions } from './sp-list.ts';
import { queryLines, statisticsLine, tasksStats } from './statistics.ts';
import { UploadEvents } from './upload-events.ts';
import { VirtualGroups, type VirtualGroupsOptions } from './virtual-groups.ts';

export interface ManagerOptions
  extends VirtualGroupsOptions,
    PartsOptions,
    SpListOptions,
    FirstFamilyOptions,
    DepositsOptions {
  /** Providers are asked for their /status, and ill ones avoided (`Manager.EnableHealthyChecker`). Default: they are not. */
  checkHealth?: boolean;
  /** Steps of uploads are written to tables for operators (`SpDB.EnableTracePutEvent`). Default: they are not. */
  traceUploads?: boolean;
}

export interface ManagerDependencies {
  client: Modules;
  consensus: Consensus;
  spdb: SpDb;
  pieceStore: PieceStore;
  /** Where queues are kept; several managers may share one. Its maker closes it. Default: this process's memory. */
  engine?: QueueEngine;
  /** Chooses among usable families and groups. Default: at random, by free space. */
  picker?: VirtualGroupPicker;
  /** Looks for damage in stored pieces while the manager runs; without it nobody does. */
  scrubs?: Scrubbing & { start(): void; stop(): Promise<void> };
  /** Asks a provider's /status, for `checkHealth`. */
  probe?: Probe;
  logger: Logger;
}

/** Notes of executors that are kept: more than they have tasks in work. */
const MAX_STATES = 4096;
/** §8.3. */
const STATISTICS_MS = 60_000;

/** Knows what is to be done, in which order, and hands it out (`reference/tasks-and-manager.md` §5–9). */
export class ManagerModule implements Manager, AppPart {
  readonly name = 'manager';
  readonly needs = ['signer'] as const;
  readonly uses = ['metadata', 'downloader'] as const;
  readonly #options: ManagerOptions;
  readonly #dependencies: ManagerDependencies;
  readonly #health: HealthChecker | undefined;
  readonly #spList: SpList;
  readonly #events: UploadEvents | undefined;
  readonly #deposits: Deposits;
  readonly #groups: VirtualGroups;
  readonly #firstFamily: FirstFamily;
  readonly #migrations: MigrationNotices;
  /** What executors said they are at, by task. */
  readonly #states = new BoundedCache<string, number>(MAX_STATES);
  readonly #stopping = new AbortController();
  readonly #ownEngine: MemoryQueueEngine | undefined;
  readonly #engine: QueueEngine;
  readonly #background: Promise<unknown>[] = [];
  /** Tasks whose time is over, while that is written down: as many as the queues hold at most. */
  readonly #expiring = new Set<Promise<void>>();
  #parts: Parts | undefined;

  constructor(options: ManagerOptions, dependencies: ManagerDependencies) {
    this.#options = options;
    this.#dependencies = dependencies;
    const { probe } = dependencies;
    this.#health = options.checkHealth && probe ? new HealthChecker(options, { ...dependencies, probe }) : undefined;
    this.#spList = new SpList(options, dependencies);
    this.#events = options.traceUploads ? new UploadEvents(dependencies) : undefined;
    this.#ownEngine = dependencies.engine ? undefined : new MemoryQueueEngine();
    this.#engine = dependencies.engine ?? this.#ownEngine!;
    this.#deposits = new Deposits(options, { ...dependencies, engine: this.#engine });
    this.#groups = new VirtualGroups(options, {
      ...dependencies,
      deposits: this.#deposits,
      ...(this.#health ? { health: this.#health } : {}),
      onProviders: (providers) => this.#spList.seen(providers),
    });
    this.#firstFamily = new FirstFamily(options, { groups: this.#groups, logger: dependencies.logger });
    this.#migrations = new MigrationNotices(options, dependencies);
  }

  /** Ready when the provider can be given buckets and uploads; what a crash left is taken up in the background. */
  async start(): Promise<void> {
    const { signal } = this.#stopping;
    const { logger } = this.#dependencies;
    const parts = await openParts(this.#options, {
      ...{ ...this.#dependencies, engine: this.#engine, groups: this.#groups, signal },
      onGiveUp: (task) => this.#expired(task),
    });
    this.#parts = parts;
    await this.#deposits.open();
    parts.later.start(signal);
    this.#background.push(parts.members.watch(signal), parts.sweep.run(signal), this.#statistics(parts));
    this.#background.push(this.#spList.run(signal), parts.collection.run(signal), parts.recovery.run());
    this.#dependencies.scrubs?.start();
    const ensured = await this.#firstFamily.ensure(signal);
    this.#background.push(ensured.made);
    this.#background.push(
      this.#deposits.run(signal, { look: () => this.#groups.look(), onMade: () => this.#groups.invalidate() }),
    );
    if (this.#health) this.#background.push(this.#health.run(signal));
    if (!ensured.isThere) logger.warn('started without a virtual group family: one is still being made');
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new Error('the manager is stopping'));
    const { later, jobs, recovery } = this.#parts ?? {};
    await this.#dependencies.scrubs?.stop();
    await Promise.allSettled([
      ...this.#background,
      later?.stopped(),
      jobs?.settled(),
      recovery?.settled(),
      ...this.#expiring,
    ]);
    await this.#events?.stop();
    await this.#ownEngine?.close();
  }

  async beginUpload(task: UploadObjectTask): Promise<Delivery | undefined> {
    return this.#running.admission.begin(task);
  }

  async doneUpload(task: UploadObjectTask): Promise<void> {
    await this.#running.admission.done(task);
    this.#events?.note('upload', task);
  }

  async beginResumableUpload(task: ResumableUploadObjectTask): Promise<Delivery | undefined> {
    return this.#running.admission.begin(task);
  }

  async doneResumableUpload(task: ResumableUploadObjectTask): Promise<void> {
    await this.#running.admission.done(task);
    if (task.completed || taskError(task)) this.#events?.note('upload', task);
  }

  async attend(member: string, signal: AbortSignal): Promise<void> {
    if (!member) throw managerErrors.requestLost('a member without a name cannot attend');
    await this.#running.members.attend(member, signal, this.#stopping.signal);
  }

  async askTask(request: TaskRequest, signal: AbortSignal): Promise<ExecutorTask | undefined> {
    return this.#running.queues.take(request, AbortSignal.any([signal, this.#stopping.signal]));
  }

  async reportTask(task: ExecutorTask): Promise<void> {
    const { jobs, others, collection, recovery } = this.#running;
    if (!task?.value) throw managerErrors.requestLost();
    if (isGcReport(task)) return collection.reported(task);
    if (task.kind === 'recover') return recovery.reported(task);
    if (task.kind !== 'replicate' && task.kind !== 'seal') return others.reported(task);
    if (task.kind === 'replicate') await jobs.replicateReported(task.value);
    else await jobs.sealReported(task.value);
    this.#events?.note(task.kind, task.value);
  }

  async noteState(key: string, state: number): Promise<void> {
    if (await this.#running.queues.of('replicate').has(key)) this.#states.set(key, state);
  }

  async cancelTask(key: string): Promise<boolean> {
    const { jobs, queues } = this.#running;
    const isCancelled = (await jobs.cancel(key)) || (await queues.cancel(key));
    if (isCancelled) this.#dependencies.logger.info('a task is cancelled', { key });
    return isCancelled;
  }

  async pickVirtualGroupFamily(): Promise<number> {
    return this.#groups.pickFamily();
  }

  async queryTasks(filter: string): Promise<string[]> {
    return queryLines({ ...this.#running, states: this.#states }, filter);
  }

  async notifyMigrateSwapOut(msg: greenfieldVirtualgroup.MsgSwapOut): Promise<void> {
    return this.#migrations.notifyMigrateSwapOut(msg);
  }

  async notifyPreMigrateBucket(bucketId: bigint, destSpId: number): Promise<BucketQuotaInfo | undefined> {
    return this.#migrations.notifyPreMigrateBucket(bucketId, destSpId);
  }

  async notifyPostMigrateBucket(info: BucketMigrationInfo): Promise<BucketQuotaInfo> {
    return this.#migrations.notifyPostMigrateBucket(info);
  }

  async queryBucketMigrationProgress(bucketId: bigint): Promise<BucketMigrationProgress> {
    return this.#migrations.queryBucketMigrationProgress(bucketId);
  }

  async queryTasksStats(): Promise<TasksStats> {
    const stats = await tasksStats(this.#running);
    return { ...stats, recovery_failed_list: await this.#running.recovery.failed() };
  }

  scrub(request: ScrubRequest, signal: AbortSignal): AsyncIterable<ScrubReport> {
    return this.#scrubs.scrub(request, signal);
  }

  scrubStatus(): Promise<ScrubStatus> {
    return this.#scrubs.scrubStatus();
  }

  get #scrubs(): Scrubbing {
    const { scrubs } = this.#dependencies;
    if (!scrubs) throw managerErrors.requestLost('this manager was made without the scrubbing of pieces');
    return scrubs;
  }

  collect(request: { kinds: readonly string[]; dryRun: boolean }, signal: AbortSignal): AsyncIterable<GcFinding> {
    return this.#running.collection.collect(request, AbortSignal.any([signal, this.#stopping.signal]));
  }

  gcStatus(): Promise<GcStanding[]> {
    return this.#running.collection.gcStatus();
  }

  recoverPieces(request: RecoverRequest, signal: AbortSignal): AsyncIterable<RecoveredObject> {
    return this.#running.recovery.recoverPieces(request, AbortSignal.any([signal, this.#stopping.signal]));
  }

  resetRecoveryFailedList(): Promise<string[]> {
    return this.#running.recovery.resetRecoveryFailedList();
  }

  async triggerRecoverForSuccessorSP(familyId: number, gvgId: number, redundancyIndex: number): Promise<void> {
    return this.#running.recovery.triggerRecoverForSuccessorSP(familyId, gvgId, redundancyIndex);
  }

  queryRecoverProcess(familyId: number, gvgId: number): Promise<RecoverProcesses> {
    return this.#running.recovery.queryRecoverProcess(familyId, gvgId);
  }

  get #running(): Parts {
    if (!this.#parts || this.#stopping.signal.aborted) {
      throw managerErrors.exceeded('the manager is starting or stopping, try again later');
    }
    return this.#parts;
  }

  /** Called by a timer: there is nobody to throw to. A stop waits for it. */
  #expired(task: ExecutorTask): void {
    const noted = this.#noteExpired(task)
      .catch((error: unknown) => {
        this.#dependencies.logger.error('an expired task was not written down', { key: task.key, error });
      })
      .finally(() => this.#expiring.delete(noted));
    this.#expiring.add(noted);
  }

  async #noteExpired(task: ExecutorTask): Promise<void> {
    if (task.kind === 'replicate' || task.kind === 'seal') this.#events?.note(task.kind, task.value, outOfTime());
    await this.#parts?.jobs.expired(task);
    await this.#parts?.recovery.expired(task);
  }

  /** One line a minute (features 26.8), while there is something to tell. */
  async #statistics(parts: Parts): Promise<void> {
    const { signal } = this.#stopping;
    const { logger } = this.#dependencies;
    let before = '';
    while (!signal.aborted) {
      await pause(STATISTICS_MS, signal).catch(() => {});
      if (signal.aborted) return;
      const line = await statisticsLine(parts).catch((error: unknown) => `unknown: ${String(error)}`);
      const gc = await parts.collection.statistics().catch(() => ({}));
      const told = { tasks: line, members: parts.members.size, ...gc };
      logger[line === before ? 'debug' : 'info']('manager statistics', told);
      before = line;
    }
  }
}

const outOfTime = () => new Error('no executor finished the task in time');
