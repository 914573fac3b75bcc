import type { ExecutorTask, RecoveredObject, Recovering, RecoverProcesses, RecoverRequest } from '@prairie/gfsp';
import { managerErrors } from '../errors.ts';
import { RecoverJobs, type RecoverJobsDependencies } from './jobs.ts';
import { recoverPass } from './pass.ts';
import { Successor, type SuccessorDependencies, type SuccessorOptions } from './successor.ts';

export type RecoveryOptions = SuccessorOptions;

export interface RecoveryDependencies extends Omit<SuccessorDependencies, 'jobs'>, RecoverJobsDependencies {}

/** Requests of operators at a time: each holds some dozens of pieces in work. */
const MAX_PASSES = 4;

/** Lost pieces: what operators ask for, and what this provider takes over (`reference/tasks-and-manager.md` §13). */
export class Recovery implements Recovering {
  readonly #options: RecoveryOptions;
  readonly #dependencies: RecoveryDependencies;
  readonly #jobs: RecoverJobs;
  readonly #successor: Successor;
  #passes = 0;

  private constructor(
    options: RecoveryOptions,
    dependencies: RecoveryDependencies,
    { jobs, signal }: { jobs: RecoverJobs; signal: AbortSignal },
  ) {
    this.#options = options;
    this.#dependencies = dependencies;
    this.#jobs = jobs;
    this.#successor = new Successor(options, { ...dependencies, jobs }, signal);
  }

  /** Everything ends with `signal`. */
  static async open(
    options: RecoveryOptions,
    dependencies: RecoveryDependencies,
    signal: AbortSignal,
  ): Promise<Recovery> {
    return new Recovery(options, dependencies, { jobs: await RecoverJobs.open({}, dependencies), signal });
  }

  /** Takes up what was begun before; resolves when all has ended. */
  async run(): Promise<void> {
    try {
      await this.#successor.resume();
    } catch (error) {
      this.#dependencies.logger.error('recoveries that were begun before were not taken up', { error });
    }
    await this.#successor.settled();
  }

  settled(): Promise<void> {
    return this.#successor.settled();
  }

  reported(task: Extract<ExecutorTask, { kind: 'recover' }>): Promise<void> {
    return this.#jobs.reported(task);
  }

  async expired(task: ExecutorTask): Promise<void> {
    if (task.kind === 'recover') await this.#jobs.expired(task);
  }

  /** Names of objects with a piece that could not be recovered. */
  failed(): Promise<string[]> {
    return this.#jobs.failed.all();
  }

  async *recoverPieces(request: RecoverRequest, signal: AbortSignal): AsyncGenerator<RecoveredObject> {
    if (this.#passes >= MAX_PASSES) {
      throw managerErrors.exceeded(`${MAX_PASSES} such requests run already: wait for one of them to end`);
    }
    this.#passes += 1;
    try {
      yield* recoverPass(request, signal, this.#options, { ...this.#dependencies, jobs: this.#jobs });
    } finally {
      this.#passes -= 1;
    }
  }

  resetRecoveryFailedList(): Promise<string[]> {
    return this.#jobs.failed.reset();
  }

  triggerRecoverForSuccessorSP(familyId: number, gvgId: number, redundancyIndex: number): Promise<void> {
    return this.#successor.trigger(familyId, gvgId, redundancyIndex);
  }

  queryRecoverProcess(familyId: number, gvgId: number): Promise<RecoverProcesses> {
    return this.#successor.processes(familyId, gvgId);
  }
}
