import { type Backoff, backoffMs } from '../backoff.ts';
import type { Limit } from '../tasks/limit.ts';
import { Alarms } from './alarms.ts';
import type {
  Lease,
  LeaseQueue,
  QueueEntry,
  QueueOptions,
  QueueState,
  QueueStrategies,
  QueueTask,
} from './contracts.ts';
import { type Entry, newEntry, shownEntry } from './entry.ts';
import { queueErrors } from './errors.ts';
import { Owners } from './owners.ts';
import { ReadyTasks } from './ready-tasks.ts';
import { Retirement } from './retirement.ts';

export interface MemoryQueueDependencies {
  /** For the pauses after failures, 0 to 1. */
  random?: () => number;
}

/** Waiting so long weighs as much as one step of priority (see `QueueStrategies.pickUp`). */
const AGEING_MS = 100;

const SCAN_LIMIT = 1000;

/**
 * A queue in this process. A task is ready, running (handed out until it is completed, failed or out of time) or
 * waiting (for a pause to pass). It keeps its key, and counts against the capacity, until it leaves. No operation but
 * {@link scan} and {@link setStrategies} looks at every task. Listeners are called within the call that makes a task
 * ready.
 */
export class MemoryQueue<T> implements LeaseQueue<T> {
  readonly name: string;
  readonly capacity: number;
  readonly #entries = new Map<string, Entry<T>>();
  readonly #ready = new ReadyTasks<T>();
  readonly #alarms = new Alarms<T>((entry) => this.#due(entry));
  readonly #owners = new Owners<T>();
  readonly #retirement = new Retirement<T>();
  readonly #backoff: Backoff;
  readonly #random: () => number;
  readonly #readyListeners = new Set<() => void>();
  readonly #giveUpListeners = new Set<(task: QueueTask<T>) => void>();
  #strategies: QueueStrategies<T> = {};
  #sequence = 0;

  /** @throws Error when the capacity is no whole number from 1 */
  constructor(options: QueueOptions, dependencies: MemoryQueueDependencies = {}) {
    if (!Number.isSafeInteger(options.capacity) || options.capacity < 1) {
      throw new Error(`capacity of queue ${options.name}: a whole number from 1 is expected, got ${options.capacity}`);
    }
    this.name = options.name;
    this.capacity = options.capacity;
    this.#backoff = { baseMs: options.baseMs ?? 1000, maxMs: options.maxMs ?? 60_000 };
    this.#random = dependencies.random ?? Math.random;
  }

  size(): number {
    return this.#entries.size;
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  get(key: string): QueueTask<T> | undefined {
    return this.#entries.get(key)?.task;
  }

  push(task: QueueTask<T>, delayMs = 0): void {
    if (this.#entries.has(task.key)) throw queueErrors.repeated();
    if (this.#entries.size >= this.capacity) this.#retireOne();
    const now = Date.now();
    const entry = newEntry(task, now);
    this.#entries.set(task.key, entry);
    if (delayMs > 0) this.#await(entry, 'waiting', now + delayMs);
    else this.#makeReady(entry, now);
  }

  top(): QueueTask<T> | undefined {
    return this.#ready.first()?.task;
  }

  pop(): QueueTask<T> | undefined {
    return this.#take(this.#ready.first());
  }

  topByLimit(limit: Limit): QueueTask<T> | undefined {
    return this.#ready.first(limit)?.task;
  }

  popByLimit(limit: Limit): QueueTask<T> | undefined {
    return this.#take(this.#ready.first(limit));
  }

  popByKey(key: string): QueueTask<T> | undefined {
    return this.#take(this.#entries.get(key));
  }

  /** In the order in which they came. */
  scan(subKey = '', limit = SCAN_LIMIT): QueueEntry<T>[] {
    const found: QueueEntry<T>[] = [];
    for (const [key, entry] of this.#entries) {
      if (found.length >= limit) break;
      if (key.includes(subKey)) found.push(shownEntry(entry));
    }
    return found;
  }

  /** The ready tasks are ranked anew, and who waits for one looks again. */
  setStrategies(strategies: QueueStrategies<T>): void {
    this.#strategies = { ...strategies };
    this.#ready.setStrategies(this.#strategies);
    this.#retirement.reset();
    for (const entry of this.#entries.values()) {
      if (entry.state !== 'ready') continue;
      this.#ready.remove(entry);
      entry.rank = this.#rankOf(entry);
      this.#ready.add(entry);
    }
    this.#announce();
  }

  peekRank(offer?: Limit): number | undefined {
    return this.#ready.first(offer)?.rank;
  }

  lease(owner: string, offer?: Limit): Lease<T> | undefined {
    const entry = this.#ready.first(offer);
    if (!entry) return undefined;
    this.#detach(entry);
    entry.attempts += 1;
    entry.owner = owner;
    this.#owners.add(entry);
    this.#await(entry, 'running', Date.now() + entry.task.timeoutMs);
    return { task: entry.task, attempt: entry.attempts };
  }

  complete(key: string): QueueTask<T> | undefined {
    return this.popByKey(key);
  }

  fail(key: string): 'again' | 'exhausted' | 'absent' {
    const entry = this.#entries.get(key);
    if (!entry) return 'absent';
    if (entry.state !== 'running') return 'again';
    if (entry.attempts >= entry.task.maxAttempts) {
      this.#take(entry);
      return 'exhausted';
    }
    this.#detach(entry);
    this.#await(entry, 'waiting', Date.now() + backoffMs(entry.attempts, this.#backoff, this.#random));
    return 'again';
  }

  abandon(owner: string): number {
    const left = this.#owners.of(owner);
    for (const entry of left) {
      this.#detach(entry);
      this.#makeReady(entry, Date.now());
    }
    return left.length;
  }

  onReady(listener: () => void): void {
    this.#readyListeners.add(listener);
  }

  onGiveUp(listener: (task: QueueTask<T>) => void): void {
    this.#giveUpListeners.add(listener);
  }

  /** Forgets every task, and stops the timer. */
  clear(): void {
    for (const entry of this.#entries.values()) this.#detach(entry);
    this.#entries.clear();
    this.#alarms.clear();
    this.#retirement.reset();
  }

  #take(entry: Entry<T> | undefined): QueueTask<T> | undefined {
    if (!entry) return undefined;
    this.#detach(entry);
    this.#entries.delete(entry.task.key);
    return entry.task;
  }

  /** Out of the heap that it is in: what comes next says which state it has. */
  #detach(entry: Entry<T>): void {
    if (entry.state === 'ready') this.#ready.remove(entry);
    else this.#alarms.remove(entry);
    if (entry.state === 'running') this.#release(entry);
  }

  #release(entry: Entry<T>): void {
    this.#owners.remove(entry);
    entry.owner = '';
  }

  #makeReady(entry: Entry<T>, at: number): void {
    entry.state = 'ready';
    entry.at = at;
    entry.rank = this.#rankOf(entry);
    entry.sequence = this.#sequence++;
    this.#ready.add(entry);
    this.#announce();
  }

  #rankOf({ task, at }: Entry<T>): number {
    return this.#strategies.pickUp ? this.#strategies.pickUp(task, at) : at - task.priority * AGEING_MS;
  }

  #await(entry: Entry<T>, state: QueueState, at: number): void {
    entry.state = state;
    entry.at = at;
    this.#alarms.add(entry);
  }

  /** A pause has passed, or a running task has had its time. The entry is in no heap. */
  #due(entry: Entry<T>): void {
    const isLast = entry.state === 'running' && entry.attempts >= entry.task.maxAttempts;
    if (entry.state === 'running') this.#release(entry);
    if (!isLast) return this.#makeReady(entry, entry.at);
    this.#entries.delete(entry.task.key);
    for (const listener of this.#giveUpListeners) listener(entry.task);
  }

  /** @throws 970002 when no task may go */
  #retireOne(): void {
    const { retire } = this.#strategies;
    const retired = retire && this.#retirement.next(this.#entries, retire);
    if (!retired) {
      throw queueErrors.exceeded(`request exceed limit: ${this.name} holds ${this.capacity} tasks, try again later`);
    }
    this.#take(retired);
  }

  #announce(): void {
    for (const listener of this.#readyListeners) listener();
  }
}
