/** When a recorded exchange took place, as the height that the chain had then. */
import { txHash } from '@prairie/chain';
import type { RecordedExchange } from './exchanges.ts';

export interface RecordedHeights {
  /** Of the block that has a transaction, by upper-case hash. */
  ofTx(hash: string): number | undefined;
  /** Of the last block before a time in unix seconds. */
  at(seconds: number): number;
  /** Of the exchanges that carry neither. */
  last: number;
}

// biome-ignore lint/suspicious/noExplicitAny: answers of several methods
const HEIGHTS: readonly ((result: any) => unknown)[] = [
  (result) => result.sync_info?.latest_block_height,
  (result) => result.response?.last_block_height,
];

/** A replay asks at this height to get the recorded answer. */
export function replayHeight(
  { request, response, response_headers }: RecordedExchange,
  heights: RecordedHeights,
): number {
  const { result } = (response ?? {}) as { result?: object };
  const own = result && HEIGHTS.map((read) => read(result)).find((height) => height !== undefined);
  if (own !== undefined) return Number(own);
  const tx = request?.params.tx;
  const inBlock = typeof tx === 'string' ? heights.ofTx(txHash(Buffer.from(tx, 'base64'))) : undefined;
  if (inBlock !== undefined) return inBlock - 1;
  const time = response_headers?.find(([name]) => name === 'X-Server-Time')?.[1];
  // what is of a fixed height is the same later
  return time !== undefined && typeof tx === 'string' ? heights.at(Number(time)) : heights.last;
}
