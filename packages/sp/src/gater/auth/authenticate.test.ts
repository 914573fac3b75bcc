import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import {
  authorizationOf,
  EXPIRY_HEADER,
  expiryText,
  offChainAuthorization,
  offChainHeaders,
  offChainKey,
  type SignableRequest,
} from '@prairie/client';
import { defineErrors, GfSpError, type Modules, silentLogger } from '@prairie/gfsp';
import { openSpDb } from '@prairie/store';
import fc from 'fast-check';
import { AuthenticatorModule } from '../../authenticator/index.ts';
import type { Asked, Gateway } from '../http/handler.ts';
import { parseTarget } from '../http/target.ts';
import { RateLimiter } from '../limits/rate-limiter.ts';
import { chainOf, OPERATOR, USER, USER_KEY } from '../testing.ts';
import { authenticate, authorizedSigner } from './authenticate.ts';
import { DOMAIN } from './testing.ts';

const key = offChainKey(USER, DOMAIN, 'one');
const HOST = 'photos.sp1.test:9033';

/** A request as it arrives from Node's parser. */
function arrived({ method, target, rawHeaders, host }: SignableRequest): Pick<Asked, 'message' | 'target'> {
  const headersDistinct: Record<string, string[]> = {};
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!.toLowerCase();
    headersDistinct[name] = [...(headersDistinct[name] ?? []), rawHeaders[i + 1]!];
  }
  const message = { method, url: target, rawHeaders, headers: { host }, headersDistinct };
  return { message, target: parseTarget(target)! } as unknown as Pick<Asked, 'message' | 'target'>;
}

async function gatewayWithKey(t: TestContext): Promise<Gateway> {
  const spdb = await openSpDb({ engine: 'sqlite', path: ':memory:' });
  t.after(() => spdb.close());
  const dependencies = { client: {} as Modules, consensus: chainOf(), spdb, logger: silentLogger };
  const authenticator = new AuthenticatorModule({ operatorAddress: OPERATOR }, dependencies);
  await authenticator.updateUserPublicKeyV2(
    { account: USER, domain: DOMAIN },
    key.publicKey,
    BigInt(Date.now() + 3600_000),
  );
  return { dependencies: { client: { authenticator } } } as unknown as Gateway;
}

async function signersOf(gateway: Gateway, request: SignableRequest): Promise<string[] | number> {
  try {
    return [...(await authenticate(gateway, arrived(request)))];
  } catch (error) {
    assert.ok(error instanceof GfSpError, String(error));
    return error.innerCode;
  }
}

type Scheme = 'ECDSA' | 'EDDSA';
const BASE: SignableRequest = {
  method: 'GET',
  target: '/a%20b.txt?x=1&y=%C3%A9',
  host: HOST,
  rawHeaders: [
    ...['Range', 'bytes=0-9', 'Content-Type', 'text/plain', 'X-Gnfd-Date', '2026-01-01T00:00:00Z'],
    ...['X-Gnfd-Unsigned-Msg', 'abcdef', 'X-Gnfd-Txn-Hash', '0011'],
    ...['X-Gnfd-Content-Sha256', '', 'X-Gnfd-Piece-Index', '1', 'X-Gnfd-Redundancy-Index', '-1'],
  ],
};

/** `BASE`, complete and signed for the host that the client knows. */
function signed(scheme: Scheme, signedHost = HOST, fields: Partial<SignableRequest> = {}): SignableRequest {
  const headers = Object.entries({ [EXPIRY_HEADER]: expiryText(100), ...offChainHeaders(key) }).flat();
  const request = { ...BASE, rawHeaders: [...BASE.rawHeaders, ...headers], ...fields };
  const seen = { ...request, host: signedHost };
  const authorization = scheme === 'ECDSA' ? authorizationOf(seen, USER_KEY) : offChainAuthorization(seen, key);
  return { ...request, rawHeaders: [...request.rawHeaders, 'Authorization', authorization] };
}

/** The request with one header changed, or with another if it has none of that name. */
function withHeader(request: SignableRequest, name: string, value: string): SignableRequest {
  const kept = request.rawHeaders.flatMap((item, i, all) =>
    i % 2 === 0 && item.toLowerCase() !== name.toLowerCase() ? [item, all[i + 1]!] : [],
  );
  return { ...request, rawHeaders: [...kept, name, value] };
}

const headerOf = ({ rawHeaders }: SignableRequest, name: string) => rawHeaders[rawHeaders.indexOf(name) + 1]!;

describe('who signed', () => {
  it('is known with the host as sent, and without its port', async (t) => {
    const gateway = await gatewayWithKey(t);
    for (const host of [HOST, 'photos.sp1.test']) {
      const accounts = await signersOf(gateway, signed('ECDSA', host));
      assert.ok(Array.isArray(accounts) && accounts.includes(USER));
      assert.deepEqual(await signersOf(gateway, signed('EDDSA', host)), [USER]);
    }
    assert.equal(await signersOf(gateway, signed('EDDSA', 'other.test')), 20012);
  });

  it('is the address as it is written on chain', async (t) => {
    const gateway = await gatewayWithKey(t);
    const lower = { ...key, account: USER.toLowerCase() };
    const rawHeaders = Object.entries({ [EXPIRY_HEADER]: expiryText(9), ...offChainHeaders(lower) }).flat();
    assert.deepEqual(await signersOf(gateway, signed('EDDSA', HOST, { rawHeaders })), [USER]);
  });

  it('is recovered from a signature with the upper S too', async (t) => {
    const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
    const request = signed('ECDSA');
    const hex = headerOf(request, 'Authorization').split('=')[1]!;
    const highS = (order - BigInt(`0x${hex.slice(64, 128)}`)).toString(16).padStart(64, '0');
    const flipped = `${hex.slice(0, 64)}${highS}0${1 - Number(hex.at(-1))}`;
    const accounts = await signersOf(
      await gatewayWithKey(t),
      withHeader(request, 'Authorization', `GNFD1-ECDSA,Signature=${flipped}`),
    );
    assert.ok(Array.isArray(accounts) && accounts[0] === USER);
  });
});

describe('who of the possible signers it is', () => {
  const errors = defineErrors('test', {
    unknown: [400, 20006, 'the chain knows no such account'],
    exists: [400, 20009, 'the bucket exists already'],
    denied: [401, 50004, 'no permission'],
    broken: [500, 25002, 'the chain could not be asked'],
  });
  type Verdict = keyof typeof errors | 'allowed';
  const place = { bucket: 'photos', object: '', params: {} };

  /** The verdict on each signer in turn; the account, or the code that it is refused with, and how many were asked. */
  async function outcome(...verdicts: Verdict[]): Promise<[string | number, number]> {
    let asked = 0;
    const authorize = async (): Promise<void> => {
      const verdict = verdicts[asked++]!;
      if (verdict !== 'allowed') throw errors[verdict]();
    };
    const limiter = new RateLimiter({}, { domain: 'sp1.test' });
    const gateway = { limiter, dependencies: { client: { authenticator: { authorize } } } } as unknown as Gateway;
    const signers = verdicts.map((_, index) => String(index));
    const work = authorizedSigner(gateway, { place, signers }, 'get-object');
    const result = await work.catch((error: unknown) => GfSpError.from(error).innerCode);
    return [result, asked];
  }

  const CASES: [Verdict[], [string | number, number]][] = [
    [
      ['allowed', 'allowed'],
      ['0', 1],
    ],
    [
      ['denied', 'allowed'],
      ['1', 2],
    ],
    [
      ['denied', 'exists'],
      [50004, 2],
    ],
    [
      ['unknown', 'exists'],
      [20009, 2],
    ],
    [
      ['exists', 'unknown'],
      [20009, 2],
    ],
    [
      ['unknown', 'unknown'],
      [20006, 2],
    ],
    [
      ['broken', 'allowed'],
      [25002, 1],
    ],
    [[], [50004, 0]],
  ];
  for (const [verdicts, expected] of CASES) {
    it(`${verdicts.join(', ') || 'nobody'} → ${expected[0]}`, async () => {
      assert.deepEqual(await outcome(...verdicts), expected);
    });
  }
});

describe('the order of the checks', () => {
  const CASES: [string, (request: SignableRequest) => SignableRequest, number][] = [
    ['the expiry is first', (r) => withHeader(withHeader(r, EXPIRY_HEADER, ''), 'Authorization', 'x'), 50023],
    ['an expiry that is over', (r) => withHeader(r, EXPIRY_HEADER, expiryText(-5)), 50023],
    ['an expiry in eight days', (r) => withHeader(r, EXPIRY_HEADER, expiryText(8 * 86400)), 50023],
    ['no Authorization', (r) => withHeader(r, 'Authorization', ''), 50001],
    ['another scheme', (r) => withHeader(r, 'Authorization', 'Basic abc'), 50001],
    ['another case', (r) => withHeader(r, 'Authorization', 'gnfd2-eddsa,Signature=00'), 50001],
    ['no key', (r) => withHeader(r, 'Authorization', 'GNFD2-EDDSA,Sig=00'), 50002],
    ['two values', (r) => withHeader(r, 'Authorization', 'GNFD2-EDDSA,Signature=00=11'), 50002],
    ['ECDSA without hex', (r) => withHeader(r, 'Authorization', 'GNFD1-ECDSA,Signature=xy'), 50003],
    ['ECDSA too short', (r) => withHeader(r, 'Authorization', 'GNFD1-ECDSA,Signature=00'), 50003],
    ['ECDSA of V 27', (r) => withHeader(r, 'Authorization', `GNFD1-ECDSA,Signature=${'11'.repeat(64)}1b`), 50003],
    ['EdDSA without hex', (r) => withHeader(r, 'Authorization', 'GNFD2-EDDSA,Signature=xy'), 20012],
    ['EdDSA too short', (r) => withHeader(r, 'Authorization', 'GNFD2-EDDSA,Signature=00'), 20012],
    ['EdDSA without a domain', (r) => withHeader(r, 'X-Gnfd-App-Domain', ''), 20017],
    ['EdDSA without a public key', (r) => withHeader(r, 'X-Gnfd-App-Reg-Public-Key', ''), 20017],
    ['a key that nobody registered', (r) => withHeader(r, 'X-Gnfd-App-Reg-Public-Key', '11'.repeat(32)), 20019],
    ['another application', (r) => withHeader(r, 'X-Gnfd-App-Domain', 'https://evil.test'), 20019],
    ['the first generation without hex', (r) => withHeader(r, 'Authorization', 'GNFD1-EDDSA,Signature=xy'), 20012],
    ['the first generation without a key', (r) => withHeader(r, 'Authorization', 'GNFD1-EDDSA,Signature=00'), 20015],
  ];
  for (const [name, change, code] of CASES) {
    it(`${name}: ${code}`, async (t) => {
      assert.equal(await signersOf(await gatewayWithKey(t), change(signed('EDDSA'))), code);
    });
  }

  it('the expiry may be in the query', async (t) => {
    const gateway = await gatewayWithKey(t);
    const rawHeaders = Object.entries(offChainHeaders(key)).flat();
    const target = `/a?${EXPIRY_HEADER}=${encodeURIComponent(expiryText(9))}`;
    assert.deepEqual(await signersOf(gateway, signed('EDDSA', HOST, { rawHeaders, target })), [USER]);
    const other = target.toLowerCase();
    assert.equal(await signersOf(gateway, signed('EDDSA', HOST, { rawHeaders, target: other })), 50023);
  });
});

describe('property: a flipped bit', () => {
  const signedHeaders = ['Range', 'Content-Type', 'X-Gnfd-Date', 'X-Gnfd-Unsigned-Msg', 'X-Gnfd-Txn-Hash'];
  const indexes = ['X-Gnfd-Piece-Index', 'X-Gnfd-Redundancy-Index', 'X-Gnfd-User-Address', EXPIRY_HEADER];
  const own = [...signedHeaders, ...indexes, 'X-Gnfd-App-Domain', 'X-Gnfd-App-Reg-Public-Key', 'Authorization'];

  /** One bit of the text's latin1 bytes; what would not get through an HTTP parser stays as it is. */
  const flip = (text: string, bit: number) => {
    const bytes = Buffer.from(text, 'latin1');
    const at = (bit >> 3) % bytes.length;
    bytes[at]! ^= 1 << (bit & 7);
    const isVisible = bytes[at]! > 0x20 && bytes[at]! !== 0x7f;
    return isVisible ? bytes.toString('latin1') : text;
  };
  /** Hex digits and addresses mean the same in either case. */
  const isSame = (name: string, a: string, b: string) =>
    a === b || (/Public-Key|Authorization/.test(name) && a.toLowerCase() === b.toLowerCase());

  for (const scheme of ['EDDSA', 'ECDSA'] as const) {
    it(`in a header of ${scheme} is refused, or makes another account`, async (t) => {
      const gateway = await gatewayWithKey(t);
      const names = scheme === 'EDDSA' ? own : [...signedHeaders, ...indexes, 'Authorization'];
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...names), fc.nat(4095), async (name, bit) => {
          const request = signed(scheme);
          const value = headerOf(request, name);
          const changed = flip(value, bit);
          if (isSame(name, value, changed)) return;
          const accounts = await signersOf(gateway, withHeader(request, name, changed));
          assert.ok(typeof accounts === 'number' || !accounts.includes(USER), `${name}: ${changed}`);
        }),
        { numRuns: 400 },
      );
    });

    it(`in the path or the query of ${scheme} is refused, or makes another account`, async (t) => {
      const gateway = await gatewayWithKey(t);
      const request = signed(scheme, HOST, { target: '/folder/name.txt?key=value&other=more' });
      const meaning = (target: string) => JSON.stringify([decodeURI(target.split('?')[0]!), target.split('?')[1]]);
      await fc.assert(
        fc.asyncProperty(fc.nat(295), async (bit) => {
          const target = flip(request.target, bit);
          if (!/^\/[\x21-\x7e]*$/.test(target) || target.includes('%') || target.includes('#')) return;
          if (meaning(target) === meaning(request.target)) return;
          const accounts = await signersOf(gateway, { ...request, target });
          assert.ok(typeof accounts === 'number' || !accounts.includes(USER), target);
        }),
        { numRuns: 400 },
      );
    });
  }
});
