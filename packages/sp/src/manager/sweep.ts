import { GfSpError, type Logger, nowSeconds, type SpDb, TaskState, type UploadProgress } from '@prairie/gfsp';
import { pause } from '../common/pause.ts';
import { INCOMPLETE } from '../common/upload-holder.ts';
import type { JobQueues } from './job-queues.ts';
import type { Later } from './later.ts';
import type { Members } from './members.ts';
import type { Revival } from './revival.ts';
import type { Uploads } from './uploads.ts';

export interface SweepOptions {
  /** Pause between two sweeps. Default 100 s, the pause of the reference's retry scheduler (§8.4). */
  sweepMs?: number;
}

export interface SweepDependencies {
  spdb: SpDb;
  queues: JobQueues;
  later: Later;
  members: Members;
  revival: Revival;
  uploads: Uploads;
  logger: Logger;
}

const SWEEP_MS = 100_000;
/** Rows read at a time. */
const PAGE = 100;
const ACKNOWLEDGED = Object.values(TaskState).filter((state) => !INCOMPLETE.includes(state));

/**
 * Goes through the rows of the SPDB now and then, so that nothing is forgotten whatever order processes died in. Only
 * the rows tell of an acknowledged object that is in nobody's memory and in no queue, so there is no event to wait for.
 */
export class Sweep {
  readonly #intervalMs: number;
  readonly #dependencies: SweepDependencies;

  constructor(options: SweepOptions, dependencies: SweepDependencies) {
    this.#intervalMs = options.sweepMs ?? SWEEP_MS;
    this.#dependencies = dependencies;
  }

  /** All acknowledged objects are taken up at once; what was cut off only when its uploader had time to come back. */
  async run(signal: AbortSignal): Promise<void> {
    await this.#round(signal, () => this.takeUp(() => true));
    await this.#round(signal, () => this.#dependencies.members.settled(signal));
    await this.#round(signal, () => this.discardCutOff());
    while (!signal.aborted) {
      await pause(this.#intervalMs, signal).catch(() => {});
      // Younger rows are on their way from one step to the next.
      const before = Number(nowSeconds()) - this.#intervalMs / 1000;
      await this.#round(signal, () => this.takeUp((row) => row.update_timestamp_second <= before));
      await this.#round(signal, () => this.discardCutOff());
    }
  }

  /** What fails is tried again in the next round. */
  async #round(signal: AbortSignal, work: () => Promise<void>): Promise<void> {
    if (signal.aborted) return;
    try {
      await work();
    } catch (error) {
      if (!signal.aborted) this.#dependencies.logger.error('a sweep of the upload progress broke off', { error });
    }
  }

  /** Acknowledged rows that nobody works on. */
  async takeUp(isDue: (row: UploadProgress) => boolean): Promise<void> {
    const { later, queues, logger } = this.#dependencies;
    let known: Set<bigint> | undefined;
    for await (const row of this.#rows(ACKNOWLEDGED)) {
      if (!isDue(row) || (await later.has(row.object_id))) continue;
      known ??= await queued(queues);
      if (known.has(row.object_id)) continue;
      logger.debug('an object is taken up', { object_id: row.object_id, state: row.task_state });
      await later.add({ objectId: row.object_id, key: '' }, 'now');
    }
  }

  /** Uploads that came to nothing: their uploader is gone. */
  async discardCutOff(): Promise<void> {
    const { revival, uploads, logger } = this.#dependencies;
    for await (const row of this.#rows(INCOMPLETE)) {
      try {
        if (!(await revival.isRunning(row))) await revival.revive(row.object_id);
      } catch (error) {
        // The next upload of the object takes it over, or the next sweep discards it.
        logger.warn('a cut-off upload is left', { object_id: row.object_id, reason: GfSpError.from(error).message });
      }
    }
    await revival.settled();
    await uploads.purge();
  }

  /** A row may have changed by the time it is looked at: whoever takes it up reads it again. */
  async *#rows(states: readonly number[]): AsyncGenerator<UploadProgress> {
    let after: bigint | undefined;
    for (;;) {
      const rows = await this.#dependencies.spdb.listUploadProgress(states, PAGE, after);
      yield* rows;
      after = rows.at(-1)?.object_id;
      if (rows.length < PAGE) return;
    }
  }
}

/** Objects that are being replicated or sealed. */
async function queued(queues: JobQueues): Promise<Set<bigint>> {
  const found = new Set<bigint>();
  for (const kind of ['replicate', 'seal'] as const) {
    const queue = queues.of(kind);
    for (const { task } of await queue.scan(undefined, queue.capacity)) {
      const { value } = task;
      if (value.kind === 'replicate' || value.kind === 'seal') found.add(value.value.object_info.id);
    }
  }
  return found;
}
