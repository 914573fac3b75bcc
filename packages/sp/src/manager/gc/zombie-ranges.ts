import { type Modules, newTask, type SpDb } from '@prairie/gfsp';
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

/**
 * Which object ids are looked through for rows and pieces of no object, round and round (`reference/tasks-and-manager.md`
 * §8.3). Ids of which this provider has no row are passed over, and the ids of a round may end anywhere: nothing waits
 * for a hundred more of them.
 */
export class ZombieRanges {
  readonly #options: ZombieRangesOptions;
  readonly #dependencies: ZombieRangesDependencies;
  #cursor: bigint | undefined;

  constructor(options: ZombieRangesOptions, dependencies: ZombieRangesDependencies) {
    this.#options = options;
    this.#dependencies = dependencies;
  }

  async cursor(): Promise<bigint> {
    this.#cursor ??= await this.#dependencies.spdb.getSubscribeProgress(CURSOR);
    return this.#cursor;
  }

  /** The newest id that is not left alone; below 1 when there is none. */
  async lastId(): Promise<bigint> {
    return (await this.#dependencies.client.metadata.getLatestObjectId()) - this.#options.zombieSafeIds;
  }

  /** Pushes the next range, if none is in work. */
  async round(): Promise<void> {
    const { queues, spdb } = this.#dependencies;
    if ((await queues.of('gc-zombie').size()) > 0) return;
    const last = await this.lastId();
    const start = await this.#next(last);
    if (start === undefined) return;
    const whole = start + this.#options.zombieIds - 1n;
    const end = whole < last ? whole : last;
    await queues.push('gc-zombie', {
      task: newTask(),
      running: false,
      start_object_id: start,
      end_object_id: end,
      finished: false,
    });
    this.#cursor = end + 1n;
    await spdb.setSubscribeProgress(CURSOR, this.#cursor);
  }

  /** The first id with a row, from the cursor on; at the end the round begins anew with the next call. */
  async #next(last: bigint): Promise<bigint | undefined> {
    const { spdb } = this.#dependencies;
    const from = await this.cursor();
    const [first] = await spdb.listClaimedObjects(from === 0n ? 0n : from - 1n, last, 1);
    if (first === undefined) this.#cursor = 0n;
    return first;
  }
}
