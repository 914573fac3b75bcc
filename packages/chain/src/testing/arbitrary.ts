/** Random values of messages, from their field tables. */
import fc from 'fast-check';
import { type AnyMessage, enumType, type Field, type MessageType, messageType } from '../proto/define.ts';
import { encode } from '../proto/encode.ts';
import * as all from '../proto/generated/index.ts';

/** Every message of the network. */
export const messageTypes = Object.values(all)
  .flatMap((module) => Object.values(module))
  .filter((value): value is MessageType => typeof value === 'object' && 'fields' in value);

const names = new Set(messageTypes.map(({ name }) => name));

/** What transactions carry: each has its `Msg…Response`. */
export const txMessageTypes = messageTypes.filter(
  ({ name }) => /\.Msg\w+$/.test(name) && names.has(`${name}Response`) && !name.endsWith('Response'),
);

export interface Shape {
  /** Levels of embedded messages. */
  depth: number;
  /** Only what can be printed and signed: enums that exist, times of the calendar, known types, lists of one shape. */
  signable: boolean;
}

export function anyValue(type: MessageType, { depth, signable }: Shape): fc.Arbitrary<AnyMessage> {
  const special = signable && signableTypes[type.name];
  if (special) return special;
  const entries = type.fields
    .filter((field) => !field.messageName || depth > 0)
    .map((field): [string, fc.Arbitrary<unknown>] => [field.name, anyField(field, { depth, signable })]);
  return fc.record(Object.fromEntries(entries)).map((value) => type.create(value));
}

function anyField(field: Field, shape: Shape): fc.Arbitrary<unknown> {
  const one = anyElement(field, shape);
  if (!field.repeated) {
    const isOptional = shape.signable && field.messageName && !field.nonNullable;
    return isOptional ? fc.option(one, { nil: undefined }) : one;
  }
  if (!shape.signable) return fc.array(one, { maxLength: 3 });
  return fc.tuple(one, fc.nat({ max: 3 })).map(([value, count]) => Array(count).fill(value));
}

function anyElement(field: Field, { depth, signable }: Shape): fc.Arbitrary<unknown> {
  if (field.messageName) return anyValue(messageType(field.messageName), { depth: depth - 1, signable });
  if (field.enumName && signable) return fc.constantFrom(...enumType(field.enumName).byNumber.keys());
  return anyScalar(field);
}

const int64 = { min: -(2n ** 63n), max: 2n ** 63n - 1n };

function anyScalar(field: Field): fc.Arbitrary<unknown> {
  switch (field.scalar) {
    case 'string':
      return fc.string({ unit: 'grapheme' });
    case 'bytes':
      return fc.uint8Array();
    case 'bool':
      return fc.boolean();
    case 'uint64':
    case 'fixed64':
      return fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
    case 'int64':
    case 'sfixed64':
      return fc.bigInt(int64);
    case 'integer':
    case 'decimal':
      return fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n });
    case 'uint32':
    case 'fixed32':
      return fc.integer({ min: 0, max: 2 ** 32 - 1 });
    case 'float':
      return fc.float({ noNaN: true }).filter((v) => !Object.is(v, -0));
    case 'double':
      return fc.double({ noNaN: true }).filter((v) => !Object.is(v, -0));
    default:
      return fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
  }
}

const anyNanos = fc.nat({ max: 999_999_999 });

const signableTypes: Readonly<Record<string, fc.Arbitrary<AnyMessage>>> = {
  'google.protobuf.Timestamp': fc.record({
    seconds: fc.bigInt({ min: 0n, max: 253_402_300_799n }),
    nanos: anyNanos,
  }),
  'google.protobuf.Duration': fc.record({ seconds: fc.bigInt({ min: 0n, max: 10n ** 9n }), nanos: anyNanos }),
  'google.protobuf.Any': fc
    .constantFrom('cosmos.bank.v1beta1.MsgSend', 'cosmos.feegrant.v1beta1.BasicAllowance', 'cosmos.gov.v1.MsgVote')
    .map(messageType)
    .chain((type) =>
      anyValue(type, { depth: 1, signable: true }).map((value) => ({
        type_url: type.typeUrl,
        value: new Uint8Array(encode(type, value)),
      })),
    ),
};
