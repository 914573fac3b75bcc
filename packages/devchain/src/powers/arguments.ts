/** Arguments of the powers: what was expected, and what came. */
import { isAddress, toChecksumAddress } from '@prairie/chain';
import { parseTime, timeText } from '../chain/block-types.ts';
import { type BlockTime, isAfter, LAST_TIME } from '../chain/clock.ts';
import type { Args } from '../rpc/params.ts';
import { rpcErrors } from '../rpc/protocol.ts';

/** Longest text that an error repeats. */
const SHOWN = 80;

export const refused = (text: string) => rpcErrors.invalidParams(text);

function unexpected(name: string, expected: string, got: unknown): Error {
  const shown = got === undefined ? 'nothing' : String(JSON.stringify(got)).slice(0, SHOWN);
  return refused(`${name}: ${expected} expected, got ${shown}`);
}

/** @throws RpcError -32602 */
export function whole(args: Args, name: string, { min, max }: { min: number; max: number }): number {
  const value = args[name];
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max) return value;
  throw unexpected(name, `a whole number from ${min} to ${max}`, value);
}

/** Checksummed. @throws RpcError -32602 */
export function addressIn(args: Args, name = 'address'): string {
  const value = args[name];
  if (typeof value === 'string' && isAddress(value)) return toChecksumAddress(value);
  throw unexpected(name, 'an address of 40 hex digits with 0x', value);
}

/** Amounts are 256-bit numbers on the chain; half of that leaves room for sums. */
const MAX_AMOUNT = 2n ** 255n;

/** In wei. @throws RpcError -32602 */
export function amountIn(args: Args, name = 'amount'): bigint {
  const value = args[name];
  if (typeof value === 'string' && /^\d{1,77}$/.test(value) && BigInt(value) < MAX_AMOUNT) return BigInt(value);
  throw unexpected(name, 'an amount of wei below 2^255 as decimal text', value);
}

/** RFC 3339 in UTC, or whole unix seconds as text. @throws RpcError -32602 */
export function timeIn(args: Args, name = 'time'): BlockTime {
  const value = args[name];
  const time = typeof value === 'string' ? timeOf(value) : undefined;
  if (time) return beforeTheEnd(name, time);
  throw unexpected(name, 'RFC 3339 in UTC (2026-01-02T03:04:05Z) or unix seconds, as text,', value);
}

function timeOf(text: string): BlockTime | undefined {
  if (/^\d{1,12}$/.test(text)) return { seconds: BigInt(text), nanos: 0 };
  try {
    const time = parseTime(text);
    return Number.isNaN(Number(time.seconds)) ? undefined : time;
  } catch {
    return undefined;
  }
}

/** @throws RpcError -32602 for a time that the chain could not write */
export function beforeTheEnd(name: string, time: BlockTime): BlockTime {
  if (!isAfter(time, LAST_TIME)) return time;
  throw refused(`${name}: a time up to ${timeText(LAST_TIME)} expected, got unix second ${time.seconds}`);
}
