import { type ExecutorTask, keyOf, type Logger, type ReceivePieceTask, taskError } from '@prairie/gfsp';
import { managerErrors } from './errors.ts';
import type { JobQueues } from './job-queues.ts';

export interface OtherJobsDependencies {
  queues: JobQueues;
  logger: Logger;
}

/** Tasks that no upload depends on: their reports go by the rules of their kind (`reference/tasks-and-manager.md` §7). */
export class OtherJobs {
  readonly #dependencies: OtherJobsDependencies;

  constructor(dependencies: OtherJobsDependencies) {
    this.#dependencies = dependencies;
  }

  /** @throws 60001, 60003, 60004 */
  async reported(task: ExecutorTask): Promise<void> {
    const { queues, logger } = this.#dependencies;
    if (task.kind === 'receive' && isNews(task.value)) return this.#received(task.value);
    const error = taskError(task.value);
    if (error) logger.warn('a task failed', { key: task.key, kind: task.kind, error });
    await queues.settle(task);
  }

  /**
   * From the receiver: pieces came, and are to be looked after later. A later message about the same pieces takes the
   * place of the earlier one: the group may be another.
   */
  async #received(value: ReceivePieceTask): Promise<void> {
    const { queues } = this.#dependencies;
    if (!value.object_info || !value.task) throw managerErrors.requestLost();
    await queues.of('receive').complete(keyOf('receive', value));
    // What the sender asked of the receiver, priority and time, is not what the check takes.
    const task = { ...value.task, retry: 0n, task_priority: 0, err: undefined };
    await queues.push('receive', { ...value, task });
  }
}

/** The receiver's report, not the executor's: neither checked nor failed. */
function isNews(value: ReceivePieceTask): boolean {
  return !value.sealed && !taskError(value);
}
