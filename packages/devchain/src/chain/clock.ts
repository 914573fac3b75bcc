/** Wall-clock time as block times: nanoseconds exist on the wire, the clock gives milliseconds. */
export interface BlockTime {
  seconds: bigint;
  nanos: number;
}

const fromMillis = (millis: number): BlockTime => ({
  seconds: BigInt(Math.floor(millis / 1000)),
  nanos: (millis % 1000) * 1_000_000,
});

/** Now, or just after `last` if the clock has not moved on: block times always grow. */
export function timeAfter(last: BlockTime | undefined, millis: number = Date.now()): BlockTime {
  const now = fromMillis(millis);
  if (!last || now.seconds > last.seconds || (now.seconds === last.seconds && now.nanos > last.nanos)) return now;
  const nanos = last.nanos + 1_000_000;
  return nanos < 1e9 ? { seconds: last.seconds, nanos } : { seconds: last.seconds + 1n, nanos: nanos - 1e9 };
}
