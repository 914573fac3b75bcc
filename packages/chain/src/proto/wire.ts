/** Protobuf wire format for the field tables of `define.ts`: deterministic, in field order, as Go's gogoproto writes it. */
import {
  type AnyMessage,
  type Field,
  type Init,
  type MessageType,
  messageType,
  type Scalar,
  zeroOf,
} from './define.ts';

const VARINT = 0;
const FIXED64 = 1;
const LENGTH = 2;
const FIXED32 = 5;

const wireTypes: Record<Scalar, number> = {
  string: LENGTH,
  bytes: LENGTH,
  integer: LENGTH,
  decimal: LENGTH,
  bool: VARINT,
  int32: VARINT,
  uint32: VARINT,
  int64: VARINT,
  uint64: VARINT,
  fixed32: FIXED32,
  sfixed32: FIXED32,
  float: FIXED32,
  fixed64: FIXED64,
  sfixed64: FIXED64,
  double: FIXED64,
};

class Writer {
  private buffer = Buffer.allocUnsafe(256);
  private position = 0;

  /** Room for `length` bytes. It may replace the buffer, so it has to run before the buffer is read. */
  private reserve(length: number): number {
    const at = this.position;
    this.position += length;
    if (this.position > this.buffer.length) {
      const grown = Buffer.allocUnsafe(Math.max(this.buffer.length * 2, this.position));
      this.buffer.copy(grown, 0, 0, at);
      this.buffer = grown;
    }
    return at;
  }

  private byte(value: number): void {
    const at = this.reserve(1);
    this.buffer[at] = value;
  }

  varint(value: number): void {
    let rest = value;
    while (rest > 0x7f) {
      this.byte((rest % 128) | 0x80);
      rest = Math.floor(rest / 128);
    }
    this.byte(rest);
  }

  bigVarint(value: bigint): void {
    let rest = BigInt.asUintN(64, value);
    while (rest > 0x7fn) {
      this.byte(Number(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    }
    this.byte(Number(rest));
  }

  bytes(value: Uint8Array): void {
    this.varint(value.length);
    const at = this.reserve(value.length);
    this.buffer.set(value, at);
  }

  text(value: string): void {
    const length = Buffer.byteLength(value);
    this.varint(length);
    const at = this.reserve(length);
    this.buffer.write(value, at);
  }

  fixed32(value: number, write: 'writeUInt32LE' | 'writeInt32LE' | 'writeFloatLE'): void {
    const at = this.reserve(4);
    this.buffer[write](value, at);
  }

  fixed64(value: bigint): void {
    const at = this.reserve(8);
    this.buffer.writeBigUInt64LE(BigInt.asUintN(64, value), at);
  }

  double(value: number): void {
    const at = this.reserve(8);
    this.buffer.writeDoubleLE(value, at);
  }

  finish(): Buffer {
    return Buffer.from(this.buffer.subarray(0, this.position));
  }
}

function writeScalar(writer: Writer, scalar: Scalar, value: never): void {
  switch (scalar) {
    case 'string':
      return writer.text(value as string);
    case 'bytes':
      return writer.bytes(value as Uint8Array);
    case 'integer':
    case 'decimal':
      return writer.text((value as bigint).toString());
    case 'bool':
      return writer.varint(value ? 1 : 0);
    case 'int32':
      return (value as number) < 0 ? writer.bigVarint(BigInt(value)) : writer.varint(value);
    case 'uint32':
      return writer.varint(value);
    case 'int64':
    case 'uint64':
      return writer.bigVarint(value);
    case 'fixed32':
      return writer.fixed32(value, 'writeUInt32LE');
    case 'sfixed32':
      return writer.fixed32(value, 'writeInt32LE');
    case 'float':
      return writer.fixed32(value, 'writeFloatLE');
    case 'fixed64':
    case 'sfixed64':
      return writer.fixed64(value);
    case 'double':
      return writer.double(value);
  }
}

function isZero(field: Field, value: unknown): boolean {
  if (value === undefined || value === null) return true;
  if (field.scalar === 'integer' || field.scalar === 'decimal') return false;
  if (value instanceof Uint8Array) return value.length === 0;
  return value === 0 || value === 0n || value === '' || value === false;
}

function writeField(writer: Writer, field: Field, value: unknown, zeros: boolean): void {
  if (field.repeated) return writeRepeated(writer, field, (value ?? []) as never[]);
  if (field.messageName) {
    if (value === undefined || value === null) {
      if (!field.nonNullable) return;
      return writeMessage(writer, field, zeroOf(field) as AnyMessage);
    }
    return writeMessage(writer, field, value as AnyMessage);
  }
  const scalar = field.scalar ?? 'int32';
  // integers and decimals are not nullable on the chain: their zero is written too
  const present = value ?? (zeros || scalar === 'integer' || scalar === 'decimal' ? zeroOf(field) : undefined);
  if (!zeros && isZero(field, present)) return;
  writer.varint((field.number << 3) | wireTypes[scalar]);
  writeScalar(writer, scalar, present as never);
}

function writeMessage(writer: Writer, field: Field, value: AnyMessage): void {
  writer.varint((field.number << 3) | LENGTH);
  writer.bytes(encode(messageType(field.messageName!), value));
}

function writeRepeated(writer: Writer, field: Field, values: never[]): void {
  if (values.length === 0) return;
  const scalar = field.scalar ?? 'int32';
  if (field.messageName) {
    for (const value of values) writeMessage(writer, field, value);
  } else if (wireTypes[scalar] === LENGTH) {
    for (const value of values) {
      writer.varint((field.number << 3) | LENGTH);
      writeScalar(writer, scalar, value);
    }
  } else {
    const packed = new Writer();
    for (const value of values) writeScalar(packed, scalar, value);
    writer.varint((field.number << 3) | LENGTH);
    writer.bytes(packed.finish());
  }
}

/** Wire bytes of a message; fields left out take their zero value. */
export function encode<T>(type: MessageType<T>, value: Init<T>): Buffer {
  const writer = new Writer();
  for (const field of type.fields) writeField(writer, field, (value as AnyMessage)[field.name], type.isMapEntry);
  return writer.finish();
}

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
