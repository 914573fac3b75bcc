import {
  Budget,
  type ExecutorTask,
  GfSpError,
  keyOf,
  type Logger,
  type RecoverPieceTask,
  taskError,
} from '@prairie/gfsp';
import { pause } from '../../common/pause.ts';
import { managerErrors } from '../errors.ts';
import type { JobQueues } from '../job-queues.ts';

export interface RecoverJobsDependencies {
  queues: JobQueues;
  logger: Logger;
}

type RecoverTask = Extract<ExecutorTask, { kind: 'recover' }>;

/** What came of a piece: what was there of it before, or why it could not be made. */
export interface RecoverOutcome {
  found: string;
  error?: GfSpError;
}

/** Pieces that one manager has in the queue at a time: executors stay busy, and other managers have room. */
const IN_WORK = 32;
/** Names kept of objects that could not be recovered; older ones are forgotten. */
const MAX_FAILED = 1000;
/** A full queue is tried again then, unless a task of ours ends before. */
const FULL_MS = 1000;
/** With several managers, another one may get the report: the queue is looked at, so that nobody waits for ever. */
const LOOK_MS = 10_000;

/** Recovery as tasks of executors (`reference/tasks-and-manager.md` §7.3), for who wants to know what came of each. */
export class RecoverJobs {
  readonly #dependencies: RecoverJobsDependencies;
  readonly #room = new Budget(IN_WORK);
  readonly #waiting = new Map<string, Set<(outcome: RecoverOutcome) => void>>();
  readonly #failed = new Set<string>();
  #ended = Promise.withResolvers<void>();

  constructor(dependencies: RecoverJobsDependencies) {
    this.#dependencies = dependencies;
  }

  /** Names of objects with a piece that could not be recovered. */
  get failed(): string[] {
    return [...this.#failed];
  }

  resetFailed(): string[] {
    const failed = this.failed;
    this.#failed.clear();
    return failed;
  }

  /** Queues the task and resolves when it is over, for good. Waits for room. @throws the signal's reason */
  async run(value: RecoverPieceTask, signal: AbortSignal): Promise<RecoverOutcome> {
    const release = await this.#room.take(1, signal);
    try {
      return await this.#outcomeOf(value, signal);
    } finally {
      release();
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
    if (settled === 'done' && recovered) this.#over(task.key, { found });
    if (settled === 'dropped') this.#giveUp(task, error ?? outOfTime());
  }

  /** Its attempts are used up, and nobody reported. */
  expired(task: RecoverTask): void {
    this.#giveUp(task, outOfTime());
  }

  #giveUp({ key, value }: RecoverTask, error: GfSpError): void {
    if (value.object_info) this.#failed.add(value.object_info.object_name);
    const [oldest] = this.#failed;
    if (this.#failed.size > MAX_FAILED && oldest !== undefined) this.#failed.delete(oldest);
    this.#over(key, { found: value.found, error });
  }

  #over(key: string, outcome: RecoverOutcome): void {
    for (const tell of this.#waiting.get(key) ?? []) tell(outcome);
    this.#waiting.delete(key);
    this.#ended.resolve();
    this.#ended = Promise.withResolvers();
  }

  async #outcomeOf(value: RecoverPieceTask, signal: AbortSignal): Promise<RecoverOutcome> {
    const key = keyOf('recover', value);
    const told = Promise.withResolvers<RecoverOutcome>();
    const waiting = this.#waiting.get(key) ?? new Set();
    this.#waiting.set(key, waiting.add(told.resolve));
    const end = new AbortController();
    const ended = AbortSignal.any([signal, end.signal]);
    try {
      await this.#push(value, signal);
      return await Promise.race([told.promise, this.#goneFromQueue(key, ended)]);
    } finally {
      end.abort();
      waiting.delete(told.resolve);
      if (waiting.size === 0 && this.#waiting.get(key) === waiting) this.#waiting.delete(key);
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
  async #goneFromQueue(key: string, signal: AbortSignal): Promise<RecoverOutcome> {
    for (let seen = true; ; ) {
      await pause(LOOK_MS, signal);
      const isThere = await this.#dependencies.queues.of('recover').has(key);
      // a report may be on its way to whoever waits here
      if (!isThere && !seen) return { found: '', error: managerErrors.canceled('the task was taken out of its queue') };
      seen = isThere;
    }
  }
}

const outOfTime = () => managerErrors.canceled('no executor finished the task in time');
