import {
  type ExecutorTask,
  nowSeconds,
  type QueueTask,
  type ReceivePieceTask,
  type ReplicatePieceTask,
  receiveKey,
  type SealObjectTask,
  type Task,
  TaskAttempts,
  TaskDispatcher,
  TaskPriority,
  TaskQueue,
  TaskTimeout,
  uploadKey,
} from '@prairie/gfsp';

export interface JobQueuesOptions {
  /** Default 10240. */
  maxReplicating?: number;
  /** Default 10240. */
  maxSealing?: number;
  /** Default 102400. */
  maxConfirming?: number;
}

/** How long after its pieces came a secondary looks whether the object was sealed (§5, filter Receive). */
const CONFIRM_AFTER_MS = 90_000;

/** The queues that executors are served from (`reference/tasks-and-manager.md` §5). */
export class JobQueues {
  readonly replicate: TaskQueue<ExecutorTask>;
  readonly seal: TaskQueue<ExecutorTask>;
  readonly receive: TaskQueue<ExecutorTask>;
  readonly #dispatcher: TaskDispatcher<ExecutorTask>;

  /** `onGiveUp` gets tasks that no executor finished in time, after their last attempt. */
  constructor(options: JobQueuesOptions, dependencies: { onGiveUp: (task: ExecutorTask) => void }) {
    const onGiveUp = ({ value }: QueueTask<ExecutorTask>) => dependencies.onGiveUp(value);
    const names = { replicate: 'manager-replicate-piece', seal: 'manager-seal-object' };
    this.replicate = new TaskQueue({ name: names.replicate, capacity: options.maxReplicating ?? 10_240 }, { onGiveUp });
    this.seal = new TaskQueue({ name: names.seal, capacity: options.maxSealing ?? 10_240 }, { onGiveUp });
    this.receive = new TaskQueue(
      {
        name: 'manager-confirm-receive-piece',
        capacity: options.maxConfirming ?? 102_400,
        baseMs: CONFIRM_AFTER_MS,
        maxMs: 4 * CONFIRM_AFTER_MS,
      },
      { onGiveUp },
    );
    this.#dispatcher = new TaskDispatcher([this.replicate, this.seal, this.receive]);
  }

  get all(): readonly TaskQueue<ExecutorTask>[] {
    return [this.replicate, this.seal, this.receive];
  }

  /** Whether the object is being replicated or sealed. */
  has(key: string): boolean {
    return this.replicate.has(key) || this.seal.has(key);
  }

  pushReplicate(value: ReplicatePieceTask): void {
    const key = uploadKey(value.object_info);
    const timeout = TaskTimeout.replicate(value.object_info.payload_size);
    const task = { ...value.task, task_priority: TaskPriority.replicate, timeout };
    const left = Number(task.max_retry - task.retry);
    this.#push(this.replicate, { kind: 'replicate', key, value: { ...value, task } }, task, Math.max(left, 1));
  }

  pushSeal(value: SealObjectTask): void {
    const key = uploadKey(value.object_info);
    const task = { ...value.task, task_priority: TaskPriority.seal, timeout: TaskTimeout.seal };
    this.#push(this.seal, { kind: 'seal', key, value: { ...value, task } }, task, TaskAttempts.seal);
  }

  /** A later message about the same pieces replaces the earlier one: the group may be another. */
  pushReceive(value: ReceivePieceTask): void {
    const key = receiveKey(value);
    const base = value.task;
    if (!base) return;
    const task = { ...base, retry: 0n, task_priority: TaskPriority.receive, timeout: TaskTimeout.receive };
    this.receive.complete(key);
    const whole: ExecutorTask = { kind: 'receive', key, value: { ...value, task } };
    this.#push(this.receive, whole, task, TaskAttempts.receive, CONFIRM_AFTER_MS);
  }

  #push(queue: TaskQueue<ExecutorTask>, value: ExecutorTask, task: Task, maxAttempts: number, delayMs = 0): void {
    const timeoutMs = Number(task.timeout) * 1000;
    queue.push({ key: value.key, priority: task.task_priority, value, timeoutMs, maxAttempts }, delayMs);
  }

  /** The next task, as the executor gets it: counted, and without the error of the attempt before. */
  async take(signal: AbortSignal): Promise<ExecutorTask | undefined> {
    const taken = await this.#dispatcher.take(signal);
    return taken && dispatched(taken.task.value, taken.attempt);
  }

  clear(): void {
    for (const queue of this.all) queue.clear();
  }
}

function dispatched(task: ExecutorTask, attempt: number): ExecutorTask {
  const base = task.value.task;
  if (!base) return task;
  const retry = base.retry + BigInt(attempt);
  const value = { ...task.value, task: { ...base, retry, update_time: nowSeconds(), err: undefined } };
  return { ...task, value } as ExecutorTask;
}
