import { BoundedCache } from '@prairie/chain';
import {
  type ExecutorTask,
  type ExecutorTaskKind,
  type ExecutorTasks,
  estimateOf,
  GfSpError,
  keyOf,
  type LeaseQueue,
  newTask,
  nowSeconds,
  type QueueEngine,
  type QueueEntry,
  queueErrors,
  type Task,
  TaskDispatcher,
  TaskPriority,
  type TaskRequest,
  TaskRules,
  type TaskSettings,
  taskError,
} from '@prairie/gfsp';
import { updateTime } from '../common/pieces.ts';
import { managerErrors } from './errors.ts';
import { type JobKind, jobKindNames, jobKinds } from './job-kinds.ts';

export interface JobQueuesOptions {
  /** Tasks of a kind at most, running ones too (section `Parallel` of the configuration). Defaults: {@link jobKinds}. */
  capacities?: Partial<Record<ExecutorTaskKind, number>>;
  /** Times and retries (section `Task`). */
  tasks?: Partial<TaskSettings>;
}

export interface JobQueuesDependencies {
  engine: QueueEngine;
  /** Gets tasks that no executor finished in time, after their last attempt. */
  onGiveUp: (task: ExecutorTask) => void;
}

/** How a report was taken. */
export type Settled = 'done' | 'progress' | 'again' | 'dropped';

/** The queues that executors are served from (`reference/tasks-and-manager.md` §5). */
export class JobQueues {
  readonly #queues: ReadonlyMap<ExecutorTaskKind, LeaseQueue<ExecutorTask>>;
  readonly #dispatcher: TaskDispatcher<ExecutorTask>;
  readonly #rules: TaskRules;
  /** What running tasks said of their progress: who gets one next goes on from there. Lost, it is done again. */
  readonly #progress = new BoundedCache<string, ExecutorTask>(4096);

  private constructor(rules: TaskRules, queues: ReadonlyMap<ExecutorTaskKind, LeaseQueue<ExecutorTask>>) {
    this.#rules = rules;
    this.#queues = queues;
    this.#dispatcher = new TaskDispatcher([...queues.values()]);
  }

  static async open(options: JobQueuesOptions, { engine, onGiveUp }: JobQueuesDependencies): Promise<JobQueues> {
    const queues = new Map<ExecutorTaskKind, LeaseQueue<ExecutorTask>>();
    for (const kind of jobKindNames) {
      const { queue: name, capacity, backoff } = jobKinds[kind];
      const queue = await engine.open<ExecutorTask>({
        name,
        capacity: options.capacities?.[kind] ?? capacity,
        ...backoff,
      });
      queue.onGiveUp(({ value }) => onGiveUp(value));
      queues.set(kind, queue);
    }
    return new JobQueues(new TaskRules(options.tasks), queues);
  }

  of(kind: ExecutorTaskKind): LeaseQueue<ExecutorTask> {
    return this.#queues.get(kind)!;
  }

  get all(): ReadonlyMap<ExecutorTaskKind, LeaseQueue<ExecutorTask>> {
    return this.#queues;
  }

  /** Whether the object is being replicated or sealed. */
  async isInWork(key: string): Promise<boolean> {
    return (await this.of('replicate').has(key)) || (await this.of('seal').has(key));
  }

  /** Adds a task; its time, priority and retries are set here. @throws 60002 when its key is queued, 60003 when full */
  async push<K extends ExecutorTaskKind>(kind: K, value: ExecutorTasks[K]): Promise<void> {
    const rules: JobKind<ExecutorTasks[K]> = jobKinds[kind];
    const timeout = rules.timeout ?? this.#rules.timeoutOf(kind, rules.sizeOf?.(value) ?? 0n);
    const attempts = Math.max(Number(this.#rules.maxRetryOf(kind)), rules.minAttempts ?? 1);
    const base = value.task ?? newTask();
    // A producer may ask for more urgency (§1.5, overrides).
    const task_priority = base.task_priority || TaskPriority[kind];
    const task = { ...base, task_priority, timeout, max_retry: BigInt(attempts) };
    const whole = { kind, key: keyOf(kind, value), value: { ...value, task } } as unknown as ExecutorTask;
    this.#progress.delete(progressKey(whole));
    try {
      await this.of(kind).push(
        {
          key: whole.key,
          priority: task_priority,
          value: whole,
          timeoutMs: Number(timeout) * 1000,
          // What was tried before it came into the queue counts too.
          maxAttempts: Math.max(attempts - Number(task.retry), 1),
          estimate: estimateOf(kind, whole.value as ExecutorTasks[K]),
        },
        rules.delayMs,
      );
    } catch (error) {
      throw refusalOf(error);
    }
  }

  /** The next task that fits, as the executor gets it: counted, named after it, without the error of before. */
  async take({ member, limit }: TaskRequest, signal: AbortSignal): Promise<ExecutorTask | undefined> {
    const asked = limit ? { owner: member, offer: limit } : { owner: member };
    const taken = await this.#dispatcher.take(asked, signal);
    if (!taken) return undefined;
    const { value: first } = taken.task;
    const latest = this.#progress.get(progressKey(first)) ?? first;
    const base = first.value.task ?? newTask();
    const task = {
      ...base,
      retry: retryOf(first, taken.attempt),
      address: member,
      update_time: nowSeconds(),
      err: undefined,
    };
    return { ...latest, value: { ...latest.value, task } } as ExecutorTask;
  }

  /** The member is gone: what it has is handed out again. Number of tasks. */
  async abandon(member: string): Promise<number> {
    return this.#dispatcher.abandon(member);
  }

  /** Takes a report by the rules of its kind (§7). @throws 60004 when the task is not queued */
  async settle(task: ExecutorTask): Promise<Settled> {
    const queue = this.of(task.kind);
    if (taskError(task.value)) return this.fail(task);
    if ((jobKinds[task.kind].isDone as (value: unknown) => boolean)(task.value)) {
      if (!(await queue.complete(task.key))) throw managerErrors.canceled();
      return 'done';
    }
    if (!(await queue.has(task.key))) throw managerErrors.canceled();
    this.keepProgress(task);
    return 'progress';
  }

  /** Who gets the task next goes on from there. */
  keepProgress(task: ExecutorTask): void {
    this.#progress.set(progressKey(task), task);
  }

  /** The task failed. It may have been handed out again by now: then the failure is not his. @throws 60004 */
  async fail(task: ExecutorTask): Promise<Settled> {
    const queue = this.of(task.kind);
    const entry = await this.entry(task.kind, task.key);
    if (!entry) throw managerErrors.canceled();
    if (!isOfAttempt(entry, task.value.task)) return 'again';
    if (jobKinds[task.kind].dropsOnError) {
      await queue.complete(task.key);
      return 'dropped';
    }
    const next = await queue.fail(task.key);
    return next === 'again' ? 'again' : 'dropped';
  }

  async entry(kind: ExecutorTaskKind, key: string): Promise<QueueEntry<ExecutorTask> | undefined> {
    const found = await this.of(kind).scan(key);
    return found.find(({ task }) => task.key === key);
  }

  /** Out of every queue. false when it was in none. */
  async cancel(key: string): Promise<boolean> {
    let found = false;
    for (const queue of this.#queues.values()) if (await queue.complete(key)) found = true;
    return found;
  }
}

/** Whether a report is of the attempt that runs: its member's time may be over, and the task with somebody, or himself, again. */
export function isOfAttempt({ task, owner, attempts }: QueueEntry<ExecutorTask>, reported: Task | undefined): boolean {
  return reported !== undefined && owner === reported.address && reported.retry >= retryOf(task.value, attempts);
}

/** What was tried before the task came into the queue counts too. */
function retryOf({ value }: ExecutorTask, attempt: number): bigint {
  return (value.task?.retry ?? 0n) + BigInt(attempt);
}

/** Through another manager an object may have got another group since, or another content. */
function progressKey({ kind, key, value }: ExecutorTask): string {
  if (kind !== 'replicate') return `${kind} ${key}`;
  return `${kind} ${key} ${value.global_virtual_group_id} ${updateTime(value.object_info)}`;
}

/** The manager's code for what a queue refuses (`reference/tasks-and-manager.md` §4.2). */
export function refusalOf(error: unknown): unknown {
  if (!(error instanceof GfSpError)) return error;
  if (error.is(queueErrors.repeated)) return managerErrors.repeated();
  if (error.is(queueErrors.exceeded)) return managerErrors.exceeded(error.message);
  return error;
}
