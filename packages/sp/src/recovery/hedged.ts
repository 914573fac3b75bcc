import { pause } from '../common/pause.ts';

/** A way to a result: undefined when it leads to none. */
export type Way<T> = (signal: AbortSignal) => Promise<T | undefined>;

/**
 * The result of whichever way has one first. The second is taken once the first has led to nothing, or is not through
 * after `hedgeMs`; what still goes on after a result is ended. undefined when neither has one. @throws what a way throws
 */
export async function hedged<T>(
  first: Way<T>,
  second: Way<T>,
  { hedgeMs, signal }: { hedgeMs: number; signal: AbortSignal },
): Promise<T | undefined> {
  const end = new AbortController();
  const ended = AbortSignal.any([signal, end.signal]);
  try {
    const one = first(ended);
    const early = await Promise.race([one, pause(hedgeMs, ended).then(() => undefined)]);
    return early ?? (await firstOf([one, second(ended)]));
  } finally {
    end.abort(new Error('there is a result'));
  }
}

function firstOf<T>(results: readonly Promise<T | undefined>[]): Promise<T | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<T | undefined>();
  let left = results.length;
  const settle = (result: T | undefined): void => {
    left -= 1;
    if (result !== undefined || left === 0) resolve(result);
  };
  for (const result of results) result.then(settle, reject);
  return promise;
}
