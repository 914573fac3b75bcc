/** Times at which staking lets go. */
import { type googleProtobuf, timestampText } from '@prairie/chain';

type Timestamp = googleProtobuf.Timestamp;
type Duration = googleProtobuf.Duration;

const BILLION = 1_000_000_000;

export const EPOCH: Timestamp = { seconds: 0n, nanos: 0 };

export function later(time: Timestamp, { seconds, nanos }: Duration): Timestamp {
  const sum = time.nanos + nanos;
  return { seconds: time.seconds + seconds + BigInt(Math.floor(sum / BILLION)), nanos: sum % BILLION };
}

/** As events print it: whole seconds. */
export const secondsText = ({ seconds }: Timestamp): string => timestampText({ seconds, nanos: 0 });
