import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cosmosBankV1beta1 as bank, decode, encode } from '@prairie/chain';
import fc from 'fast-check';
import { wireFault } from './wire-fault.ts';

test('faults have the words of the node', () => {
  const faults: [string, string][] = [
    ['000000', 'proto: invalid field number'],
    ['0a06', 'unexpected EOF'],
    ['0a', 'unexpected EOF'],
    ['08ffffffffffffffffffff01', 'proto: variable length integer overflow'],
    ['0b', 'proto: mismatching end group marker'],
    ['0e', 'proto: cannot parse reserved wire type'],
    ['0d010203', 'unexpected EOF'],
    ['0affffffffffffffffff01', 'unexpected EOF'],
  ];
  for (const [hex, fault] of faults) assert.equal(wireFault(Buffer.from(hex, 'hex')), fault, hex);
});

test('a message has no fault, and what has none at any cut can be decoded', () => {
  const message = encode(bank.MsgSend, { from_address: 'a'.repeat(200), amount: [{ denom: 'BNB', amount: 1n }] });
  assert.equal(wireFault(message), undefined);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: message.length }), (length) => {
      const cut = message.subarray(0, length);
      if (wireFault(cut) === undefined) assert.ok(decode(bank.MsgSend, cut));
      else assert.throws(() => decode(bank.MsgSend, cut));
    }),
  );
});
