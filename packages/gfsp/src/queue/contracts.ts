/**
 * Task queues (`reference/tasks-and-manager.md` §3): four interfaces that say what a queue can be asked, and the one
 * that dispatch needs. An engine keeps them: in memory, or in PostgreSQL for several managers. Results may be promises,
 * so that both fit; `await` them.
 *
 * Each operation is one step: who asks at the same time gets another task. An engine that cannot be reached throws
 * (`queueDatabaseErrors`), and what was asked has not happened, or is safe to ask again.
 */
import type { Limit } from '../tasks/limit.ts';

export type Awaitable<T> = T | Promise<T>;

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
  /** What running it takes; nothing when absent. */
  estimate?: Limit;
}

/** `ready` to be handed out, `waiting` for a pause to pass, `running` with somebody. */
export type QueueState = 'ready' | 'waiting' | 'running';

/** A task as it stands in its queue. */
export interface QueueEntry<T> {
  readonly task: QueueTask<T>;
  readonly state: QueueState;
  /** Times it was handed out. */
  readonly attempts: number;
  /** When it came, unix milliseconds. */
  readonly pushedAt: number;
  /** Who has it, while it is running. */
  readonly owner: string;
}

/** First in, first out by priority. */
export interface TQueue<T> {
  readonly name: string;
  /** Tasks that it holds at most, in any state. */
  readonly capacity: number;
  /** Tasks in any state. */
  size(): Awaitable<number>;
  /** In any state; so `get`. */
  has(key: string): Awaitable<boolean>;
  get(key: string): Awaitable<QueueTask<T> | undefined>;
  /**
   * To be handed out after `delayMs`, at once without. The task is kept as it is: nobody changes it later.
   * @throws 970001 when the key is here, 970002 when the queue is full and nothing in it may be dropped
   */
  push(task: QueueTask<T>, delayMs?: number): Awaitable<void>;
  /** The next ready task, which stays. undefined when there is none; so for all of these. */
  top(): Awaitable<QueueTask<T> | undefined>;
  /** The next ready task, which leaves. */
  pop(): Awaitable<QueueTask<T> | undefined>;
  /** Takes a task out, in whatever state. */
  popByKey(key: string): Awaitable<QueueTask<T> | undefined>;
  /** Tasks whose key contains `subKey` (all without it), at most `limit` (default 1000). */
  scan(subKey?: string, limit?: number): Awaitable<QueueEntry<T>[]>;
}

/** Only what fits into the resources that are offered. */
export interface TQueueWithLimit<T> extends TQueue<T> {
  /** The next ready task whose estimate fits, which stays. */
  topByLimit(limit: Limit): Awaitable<QueueTask<T> | undefined>;
  /** The next ready task whose estimate fits, which leaves. */
  popByLimit(limit: Limit): Awaitable<QueueTask<T> | undefined>;
}

/** What a user may replace. A queue without one keeps its own. */
export interface QueueStrategies<T> {
  /**
   * Rank of a task that became ready at `readyAt` (unix ms): the smallest goes first. It does not change while the task
   * is ready. Default: `readyAt − priority × 100 ms`, so that the highest priority passes the lowest for 25 s, then no
   * longer, whatever keeps coming in.
   */
  pickUp?: (task: QueueTask<T>, readyAt: number) => number;
  /** Whether a ready task may be taken now. Default: always. */
  filter?: (entry: QueueEntry<T>) => boolean;
  /** Whether a task that stands in a full queue may be dropped for a new one. Default: never. */
  retire?: (entry: QueueEntry<T>) => boolean;
  /** Whether a task fits into what is offered. Default: every field of the offer is at least the estimate's. */
  limit?: (offer: Limit, task: QueueTask<T>) => boolean;
}

export interface TQueueOnStrategy<T> extends TQueue<T> {
  /**
   * Takes the place of all strategies given so far, those that are left out included. They are called within other
   * calls, often: they look at their arguments, and neither wait nor throw nor touch the queue. In a queue of several
   * processes each uses its own: set the same in all.
   */
  setStrategies(strategies: QueueStrategies<T>): void;
}

export interface TQueueOnStrategyWithLimit<T> extends TQueueWithLimit<T>, TQueueOnStrategy<T> {}

/** A task that was handed out. Whoever has it completes it, or says that it failed, before its time is over. */
export interface Lease<T> {
  task: QueueTask<T>;
  /** 1 the first time. */
  attempt: number;
}

/** What dispatch needs: a task that is handed out stays, running, until it is completed, failed or out of time. */
export interface LeaseQueue<T> extends TQueueOnStrategyWithLimit<T> {
  /** Rank of what {@link lease} would give; smaller goes first. */
  peekRank(offer?: Limit): Awaitable<number | undefined>;
  /** Hands the next ready task that fits to `owner`. Its time, `timeoutMs`, begins now. */
  lease(owner: string, offer?: Limit): Awaitable<Lease<T> | undefined>;
  /** Done, whatever state it was in. Its task, undefined when it is not here. */
  complete(key: string): Awaitable<QueueTask<T> | undefined>;
  /**
   * A handed-out task failed: it comes again after its back-off, or leaves when that was the last attempt. A report
   * about a task that is not running changes nothing.
   */
  fail(key: string): Awaitable<'again' | 'exhausted' | 'absent'>;
  /** All that `owner` has is ready again at once: the owner is gone. Number of tasks. */
  abandon(owner: string): Awaitable<number>;
  /**
   * Called when a task becomes ready, here or through another process; also once when several do. Listeners stay as
   * long as the queue, and do not throw.
   */
  onReady(listener: () => void): void;
  /** Called with a task that ran out of time at its last attempt; it has left the queue. */
  onGiveUp(listener: (task: QueueTask<T>) => void): void;
}

export interface QueueOptions {
  /** One queue per name. */
  name: string;
  /** A whole number from 1. */
  capacity: number;
  /** Pause after the first failure; doubles. Default 1 s. */
  baseMs?: number;
  /** Longest pause. Default 60 s. */
  maxMs?: number;
}

/** Where queues are kept. */
export interface QueueEngine {
  /**
   * The queue of that name: the same one when it is opened again. What another process put there is in it, if the
   * engine is shared. `T` has to be what was put there.
   * @throws when the options make no sense, or the engine is out of reach
   */
  open<T>(options: QueueOptions): Promise<LeaseQueue<T>>;
  /** Stops timers and connections. What a shared engine holds stays. */
  close(): Promise<void>;
}
