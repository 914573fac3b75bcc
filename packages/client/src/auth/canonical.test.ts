import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { keccak256, recoverAddress } from '@prairie/chain';
import fc from 'fast-check';
import { checkGnfd1AuthVectors } from '../conformance.ts';
import { authorizationOf, hexBytes, parseAuthorization, signersOf } from './authorization.ts';
import { canonicalQuery, canonicalRequest, encodePath } from './canonical.ts';
import { isExpiryValid } from './expiry.ts';

const vectors = fileURLToPath(new URL('../../../../test/fixtures/vectors', import.meta.url));
const key = Buffer.from(`${'00'.repeat(31)}01`, 'hex');
const address = '0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf';
const sha256OfNothing = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

describe('the canonical request', () => {
  it('matches every recorded vector', () => {
    const report = checkGnfd1AuthVectors(vectors);
    assert.deepEqual(report.mismatches, []);
    assert.equal(report.matched, report.total);
    assert.ok(report.total > 20);
  });

  it('matches the worked vectors of the reference', () => {
    const get = {
      method: 'GET',
      target: '/mybucket/a.txt',
      host: 'sp.example.com:9033',
      rawHeaders: [
        ...['Content-Type', 'application/octet-stream', 'Range', 'bytes=0-9'],
        ...['X-Gnfd-Content-Sha256', sha256OfNothing, 'X-Gnfd-Date', '2024-01-01T00:00:00Z'],
        ...['X-Gnfd-Expiry-Timestamp', '2024-01-01T00:16:40Z', 'User-Agent', 'any'],
      ],
    };
    assert.equal(canonicalRequest(get).length, 337);
    const signature = Buffer.from(
      '0e7b725f8ff47b5b348f8c31de2a28bdff6eb4e5442eeb0a449d6f656532fc8f470e7c0d936a0040fca354aa1378db7fef7ca3c64dedd74fe5313cb9265ef21701',
      'hex',
    );
    assert.equal(recoverAddress(keccak256(canonicalRequest(get)), signature), address);
    const post = {
      method: 'POST',
      target:
        '/mybucket/dir/hello%20world+%E4%BD%A0.txt?delegate=&offset=0&complete=true&is_update=false&payload_size=11&visibility=2',
      host: 'sp.example.com:9033',
      rawHeaders: [
        ...['Content-Type', 'text/plain', 'X-Gnfd-Content-Sha256', '', 'X-Gnfd-Date', '2024-01-01T00:00:00Z'],
        ...['X-Gnfd-Expiry-Timestamp', '2024-01-01T00:16:40Z'],
      ],
    };
    assert.equal(canonicalRequest(post).length, 343);
    assert.equal(
      keccak256(canonicalRequest(post)).toString('hex'),
      '11bc3790dcdfee50b1ff3df8eb105b32b78d0e0c703e18cf67557ead1c38851d',
    );
  });

  it('encodes any path so that it decodes to itself', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const encoded = encodePath(Buffer.from(text.replaceAll('%', '')).toString('latin1'));
        assert.equal(decodeURIComponent(encoded), text.replaceAll('%', ''));
      }),
    );
  });

  const typed = (value: string) =>
    canonicalRequest({
      method: 'GET',
      target: '/',
      host: 'h',
      // as Node reads it from the wire
      rawHeaders: ['Content-Type', Buffer.from(value).toString('latin1')],
    }).toString();

  it('trims header values and keeps every byte that is no ASCII space', () => {
    assert.equal(
      typed(' \t text/plain;  name=a\t b '),
      'GET\n/\n\ncontent-type:text/plain; name=a b\nh\n\ncontent-type',
    );
    // à is C3 A0, and A0 alone would be a space
    assert.equal(typed('name=à'), 'GET\n/\n\ncontent-type:name=à\nh\n\ncontent-type');
    fc.assert(
      fc.property(fc.string({ unit: fc.string({ unit: 'grapheme', minLength: 1 }), maxLength: 8 }), (text) => {
        const value = text.replace(/[\t\n\v\f\r ]/g, '');
        assert.equal(typed(value), `GET\n/\n\ncontent-type:${value.toWellFormed()}\nh\n\ncontent-type`);
      }),
    );
  });

  it('sorts the query by key and drops what form parsers drop', () => {
    assert.equal(canonicalQuery('b=2&a=1&a=0&c&d;e=1&f=%zz&g=a+b'), 'a=1&a=0&b=2&c=&g=a%20b');
  });
});

describe('the Authorization header', () => {
  const request = { method: 'GET', target: '/b/o', host: 'h.localhost:9033', rawHeaders: [] };

  it('names its signer, with or without the port', () => {
    const parsed = parseAuthorization(authorizationOf(request, key));
    assert.ok(parsed.ok && parsed.scheme === 'GNFD1-ECDSA');
    assert.equal([...signersOf(request, hexBytes(parsed.signature)!)][0], address);
    const portless = parseAuthorization(authorizationOf({ ...request, host: 'h.localhost' }, key));
    assert.ok(portless.ok);
    assert.equal([...signersOf(request, hexBytes(portless.signature)!)][1], address);
  });

  it('says what is wrong with others', () => {
    const problemOf = (value: string) => {
      const parsed = parseAuthorization(value);
      return parsed.ok ? 'none' : parsed.problem;
    };
    assert.equal(problemOf(''), 'scheme');
    assert.equal(problemOf('gnfd1-ecdsa,Signature=00'), 'scheme');
    assert.equal(problemOf('GNFD1-ECDSA,Sig=00'), 'format');
    assert.equal(problemOf('GNFD1-ECDSA,Signature=00=1'), 'format');
    assert.equal(hexBytes('xy'), undefined);
    assert.equal(hexBytes('abc'), undefined);
    assert.deepEqual(hexBytes('aB'), Buffer.of(0xab));
  });
});

describe('the expiry', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  for (const [text, valid] of [
    ['2026-01-01T00:00:01Z', true],
    ['2025-12-31T23:59:59.5Z', true],
    ['2025-12-31T23:59:59Z', false],
    ['2026-01-08T00:00:00Z', true],
    ['2026-01-08T00:00:01Z', false],
    ['2026-01-01t00:00:01z', false],
    ['2026-01-01T01:00:01+01:00', true],
    ['tomorrow', false],
    ['', false],
  ] as const) {
    it(`${valid ? 'accepts' : 'refuses'} ${JSON.stringify(text)}`, () => assert.equal(isExpiryValid(text, now), valid));
  }
});
