/** Reading protobuf. Unknown fields are skipped; malformed input ends in an error that says where. */
import { type AnyMessage, type Field, type MessageType, messageType, type Scalar, zeroOf } from './define.ts';
import { FIXED32, FIXED64, LENGTH, VARINT, wireTypes } from './wire-types.ts';

class Reader {
  position = 0;
  readonly end: number;
  private readonly bytes: Buffer;

  constructor(bytes: Uint8Array) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    this.end = bytes.length;
  }

  private take(length: number): number {
    const at = this.position;
    if (length > this.end - at) throw new Error(`message ends at byte ${this.end}, ${at + length} expected`);
    this.position += length;
    return at;
  }

  bigVarint(): bigint {
    let low = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.bytes[this.take(1)]!;
      low += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return BigInt(low);
    }
    let value = BigInt(low);
    for (let shift = 28n; shift < 70n; shift += 7n) {
      const byte = this.bytes[this.take(1)]!;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new Error(`varint longer than ten bytes at byte ${this.position}`);
  }

  varint(): number {
    return Number(this.bigVarint());
  }

  chunk(): Buffer {
    const length = this.varint();
    const at = this.take(length);
    return this.bytes.subarray(at, at + length);
  }

  fixed32(read: 'readUInt32LE' | 'readInt32LE' | 'readFloatLE'): number {
    return this.bytes[read](this.take(4));
  }

  fixed64(): bigint {
    return this.bytes.readBigUInt64LE(this.take(8));
  }

  double(): number {
    return this.bytes.readDoubleLE(this.take(8));
  }

  skip(wireType: number): void {
    if (wireType === VARINT) this.bigVarint();
    else if (wireType === FIXED64) this.take(8);
    else if (wireType === LENGTH) this.chunk();
    else if (wireType === FIXED32) this.take(4);
    else throw new Error(`wire type ${wireType} at byte ${this.position}`);
  }
}

function readScalar(reader: Reader, scalar: Scalar): unknown {
  switch (scalar) {
    case 'string':
      return reader.chunk().toString('utf8');
    case 'bytes':
      return new Uint8Array(reader.chunk());
    case 'integer':
    case 'decimal':
      return bigintFrom(reader.chunk().toString('latin1'));
    case 'bool':
      return reader.bigVarint() !== 0n;
    case 'int32':
      return Number(BigInt.asIntN(32, reader.bigVarint()));
    case 'uint32':
      return Number(BigInt.asUintN(32, reader.bigVarint()));
    case 'int64':
      return BigInt.asIntN(64, reader.bigVarint());
    case 'uint64':
      return reader.bigVarint();
    case 'fixed32':
      return reader.fixed32('readUInt32LE');
    case 'sfixed32':
      return reader.fixed32('readInt32LE');
    case 'float':
      return reader.fixed32('readFloatLE');
    case 'fixed64':
      return reader.fixed64();
    case 'sfixed64':
      return BigInt.asIntN(64, reader.fixed64());
    case 'double':
      return reader.double();
  }
}

function bigintFrom(text: string): bigint {
  if (!/^-?\d{1,100}$/.test(text)) throw new Error(`integer expected, got ${JSON.stringify(text.slice(0, 40))}`);
  return BigInt(text);
}

/** Embedding deeper than any message of the network; keeps a hostile input from exhausting the stack. */
const MAX_DEPTH = 32;

/** @throws Error on truncated or malformed input. Unknown fields are skipped. */
export function decode<T>(type: MessageType<T>, bytes: Uint8Array, depth = 0): T {
  if (depth > MAX_DEPTH) throw new Error(`messages nested deeper than ${MAX_DEPTH}`);
  const reader = new Reader(bytes);
  const out: AnyMessage = {};
  for (const field of type.fields) out[field.name] = zeroOf(field);
  while (reader.position < reader.end) {
    const tag = reader.varint();
    const field = type.fieldByNumber.get(Math.floor(tag / 8));
    const wireType = tag % 8;
    if (!field) reader.skip(wireType);
    else readField(reader, field, wireType, out, depth);
  }
  return out as T;
}

function readField(reader: Reader, field: Field, wireType: number, out: AnyMessage, depth: number): void {
  if (field.messageName) {
    if (wireType !== LENGTH) throw wrongWireType(field, wireType);
    const value = decode(messageType(field.messageName), reader.chunk(), depth + 1);
    if (field.repeated) out[field.name].push(value);
    else out[field.name] = value;
    return;
  }
  const scalar = field.scalar ?? 'int32';
  const expected = wireTypes[scalar];
  if (field.repeated && wireType === LENGTH && expected !== LENGTH) {
    const packed = new Reader(reader.chunk());
    while (packed.position < packed.end) out[field.name].push(readScalar(packed, scalar));
    return;
  }
  if (wireType !== expected) throw wrongWireType(field, wireType);
  const value = readScalar(reader, scalar);
  if (field.repeated) out[field.name].push(value);
  else out[field.name] = value;
}

const wrongWireType = (field: Field, wireType: number) =>
  new Error(`field ${field.name} (${field.number}): unexpected wire type ${wireType}`);
