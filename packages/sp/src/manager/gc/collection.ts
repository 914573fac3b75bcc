import {
  type Collections,
  type Consensus,
  GC_KINDS,
  type GcFinding,
  type GcKind,
  type GcStanding,
  type Logger,
  type Modules,
  newTask,
  type PieceStore,
  type SpDb,
  taskError,
} from '@prairie/gfsp';
import { handedOver } from '../../common/handed-over.ts';
import { collectOrphans, collectStaleVersions, type GcTools, leaveNote } from '../../gc/index.ts';
import { managerErrors } from '../errors.ts';
import type { JobQueues } from '../job-queues.ts';
import { discontinueOld } from './discontinue.ts';
import { MovedBuckets } from './moved-buckets.ts';
import { ObjectRanges } from './object-ranges.ts';
import { boundsOf, pass } from './pass.ts';
import { type GcReport, type GcTaskKind, isProgress, SUBJECTS } from './reports.ts';
import { rounds } from './rounds.ts';
import { defaultGcSettings, type GcSettings } from './settings.ts';
import { Standings } from './standings.ts';
import { StoreTime } from './store-time.ts';
import { ZombieRanges } from './zombie-ranges.ts';

export interface CollectionOptions {
  /** This provider's operator. */
  operatorAddress: string;
  /** Section `GC` of the configuration. Defaults: {@link defaultGcSettings}. */
  gc?: Partial<GcSettings>;
  /** Told of the block that the collection of deleted objects is at. */
  onCollectedBlock?: (height: bigint) => void;
}

export interface CollectionDependencies {
  client: Modules;
  consensus: Consensus;
  spdb: SpDb;
  pieceStore: PieceStore;
  queues: JobQueues;
  logger: Logger;
}

/** Rows of updates looked at in one round (`reference/tasks-and-manager.md` §8.3). */
const STALE_PER_ROUND = 5;

/**
 * What is collected when (`reference/tasks-and-manager.md` §8.3): executors do the work of the tasks, the passes over the
 * piece store and those that an operator asks for run here. Nothing is polled for that an event would tell: a round asks
 * the tables whether there is anything, and an idle provider's have nothing.
 */
export class Collection implements Collections {
  readonly #options: CollectionOptions;
  readonly #settings: GcSettings;
  readonly #dependencies: CollectionDependencies;
  readonly #tools: GcTools;
  readonly #objects: ObjectRanges;
  readonly #zombies: ZombieRanges;
  readonly #moved: MovedBuckets;
  readonly #storeTime: StoreTime;
  readonly #standings = new Standings();
  /** Key of the shadow row after which the next round begins. */
  #afterShadow: { object_id: bigint; redundancy_index: number } | undefined;
  #isPassing = false;

  constructor(options: CollectionOptions, dependencies: CollectionDependencies) {
    const { operatorAddress } = options;
    this.#options = options;
    this.#settings = { ...defaultGcSettings, ...options.gc };
    this.#dependencies = dependencies;
    this.#tools = { ...dependencies, operatorAddress };
    this.#objects = new ObjectRanges(this.#settings, dependencies);
    this.#zombies = new ZombieRanges(this.#settings, dependencies);
    this.#moved = new MovedBuckets({ operatorAddress }, dependencies);
    this.#storeTime = new StoreTime(this.#settings, dependencies);
  }

  /** Until the signal aborts, and what runs then has ended. */
  async run(signal: AbortSignal): Promise<void> {
    const { objectMs, zombies, zombieMs, storeMs, meta, metaMs, staleVersions, staleVersionMs } = this.#settings;
    const { logger } = this.#dependencies;
    const each = (name: string, intervalMs: number, work: () => Promise<unknown>) =>
      rounds({ name, intervalMs, signal, logger }, work);
    await Promise.all([
      // what a crash left goes on at once
      this.#resume(signal),
      each('object', objectMs, () => this.#objects.round()),
      each('migration', objectMs, () => this.#moved.round()),
      ...(zombies ? [each('zombie', zombieMs, () => this.#zombies.round())] : []),
      ...(zombies && storeMs > 0 ? [this.#store(signal)] : []),
      ...(meta ? [each('meta', metaMs, () => this.#meta())] : []),
      ...(staleVersions ? [each('stale', staleVersionMs, () => this.#stale(signal))] : []),
      ...this.#discontinue(signal),
    ]);
  }

  /** A task of one of the five kinds has news (§7). @throws 60004 */
  async reported(report: GcReport): Promise<void> {
    const error = taskError(report.value);
    const subject = SUBJECTS[report.kind];
    if (error) this.#dependencies.logger.warn('a collection failed', { key: report.key, error });
    if (report.kind === 'gc-object') await this.#objectReported(report);
    else if (report.kind === 'gc-bucket-migration') await this.#moved.reported(report);
    else if (report.kind === 'gc-zombie') await this.#zombies.reported(report);
    else await this.#dependencies.queues.settle(report);
    if (error || !isProgress(report)) this.#standings.ended(subject, error);
  }

  async *collect(
    { kinds, dryRun }: { kinds: readonly string[]; dryRun: boolean },
    signal: AbortSignal,
  ): AsyncGenerator<GcFinding> {
    const unknown = kinds.find((kind) => !GC_KINDS.some((known) => known === kind));
    if (unknown !== undefined || kinds.length === 0) {
      throw managerErrors.requestLost(`${JSON.stringify(unknown ?? '')} is not collected: ${GC_KINDS.join(', ')} are`);
    }
    if (this.#isPassing) throw managerErrors.exceeded('a pass of the collection is under way: wait for its end');
    this.#isPassing = true;
    try {
      const chosen = GC_KINDS.filter((kind) => kinds.includes(kind));
      this.#dependencies.logger.info('an operator asked for a pass of the collection', { kinds: chosen, dryRun });
      const parts = { objects: this.#objects, zombies: this.#zombies, moved: this.#moved, settings: this.#settings };
      yield* handedOver<GcFinding>(
        (onFinding, aborted) => pass(chosen, { dryRun, onFinding, signal: aborted }, { ...parts, tools: this.#tools }),
        signal,
      );
    } finally {
      this.#isPassing = false;
    }
  }

  /** For the log (`reference/tasks-and-manager.md` §14). */
  async statistics(): Promise<{ gcBlockHeight: bigint; gcSafeDistance: bigint }> {
    return { gcBlockHeight: await this.#objects.cursor(), gcSafeDistance: this.#settings.objectSafeBlocks };
  }

  async gcStatus(): Promise<GcStanding[]> {
    const settings = this.#settings;
    const queued = async (kind: GcTaskKind) => this.#dependencies.queues.of(kind).size();
    const seconds = (ms: number) => Math.round(ms / 1000);
    const { zombies, staleVersions: stale } = settings;
    const rows: readonly [GcKind | 'store', boolean, number, bigint, number][] = [
      ['object', true, settings.objectMs, await this.#objects.cursor(), await queued('gc-object')],
      ['zombie', zombies, settings.zombieMs, await this.#zombies.cursor(), await queued('gc-zombie')],
      ['store', zombies && settings.storeMs > 0, settings.storeMs, 0n, 0],
      ['meta', settings.meta, settings.metaMs, 0n, await queued('gc-meta')],
      ['stale', stale, settings.staleVersionMs, 0n, await queued('gc-stale-version')],
      ['migration', true, settings.objectMs, 0n, await queued('gc-bucket-migration')],
    ];
    return rows.map(([kind, enabled, ms, cursor, count]) => ({
      ...{ kind, enabled, interval: seconds(ms), cursor, queued: count },
      ...this.#standings.of(kind),
    }));
  }

  async #objectReported(report: Extract<GcReport, { kind: 'gc-object' }>): Promise<void> {
    await this.#objects.reported(report);
    if (!taskError(report.value)) this.#options.onCollectedBlock?.(report.value.current_block_number);
  }

  async #resume(signal: AbortSignal): Promise<void> {
    const { logger } = this.#dependencies;
    try {
      await this.#objects.resume();
      if (this.#settings.staleVersions) await this.#condemned(signal);
    } catch (error) {
      if (!signal.aborted) logger.warn('what a collection left is taken up in the next round', { error });
    }
  }

  async #meta(): Promise<void> {
    const { queues } = this.#dependencies;
    if ((await queues.of('gc-meta').size()) > 0) return;
    await queues.push('gc-meta', { task: newTask(), current_idx: 0n, delete_count: 0n });
  }

  /** Some updates' rows in turn, and pieces whose deletion did not end. */
  async #stale(signal: AbortSignal): Promise<void> {
    const { queues, spdb } = this.#dependencies;
    const shadows = await spdb.listShadowIntegrity(STALE_PER_ROUND, this.#afterShadow);
    this.#afterShadow = shadows.length < STALE_PER_ROUND ? undefined : shadows.at(-1);
    const queue = queues.of('gc-stale-version');
    for (const shadow of shadows) {
      const { object_id, redundancy_index, version, integrity_checksum, piece_checksum_list, object_size } = shadow;
      const key = `GCStaleVersionObject-object_id${object_id}-version${version}-redundancy_index${redundancy_index}-`;
      const isFull = (await queue.size()) >= queue.capacity;
      if (isFull || (await queue.scan(key, 1)).length > 0) continue;
      await queues.push('gc-stale-version', {
        ...{ task: newTask(), object_id, redundancy_index, version, integrity_checksum, piece_checksum_list },
        object_size,
      });
    }
    await this.#condemned(signal);
  }

  /** Deletions that something cut off. */
  async #condemned(signal: AbortSignal): Promise<void> {
    if ((await this.#dependencies.spdb.listCondemned(1)).length === 0) return;
    await collectStaleVersions({ signal, ...boundsOf(this.#settings) }, this.#tools);
  }

  /** Over the piece store itself, once a day: only so are pieces found that no row tells of. */
  async #store(signal: AbortSignal): Promise<void> {
    const { logger } = this.#dependencies;
    // before others go through it; the pass tries again
    await leaveNote(this.#tools).catch((error: unknown) => {
      logger.warn('no note of this provider in its piece store: no pass goes over it', { error });
    });
    while (await this.#storeTime.wait(signal)) {
      let failure: unknown;
      try {
        await leaveNote(this.#tools);
        const counts = await collectOrphans({ signal, brake: true, ...boundsOf(this.#settings) }, this.#tools);
        await this.#storeTime.done();
        logger.info('a pass over the piece store has ended', { ...counts });
      } catch (error) {
        if (signal.aborted) return;
        failure = error;
        logger.warn('a pass over the piece store broke off', { error });
      }
      this.#standings.ended('store', failure);
    }
  }

  #discontinue(signal: AbortSignal): Promise<void>[] {
    const { discontinue } = this.#settings;
    if (!discontinue) return [];
    const { operatorAddress } = this.#options;
    const { logger } = this.#dependencies;
    const { intervalMs, keepDays } = discontinue;
    const work = () => discontinueOld({ operatorAddress, keepDays }, this.#dependencies, signal);
    return [rounds({ name: 'discontinue', intervalMs, signal, logger }, work)];
  }
}
