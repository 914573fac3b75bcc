import { type ExecutorTask, type Modules, newTask, type SpDb } from '@prairie/gfsp';
import type { JobQueues } from '../job-queues.ts';
import type { GcSettings } from './settings.ts';

export type ZombieRangesOptions = Pick<GcSettings, 'zombieIds' | 'zombieSafeIds'>;

export interface ZombieRangesDependencies {
  queues: JobQueues;
  spdb: Pick<SpDb, 'listClaimedObjects' | 'getSubscribeProgress' | 'setSubscribeProgress'>;
  client: Pick<Modules, 'metadata'>;
}

/** Where the next range begins, in the table of cursors. */
const CURSOR = 'prairie_gc_zombie';
/** A range that fails is tried with half as many ids, down to so many: those are passed over in this round. */
const LEAST_IDS = 64n;

type Report = Extract<ExecutorTask, { kind: 'gc-zombie' }>;

/**
 * Which object ids are looked through for rows and pieces of no object, round and round (`reference/tasks-and-manager.md`
 * §8.3). Ids of which this provider has no row are passed over, and the ids of a round may end anywhere: nothing waits
 * for a hundred more of them. A range has a task's time: where a node is far away, ranges become as short as that asks.
 */
export class ZombieRanges {
  readonly #options: ZombieRangesOptions;
  readonly #dependencies: ZombieRangesDependencies;
  /** Ids of the next range. */
  #ids: bigint;
  /** End of the range that was pushed last, until it is done. */
  #openTo: bigint | undefined;

  constructor(options: ZombieRangesOptions, dependencies: ZombieRangesDependencies) {
    this.#options = options;
    this.#dependencies = dependencies;
    this.#ids = options.zombieIds;
  }

  /** Ids before it are done in this round. */
  cursor(): Promise<bigint> {
    return this.#dependencies.spdb.getSubscribeProgress(CURSOR);
  }

  /** The newest id that is not left alone; below 1 when there is none. */
  async lastId(): Promise<bigint> {
    return (await this.#dependencies.client.metadata.getLatestObjectId()) - this.#options.zombieSafeIds;
  }

  /** Pushes the next range, if none is in work. */
  async round(): Promise<void> {
    const { queues } = this.#dependencies;
    if ((await queues.of('gc-zombie').size()) > 0) return;
    if (this.#openTo !== undefined) await this.#failed(this.#openTo);
    const last = await this.lastId();
    const start = await this.#next(last);
    if (start === undefined) return;
    const whole = start + this.#ids - 1n;
    const end = whole < last ? whole : last;
    await queues.push('gc-zombie', {
      task: newTask(),
      running: false,
      start_object_id: start,
      end_object_id: end,
      finished: false,
    });
    this.#openTo = end;
  }

  /** @throws 60004 when it is not queued */
  async reported(report: Report): Promise<void> {
    if ((await this.#dependencies.queues.settle(report)) !== 'done') return;
    this.#openTo = undefined;
    const doubled = this.#ids * 2n;
    this.#ids = doubled < this.#options.zombieIds ? doubled : this.#options.zombieIds;
    await this.#goTo(report.value.end_object_id + 1n);
  }

  /** Its time was over, one of its objects could not be looked at, or its executor was gone. */
  async #failed(end: bigint): Promise<void> {
    this.#openTo = undefined;
    if (this.#ids > LEAST_IDS) this.#ids /= 2n;
    else await this.#goTo(end + 1n);
  }

  /** The first id with a row, from the cursor on; at the end the round begins anew with the next call. */
  async #next(last: bigint): Promise<bigint | undefined> {
    const from = await this.cursor();
    const [first] = await this.#dependencies.spdb.listClaimedObjects(from === 0n ? 0n : from - 1n, last, 1);
    if (first === undefined && from > 0n) await this.#goTo(0n);
    return first;
  }

  #goTo(id: bigint): Promise<void> {
    return this.#dependencies.spdb.setSubscribeProgress(CURSOR, id);
  }
}
