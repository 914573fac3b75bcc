/** A key or prefix that no piece store takes. */
export class InvalidKeyError extends Error {
  override readonly name = 'InvalidKeyError';
  constructor(key: string, reason: string) {
    super(`invalid object key ${JSON.stringify(key)}: ${reason}`);
  }
}

/** Room for the decoration of a temporary file in the 255 bytes a file name may have. */
const MAX_KEY_BYTES = 200;

/** The same keys are good everywhere, so that pieces can move from one backend to another. @throws InvalidKeyError */
export function requireKey(key: string): void {
  if (key === '') throw new InvalidKeyError(key, 'it is empty');
  if (key.startsWith('.')) throw new InvalidKeyError(key, 'names with a leading dot are for temporary files');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is refused
  if (/[/\\\x00-\x1f]/.test(key)) throw new InvalidKeyError(key, 'it has a separator or control character');
  if (Buffer.byteLength(key) > MAX_KEY_BYTES)
    throw new InvalidKeyError(key, `it is longer than ${MAX_KEY_BYTES} bytes`);
}

/** @throws InvalidKeyError for an empty prefix, which would delete everything. */
export function requireDeletablePrefix(prefix: string): void {
  if (prefix === '') throw new InvalidKeyError(prefix, 'a prefix to delete names at least one character');
}

/** The bytes `[from, to)` that a read of `length` bytes (undefined: all) from `offset` gets of a piece. */
export function readWindow(size: number, offset: number, length: number | undefined): { from: number; to: number } {
  if (!Number.isSafeInteger(offset) || offset < 0) throw new RangeError(`offset ${offset}: expected 0 or more`);
  if (length !== undefined && (!Number.isSafeInteger(length) || length < 0)) {
    throw new RangeError(`length ${length}: expected 0 or more, or undefined for the rest`);
  }
  const from = Math.min(offset, size);
  return { from, to: length === undefined ? size : Math.min(from + length, size) };
}
