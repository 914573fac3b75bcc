import {
  type Delivery,
  type Logger,
  type Modules,
  type ResumableUploadObjectTask,
  retry,
  sleep,
  toTaskError,
  uploadKey,
} from '@prairie/gfsp';
import type { AnyUploadTask } from './records.ts';

const REPORT_AGAIN = { attempts: 8, baseMs: 500, maxMs: 10_000 };
/** What a stop gives a report. */
const LAST_REPORT_MS = 1000;
/** Reports under way to a manager that does not answer; more are left to its own looking. */
const MAX_LATE = 1024;

export interface ReportsDependencies {
  client: Modules;
  logger: Logger;
  /** The uploader is stopping. */
  signal: AbortSignal;
}

/** Tells the manager how uploads end. That it could not be told does not undo an upload: the row is there. */
export class Reports {
  readonly #dependencies: ReportsDependencies;
  /** Reports that did not reach the manager yet, by their objects. */
  readonly #late = new Map<string, { drop(): void; settled: Promise<void> }>();

  constructor(dependencies: ReportsDependencies) {
    this.#dependencies = dependencies;
  }

  /** Where the pieces may go at once, if that is known. What is left to say of an earlier attempt would end this one. */
  async begin(task: AnyUploadTask): Promise<Delivery | undefined> {
    const { manager } = this.#dependencies.client;
    const late = this.#late.get(uploadKey(task.object_info));
    late?.drop();
    await late?.settled;
    return isPart(task) ? manager.beginResumableUpload(task) : manager.beginUpload(task);
  }

  async done(task: AnyUploadTask, error?: unknown): Promise<void> {
    const { signal } = this.#dependencies;
    const ended = { ...task, task: { ...task.task, err: error === undefined ? undefined : toTaskError(error) } };
    try {
      const told = this.#tell(ended);
      // a manager that stops too is not waited for: it finds the row
      await (signal.aborted ? Promise.race([told, sleep(LAST_REPORT_MS)]) : told);
    } catch (failure) {
      this.#later(ended, failure);
    }
  }

  async settled(): Promise<void> {
    await Promise.all([...this.#late.values()].map(({ settled }) => settled));
  }

  #tell(task: AnyUploadTask): Promise<void> {
    const { manager } = this.#dependencies.client;
    return isPart(task) ? manager.doneResumableUpload(task) : manager.doneUpload(task);
  }

  /** The client is not kept waiting for a manager that is away; the manager finds the row itself if this fails too. */
  #later(task: AnyUploadTask, failure: unknown): void {
    const { logger, signal } = this.#dependencies;
    const { id } = task.object_info;
    logger.warn('an upload was not reported yet', { object_id: id, error: failure });
    if (this.#late.size >= MAX_LATE) return;
    const key = uploadKey(task.object_info);
    const dropped = new AbortController();
    const again = { ...REPORT_AGAIN, signal: AbortSignal.any([signal, dropped.signal]) };
    const settled = retry(again, () => this.#tell(task))
      .catch((error: unknown) => {
        if (!dropped.signal.aborted) logger.error('an upload was not reported', { object_id: id, error });
      })
      .finally(() => this.#late.delete(key));
    this.#late.set(key, { drop: () => dropped.abort(), settled });
  }
}

function isPart(task: AnyUploadTask): task is ResumableUploadObjectTask {
  return 'offset' in task;
}
