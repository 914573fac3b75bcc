import type { Entry } from './entry.ts';

/** Who has which running tasks. An owner is forgotten with its last task. */
export class Owners<T> {
  readonly #tasks = new Map<string, Set<Entry<T>>>();

  add(entry: Entry<T>): void {
    const tasks = this.#tasks.get(entry.owner);
    if (tasks) tasks.add(entry);
    else this.#tasks.set(entry.owner, new Set([entry]));
  }

  remove(entry: Entry<T>): void {
    const tasks = this.#tasks.get(entry.owner);
    if (tasks?.delete(entry) && tasks.size === 0) this.#tasks.delete(entry.owner);
  }

  of(owner: string): Entry<T>[] {
    return [...(this.#tasks.get(owner) ?? [])];
  }
}
