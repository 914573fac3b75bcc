/** Random messages, from their field tables. */
import { type AnyMessage, type Field, type MessageType, messageType } from '@prairie/chain';
import fc from 'fast-check';

/** `depth` levels of embedded messages are filled; what lies deeper is absent. */
export function anyMessage<T>(type: MessageType<T>, depth = 3): fc.Arbitrary<T> {
  const entries = type.fields
    .filter((field) => !field.messageName || depth > 0)
    .map((field): [string, fc.Arbitrary<unknown>] => [field.name, anyField(field, depth)]);
  return fc.record(Object.fromEntries(entries)).map((value) => type.create(value as never));
}

function anyField(field: Field, depth: number): fc.Arbitrary<unknown> {
  const one = field.messageName
    ? anyMessage(messageType(field.messageName) as MessageType<AnyMessage>, depth - 1)
    : anyScalar(field);
  return field.repeated ? fc.array(one, { maxLength: 3 }) : one;
}

const BIG = 10n ** 30n;
const SCALARS: Readonly<Record<NonNullable<Field['scalar']>, fc.Arbitrary<unknown>>> = {
  string: fc.string({ unit: 'grapheme' }),
  bytes: fc.uint8Array({ maxLength: 40 }),
  bool: fc.boolean(),
  int32: fc.integer(),
  uint32: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  int64: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  uint64: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  fixed32: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  fixed64: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  sfixed32: fc.integer(),
  sfixed64: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  double: fc.constant(1.5),
  float: fc.constant(1.5),
  integer: fc.bigInt({ min: -BIG, max: BIG }),
  decimal: fc.bigInt({ min: -BIG, max: BIG }),
};

const anyScalar = (field: Field): fc.Arbitrary<unknown> => SCALARS[field.scalar ?? 'int32'];
