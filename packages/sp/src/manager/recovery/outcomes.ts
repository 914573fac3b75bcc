/** What came of pieces: a report comes to one of a provider's managers, and another one may wait for it. */
import {
  GfSpError,
  type LeaseQueue,
  type Logger,
  type QueueEngine,
  queueErrors,
  type TaskError,
  toTaskError,
} from '@prairie/gfsp';

/** What was there of a piece before, or why it could not be made. */
export interface RecoverOutcome {
  found: string;
  error?: GfSpError;
}

/** As it is kept for another manager. */
interface Kept {
  found: string;
  error?: TaskError;
}

/** More than all managers wait for at a time. */
const MAX_KEPT = 512;
/** Whoever waits takes it at once: what is older belongs to nobody. */
const STALE_MS = 60_000;

/** Kept where the tasks are, for the manager that waits; in one manager nothing is kept that somebody waits for. */
export class Outcomes {
  readonly #kept: LeaseQueue<Kept>;
  readonly #logger: Logger;
  readonly #waiting = new Map<string, Set<(outcome: RecoverOutcome) => void>>();
  /** Something was kept since the last look began. */
  #isNews = false;
  #isLooking = false;

  private constructor(kept: LeaseQueue<Kept>, logger: Logger) {
    this.#kept = kept;
    this.#logger = logger;
    kept.setStrategies({ retire: ({ pushedAt }) => Date.now() - pushedAt > STALE_MS });
    kept.onReady(() => void this.#look());
  }

  static async open({ engine, logger }: { engine: QueueEngine; logger: Logger }): Promise<Outcomes> {
    return new Outcomes(await engine.open<Kept>({ name: 'manager-recovery-outcome', capacity: MAX_KEPT }), logger);
  }

  /** What comes of the piece from now on, until `end`. */
  async expect(key: string): Promise<{ outcome: Promise<RecoverOutcome>; end: () => void }> {
    // of an earlier task, whose end nobody waited for
    await this.#kept.popByKey(key);
    const { promise: outcome, resolve } = Promise.withResolvers<RecoverOutcome>();
    const waiting = this.#waiting.get(key) ?? new Set();
    this.#waiting.set(key, waiting.add(resolve));
    const end = () => {
      waiting.delete(resolve);
      if (waiting.size === 0 && this.#waiting.get(key) === waiting) this.#waiting.delete(key);
    };
    return { outcome, end };
  }

  /** To whoever waits for it, here or in another manager. */
  async tell(key: string, outcome: RecoverOutcome): Promise<void> {
    if (this.#tellHere(key, outcome)) return;
    const { found, error } = outcome;
    const value = error ? { found, error: toTaskError(error) } : { found };
    try {
      await this.#kept.popByKey(key);
      await this.#kept.push({ key, priority: 0, value, timeoutMs: 1, maxAttempts: 1 });
    } catch (reason) {
      // whoever waits misses the task in its queue
      if (GfSpError.from(reason).is(queueErrors.exceeded)) return;
      this.#logger.warn('what came of a piece was not passed on to another manager', { key, error: reason });
    }
  }

  #tellHere(key: string, outcome: RecoverOutcome): boolean {
    const waiting = this.#waiting.get(key);
    this.#waiting.delete(key);
    for (const tell of waiting ?? []) tell(outcome);
    return waiting !== undefined;
  }

  async #look(): Promise<void> {
    this.#isNews = true;
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      while (this.#isNews && this.#waiting.size > 0) {
        this.#isNews = false;
        await this.#takeOurs();
      }
    } catch (error) {
      this.#logger.warn('what came of pieces could not be read', { error });
    } finally {
      this.#isLooking = false;
    }
  }

  async #takeOurs(): Promise<void> {
    for (const { task } of await this.#kept.scan()) {
      if (!this.#waiting.has(task.key)) continue;
      const { found, error } = (await this.#kept.popByKey(task.key))?.value ?? {};
      if (found !== undefined) this.#tellHere(task.key, error ? { found, error: new GfSpError(error) } : { found });
    }
  }
}
