/** Learns when a call has ended, whatever it gives: a value, a promise, a stream, or a promise of a stream. */

export type Settled = (error?: unknown, value?: unknown) => void;

/**
 * Gives back what `next` gives, and calls `settled` once: with the value, or with what was thrown. A stream has ended
 * when it was read to its end or left; its value is undefined.
 */
export function whenSettled<R>(next: () => R, settled: Settled): R {
  let result: R;
  try {
    result = next();
  } catch (error) {
    settled(error ?? new Error('nothing was thrown'));
    throw error;
  }
  if (isPromise(result)) return result.then(...handlers(settled)) as R;
  if (isStream(result)) return watchedStream(result, settled) as R;
  settled(undefined, result);
  return result;
}

function handlers(settled: Settled): [(value: unknown) => unknown, (error: unknown) => never] {
  return [
    (value) => {
      if (isStream(value)) return watchedStream(value, settled);
      settled(undefined, value);
      return value;
    },
    (error) => {
      settled(error ?? new Error('nothing was thrown'));
      throw error;
    },
  ];
}

/** Not a generator: one that is left before its first value would not pass that on, and the source would stay open. */
function watchedStream<T>(stream: AsyncIterable<T>, settled: Settled): AsyncIterableIterator<T> {
  let inner: AsyncIterator<T> | undefined;
  let open = true;
  const end = (error?: unknown): void => {
    if (open) settled(error);
    open = false;
  };
  const source = (): AsyncIterator<T> => {
    inner ??= stream[Symbol.asyncIterator]();
    return inner;
  };
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      try {
        const step = await source().next();
        if (step.done) end();
        return step;
      } catch (error) {
        end(error ?? new Error('nothing was thrown'));
        throw error;
      }
    },
    async return(value) {
      end();
      return (await source().return?.(value)) ?? { done: true, value };
    },
  };
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as Promise<unknown>).then === 'function';
}

function isStream(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}
