import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { gatewayErrors } from './errors.ts';
import { INT32, INT64, requireInteger, UINT32, UINT64 } from './integers.ts';

const types = fc.constantFrom(INT32, UINT32, INT64, UINT64);
const ask = (text: string, type: typeof INT32) => requireInteger('limit', text, type, gatewayErrors.invalidQuery);

test('property: every integer of a type is read, and none outside', () => {
  fc.assert(
    fc.property(types, fc.bigInt({ min: -(2n ** 66n), max: 2n ** 66n }), fc.boolean(), (type, value, plus) => {
      const text = plus && value >= 0n ? `+${value}` : String(value);
      const isReadable = type.isSigned || /^\d/.test(text);
      if (isReadable && value >= type.min && value <= type.max) assert.equal(ask(text, type), value);
      else assert.throws(() => ask(text, type), { innerCode: 50010 });
    }),
  );
});

test('property: any other text is refused, and the error says what came', () => {
  const text = fc.string({ unit: 'binary' }).filter((one) => !/^[+-]?\d+$/.test(one));
  fc.assert(fc.property(types, text, (type, came) => assert.throws(() => ask(came, type), { innerCode: 50010 })));
  assert.throws(() => ask('', INT32), {
    message: 'limit: an integer from -2147483648 to 2147483647 is expected, got nothing',
  });
  assert.throws(() => ask('9'.repeat(1_000_000), INT64), /got "9{40}"$/);
  assert.equal(ask('-0', INT64), 0n);
  assert.equal(ask('007', UINT32), 7n);
  assert.throws(() => ask('-0', UINT64));
  for (const odd of ['0x10', '1e3', '1_000', ' 1', '1 ', '٣', '--1']) assert.throws(() => ask(odd, INT64));
});
