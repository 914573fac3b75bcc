interface Offer<T> {
  value: T;
  taken: () => void;
}

/**
 * What work tells by a callback, as something to iterate: the callback's promise resolves when its value was taken and
 * the next one is asked for, so that nothing piles up. Work gets a signal that aborts with `signal`, or when nobody
 * iterates any more; the iteration ends when work has ended, and fails as it does.
 */
export async function* handedOver<T>(
  work: (give: (value: T) => Promise<void>, signal: AbortSignal) => Promise<unknown>,
  signal: AbortSignal,
): AsyncGenerator<T> {
  const ending = new AbortController();
  const offers: Offer<T>[] = [];
  let wake = Promise.withResolvers<void>();
  let end: { error?: unknown } | undefined;
  const give = (value: T) =>
    new Promise<void>((taken) => {
      if (ending.signal.aborted) return taken();
      offers.push({ value, taken });
      wake.resolve();
    });
  const working = work(give, AbortSignal.any([signal, ending.signal]))
    .then(
      () => ({}),
      (error: unknown) => ({ error }),
    )
    .then((ended) => {
      end = ended;
      wake.resolve();
    });
  try {
    for (;;) {
      // it stays in the list until it was taken: whoever leaves before that leaves nobody waiting
      const [offer] = offers;
      if (offer) {
        yield offer.value;
        offers.shift();
        offer.taken();
      } else if (end) {
        break;
      } else {
        await wake.promise;
        wake = Promise.withResolvers();
      }
    }
    if ('error' in end) throw end.error;
  } finally {
    ending.abort(new Error('nobody listens any more'));
    for (const { taken } of offers) taken();
    await working;
  }
}
