import type { QueueEntry, QueueState, QueueTask } from './contracts.ts';
import type { HeapItem } from './heap.ts';
import type { Shape } from './ready-tasks.ts';

/** A task in memory: in the heap of a shape while it is ready, else in the heap of those whose moment comes. */
export interface Entry<T> extends QueueEntry<T>, HeapItem {
  state: QueueState;
  attempts: number;
  owner: string;
  /** While it is ready: smaller goes first. Constant, because all ready tasks age alike. */
  rank: number;
  /** Order in which tasks became ready, for equal ranks. */
  sequence: number;
  shape: Shape<T> | undefined;
  /** When it became ready, or when its pause or its time is over; unix milliseconds. */
  at: number;
}

export function newEntry<T>(task: QueueTask<T>, pushedAt: number): Entry<T> {
  return {
    task,
    pushedAt,
    state: 'waiting',
    attempts: 0,
    owner: '',
    rank: 0,
    sequence: 0,
    shape: undefined,
    at: pushedAt,
    heapAt: -1,
  };
}

/** What others see of it, as it was at the moment of the call. */
export function shownEntry<T>({ task, state, attempts, pushedAt, owner }: Entry<T>): QueueEntry<T> {
  return { task, state, attempts, pushedAt, owner };
}
