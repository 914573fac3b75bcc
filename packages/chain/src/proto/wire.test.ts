import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { decode } from './decode.ts';
import { type AnyMessage, type Field, type MessageType, messageType } from './define.ts';
import { encode } from './encode.ts';
import * as all from './generated/index.ts';

const types = Object.values(all)
  .flatMap((module) => Object.values(module))
  .filter((value): value is MessageType => typeof value === 'object' && 'fields' in value);

/** Random values of any message, two levels deep. */
function anyValue(type: MessageType, depth = 0): fc.Arbitrary<AnyMessage> {
  const entries = type.fields
    .filter((field) => !(field.messageName && depth >= 2))
    .map((field): [string, fc.Arbitrary<unknown>] => [field.name, anyField(field, depth)]);
  return fc.record(Object.fromEntries(entries)).map((value) => type.create(value));
}

function anyField(field: Field, depth: number): fc.Arbitrary<unknown> {
  const one = field.messageName ? anyValue(messageType(field.messageName), depth + 1) : anyScalar(field);
  return field.repeated ? fc.array(one, { maxLength: 3 }) : one;
}

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
      return fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
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

describe('the wire format', () => {
  it('reads back what it wrote, for every message of the network', () => {
    const anyTyped = fc.constantFrom(...types).chain((type) => fc.tuple(fc.constant(type), anyValue(type)));
    fc.assert(
      fc.property(anyTyped, ([type, value]) => {
        assert.deepEqual(decode(type, encode(type, value)), value);
      }),
      { numRuns: 400 },
    );
  });

  it('ends in an error, and in nothing else, on random bytes', () => {
    fc.assert(
      fc.property(fc.constantFrom(...types), fc.uint8Array({ maxLength: 200 }), (type, bytes) => {
        try {
          decode(type, bytes);
        } catch (error) {
          assert.ok(error instanceof Error && !(error instanceof RangeError), String(error));
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('refuses messages nested without end', () => {
    const type = all.cosmosTxV1beta1.ModeInfo;
    let bytes = Buffer.alloc(0);
    for (let depth = 0; depth < 40; depth++) {
      const inner = Buffer.concat([Buffer.from([0x12]), lengthOf(bytes), bytes]);
      bytes = Buffer.concat([Buffer.from([0x12]), lengthOf(inner), inner]);
    }
    assert.throws(() => decode(type, bytes), /nested deeper/);
  });
});

function lengthOf(bytes: Buffer): Buffer {
  const low = (bytes.length & 0x7f) | 0x80;
  return Buffer.from([low, (bytes.length >> 7) & 0x7f]);
}
