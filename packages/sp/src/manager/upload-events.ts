/** Steps of uploads, written down for operators (`reference/block-syncer-and-db.md` §13.1, features 23.11). */
import type { greenfieldStorage as storage } from '@prairie/chain';
import { type Logger, type SpDb, type Task, taskError, toTaskError, type UploadEvent } from '@prairie/gfsp';
import { pause } from '../common/pause.ts';

export type UploadStep = 'upload' | 'replicate' | 'seal';

/** A task of one of these steps. */
export interface StepTask {
  object_info: storage.ObjectInfo;
  task: Task | undefined;
  /** Of a replication: its executor has sealed the object as well. */
  sealed?: boolean;
}

export interface UploadEventsDependencies {
  spdb: Pick<SpDb, 'addUploadEvents'>;
  logger: Logger;
}

/** Age of a task, in seconds, from which on its step is noted as slow. */
const SLOW: Readonly<Record<UploadStep, number>> = { upload: 2, replicate: 10, seal: 10 };
/** Events that wait to be written; more are left out, and counted. */
const MAX_WAITING = 4096;
/** Written in one transaction. */
const BATCH = 200;
/** An event waits for others to be written with. */
const GATHER_MS = 200;

/** Writes in the background: nothing waits for it, and nothing fails with it. */
export class UploadEvents {
  readonly #dependencies: UploadEventsDependencies;
  readonly #stopping = new AbortController();
  #waiting: UploadEvent[] = [];
  #leftOut = 0;
  #writing: Promise<void> | undefined;

  constructor(dependencies: UploadEventsDependencies) {
    this.#dependencies = dependencies;
  }

  /** A step has ended: by the task's own error, or by `error`. */
  note(step: UploadStep, task: StepTask, error: unknown = taskError({ task: task.task })): void {
    const events = eventsOf(step, task, error);
    if (this.#waiting.length + events.length > MAX_WAITING) {
      this.#leftOut += events.length;
      return;
    }
    this.#waiting.push(...events);
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined;
    });
  }

  /** Resolves when what was noted is written. What is noted later is written at once. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#writing;
  }

  async #write(): Promise<void> {
    const { spdb, logger } = this.#dependencies;
    await pause(GATHER_MS, this.#stopping.signal).catch(() => {});
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, BATCH);
      await spdb.addUploadEvents(batch).catch((error: unknown) => {
        this.#leftOut += batch.length;
        logger.debug('events of uploads were not written', { error });
      });
    }
    if (this.#leftOut > 0) logger.warn('events of uploads were left out of their tables', { events: this.#leftOut });
    this.#leftOut = 0;
  }
}

function eventsOf(step: UploadStep, { object_info, task, sealed = false }: StepTask, error: unknown): UploadEvent[] {
  const now = Date.now();
  const common = {
    update_time: new Date(now).toISOString().replace('T', ' ').replace('Z', ' +0000 UTC'),
    object_id: object_info.id,
    bucket: object_info.bucket_name,
    object: object_info.object_name,
    state: '',
    error: error === undefined ? '' : JSON.stringify(toTaskError(error)),
    logs: task?.logs ?? '',
  };
  const { state, done } = sealed ? WORDS.sealed : WORDS[step];
  const ended: UploadEvent = { ...common, log: 'put_object_event_log', state };
  if (error !== undefined) return [ended, { ...common, log: `${step}_failed_event_log` }];
  const age = task ? now / 1000 - Number(task.create_time) : 0;
  if (age > SLOW[step]) return [ended, { ...common, log: `${step}_timeout_event_log` }];
  return done ? [ended, { ...common, log: 'put_object_success_event_log', state: done }] : [ended];
}

/** As the reference spells them: of every step, and of one that ends an upload. */
const WORDS: Readonly<Record<UploadStep | 'sealed', { state: string; done?: string }>> = {
  upload: { state: 'Upload' },
  replicate: { state: 'replicate' },
  sealed: { state: 'Replicate + Seal', done: 'replicate+seal' },
  seal: { state: 'Seal', done: 'seal' },
};
