import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { type Job, jobBytes, runJob } from './jobs.ts';

export interface WorkerPoolOptions {
  /** Threads at most; they start when there is work. Default: the cores, at most 4. */
  size?: number;
  /** Jobs with fewer input bytes run on the caller's thread. Default 1 MiB, some 0.5 ms of work. */
  inlineBelow?: number;
  /** Jobs that may wait for a thread; more are refused. Default 256. */
  maxWaiting?: number;
  /** A thread without work for so long is stopped. Default 10 s. */
  idleMs?: number;
}

interface Waiting {
  job: Job;
  resolve(outputs: Uint8Array[]): void;
  reject(error: Error): void;
}

interface Slot {
  worker: Worker;
  /** Where the inputs of the running job are copied to, kept for the next one: fresh pages cost more than the copy. */
  memory: SharedArrayBuffer;
  current: Waiting | undefined;
  idle: NodeJS.Timeout | undefined;
}

/**
 * A few threads for work on bulk bytes, so that the event loop does not stand still. One pool can serve several coders
 * and hashers. Inputs that lie in shared memory are not copied; others are, once.
 */
export class WorkerPool {
  readonly #size: number;
  readonly #inlineBelow: number;
  readonly #maxWaiting: number;
  readonly #idleMs: number;
  readonly #slots = new Set<Slot>();
  readonly #waiting: Waiting[] = [];
  #closed = false;

  constructor(options: WorkerPoolOptions = {}) {
    this.#size = Math.max(1, options.size ?? Math.min(4, availableParallelism()));
    this.#inlineBelow = options.inlineBelow ?? 1 << 20;
    this.#maxWaiting = options.maxWaiting ?? 256;
    this.#idleMs = options.idleMs ?? 10_000;
  }

  /** Threads now running. */
  get threads(): number {
    return this.#slots.size;
  }

  async run(job: Job): Promise<Uint8Array[]> {
    if (this.#closed) throw new Error('the worker pool is closed');
    if (jobBytes(job) < this.#inlineBelow) return runJob(job);
    if (this.#waiting.length >= this.#maxWaiting) {
      throw new Error(`the worker pool is overloaded: ${this.#maxWaiting} jobs wait; try again later`);
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ job, resolve, reject });
      this.#dispatch();
    });
  }

  /** Stops the threads; what they were at, and what waits, is rejected. */
  async close(): Promise<void> {
    this.#closed = true;
    const closed = new Error('the worker pool was closed before the job was done');
    for (const waiting of this.#waiting.splice(0)) waiting.reject(closed);
    const slots = [...this.#slots];
    for (const slot of slots) this.#drop(slot, closed);
    await Promise.all(slots.map((slot) => slot.worker.terminate()));
  }

  #dispatch(): void {
    while (this.#waiting.length > 0) {
      const slot = [...this.#slots].find((candidate) => !candidate.current) ?? this.#start();
      if (!slot) return;
      const next = this.#waiting.shift()!;
      clearTimeout(slot.idle);
      slot.current = next;
      slot.worker.ref();
      slot.worker.postMessage(this.#share(slot, next.job));
    }
  }

  #start(): Slot | undefined {
    if (this.#slots.size >= this.#size) return undefined;
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { name: 'prairie-redundancy' });
    const slot: Slot = { worker, memory: new SharedArrayBuffer(0), current: undefined, idle: undefined };
    worker.on('message', (result: { outputs: Uint8Array[] } | { error: string }) => this.#settle(slot, result));
    worker.on('error', (error) => this.#drop(slot, error instanceof Error ? error : new Error(String(error))));
    worker.on('exit', (code) => this.#drop(slot, new Error(`a worker thread ended with code ${code}`)));
    this.#slots.add(slot);
    return slot;
  }

  #settle(slot: Slot, result: { outputs: Uint8Array[] } | { error: string }): void {
    const done = slot.current;
    slot.current = undefined;
    // An idle thread must not keep the process alive.
    slot.worker.unref();
    slot.idle = setTimeout(() => this.#retire(slot), this.#idleMs).unref();
    if ('error' in result) done?.reject(new Error(result.error));
    else done?.resolve(result.outputs);
    this.#dispatch();
  }

  #retire(slot: Slot): void {
    this.#slots.delete(slot);
    void slot.worker.terminate();
  }

  /** Forgets a thread that died; the next job starts another. */
  #drop(slot: Slot, error: Error): void {
    clearTimeout(slot.idle);
    this.#slots.delete(slot);
    slot.current?.reject(error);
    slot.current = undefined;
    if (!this.#closed) this.#dispatch();
  }

  /** The job with inputs that the thread can see. */
  #share(slot: Slot, job: Job): Job {
    if (job.inputs.every((input) => input.buffer instanceof SharedArrayBuffer)) return job;
    const bytes = jobBytes(job);
    if (slot.memory.byteLength < bytes) slot.memory = new SharedArrayBuffer(bytes);
    let offset = 0;
    const inputs = job.inputs.map((input) => {
      const copy = new Uint8Array(slot.memory, offset, input.length);
      copy.set(input);
      offset += input.length;
      return copy;
    });
    return { ...job, inputs };
  }
}
