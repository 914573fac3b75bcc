import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { registrationText } from '@prairie/client';
import fc from 'fast-check';
import { parseRegistrationText } from './registration-text.ts';

const OPERATOR = '0x55Bb0651F974cd14E9aEf38776613a7837375683';
const options = { account: '0x01', domain: 'https://app.test', publicKey: 'ab', expiry: 'E', issued: 'I' };
const fields = { domain: 'https://app.test', publicKey: 'ab', expiry: 'E' };

describe('the text of a registration', () => {
  it('is read in the form of each client', () => {
    assert.deepEqual(parseRegistrationText(registrationText(options), 2), { ...fields, nonces: [] });
    const js =
      'https://app.test wants you to sign in with your BNB Greenfield account:0x01\n' +
      'Register your identity public key ab\nURI: x\nVersion: 1\nChain ID: 9000\nIssued At: I\nExpiration Time: E\n';
    assert.deepEqual(parseRegistrationText(js, 2), { ...fields, nonces: [] });
    assert.deepEqual(parseRegistrationText(`hello\n${js}`, 2), { ...fields, nonces: [] });
    assert.equal(parseRegistrationText(js, 1), undefined);
  });

  it('names the nonce for each provider in the first generation', () => {
    const nonces = [OPERATOR, '0x02'].map((operator, index) => ({ operator, nonce: index + 7 }));
    const text = registrationText({ ...options, nonces });
    const expected = nonces.map(({ operator, nonce }) => ({ operator, nonce: String(nonce) }));
    assert.deepEqual(parseRegistrationText(text, 1), { ...fields, nonces: expected });
    // a name right behind the colon, as it was recorded, and a line feed at the end
    const recorded = `${text.replaceAll('name: ', 'name:')}\n`;
    assert.deepEqual(parseRegistrationText(recorded, 1)?.nonces, expected);
    assert.deepEqual(parseRegistrationText(`${text} later\n- SP 0x03 (name: SP) with nonce: 1`, 1)?.nonces, expected);
  });

  for (const [name, item] of [
    ['no items', ''],
    ['no provider', '- SP  (name: SP) with nonce: 1'],
    ['a short name', '- SP 0x01 (name:S) with nonce: 1'],
    ['a name that ends in a space', '- SP 0x01 (name: S ) with nonce: 1'],
    ['no digits', '- SP 0x01 (name: SP) with nonce: x'],
  ] as const) {
    it(`is refused with ${name}`, () => {
      const text = `${registrationText(options)}\nResources:\n${item}`;
      assert.equal(parseRegistrationText(text, 1), undefined);
    });
  }

  it('property: fits with any line of values, and without any of its labels does not', () => {
    const value = fc.stringMatching(/^[a-z0-9:/.]{1,20}$/);
    const labels = ['wants you', 'Register', 'URI: ', 'Version: ', 'Chain ID: ', 'Issued At: ', 'Expiration Time: '];
    fc.assert(
      fc.property(value, value, value, fc.constantFrom(...labels), (domain, publicKey, expiry, label) => {
        const text = registrationText({ ...options, domain, publicKey, expiry });
        assert.deepEqual(parseRegistrationText(text, 2), { domain, publicKey, expiry, nonces: [] });
        assert.equal(parseRegistrationText(text.replace(label, ''), 2), undefined);
      }),
    );
  });

  it('costs no more than its length, whatever it repeats', () => {
    const line = `${' wants you to sign in with your BNB Greenfield account:Register your identity public key '.repeat(5000)}`;
    assert.equal(parseRegistrationText(line, 2), undefined);
    assert.equal(parseRegistrationText('\n'.repeat(500_000), 1), undefined);
  });
});
