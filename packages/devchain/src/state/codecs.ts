/** Codecs of table values that are not messages. */
import type { ValueCodec } from '../context.ts';

/** Text is kept as it is; the empty text too. */
export const textCodec: ValueCodec<string> = {
  encode: (value) => Buffer.from(value, 'utf8'),
  decode: (bytes) => Buffer.from(bytes).toString('utf8'),
};

/** Integers of any size, as decimal text. */
export const bigintCodec: ValueCodec<bigint> = {
  encode: (value) => Buffer.from(value.toString(), 'latin1'),
  decode: (bytes) => BigInt(Buffer.from(bytes).toString('latin1')),
};

/** Whole numbers up to 2⁵³. */
export const numberCodec: ValueCodec<number> = {
  encode: (value) => Buffer.from(String(value), 'latin1'),
  decode: (bytes) => Number(Buffer.from(bytes).toString('latin1')),
};

/** For tables that are sets. */
export const presentCodec: ValueCodec<true> = {
  encode: () => new Uint8Array(0),
  decode: () => true,
};

/** Plain data whose numbers may be bigint: JSON, with bigint as `"123n"` objects of one key. */
export function jsonCodec<V>(): ValueCodec<V> {
  return {
    encode: (value) =>
      Buffer.from(JSON.stringify(value, (_, item) => (typeof item === 'bigint' ? { $bigint: item.toString() } : item))),
    decode: (bytes) =>
      JSON.parse(Buffer.from(bytes).toString('utf8'), (_, item) =>
        item && typeof item === 'object' && '$bigint' in item ? BigInt(item.$bigint) : item,
      ) as V,
  };
}
