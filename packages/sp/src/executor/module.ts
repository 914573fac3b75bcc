import {
  type AppPart,
  backoffMs,
  type ExecutorTask,
  type ExecutorTaskKind,
  estimateOf,
  GfSpError,
  type Limit,
  type ResourceScope,
  type ResourceSpan,
  retry,
  sleep,
  traceOfTask,
  withContext,
} from '@prairie/gfsp';
import type { RunTask } from '@prairie/observe';
import { Attendance } from '../common/attendance.ts';
import { pause } from '../common/pause.ts';
import { PieceMemory } from '../common/piece-memory.ts';
import { type ExecutorGcOptions, gcStaleOf } from './gc.ts';
import { handle, type Workshop } from './handlers.ts';
import { Leftovers } from './leftovers.ts';
import type { ExecutorTools } from './ports.ts';
import { Room } from './room.ts';
import { SealSignatures } from './signatures.ts';

/** Section `Executor` of the configuration. */
export interface ExecutorOptions {
  /** This provider's operator. */
  operatorAddress: string;
  /** Tasks at a time. Default 64. */
  maxExecuteNumber?: number;
  /** Memory for segments and their shards, of all tasks together. Default 256 MiB. */
  memoryBytes?: number;
  gc?: ExecutorGcOptions;
}

export interface ExecutorDependencies extends Omit<ExecutorTools, 'pieceMemory'> {
  /** Tasks reserve their estimate here; only what fits is asked for. Unlimited without. */
  resources?: ResourceScope;
  /** Stands around every task, for metrics and traces. */
  runTask?: RunTask;
}

/** A manager that is away or stopping is not asked all the time. */
const ASK_AGAIN = { baseMs: 200, maxMs: 10_000 };
const REPORT_AGAIN = { attempts: 8, baseMs: 500, maxMs: 10_000 };
/** Time for the report of a task that was not done in time. */
const REPORT_MS = 5000;
const DEFAULT_TIMEOUT_SECONDS = 90n;
/** §4.3. */
const STATISTICS_MS = 60_000;

/**
 * Does the background work that the manager hands out (`reference/tasks-and-manager.md` §4.3). The reference asks in as
 * many loops as it runs tasks; here an ask is open only while there is room for more, and says how much.
 */
export class ExecutorModule implements AppPart {
  readonly name = 'taskexecutor';
  readonly needs = ['manager', 'signer'] as const;
  readonly #tools: ExecutorTools;
  readonly #workshop: Workshop;
  readonly #leftovers: Leftovers;
  readonly #room: Room;
  readonly #attendance: Attendance;
  readonly #runTask: RunTask;
  readonly #stopping = new AbortController();
  /** Tasks in work, by kind. */
  readonly #counts = new Map<ExecutorTaskKind, number>();
  #loops: Promise<void>[] = [];

  constructor(options: ExecutorOptions, { resources, runTask, ...dependencies }: ExecutorDependencies) {
    const { operatorAddress } = options;
    this.#runTask = runTask ?? ((_task, work) => work());
    this.#tools = { ...dependencies, pieceMemory: new PieceMemory(options.memoryBytes) };
    const signatures = new SealSignatures(dependencies.consensus);
    const shop = { operatorAddress, tools: this.#tools, signatures, gc: options.gc ?? {} };
    const { signal } = this.#stopping;
    this.#leftovers = new Leftovers({
      collect: (objectIds) => gcStaleOf(objectIds, shop, signal),
      ...{ signal, logger: dependencies.logger },
    });
    this.#workshop = { ...shop, leftovers: this.#leftovers };
    this.#room = new Room({ slots: options.maxExecuteNumber ?? 64 }, resources ? { scope: resources } : {});
    this.#attendance = new Attendance('taskexecutor', dependencies);
  }

  async start(): Promise<void> {
    this.#attendance.start();
    this.#loops = Array.from({ length: this.#room.slots }, () => this.#loop());
    this.#loops.push(this.#statistics());
  }

  /** Drops what runs without a report: with its attendance ended, the manager hands it out again. */
  async stop(): Promise<void> {
    this.#stopping.abort(new Error('the executor is stopping'));
    this.#room.close();
    await Promise.allSettled(this.#loops);
    await this.#leftovers.settled();
    await this.#attendance.stop();
  }

  /** An ask is open until there is work: an idle executor costs nothing. */
  async #loop(): Promise<void> {
    const { signal } = this.#stopping;
    for (let failures = 0; !signal.aborted; ) {
      const taken = await this.#room.ask((limit) => this.#take(limit));
      if (signal.aborted) return taken?.span.done();
      if (taken) {
        failures = 0;
        await this.#serve(taken);
      } else await sleep(backoffMs(++failures, ASK_AGAIN), signal).catch(() => {});
    }
  }

  /** A task, and its resources. */
  async #take(limit: Limit | undefined): Promise<Taken | undefined> {
    const { signal } = this.#stopping;
    const { client, logger } = this.#tools;
    const { member } = this.#attendance;
    try {
      const task = await client.manager.askTask(limit ? { member, limit } : { member }, signal);
      if (!task) return undefined;
      const timeUp = AbortSignal.timeout(attemptMs(task));
      const span = await this.#room.reserve(estimateOf(task.kind, task.value as never), timeUp);
      if (span) return { task, span, timeUp };
      if (timeUp.aborted) logger.warn('a task was left: there was no room for it in its time', { key: task.key });
      return undefined;
    } catch (error) {
      if (!signal.aborted) logger.warn('no task from the manager', { error });
      return undefined;
    }
  }

  async #serve({ task, span, timeUp }: Taken): Promise<void> {
    this.#count(task.kind, 1);
    try {
      const context = { task: task.key, ...traceOfTask(task.value.task) };
      const done = await withContext(context, () => this.#runTask(task, () => this.#run(task, timeUp))).finally(() =>
        span.done(),
      );
      if (!this.#stopping.signal.aborted) await withContext(context, () => this.#report(done));
    } finally {
      this.#count(task.kind, -1);
    }
  }

  async #run(task: ExecutorTask, timeUp: AbortSignal): Promise<ExecutorTask> {
    const signal = AbortSignal.any([this.#stopping.signal, timeUp]);
    const began = performance.now();
    const done = await handle(task, this.#workshop, signal);
    const error = done.value.task?.err;
    this.#tools.logger[error ? 'warn' : 'debug'](error ? 'a task failed' : 'a task is done', {
      key: task.key,
      kind: task.kind,
      ms: Math.round(performance.now() - began),
      ...(error ? { error } : {}),
    });
    return done;
  }

  /**
   * A manager that restarts is told when it is back. A report that gets lost all the same is not fatal: the task is
   * handed out again, and done quickly then.
   */
  async #report(task: ExecutorTask): Promise<void> {
    const { client, logger } = this.#tools;
    const { signal } = this.#stopping;
    // What the manager itself refuses, such as a cancelled task, it refuses the next time too.
    const retryable = (error: unknown) => !(error instanceof GfSpError && error.codeSpace === 'manager');
    try {
      await retry({ ...REPORT_AGAIN, signal, retryable }, () => client.manager.reportTask(task));
    } catch (error) {
      logger.warn('a task was not reported', { key: task.key, kind: task.kind, error });
    }
  }

  #count(kind: ExecutorTaskKind, change: 1 | -1): void {
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + change);
  }

  /** One line a minute, while there is something to tell (features 26.8). */
  async #statistics(): Promise<void> {
    const { signal } = this.#stopping;
    let before = '';
    while (!signal.aborted) {
      await pause(STATISTICS_MS, signal).catch(() => {});
      if (signal.aborted) return;
      const running = [...this.#counts].map(([kind, count]) => `${kind}[${count}]`).join(' ');
      const line = `maxAsk[${this.#room.slots}] asking[${this.#room.asking}] ${running}`;
      this.#tools.logger[line === before ? 'debug' : 'info']('executor statistics', { tasks: line });
      before = line;
    }
  }
}

interface Taken {
  task: ExecutorTask;
  span: Pick<ResourceSpan, 'done'>;
  /** Aborts when no more is to be done for it. */
  timeUp: AbortSignal;
}

/**
 * The manager hands a task out again when its time is over: two executors must not do the same work. So it ends a little
 * before that, and the report, with what was done, comes in time.
 */
function attemptMs({ value }: ExecutorTask): number {
  const ms = Number(value.task?.timeout || DEFAULT_TIMEOUT_SECONDS) * 1000;
  return ms - Math.min(REPORT_MS, ms / 10);
}
