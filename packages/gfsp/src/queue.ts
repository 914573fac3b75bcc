import { type Backoff, backoffMs } from './backoff.ts';
import { defineErrors } from './errors.ts';
import { Heap } from './heap.ts';

/** `reference/tasks-and-manager.md` §3.2. */
export const queueErrors = defineErrors('TaskQueue', {
  repeated: [400, 970001, 'request repeated'],
  exceeded: [400, 970002, 'request exceed limit'],
});

export interface QueueTask<T> {
  /** Unique in its queue. */
  key: string;
  /** 0–255, the highest first. */
  priority: number;
  value: T;
  /** A task that runs longer is handed out again, or given up after its last attempt. */
  timeoutMs: number;
  /** Times it is handed out at most. */
  maxAttempts: number;
}

export interface TaskQueueOptions extends Partial<Backoff> {
  name: string;
  capacity: number;
  /**
   * Waiting so long weighs as much as one step of priority. Default 100 ms: the highest priority passes the lowest for
   * 25 s, then no longer, whatever keeps coming in.
   */
  ageingMs?: number;
}

export interface TaskQueueDependencies<T> {
  /** A task whose last attempt was neither completed nor failed in time. It is no longer in the queue. */
  onGiveUp?: (task: QueueTask<T>) => void;
  random?: () => number;
}

type State = 'ready' | 'waiting' | 'running' | 'gone';

interface Entry<T> {
  task: QueueTask<T>;
  attempts: number;
  state: State;
  /** Smaller goes first. Constant while the task is ready, because all ready tasks age alike. */
  rank: number;
  /** Order of arrival, for equal ranks. */
  sequence: number;
}

interface Alarm<T> {
  at: number;
  entry: Entry<T>;
  /** The state and attempt that the alarm ends; when they have changed it means nothing. */
  state: State;
  attempts: number;
}

const MAX_TIMER_MS = 0x7fff_ffff;

/**
 * A bounded queue of tasks with unique keys (`reference/tasks-and-manager.md` §3, §5). A task is ready, running (handed
 * out, until it is completed, failed or timed out) or waiting (for its back-off to pass). It counts against the
 * capacity, and keeps its key, until it is completed or given up. One timer serves all.
 */
export class TaskQueue<T> {
  readonly name: string;
  readonly capacity: number;
  readonly #entries = new Map<string, Entry<T>>();
  readonly #ready = new Heap<Entry<T>>((a, b) => a.rank - b.rank < 0 || (a.rank === b.rank && a.sequence < b.sequence));
  readonly #alarms = new Heap<Alarm<T>>((a, b) => a.at < b.at);
  readonly #ageingMs: number;
  readonly #backoff: Backoff;
  readonly #dependencies: TaskQueueDependencies<T>;
  #sequence = 0;
  #timer: NodeJS.Timeout | undefined;
  #timerAt = Number.POSITIVE_INFINITY;
  #listener: () => void = () => {};

  constructor(options: TaskQueueOptions, dependencies: TaskQueueDependencies<T> = {}) {
    this.name = options.name;
    this.capacity = options.capacity;
    this.#ageingMs = options.ageingMs ?? 100;
    this.#backoff = { baseMs: options.baseMs ?? 1000, maxMs: options.maxMs ?? 60_000 };
    this.#dependencies = dependencies;
  }

  /** Tasks in any state. */
  get size(): number {
    return this.#entries.size;
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  get(key: string): T | undefined {
    return this.#entries.get(key)?.task.value;
  }

  *states(): IterableIterator<{ key: string; state: string; attempts: number }> {
    for (const [key, { state, attempts }] of this.#entries) yield { key, state, attempts };
  }

  /** Adds a task, to be handed out after `delayMs`. @throws 970001 when the key is here, 970002 when the queue is full */
  push(task: QueueTask<T>, delayMs = 0): void {
    if (this.#entries.has(task.key)) throw queueErrors.repeated();
    if (this.#entries.size >= this.capacity) {
      throw queueErrors.exceeded(`request exceed limit: ${this.name} holds ${this.capacity} tasks, try again later`);
    }
    const entry: Entry<T> = { task, attempts: 0, state: 'ready', rank: 0, sequence: 0 };
    this.#entries.set(task.key, entry);
    this.#later(entry, delayMs);
  }

  /** Rank of the task that {@link lease} would give; smaller goes first. */
  peekRank(): number | undefined {
    return this.#nextReady()?.rank;
  }

  /** Hands out the next ready task. `attempt` is 1 the first time. */
  lease(): { task: QueueTask<T>; attempt: number } | undefined {
    const entry = this.#nextReady();
    if (!entry) return undefined;
    this.#ready.pop();
    entry.state = 'running';
    entry.attempts += 1;
    this.#setAlarm(entry, entry.task.timeoutMs);
    return { task: entry.task, attempt: entry.attempts };
  }

  /** Takes a task out, in whatever state. undefined when it is not here. */
  complete(key: string): T | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    this.#remove(entry);
    return entry.task.value;
  }

  /**
   * A handed-out task failed: it comes again after its back-off, or is taken out when that was the last attempt.
   * A report about a task that is not running (its time was over, and it is ready again) changes nothing.
   */
  fail(key: string): 'again' | 'exhausted' | 'absent' {
    const entry = this.#entries.get(key);
    if (!entry) return 'absent';
    if (entry.state !== 'running') return 'again';
    if (entry.attempts >= entry.task.maxAttempts) {
      this.#remove(entry);
      return 'exhausted';
    }
    this.#later(entry, backoffMs(entry.attempts, this.#backoff, this.#dependencies.random));
    return 'again';
  }

  /** The one who is called, without arguments, when a task becomes ready. */
  onReady(listener: () => void): void {
    this.#listener = listener;
  }

  /** Forgets everything. */
  clear(): void {
    for (const entry of this.#entries.values()) entry.state = 'gone';
    this.#entries.clear();
    this.#ready.filter(() => false);
    this.#alarms.filter(() => false);
    this.#stopTimer();
  }

  #remove(entry: Entry<T>): void {
    this.#entries.delete(entry.task.key);
    entry.state = 'gone';
  }

  /** The first of the ready tasks; those that left while they were ready are dropped on the way. */
  #nextReady(): Entry<T> | undefined {
    for (;;) {
      const entry = this.#ready.peek();
      if (!entry || entry.state === 'ready') return entry;
      this.#ready.pop();
    }
  }

  #later(entry: Entry<T>, delayMs: number): void {
    if (delayMs <= 0) return this.#makeReady(entry);
    entry.state = 'waiting';
    this.#setAlarm(entry, delayMs);
  }

  #makeReady(entry: Entry<T>): void {
    entry.state = 'ready';
    entry.rank = Date.now() - entry.task.priority * this.#ageingMs;
    entry.sequence = this.#sequence++;
    this.#ready.push(entry);
    if (this.#ready.size > 2 * this.#entries.size + 64) this.#ready.filter((other) => other.state === 'ready');
    this.#listener();
  }

  #setAlarm(entry: Entry<T>, delayMs: number): void {
    this.#alarms.push({ at: Date.now() + delayMs, entry, state: entry.state, attempts: entry.attempts });
    // Completed tasks leave their alarms behind; more of those than of live ones are swept.
    if (this.#alarms.size > 2 * this.#entries.size + 64) this.#alarms.filter(isLive);
    this.#schedule();
  }

  #schedule(): void {
    const next = this.#alarms.peek();
    if (!next) return this.#stopTimer();
    if (this.#timer && this.#timerAt <= next.at) return;
    this.#stopTimer();
    this.#timerAt = next.at;
    const delay = Math.min(Math.max(next.at - Date.now(), 0), MAX_TIMER_MS);
    this.#timer = setTimeout(() => this.#ring(), delay).unref();
  }

  #stopTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#timerAt = Number.POSITIVE_INFINITY;
  }

  #ring(): void {
    this.#stopTimer();
    const now = Date.now();
    for (let alarm = this.#alarms.peek(); alarm && alarm.at <= now; alarm = this.#alarms.peek()) {
      this.#alarms.pop();
      if (isLive(alarm)) this.#due(alarm.entry);
    }
    this.#schedule();
  }

  /** A back-off has passed, or a running task has had its time. */
  #due(entry: Entry<T>): void {
    if (entry.state === 'waiting' || entry.attempts < entry.task.maxAttempts) return this.#makeReady(entry);
    this.#remove(entry);
    this.#dependencies.onGiveUp?.(entry.task);
  }
}

function isLive<T>(alarm: Alarm<T>): boolean {
  return alarm.entry.state === alarm.state && alarm.entry.attempts === alarm.attempts;
}
