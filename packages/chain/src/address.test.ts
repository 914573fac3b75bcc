import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  addressBytes,
  addressFromPublicKey,
  derivedAddress,
  isAddress,
  moduleAddress,
  sameAddress,
  toChecksumAddress,
} from './address.ts';
import { publicKeyOf, uncompressPublicKey } from './ecdsa.ts';

test('checksums are those of EIP-55', () => {
  for (const address of [
    '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed',
    '0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359',
    '0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB',
    '0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb',
  ]) {
    assert.equal(toChecksumAddress(address.toLowerCase()), address);
    assert.equal(toChecksumAddress(addressBytes(address)), address);
  }
});

test('an address is 40 hex digits in any case, with or without 0x', () => {
  const digits = 'dbf03b407c01e7cd3cbea99509d93f8dddc8c6fb';
  for (const text of [digits, `0x${digits}`, `0X${digits.toUpperCase()}`]) assert.ok(isAddress(text));
  for (const text of ['', '0x', digits.slice(1), `${digits}0`, `0x${digits.slice(2)}zz`]) {
    assert.equal(isAddress(text), false);
    assert.throws(() => addressBytes(text), /40 hex digits/);
  }
  assert.throws(() => toChecksumAddress(new Uint8Array(19)), /20 bytes, got 19/);
});

test('texts of one account are the same address, others are not', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 20, maxLength: 20 }),
      fc.uint8Array({ minLength: 20, maxLength: 20 }),
      (a, b) => {
        const text = toChecksumAddress(a);
        assert.deepEqual(new Uint8Array(addressBytes(text)), a);
        assert.ok(sameAddress(text, text.toLowerCase()));
        assert.equal(sameAddress(text, toChecksumAddress(b)), Buffer.compare(a, b) === 0);
      },
    ),
  );
  assert.equal(sameAddress('nobody', 'nobody'), false);
});

test('a public key has the same address in all its forms', () => {
  const key = publicKeyOf(Buffer.alloc(32, 1));
  const point = uncompressPublicKey(key);
  assert.equal(addressFromPublicKey(key), '0x1a642f0E3c3aF545E7AcBD38b07251B3990914F1');
  assert.equal(addressFromPublicKey(point), addressFromPublicKey(key));
  assert.equal(addressFromPublicKey(point.subarray(1)), addressFromPublicKey(key));
  assert.throws(() => addressFromPublicKey(new Uint8Array(32)), /has 32 bytes/);
});

test('derived addresses are those of the recorded network', () => {
  assert.equal(moduleAddress('fee_collector'), '0xf1829676DB577682E944fc3493d451B67Ff3E29F');
  const owner = addressBytes('0x047e776b864432ED57E923DdF639e02Cf8b5eA3F');
  assert.equal(derivedAddress(owner, Buffer.alloc(8)), '0x2014302843B07C263e6A1AEf299225f8E44017F3');
  const gvg = Buffer.concat([Buffer.from('virtualgroup\0global_virtual_group'), Buffer.of(1, 0, 0, 0)]);
  assert.equal(derivedAddress('module', gvg), '0x6213Aa806da2bACF7Cc7b5Fea702cf618077DE80');
});
