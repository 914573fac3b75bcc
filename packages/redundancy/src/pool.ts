import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { WORKER_SOURCE } from './generated/worker-source.ts';
import { type Job, type JobKind, type JobResults, jobBytes, runJob } from './jobs.ts';
import { partsOf } from './output.ts';

export interface WorkerPoolOptions {
  /** Threads at most; they start when there is work. Default: the cores. */
  size?: number;
  /** Jobs with fewer input bytes run on the caller's thread. Default 1 MiB, some 1 ms of work. */
  inlineBelow?: number;
  /** A thread without work for so long is stopped. Default 10 s. */
  idleMs?: number;
}

interface Waiting {
  job: Job;
  resolve(result: unknown): void;
  reject(error: unknown): void;
  /** Stops listening to the caller's signal. */
  quiet(): void;
}

interface Slot {
  worker: Worker;
  /** For bytes of the running job that are not shared, kept for the next one: fresh pages cost more than the copy. */
  memory: SharedArrayBuffer;
  current: { waiting: Waiting; takeBack(): void } | undefined;
  idle: NodeJS.Timeout | undefined;
}

type Answer = { result: unknown } | { error: string };

/**
 * A thread takes some 10 MB with these, nearly all of it Node's own. Few young objects let go of shared memory soon; a
 * small limit of old ones makes the engine collect for each large result.
 */
const THREAD_LIMITS = { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 256 };

/**
 * A few threads for work on bulk bytes, so that the event loop does not stand still. One pool can serve several coders
 * and hashers; jobs run in the order they came. Bytes in shared memory are not copied; others are, once. As many wait as
 * there are callers with bytes in memory: what bounds that memory bounds the line, and nobody is refused.
 */
export class WorkerPool {
  readonly #size: number;
  readonly #inlineBelow: number;
  readonly #idleMs: number;
  readonly #slots = new Set<Slot>();
  readonly #waiting = new Set<Waiting>();
  #closed = false;

  constructor(options: WorkerPoolOptions = {}) {
    this.#size = Math.max(1, options.size ?? availableParallelism());
    this.#inlineBelow = options.inlineBelow ?? 1 << 20;
    this.#idleMs = options.idleMs ?? 10_000;
  }

  /** Threads now running. */
  get threads(): number {
    return this.#slots.size;
  }

  /**
   * Runs a job, here at once when it is small. The bytes of the job must not be changed or used otherwise before it
   * has settled. `signal` gives up a job that waits; one that runs comes to its end.
   */
  async run<K extends JobKind>(job: Job<K> & Job, signal?: AbortSignal): Promise<JobResults[K]> {
    if (this.#closed) throw new Error('the worker pool is closed');
    signal?.throwIfAborted();
    if (jobBytes(job) < this.#inlineBelow) return runJob<K>(job);
    return new Promise((resolve, reject) => {
      const giveUp = (): void => {
        if (this.#waiting.delete(waiting)) reject(signal?.reason);
      };
      const quiet = (): void => signal?.removeEventListener('abort', giveUp);
      const waiting: Waiting = { job, resolve: resolve as (result: unknown) => void, reject, quiet };
      signal?.addEventListener('abort', giveUp, { once: true });
      this.#waiting.add(waiting);
      this.#dispatch();
    });
  }

  /** Stops the threads; what they were at, and what waits, is rejected once nothing writes any more. */
  async close(): Promise<void> {
    this.#closed = true;
    const slots = [...this.#slots];
    const jobs = [...this.#waiting, ...slots.flatMap(({ current }) => (current ? [current.waiting] : []))];
    this.#waiting.clear();
    this.#slots.clear();
    for (const slot of slots) {
      slot.current = undefined;
      clearTimeout(slot.idle);
    }
    await Promise.all(slots.map((slot) => slot.worker.terminate()));
    for (const job of jobs) {
      job.quiet();
      job.reject(new Error('the worker pool was closed before the job was done'));
    }
  }

  #dispatch(): void {
    for (const waiting of this.#waiting) {
      try {
        const slot = [...this.#slots].find((candidate) => !candidate.current) ?? this.#start();
        if (!slot) return;
        this.#give(waiting, slot);
      } catch (error) {
        // whoever is told that a job failed uses its memory for others: it must not run later
        this.#waiting.delete(waiting);
        waiting.quiet();
        waiting.reject(error);
      }
    }
  }

  #give(waiting: Waiting, slot: Slot): void {
    const { job, takeBack } = shareJob(slot, waiting.job);
    slot.worker.postMessage(job);
    slot.current = { waiting, takeBack };
    slot.worker.ref();
    clearTimeout(slot.idle);
    this.#waiting.delete(waiting);
    waiting.quiet();
  }

  /** undefined when there are as many as there may be. @throws when there are none, and none can be started */
  #start(): Slot | undefined {
    if (this.#slots.size >= this.#size) return undefined;
    try {
      return this.#startThread();
    } catch (error) {
      // at a limit of the system those that run do the work
      if (this.#slots.size > 0) return undefined;
      throw error;
    }
  }

  #startThread(): Slot {
    const worker = new Worker(WORKER_SOURCE, { eval: true, name: 'prairie-redundancy', resourceLimits: THREAD_LIMITS });
    const slot: Slot = { worker, memory: new SharedArrayBuffer(0), current: undefined, idle: undefined };
    worker.on('message', (answer: Answer) => this.#settle(slot, answer));
    worker.on('error', (error) => this.#drop(slot, error instanceof Error ? error : new Error(String(error))));
    worker.on('exit', (code) => this.#drop(slot, new Error(`a worker thread ended with code ${code}`)));
    this.#slots.add(slot);
    this.#rest(slot);
    return slot;
  }

  #settle(slot: Slot, answer: Answer): void {
    const { current } = slot;
    this.#rest(slot);
    if (!current) return;
    if ('error' in answer) {
      current.waiting.reject(new Error(answer.error));
    } else {
      current.takeBack();
      current.waiting.resolve(answer.result);
    }
    this.#dispatch();
  }

  /** An idle thread does not keep the process alive, and ends when nothing comes. */
  #rest(slot: Slot): void {
    slot.current = undefined;
    slot.worker.unref();
    slot.idle = setTimeout(() => this.#retire(slot), this.#idleMs).unref();
  }

  #retire(slot: Slot): void {
    this.#slots.delete(slot);
    void slot.worker.terminate();
  }

  /** Forgets a thread that died; the next job starts another. */
  #drop(slot: Slot, error: Error): void {
    clearTimeout(slot.idle);
    this.#slots.delete(slot);
    slot.current?.waiting.reject(error);
    slot.current = undefined;
    if (!this.#closed) this.#dispatch();
  }
}

const isShared = (bytes: Uint8Array): boolean => bytes.buffer instanceof SharedArrayBuffer;

/** The job with bytes that the thread can see, and how what it writes comes back. */
function shareJob(slot: Slot, job: Job): { job: Job; takeBack: () => void } {
  const into = 'into' in job ? job.into : undefined;
  const own = [...job.inputs, ...(into ? [into] : [])].filter((bytes) => !isShared(bytes));
  if (own.length === 0) return { job, takeBack: () => {} };
  const total = own.reduce((sum, bytes) => sum + bytes.length, 0);
  if (slot.memory.byteLength < total) slot.memory = new SharedArrayBuffer(total);
  let offset = 0;
  const place = (bytes: Uint8Array): Uint8Array => {
    if (isShared(bytes)) return bytes;
    offset += bytes.length;
    return new Uint8Array(slot.memory, offset - bytes.length, bytes.length);
  };
  const inputs = job.inputs.map((input) => {
    const copy = place(input);
    if (copy !== input) copy.set(input);
    return copy;
  });
  if (!('into' in job) || !into) return { job: { ...job, inputs } as Job, takeBack: () => {} };
  const written = place(into);
  const takeBack = (): void => {
    if (written === into) return;
    const parts = partsOf(written, job.places);
    for (const [at, part] of partsOf(into, job.places).entries()) part.set(parts[at]!);
  };
  return { job: { ...job, inputs, into: written } as Job, takeBack };
}
