import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { crc32c } from './crc32c.ts';

test('CRC-32C gives the known values', async () => {
  // RFC 3720 §B.4
  const rows: [Buffer, number][] = [
    [Buffer.alloc(0), 0],
    [Buffer.from('123456789'), 0xe3069283],
    [Buffer.alloc(32), 0x8a9136aa],
    [Buffer.alloc(32, 0xff), 0x62a8ab43],
    [Buffer.from(Array.from({ length: 32 }, (_, i) => i)), 0x46dd794e],
    [Buffer.from(Array.from({ length: 32 }, (_, i) => 31 - i)), 0x113fdb5c],
  ];
  for (const [bytes, expected] of rows) assert.equal(await crc32c(bytes), expected);
});

/** As the definition has it. */
function bitByBit(data: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of data) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  return ~crc >>> 0;
}

test('CRC-32C of any bytes is what the definition gives, also beyond a turn of the event loop', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 100 }), fc.integer({ min: 0, max: 40 }), async (bytes, over) => {
      assert.equal(await crc32c(bytes), bitByBit(bytes));
      assert.equal(await crc32c(bytes.subarray(3)), bitByBit(bytes.subarray(3)));
      if (over !== 7) return;
      const long = Buffer.concat([Buffer.alloc(1 << 20, 3), bytes]);
      assert.equal(await crc32c(long), bitByBit(long));
    }),
    { numRuns: 200 },
  );
});
