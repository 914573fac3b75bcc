/** Writing protobuf: deterministic, in field order, as Go's gogoproto writes it. */
import {
  type AnyMessage,
  type Field,
  type Init,
  type MessageType,
  messageType,
  type Scalar,
  zeroOf,
} from './define.ts';
import { LENGTH, wireTypes } from './wire-types.ts';

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
