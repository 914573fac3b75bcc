/** Values that wait for the reader, of all sources together. */
const BUFFERED = 1024;

/**
 * What all `sources` give, in no particular order, read `parallel` at a time: for lists that come in pages from afar.
 * Ends with the first failure. Whoever stops early ends those that run.
 */
export async function* merged<T>(sources: Iterable<AsyncGenerator<T>>, parallel: number): AsyncGenerator<T> {
  const left = [...sources].values();
  let values: T[] = [];
  let isStopped = false;
  /** Resolved when there is something new: a value, an end. */
  let news = Promise.withResolvers<void>();
  /** Resolved when there is room again. */
  let room = Promise.withResolvers<void>();
  const reader = async () => {
    for (const source of left) {
      for await (const value of source) {
        values.push(value);
        news.resolve();
        while (values.length >= BUFFERED && !isStopped) await room.promise;
        if (isStopped) return;
      }
    }
  };
  let isRead = false;
  const readers = Promise.all(Array.from({ length: parallel }, reader)).finally(() => {
    isRead = true;
    news.resolve();
  });
  readers.catch(() => undefined); // told below
  try {
    while (!isRead || values.length > 0) {
      await news.promise;
      news = Promise.withResolvers();
      if (isRead) news.resolve();
      const batch = values;
      values = [];
      room.resolve();
      room = Promise.withResolvers();
      yield* batch;
    }
    await readers;
  } finally {
    isStopped = true;
    room.resolve();
    await readers.catch(() => undefined);
  }
}
