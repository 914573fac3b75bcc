import assert from 'node:assert/strict';
import { it } from 'node:test';
import { ClientAddresses, PRIVATE_NETWORKS } from './client-address.ts';

const addresses = new ClientAddresses(PRIVATE_NETWORKS);

const cases: [remote: string, forwardedFor: string, expected: string][] = [
  ['203.0.113.7', '', '203.0.113.7'],
  ['::ffff:203.0.113.7', '', '203.0.113.7'],
  // no trusted proxy stands before it: what it says of others is not believed
  ['203.0.113.7', '198.51.100.1', '203.0.113.7'],
  ['10.0.0.5', '198.51.100.1', '198.51.100.1'],
  ['::ffff:10.0.0.5', '198.51.100.1, 10.0.0.9', '198.51.100.1'],
  // the client has written the first one itself
  ['10.0.0.5', '192.0.2.1, 198.51.100.1', '198.51.100.1'],
  ['10.0.0.5', 'nonsense', '10.0.0.5'],
  ['10.0.0.5', '', '10.0.0.5'],
  ['127.0.0.1', '2001:db8::1', '2001:db8::1'],
];

for (const [remote, forwardedFor, expected] of cases) {
  it(`a connection of ${remote} for ${JSON.stringify(forwardedFor)} is a request of ${expected}`, () => {
    assert.equal(addresses.of(remote, forwardedFor), expected);
  });
}

it('refuses proxies that are no addresses', () => {
  assert.throws(() => new ClientAddresses(['proxy.example']), /an address or a network/);
});
