/** The newest value each time it is asked; what came in between is skipped. The source is read as fast as it gives. */
export async function* latest<T>(source: AsyncIterable<T>): AsyncGenerator<T> {
  let held: { value: T } | undefined;
  let isOver = false;
  let wake = () => {};
  const iterator = source[Symbol.asyncIterator]();
  const read = async (): Promise<void> => {
    try {
      for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
        held = { value: next.value };
        wake();
      }
    } finally {
      isOver = true;
      wake();
    }
  };
  const reading = read();
  reading.catch(() => {});
  try {
    while (held || !isOver) {
      if (!held) await new Promise<void>((resolve) => (wake = resolve));
      if (!held) continue;
      const { value } = held;
      held = undefined;
      yield value;
    }
    await reading;
  } finally {
    await iterator.return?.();
  }
}
