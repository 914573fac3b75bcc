import {
  type AppPart,
  Budget,
  backoffMs,
  type ExecutorTask,
  type ReceivePieceTask,
  type ReplicatePieceTask,
  retry,
  type SealObjectTask,
  sleep,
} from '@prairie/gfsp';
import { confirmReceived } from './confirm.ts';
import type { ExecutorTools } from './ports.ts';
import { withError } from './receive-tasks.ts';
import { Replication, SecondaryError } from './replicate.ts';
import { isSealedOnChain, seal } from './seal.ts';
import { SealSignatures } from './signatures.ts';

export interface ExecutorOptions {
  /** This provider's operator. */
  operatorAddress: string;
  /** Tasks at a time. Default 64. */
  parallel?: number;
  /** Memory for segments and their shards, of all tasks together. Default 256 MiB. */
  memoryBytes?: number;
}

export type ExecutorDependencies = Omit<ExecutorTools, 'budget'>;

/** Does the background work that the manager hands out (`reference/tasks-and-manager.md` §4.3). */
export class ExecutorModule implements AppPart {
  readonly name = 'taskexecutor';
  readonly needs = ['manager', 'signer'] as const;
  readonly #options: ExecutorOptions;
  readonly #tools: ExecutorTools;
  readonly #signatures: SealSignatures;
  readonly #stopping = new AbortController();
  #loops: Promise<void>[] = [];

  constructor(options: ExecutorOptions, dependencies: ExecutorDependencies) {
    this.#options = options;
    this.#tools = { ...dependencies, budget: new Budget(options.memoryBytes ?? 256 << 20) };
    this.#signatures = new SealSignatures(dependencies.consensus);
  }

  async start(): Promise<void> {
    this.#loops = Array.from({ length: this.#options.parallel ?? 64 }, () => this.#loop());
  }

  /** Drops what runs without a report: the manager has it in its rows and hands it out again. */
  async stop(): Promise<void> {
    this.#stopping.abort(new Error('the executor is stopping'));
    await Promise.allSettled(this.#loops);
  }

  /** Asks are open until there is work: an idle executor costs nothing. */
  async #loop(): Promise<void> {
    const { signal } = this.#stopping;
    for (let failures = 0; !signal.aborted; ) {
      const task = await this.#ask();
      if (task) {
        failures = 0;
        await this.#execute(task);
      } else if (!signal.aborted) {
        // The manager is away or stopping: it is not asked all the time.
        await sleep(backoffMs(++failures, { baseMs: 200, maxMs: 10_000 }), signal).catch(() => {});
      }
    }
  }

  async #ask(): Promise<ExecutorTask | undefined> {
    const { signal } = this.#stopping;
    try {
      return await this.#tools.client.manager.askTask(signal);
    } catch (error) {
      if (!signal.aborted) this.#tools.logger.warn('no task from the manager', { error });
      return undefined;
    }
  }

  async #execute(task: ExecutorTask): Promise<void> {
    // The manager hands a task out again when its time is over; two executors must not do the same work.
    const seconds = Number(task.value.task?.timeout || 90n);
    const signal = AbortSignal.any([this.#stopping.signal, AbortSignal.timeout(seconds * 1000)]);
    const began = performance.now();
    const done = await this.#run(task, signal);
    if (this.#stopping.signal.aborted) return;
    const error = done.value.task?.err;
    this.#tools.logger[error ? 'warn' : 'debug'](error ? 'a task failed' : 'a task is done', {
      key: task.key,
      kind: task.kind,
      ms: Math.round(performance.now() - began),
      ...(error ? { error } : {}),
    });
    await this.#report(done);
  }

  async #run(task: ExecutorTask, signal: AbortSignal): Promise<ExecutorTask> {
    switch (task.kind) {
      case 'replicate':
        return { ...task, value: await this.#replicate(task.value, signal) };
      case 'seal':
        return { ...task, value: await this.#seal(task.value) };
      case 'receive':
        return { ...task, value: await this.#confirm(task.value) };
    }
  }

  async #replicate(task: ReplicatePieceTask, signal: AbortSignal): Promise<ReplicatePieceTask> {
    const { object_info } = task;
    let signatures: Uint8Array[];
    try {
      signatures = await new Replication(task, this.#tools, signal).run();
      await this.#signatures.verify(task, signatures);
    } catch (error) {
      // Somebody refuses the pieces of a sealed object, and is right.
      if (await this.#alreadySealed(object_info.id)) return { ...task, sealed: true };
      const secondary = error instanceof SecondaryError ? error : undefined;
      return { ...withError(task, secondary?.cause ?? error), not_available_sp_idx: secondary?.index ?? -1 };
    }
    const replicated = { ...task, secondary_signatures: signatures };
    try {
      await seal({ object: object_info, gvgId: task.gvg.id, signatures }, this.#tools);
      return { ...replicated, sealed: true };
    } catch (error) {
      // The pieces are out: only the seal is tried again, as a task of its own.
      this.#tools.logger.warn('an object was replicated but not sealed', { object_id: object_info.id, error });
      return replicated;
    }
  }

  async #alreadySealed(objectId: bigint): Promise<boolean> {
    return isSealedOnChain(objectId, this.#tools).catch(() => false);
  }

  async #seal(task: SealObjectTask): Promise<SealObjectTask> {
    try {
      const { object_info: object, global_virtual_group_id: gvgId, secondary_signatures: signatures } = task;
      await seal({ object, gvgId, signatures }, this.#tools);
      return task;
    } catch (error) {
      return withError(task, error);
    }
  }

  /** What is confirmed, or deleted, is done: `sealed` tells the manager that nothing is left to check. */
  async #confirm(task: ReceivePieceTask): Promise<ReceivePieceTask> {
    try {
      await confirmReceived(task, this.#options, this.#tools);
      return { ...task, sealed: true };
    } catch (error) {
      return withError(task, error);
    }
  }

  /** A report that gets lost is not fatal: the manager hands the task out again, and it is done quickly then. */
  async #report(task: ExecutorTask): Promise<void> {
    const { client, logger } = this.#tools;
    try {
      await retry({ attempts: 3, baseMs: 500, maxMs: 2000, signal: this.#stopping.signal }, () =>
        client.manager.reportTask(task),
      );
    } catch (error) {
      logger.warn('a task was not reported', { key: task.key, kind: task.kind, error });
    }
  }
}
