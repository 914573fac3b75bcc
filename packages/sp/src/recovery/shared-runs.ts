interface Run<T> {
  result: Promise<T>;
  end: AbortController;
  waiting: number;
}

/** Work that several may ask for at the same time and that is done once; it ends when nobody waits for it any more. */
export class SharedRuns<T> {
  readonly #max: number;
  readonly #busy: () => Error;
  readonly #runs = new Map<string, Run<T>>();

  constructor(max: number, busy: () => Error) {
    this.#max = max;
    this.#busy = busy;
  }

  /** @throws `busy` when too many are under way; what `work` throws; the signal's reason, and others go on waiting */
  async run(key: string, work: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    const run = this.#runs.get(key) ?? this.#start(key, work);
    run.waiting += 1;
    try {
      return await unlessAborted(run.result, signal);
    } finally {
      run.waiting -= 1;
      if (run.waiting === 0) {
        this.#forget(key, run);
        run.end.abort(new Error('nobody waits for it any more'));
      }
    }
  }

  #start(key: string, work: (signal: AbortSignal) => Promise<T>): Run<T> {
    if (this.#runs.size >= this.#max) throw this.#busy();
    const end = new AbortController();
    const run: Run<T> = { result: work(end.signal), end, waiting: 0 };
    this.#runs.set(key, run);
    run.result.catch(() => {}).finally(() => this.#forget(key, run));
    return run;
  }

  #forget(key: string, run: Run<T>): void {
    if (this.#runs.get(key) === run) this.#runs.delete(key);
  }
}

async function unlessAborted<T>(result: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return result;
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => aborted.reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([result, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
