import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { recoverAddress, sha256 } from '@prairie/chain';
import fc from 'fast-check';
import { parseAuthorization } from './authorization.ts';
import { requestDigest, splitTarget } from './canonical.ts';
import { ed25519PublicKey, ed25519Verify } from './ed25519.ts';
import {
  offChainAuthorization,
  offChainHeaders,
  offChainKey,
  personalSign,
  personalSignDigest,
  presignedTarget,
  registrationAuthorization,
  registrationText,
} from './off-chain.ts';

const WALLET = Buffer.from(`${'00'.repeat(31)}01`, 'hex');
const ACCOUNT = '0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf';
const DOMAIN = 'https://app.example';
const key = offChainKey(ACCOUNT.toLowerCase(), DOMAIN, 'test-seed');

describe('off-chain keys', () => {
  it('are made of a text or of 32 bytes', () => {
    assert.equal(key.publicKey, '3cf9469205ba8dfccfd606c3eef6550016852c61d1e3594e2058433e841c98c9');
    assert.equal(offChainKey(ACCOUNT, DOMAIN, sha256(Buffer.from('test-seed'))).publicKey, key.publicKey);
    assert.equal(key.account, ACCOUNT);
    assert.throws(() => offChainKey(ACCOUNT, DOMAIN, Buffer.alloc(31)), /32 bytes, got 31/);
  });

  it('sign requests, which then verify', () => {
    const headers = Object.entries(offChainHeaders(key)).flat();
    fc.assert(
      fc.property(fc.webPath(), (path) => {
        const request = { method: 'GET', target: path || '/', host: 'sp.example.com', rawHeaders: headers };
        const parsed = parseAuthorization(offChainAuthorization(request, key));
        assert.ok(parsed.ok && parsed.scheme === 'GNFD2-EDDSA');
        const publicKey = ed25519PublicKey(Buffer.from(key.publicKey, 'hex'));
        const verify = (target: string) =>
          ed25519Verify(publicKey, requestDigest({ ...request, target }), Buffer.from(parsed.signature, 'hex'));
        assert.ok(verify(request.target));
        assert.ok(!verify(`${request.target}x`));
      }),
      { numRuns: 30 },
    );
  });

  it('sign URLs as the worked vector of the reference has it', () => {
    const url = { target: '/mybucket/a.txt', host: 'sp.example.com:9033', expiry: '2024-01-01T01:00:00Z', view: true };
    const query = new URLSearchParams(splitTarget(presignedTarget(key, url)).query);
    assert.equal(
      query.get('Authorization'),
      'GNFD2-EDDSA,Signature=e45115b092e53906d7c2d0c8f7625faaf45fdea4b59aab2bf6e15e79cff1a5be11700ecebb3836a5fac992e7ab86608d34a3db75c9b838b35a55839b7bb0c706',
    );
  });
});

describe('personal_sign', () => {
  it('signs the worked vectors of the reference', () => {
    const registration =
      `${DOMAIN} wants you to sign in with your BNB Greenfield account:${ACCOUNT}\n` +
      `Register your identity public key ${key.publicKey}\nURI: ${DOMAIN}\nVersion: 1\nChain ID: 5600\n` +
      'Issued At: 2024-01-01T00:00:00Z\nExpiration Time: 2024-01-02T00:00:00Z\n';
    assert.equal(
      personalSign(registration, WALLET),
      '0xcc381c0f4f81a3d4a38965ee80c14fd07b9f97787ec7e2626694cad7ecdeb4313543c3b674cd169164992c1a3d47aa38cf7ecfd39eb54476d6f7c0a16bf73eb71c',
    );
    const access =
      'Sign this message to access the file:\ngnfd://mybucket/a.txt\n' +
      'This signature will not cost you any fees.\nExpiration Time: 2024-01-01T01:00:00Z';
    assert.equal(
      personalSign(access, WALLET),
      '0x81f4d5c36b32cf3c0f9eea17afa0772b40b09e89217958d6baa5c8c0c4fb87fd71c625350bdbb4e1237d875531da8487356ef1485eed7615875bb79bd74de6601c',
    );
  });

  it('counts bytes, not characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const signature = Buffer.from(personalSign(text, WALLET).slice(2), 'hex');
        assert.equal(recoverAddress(personalSignDigest(text), signature, { legacyV: true }), ACCOUNT);
      }),
      { numRuns: 30 },
    );
  });
});

describe('the registration text', () => {
  const options = { account: ACCOUNT, domain: DOMAIN, publicKey: key.publicKey, issued: 'I', expiry: 'E' };
  const v2 =
    `${DOMAIN} wants you to sign in with your BNB Greenfield account:\n${ACCOUNT}\n\n` +
    `Register your identity public key ${key.publicKey}\n\n` +
    `URI: ${DOMAIN}\nVersion: 1\nChain ID: 5600\nIssued At: I\nExpiration Time: E`;

  it('is that of the Go SDK, with a line for each provider in the first generation', () => {
    assert.equal(registrationText(options), v2);
    const nonces = [ACCOUNT, '0x02'].map((operator, nonce) => ({ operator, nonce }));
    assert.equal(
      registrationText({ ...options, nonces }),
      `${v2}\nResources:\n- SP ${ACCOUNT} (name: SP_001) with nonce: 0\n- SP 0x02 (name: SP_001) with nonce: 1`,
    );
  });

  it('goes into one header line', () => {
    assert.equal(registrationAuthorization('a\nb', '0x01'), 'GNFD1-ETH-PERSONAL_SIGN,SignedMsg=a\\nb,Signature=0x01');
  });
});
