import type { Entry } from './entry.ts';
import { Heap } from './heap.ts';

/** The longest that Node's timers can be set to. */
const MAX_TIMER_MS = 0x7fff_ffff;

/**
 * Tasks whose moment (`at`) comes, and the one timer that waits for the first. The timer never keeps a process alive.
 * It is not set back when its task leaves: then it rings once for nothing, which is cheaper than to set it each time.
 */
export class Alarms<T> {
  readonly #heap = new Heap<Entry<T>>((a, b) => a.at < b.at);
  readonly #due: (entry: Entry<T>) => void;
  #timer: NodeJS.Timeout | undefined;
  #timerAt = Number.POSITIVE_INFINITY;

  /** `due` is called with a task that has been taken out, not before its moment. */
  constructor(due: (entry: Entry<T>) => void) {
    this.#due = due;
  }

  add(entry: Entry<T>): void {
    this.#heap.push(entry);
    if (entry.at < this.#timerAt) this.#set(entry.at);
  }

  remove(entry: Entry<T>): void {
    this.#heap.remove(entry);
  }

  clear(): void {
    this.#heap.clear();
    this.#stop();
  }

  #set(at: number): void {
    this.#stop();
    this.#timerAt = at;
    const delay = Math.min(Math.max(at - Date.now(), 0), MAX_TIMER_MS);
    this.#timer = setTimeout(() => this.#ring(), delay).unref();
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#timerAt = Number.POSITIVE_INFINITY;
  }

  #ring(): void {
    this.#stop();
    const now = Date.now();
    for (let first = this.#heap.peek(); first && first.at <= now; first = this.#heap.peek()) {
      this.#heap.remove(first);
      this.#due(first);
    }
    const next = this.#heap.peek();
    if (next && next.at < this.#timerAt) this.#set(next.at);
  }
}
