/** What a node's protobuf readers say of bytes that are no message: clients see these texts. */

const VARINT = 0;
const FIXED64 = 1;
const LENGTH = 2;
const START_GROUP = 3;
const END_GROUP = 4;
const FIXED32 = 5;

const TRUNCATED = 'unexpected EOF';

/** The first fault of the outermost fields; undefined when they can be read. */
export function wireFault(bytes: Uint8Array): string | undefined {
  let at = 0;
  while (at < bytes.length) {
    const tag = varintAt(bytes, at);
    if (typeof tag === 'string') return tag;
    if (tag.value >> 3n < 1n || tag.value >> 3n > 0x1fffffffn) return 'proto: invalid field number';
    const end = valueEnd(bytes, tag.end, Number(tag.value & 7n));
    if (typeof end === 'string') return end;
    at = end;
  }
  return undefined;
}

/** Where a value ends, or its fault. */
function valueEnd(bytes: Uint8Array, at: number, wireType: number): number | string {
  if (wireType === START_GROUP || wireType === END_GROUP) return 'proto: mismatching end group marker';
  if (wireType === VARINT) {
    const varint = varintAt(bytes, at);
    return typeof varint === 'string' ? varint : varint.end;
  }
  let end: bigint;
  if (wireType === LENGTH) {
    const length = varintAt(bytes, at);
    if (typeof length === 'string') return length;
    end = BigInt(length.end) + length.value;
  } else if (wireType === FIXED64 || wireType === FIXED32) {
    end = BigInt(at + (wireType === FIXED64 ? 8 : 4));
  } else {
    return 'proto: cannot parse reserved wire type';
  }
  return end > BigInt(bytes.length) ? TRUNCATED : Number(end);
}

function varintAt(bytes: Uint8Array, from: number): { value: bigint; end: number } | string {
  let value = 0n;
  for (let i = 0; i < 10; i++) {
    const byte = bytes[from + i];
    if (byte === undefined) return TRUNCATED;
    value |= BigInt(byte & 0x7f) << BigInt(7 * i);
    if (byte < 0x80) return { value, end: from + i + 1 };
  }
  return 'proto: variable length integer overflow';
}
