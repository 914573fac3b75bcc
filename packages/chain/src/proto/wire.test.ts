import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { anyValue, messageTypes } from '../testing/arbitrary.ts';
import { decode } from './decode.ts';
import { encode } from './encode.ts';
import * as all from './generated/index.ts';

describe('the wire format', () => {
  it('reads back what it wrote, for every message of the network', () => {
    const anyTyped = fc
      .constantFrom(...messageTypes)
      .chain((type) => fc.tuple(fc.constant(type), anyValue(type, { depth: 2, signable: false })));
    fc.assert(
      fc.property(anyTyped, ([type, value]) => {
        assert.deepEqual(decode(type, encode(type, value)), value);
      }),
      { numRuns: 400 },
    );
  });

  it('ends in an error, and in nothing else, on random bytes', () => {
    fc.assert(
      fc.property(fc.constantFrom(...messageTypes), fc.uint8Array({ maxLength: 200 }), (type, bytes) => {
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
