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
  const fault = faultOf(key);
  if (fault !== undefined) throw new InvalidKeyError(key, fault);
}

/** False for what somebody else keeps in the same place. */
export const isKey = (name: string): boolean => faultOf(name) === undefined;

function faultOf(key: string): string | undefined {
  if (key === '') return 'it is empty';
  if (key.startsWith('.')) return 'names with a leading dot are for temporary files';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is refused
  if (/[/\\\x00-\x1f]/.test(key)) return 'it has a separator or control character';
  return Buffer.byteLength(key) > MAX_KEY_BYTES ? `it is longer than ${MAX_KEY_BYTES} bytes` : undefined;
}

/** @throws InvalidKeyError for an empty prefix, which would delete everything. */
export function requireDeletablePrefix(prefix: string): void {
  if (prefix === '') throw new InvalidKeyError(prefix, 'a prefix to delete names at least one character');
}

/** Memory for `size` bytes: the beginning of `into` if they fit, new memory without or otherwise. */
export function roomFor(size: number, into?: Uint8Array): Buffer {
  if (into === undefined || into.length < size) return Buffer.allocUnsafeSlow(size);
  return Buffer.from(into.buffer, into.byteOffset, size);
}

/** A copy of bytes that must stay as they are, in `into` if they fit. */
export function copied(bytes: Uint8Array, into?: Uint8Array): Buffer {
  const room = roomFor(bytes.length, into);
  room.set(bytes);
  return room;
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
