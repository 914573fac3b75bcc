/**
 * Work on all of them, so many at a time, and what came of each in their order. After a failure nothing more is begun.
 * @throws the first failure, once all that was begun has ended
 */
export async function together<T, R>(
  items: Iterable<T> | AsyncIterable<T>,
  atOnce: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const running = new Set<Promise<void>>();
  const results: R[] = [];
  let begun = 0;
  let failure: { error: unknown } | undefined;
  for await (const item of items) {
    if (failure) break;
    const at = begun++;
    const one: Promise<void> = work(item)
      .then((result) => {
        results[at] = result;
      })
      .catch((error: unknown) => {
        failure ??= { error };
      })
      .finally(() => running.delete(one));
    running.add(one);
    if (running.size >= atOnce) await Promise.race(running);
  }
  await Promise.all(running);
  if (failure) throw failure.error;
  return results;
}
