/** Work that has to end in a time: its signal aborts then with what `late` gives, and otherwise with the caller's. */
export async function within<T>(
  { ms, late, signal }: { ms: number; late: () => Error; signal: AbortSignal },
  work: (ended: AbortSignal) => Promise<T>,
): Promise<T> {
  const overdue = new AbortController();
  const timer = setTimeout(() => overdue.abort(late()), ms).unref();
  try {
    return await work(AbortSignal.any([signal, overdue.signal]));
  } finally {
    clearTimeout(timer);
  }
}
