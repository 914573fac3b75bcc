/** `Range` of a GetObject (`reference/gateway-http.md` §6.4): one range; what is no such thing is ignored. */
import { gatewayErrors } from '../errors.ts';

export interface ByteRange {
  low: bigint;
  /** Inclusive. */
  high: bigint;
}

/** The range asked of `size` bytes; undefined for the whole. @throws gateway 50012 when it begins past the end */
export function parseRange(text: string, size: bigint): ByteRange | undefined {
  const match = /^bytes=(\d+)-(\d*)$/.exec(text.toLowerCase().replaceAll(' ', ''));
  if (!match) return undefined;
  const low = BigInt(match[1]!);
  const wanted = match[2] ? BigInt(match[2]) : size - 1n;
  const high = wanted < size - 1n ? wanted : size - 1n;
  if (low > high) throw gatewayErrors.invalidRange(`bytes ${low}-${match[2]} of an object of ${size} bytes`);
  return { low, high };
}
