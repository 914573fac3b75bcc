/** Keys of tables: fixed-width text, so that text order is the order of the chain's byte keys. */

export const u32Key = (id: number): string => id.toString(16).padStart(8, '0');
export const u64Key = (value: bigint): string => value.toString(16).padStart(16, '0');

/** Minimal-length big-endian bytes as hex: the chain's (lexicographic) order of bucket, object and group ids. */
export const idKey = (id: bigint): string => {
  const hex = id.toString(16);
  return hex.length % 2 ? `0${hex}` : hex;
};

/** An address as 40 lower-case hex digits. */
export const addressKey = (address: string): string => address.replace(/^0[xX]/, '').toLowerCase();

/** Parts with a separator that sorts before every hex digit. */
export const joinKey = (...parts: string[]): string => parts.join('!');
