/** Names that start with a prefix, as a range in byte order. */

const LAST = 0x10ffff;
const FIRST_SURROGATE = 0xd800;
const AFTER_SURROGATES = 0xe000;

/**
 * The smallest text that sorts, by its UTF-8 bytes, after everything that starts with `prefix`; undefined when there
 * is none. UTF-8 sorts as its code points do, so it is the prefix with its last code point counted up.
 */
export function afterPrefix(prefix: string): string | undefined {
  const codePoints = Array.from(prefix, (char) => char.codePointAt(0)!);
  while (codePoints.at(-1) === LAST) codePoints.pop();
  const last = codePoints.pop();
  if (last === undefined) return undefined;
  const next = last + 1 === FIRST_SURROGATE ? AFTER_SURROGATES : last + 1;
  return String.fromCodePoint(...codePoints, next);
}

/** Names that start with `prefix`, from `from` on, as a range in byte order; `end` is exclusive, undefined without one. */
export function rangeOf(prefix: string, from: string): { from: string; end: string | undefined } {
  return { from: byBytes(prefix, from) < 0 ? from : prefix, end: afterPrefix(prefix) };
}

/** Order of the UTF-8 bytes. */
export function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
