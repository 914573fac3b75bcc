/** `Range` of a GetObject (`reference/gateway-http.md` §6.4): one range; what is no such thing is ignored. */
import { gatewayErrors } from '../errors.ts';

export interface ByteRange {
  low: bigint;
  /** Inclusive. */
  high: bigint;
}

/**
 * The range asked of `size` bytes; undefined for the whole. `bytes=-n`, which the reference ignores, is the last n bytes:
 * who asks for them takes a range or everything. @throws gateway 50012 when it begins past the end
 */
export function parseRange(text: string, size: bigint): ByteRange | undefined {
  if (text === '') return undefined;
  const match = /^bytes=(\d*)-(\d*)$/.exec(text.toLowerCase().replaceAll(' ', ''));
  if (!match) return undefined;
  const [, first = '', last = ''] = match;
  if (first === '') return suffixOf(last, size);
  const low = BigInt(first);
  const wanted = last === '' ? size - 1n : BigInt(last);
  const high = wanted < size - 1n ? wanted : size - 1n;
  if (low > high) throw gatewayErrors.invalidRange(`bytes ${first}-${last} of an object of ${size} bytes`);
  return { low, high };
}

/** The last `length` bytes; undefined when they are all there are, or none. */
function suffixOf(length: string, size: bigint): ByteRange | undefined {
  const wanted = length === '' ? 0n : BigInt(length);
  return wanted > 0n && wanted < size ? { low: size - wanted, high: size - 1n } : undefined;
}
