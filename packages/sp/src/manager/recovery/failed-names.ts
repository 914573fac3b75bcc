/** Names of objects with a piece that could not be recovered, for operators (`reference/tasks-and-manager.md` §5). */
import { GfSpError, type LeaseQueue, type QueueEngine, queueErrors } from '@prairie/gfsp';

/** The first so many are kept, until somebody resets them. */
const MAX_FAILED = 1000;

/** Kept where the tasks are, so that all managers of a provider have the same. */
export class FailedNames {
  readonly #names: LeaseQueue<null>;

  private constructor(names: LeaseQueue<null>) {
    this.#names = names;
  }

  static async open({ engine }: { engine: QueueEngine }): Promise<FailedNames> {
    return new FailedNames(await engine.open<null>({ name: 'manager-recovery-failed', capacity: MAX_FAILED }));
  }

  /** `bucket/object` */
  async add(name: string): Promise<void> {
    try {
      await this.#names.push({ key: name, priority: 0, value: null, timeoutMs: 1, maxAttempts: 1 });
    } catch (error) {
      const refused = GfSpError.from(error);
      if (!refused.is(queueErrors.repeated) && !refused.is(queueErrors.exceeded)) throw error;
    }
  }

  async all(): Promise<string[]> {
    return (await this.#names.scan('', MAX_FAILED)).map(({ task }) => task.key);
  }

  /** Forgets them, and tells which they were. */
  async reset(): Promise<string[]> {
    const names = await this.all();
    for (const name of names) await this.#names.popByKey(name);
    return names;
  }
}
