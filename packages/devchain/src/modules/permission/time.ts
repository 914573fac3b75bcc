/** Expiration times: protobuf timestamps compared with the block time to the nanosecond. */
import type { googleProtobuf } from '@prairie/chain';

export type Timestamp = googleProtobuf.Timestamp;

/** Negative, zero or positive as `a` is before, at or after `b`. */
export function compareTimes(a: Timestamp, b: Timestamp): number {
  if (a.seconds !== b.seconds) return a.seconds < b.seconds ? -1 : 1;
  return a.nanos - b.nanos;
}

/** Expired policies and statements: those that end before the block time. */
export const isBefore = (time: Timestamp | undefined, now: Timestamp): boolean =>
  time !== undefined && compareTimes(time, now) < 0;

/** Text whose order is the order of times at or after 1970. */
export const timeKey = (time: Timestamp): string =>
  time.seconds.toString(16).padStart(16, '0') + time.nanos.toString(16).padStart(8, '0');
