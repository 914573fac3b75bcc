/** `Authorization` in every scheme, right and wrong in every way that a client or an attacker may send. */
import { signDigest } from '@prairie/chain';
import {
  APP_DOMAIN_HEADER,
  APP_PUBLIC_KEY_HEADER,
  authorizationOf,
  EXPIRY_HEADER,
  expiryText,
  offChainAuthorization,
  offChainHeaders,
  offChainKey,
  personalSign,
  registrationAuthorization,
  registrationText,
  requestDigest,
  type SignableRequest,
  USER_ADDRESS_HEADER,
} from '@prairie/client';
import fc from 'fast-check';
import type { World } from './world.ts';

type Headers = [name: string, value: string][];
/** Adds its headers to a request, whose other headers are there already. */
export type Signing = (request: SignableRequest & { headers: Headers }, world: World) => Headers;

const DOMAIN = 'https://dapp.example';

const withExpiry = (seconds: number, authorize: (request: SignableRequest, world: World) => string): Signing => {
  return ({ headers, ...request }, world) => {
    const all: Headers = [...headers, [EXPIRY_HEADER, expiryText(seconds)]];
    return [...all, ['Authorization', authorize({ ...request, rawHeaders: all.flat() }, world)]];
  };
};

const owners = (request: SignableRequest, { owner }: World) => authorizationOf(request, owner.privateKey);
const strangers = (request: SignableRequest, { stranger }: World) => authorizationOf(request, stranger.privateKey);

/** The owner's signature with something done to its bytes. */
const spoilt = (spoil: (signature: Buffer) => Buffer): Signing =>
  withExpiry(600, (request, { owner }) => {
    const signature = spoil(signDigest(owner.privateKey, requestDigest(request)));
    return `GNFD1-ECDSA, Signature=${signature.toString('hex')}`;
  });

const instead = (authorization: string): Signing => withExpiry(600, () => authorization);

function withKey(headers: (known: Record<string, string>) => Record<string, string>): Signing {
  return (request, { owner }) => {
    const key = offChainKey(owner.address, DOMAIN, 'fuzz');
    const all: Headers = [
      ...request.headers,
      ...Object.entries(headers(offChainHeaders(key))),
      [EXPIRY_HEADER, expiryText(600)],
    ];
    return [...all, ['Authorization', offChainAuthorization({ ...request, rawHeaders: all.flat() }, key)]];
  };
}

const legacy: Signing = (request, { owner }) => [
  ...request.headers,
  [USER_ADDRESS_HEADER, owner.address],
  [APP_DOMAIN_HEADER, DOMAIN],
  [EXPIRY_HEADER, expiryText(600)],
  ['Authorization', `GNFD1-EDDSA,Signature=${'ab'.repeat(64)}`],
];

/** Registration of a key, of which a part may be replaced: the text, the signature, or the header. */
function registration(spoil: (parts: { text: string; signature: string }) => string): Signing {
  return (request, { owner }) => {
    const { publicKey } = offChainKey(owner.address, DOMAIN, 'fuzz');
    const expiry = expiryText(3600);
    const text = registrationText({ account: owner.address, domain: DOMAIN, publicKey, expiry });
    const authorization = spoil({ text, signature: personalSign(text, owner.privateKey) });
    return [
      ...request.headers,
      ...([
        ['Origin', DOMAIN],
        [APP_DOMAIN_HEADER, DOMAIN],
        [APP_PUBLIC_KEY_HEADER, publicKey],
        [EXPIRY_HEADER, expiry],
        ['Authorization', authorization],
      ] satisfies Headers),
    ];
  };
}

const WRONG: readonly Signing[] = [
  spoilt((signature) => signature.subarray(1)),
  spoilt((signature) => signature.subarray(0, 64)),
  spoilt((signature) => Buffer.concat([signature, signature])),
  spoilt((signature) => Buffer.concat([signature.subarray(0, 64), Buffer.of(27)])),
  spoilt((signature) => Buffer.concat([signature.subarray(0, 64), Buffer.of(255)])),
  spoilt(() => Buffer.alloc(65)),
  spoilt(() => Buffer.alloc(65, 255)),
  spoilt(() => Buffer.alloc(0)),
  instead(''),
  instead('GNFD1-ECDSA'),
  instead('GNFD1-ECDSA,'),
  instead('GNFD1-ECDSA,Signature'),
  instead('GNFD1-ECDSA,Signature==='),
  instead('GNFD1-ECDSA,Signature=zz'),
  instead('GNFD1-ECDSA,Signature=abc'),
  instead(`GNFD1-ECDSA,Signature=0x${'ab'.repeat(65)}`),
  instead(`GNFD1-ECDSA,Signature=${'ab'.repeat(40_000)}`),
  instead(`gnfd1-ecdsa,Signature=${'ab'.repeat(65)}`),
  instead(`GNFD2-EDDSA,Signature=${'ab'.repeat(64)}`),
  instead('GNFD2-EDDSA,Signature=zz'),
  instead(`GNFD9-RSA,Signature=${'ab'.repeat(64)}`),
  instead('Bearer abc'),
  withExpiry(-100, owners),
  withExpiry(3600 * 24 * 8, owners),
  (request, world) => [
    ...request.headers,
    [EXPIRY_HEADER, 'tomorrow'],
    ['Authorization', authorizationOf(request, world.owner.privateKey)],
  ],
  (request, world) => [...request.headers, ['Authorization', authorizationOf(request, world.owner.privateKey)]],
  (request, world) => {
    const once = withExpiry(600, owners)(request, world);
    return [...once, ...once];
  },
  withKey((headers) => headers),
  withKey((headers) => ({ ...headers, [APP_PUBLIC_KEY_HEADER]: 'zz'.repeat(32) })),
  withKey((headers) => ({ ...headers, [APP_PUBLIC_KEY_HEADER]: '' })),
  withKey((headers) => ({ ...headers, [USER_ADDRESS_HEADER]: 'nobody' })),
  withKey((headers) => ({ ...headers, [APP_DOMAIN_HEADER]: '' })),
  legacy,
];

const PERSONAL: readonly Signing[] = [
  registration(({ text, signature }) => registrationAuthorization(text, signature)),
  registration(({ text, signature }) => registrationAuthorization(text.replace('account', 'acount'), signature)),
  registration(({ text, signature }) => registrationAuthorization(`${text},x=y`, signature)),
  registration(({ text, signature }) => registrationAuthorization(text, signature.slice(0, 60))),
  registration(({ text }) => registrationAuthorization(text, '0xzz')),
  registration(({ text }) => registrationAuthorization(text, `0x${'00'.repeat(65)}`)),
  registration(({ text }) => registrationAuthorization('(.*)+\\n'.repeat(5000), text)),
  registration(() => 'GNFD1-ETH-PERSONAL_SIGN,'),
  registration(() => 'GNFD1-ETH-PERSONAL_SIGN,SignedMsg=,Signature='),
];

/** No signature, the owner's, a stranger's, or one that is wrong. */
export const anySigning: fc.Arbitrary<Signing> = fc.oneof(
  { arbitrary: fc.constant<Signing>(({ headers }) => headers), weight: 3 },
  { arbitrary: fc.constant(withExpiry(600, owners)), weight: 6 },
  { arbitrary: fc.constant(withExpiry(600, strangers)), weight: 2 },
  { arbitrary: fc.constantFrom(...WRONG), weight: 4 },
);

/** The same for the routes that take a wallet's signature. */
export const anyPersonalSigning: fc.Arbitrary<Signing> = fc.oneof(
  { arbitrary: fc.constantFrom(...PERSONAL), weight: 4 },
  { arbitrary: anySigning, weight: 1 },
);
