import {
  Budget,
  type ExecutorTask,
  GfSpError,
  keyOf,
  type Logger,
  type QueueEngine,
  type RecoverPieceTask,
  taskError,
} from '@prairie/gfsp';
import { pause } from '../../common/pause.ts';
import { managerErrors } from '../errors.ts';
import type { JobQueues } from '../job-queues.ts';
import { FailedNames } from './failed-names.ts';
import { Outcomes, type RecoverOutcome } from './outcomes.ts';

export interface RecoverJobsOptions {
  /** Pause between two looks whether a task is in its queue still. Default 10 s. */
  lookMs?: number;
}

export interface RecoverJobsDependencies {
  queues: JobQueues;
  /** That of the queues. */
  engine: QueueEngine;
  logger: Logger;
}

type RecoverTask = Extract<ExecutorTask, { kind: 'recover' }>;

/** Pieces that one manager has in the queue at a time: executors stay busy, and other managers have room. */
const IN_WORK = 32;
/** A full queue is tried again then, unless a task of ours ends before. */
const FULL_MS = 1000;
/** A task whose end nobody was told of is queued again so often: a manager may die with the report of it. */
const MAX_PUSHES = 2;

/** Recovery as tasks of executors (`reference/tasks-and-manager.md` §7.3), for who wants to know what came of each. */
export class RecoverJobs {
  readonly #dependencies: RecoverJobsDependencies;
  readonly #lookMs: number;
  readonly #outcomes: Outcomes;
  /** Objects with a piece that could not be recovered. */
  readonly failed: FailedNames;
  readonly #room = new Budget(IN_WORK);
  #ended = Promise.withResolvers<void>();

  private constructor(
    { lookMs = 10_000 }: RecoverJobsOptions,
    dependencies: RecoverJobsDependencies,
    { outcomes, failed }: { outcomes: Outcomes; failed: FailedNames },
  ) {
    this.#lookMs = lookMs;
    this.#dependencies = dependencies;
    this.#outcomes = outcomes;
    this.failed = failed;
  }

  static async open(options: RecoverJobsOptions, dependencies: RecoverJobsDependencies): Promise<RecoverJobs> {
    const [outcomes, failed] = [await Outcomes.open(dependencies), await FailedNames.open(dependencies)];
    return new RecoverJobs(options, dependencies, { outcomes, failed });
  }

  /** Queues the task and resolves when it is over, for good. Waits for room. @throws the signal's reason */
  async run(value: RecoverPieceTask, signal: AbortSignal): Promise<RecoverOutcome> {
    const release = await this.#room.take(1, signal);
    try {
      return await this.#outcomeOf(value, signal);
    } finally {
      release();
      this.#ended.resolve();
      this.#ended = Promise.withResolvers();
    }
  }

  /** @throws 60001, 60004 */
  async reported(task: RecoverTask): Promise<void> {
    const { queues, logger } = this.#dependencies;
    const { object_info, recovered, found } = task.value;
    if (!object_info) throw managerErrors.requestLost();
    const error = taskError(task.value);
    if (error) logger.warn('a piece was not recovered', { key: task.key, error });
    const settled = await queues.settle(task);
    if (settled === 'done' && recovered) await this.#outcomes.tell(task.key, { found });
    if (settled === 'dropped') await this.#giveUp(task, error ?? outOfTime());
  }

  /** Its attempts are used up, and nobody reported. */
  async expired(task: RecoverTask): Promise<void> {
    await this.#giveUp(task, outOfTime());
  }

  async #giveUp({ key, value }: RecoverTask, error: GfSpError): Promise<void> {
    await this.#outcomes.tell(key, { found: value.found, error });
    if (value.object_info) await this.failed.add(`${value.object_info.bucket_name}/${value.object_info.object_name}`);
  }

  async #outcomeOf(value: RecoverPieceTask, signal: AbortSignal): Promise<RecoverOutcome> {
    const key = keyOf('recover', value);
    const over = new AbortController();
    const { outcome, end } = await this.#outcomes.expect(key);
    try {
      for (let pushes = 0; pushes < MAX_PUSHES; pushes++) {
        await this.#push(value, signal);
        const gone = this.#goneFromQueue(key, AbortSignal.any([signal, over.signal]));
        const told = await Promise.race([outcome, gone]);
        if (told) return told;
      }
      return { found: '', error: managerErrors.canceled('the task was taken out of its queue') };
    } finally {
      over.abort();
      end();
    }
  }

  /** One that is queued already is waited for like the own. */
  async #push(value: RecoverPieceTask, signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      const { promise: ended } = this.#ended;
      try {
        return await this.#dependencies.queues.push('recover', value);
      } catch (error) {
        if (error instanceof GfSpError && error.is(managerErrors.repeated)) return;
        if (!(error instanceof GfSpError && error.is(managerErrors.exceeded))) throw error;
      }
      await Promise.race([ended, pause(FULL_MS, signal)]);
    }
  }

  /** Resolves only for a task whose end nobody here was told of. @throws the signal's reason */
  async #goneFromQueue(key: string, signal: AbortSignal): Promise<undefined> {
    for (let seen = true; ; ) {
      await pause(this.#lookMs, signal);
      const isThere = await this.#dependencies.queues.of('recover').has(key);
      // a report may be on its way to whoever waits here
      if (!isThere && !seen) return undefined;
      seen = isThere;
    }
  }
}

const outOfTime = () => managerErrors.canceled('no executor finished the task in time');
