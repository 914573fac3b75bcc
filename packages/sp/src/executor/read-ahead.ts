/** Values that are made at the same time: the one that comes next, and the one after it. */
const TOGETHER = 2;

/**
 * Makes a value of each item, and gives them in the order of the items. While one is used, or waited for, the next one is
 * made. Each is the taker's to release; those that nobody takes are released here.
 */
export async function* readAhead<I, T extends { release(): void }>(
  items: Iterable<I>,
  make: (item: I, signal: AbortSignal) => Promise<T>,
  signal: AbortSignal,
): AsyncGenerator<T> {
  const stop = new AbortController();
  const until = AbortSignal.any([signal, stop.signal]);
  const source = items[Symbol.iterator]();
  const begun: Promise<T>[] = [];
  const begin = (): void => {
    while (begun.length < TOGETHER) {
      const next = source.next();
      if (next.done) return;
      const made = make(next.value, until);
      // whoever waits for it is told of its failure
      made.catch(() => {});
      begun.push(made);
    }
  };
  try {
    for (begin(); begun.length > 0; begin()) {
      const made = await begun[0]!;
      begun.shift();
      yield made;
    }
  } finally {
    stop.abort(new Error('nothing more is read'));
    for (const rest of await Promise.allSettled(begun)) if (rest.status === 'fulfilled') rest.value.release();
  }
}
