import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import {
  authorizationOf,
  EXPIRY_HEADER,
  expiryText,
  offChainKey,
  personalSign,
  registrationAuthorization,
  registrationText,
} from '@prairie/client';
import { OPERATOR, OPERATOR_KEY, USER, USER_KEY } from '../testing.ts';
import { type AuthGateway, authGateway, DOMAIN } from './testing.ts';

const key = offChainKey(USER, DOMAIN, 'one');
const expiry = expiryText(1000);
const base = { account: USER, domain: DOMAIN, publicKey: key.publicKey, expiry };
const STRANGER = '0x2bEa8ef80795cb495Fccfd6718A66f6f6c459f40';

interface Registration {
  text?: Partial<Parameters<typeof registrationText>[0]>;
  headers?: Record<string, string>;
  /** In place of the text's. */
  authorization?: string;
  nonce?: number;
  wallet?: Uint8Array;
}

/** A good registration but for what is given. */
function register(gateway: AuthGateway, { text = {}, headers = {}, nonce, wallet = USER_KEY, ...rest }: Registration) {
  const nonces = nonce === undefined ? [] : [{ operator: OPERATOR, nonce }];
  const signed = registrationText({ ...base, nonces, ...text });
  return gateway.send({
    method: 'POST',
    path: nonce === undefined ? '/auth/update_key_v2' : '/auth/update_key',
    headers: {
      Authorization: rest.authorization ?? registrationAuthorization(signed, personalSign(signed, wallet)),
      Origin: DOMAIN,
      'X-Gnfd-App-Domain': DOMAIN,
      'X-Gnfd-App-Reg-Public-Key': key.publicKey,
      [EXPIRY_HEADER]: expiry,
      ...(nonce === undefined ? {} : { 'X-Gnfd-App-Reg-Nonce': String(nonce) }),
      ...headers,
    },
  });
}

/** Headers, signed with a wallet's key. */
function signedBy(gateway: AuthGateway, wallet: Uint8Array, target: string, headers: Record<string, string>) {
  const all = { ...headers, [EXPIRY_HEADER]: expiryText(100) };
  const request = { method: 'POST', target, host: `127.0.0.1:${gateway.port}`, rawHeaders: Object.entries(all).flat() };
  return { ...all, Authorization: authorizationOf(request, wallet) };
}

const of = (account: string) => ({ 'X-Gnfd-User-Address': account, 'X-Gnfd-App-Domain': DOMAIN });
const textOf = async (gateway: AuthGateway, path: string, account = USER) =>
  (await gateway.send({ path, headers: of(account) })).body.toString();

describe('a key of the second generation', () => {
  it('is registered by a wallet, listed, signs, and is deleted', async (t) => {
    const gateway = await authGateway(t);
    const registered = await register(gateway, {});
    assert.equal(
      registered.body.toString(),
      '<UpdateUserPublicKeyResp><Result>true</Result></UpdateUserPublicKeyResp>',
    );
    assert.equal(
      await textOf(gateway, '/auth/keys_v2', USER.toLowerCase()),
      `<ListUserPublicKeyV2Resp><Result>${key.publicKey}</Result></ListUserPublicKeyV2Resp>`,
    );
    const path = '/auth/delete_keys_v2';
    const deletion = await gateway.signed(key, { method: 'POST', path, body: Buffer.from(key.publicKey) });
    assert.equal(
      deletion.body.toString(),
      '<DeleteUserPublicKeyV2Resp><Result>true</Result></DeleteUserPublicKeyV2Resp>',
    );
    assert.equal(await textOf(gateway, '/auth/keys_v2'), '<ListUserPublicKeyV2Resp></ListUserPublicKeyV2Resp>');
    assert.equal((await gateway.signed(key, { method: 'POST', path })).code, 20019);
  });

  it('is the account’s that signed, whatever the header says', async (t) => {
    const gateway = await authGateway(t);
    const answer = await register(gateway, { wallet: OPERATOR_KEY, headers: { 'X-Gnfd-User-Address': USER } });
    assert.equal(answer.status, 200);
    assert.match(await textOf(gateway, '/auth/keys_v2', OPERATOR), /<Result>/);
    assert.doesNotMatch(await textOf(gateway, '/auth/keys_v2', USER), /<Result>/);
  });

  const other = offChainKey(USER, DOMAIN, 'two').publicKey;
  const CASES: [string, Registration, number, number][] = [
    ['another scheme', { authorization: 'GNFD1-ECDSA, Signature=00' }, 400, 50001],
    ['no text', { authorization: 'GNFD1-ETH-PERSONAL_SIGN,Signature=0x00' }, 400, 50002],
    ['a text with a comma', { text: { chainId: '1,2' as never } }, 400, 50002],
    ['a text with =', { text: { issued: 'a=b' } }, 400, 50002],
    ['two texts', { authorization: 'GNFD1-ETH-PERSONAL_SIGN,SignedMsg=a,SignedMsg=b' }, 400, 50002],
    ['no hex', { authorization: 'GNFD1-ETH-PERSONAL_SIGN,SignedMsg=a,Signature=0xzz' }, 406, 50015],
    ['a short signature', { authorization: `GNFD1-ETH-PERSONAL_SIGN,SignedMsg=a,Signature=0x00` }, 406, 50015],
    [
      'a V of 29',
      { authorization: `GNFD1-ETH-PERSONAL_SIGN,SignedMsg=a,Signature=0x${'11'.repeat(64)}1f` },
      ...([406, 50015] as const),
    ],
    ['another origin', { headers: { Origin: 'https://evil.test' } }, 400, 50017],
    ['no domain', { headers: { 'X-Gnfd-App-Domain': '' } }, 400, 50017],
    ['a short key', { headers: { 'X-Gnfd-App-Reg-Public-Key': 'ab' } }, 400, 50018],
    ['a key that is no hex', { headers: { 'X-Gnfd-App-Reg-Public-Key': 'z'.repeat(64) } }, 400, 50018],
    ['no expiry', { headers: { [EXPIRY_HEADER]: '' } }, 400, 50023],
    ['an expiry in eight days', { headers: { [EXPIRY_HEADER]: expiryText(8 * 86400) } }, 400, 50023],
    ['another template', { text: { publicKey: '' } }, 400, 50022],
    ['another domain in the text', { text: { domain: 'https://evil.test' } }, 400, 50037],
    ['another key in the text', { text: { publicKey: other } }, 400, 50039],
    ['another expiry in the text', { text: { expiry: expiryText(1001) } }, 400, 50038],
  ];
  for (const [name, registration, status, code] of CASES) {
    it(`is refused with ${name}: ${code}`, async (t) => {
      const gateway = await authGateway(t);
      const answer = await register(gateway, registration);
      assert.deepEqual([answer.status, answer.code], [status, code], answer.body.toString());
      assert.deepEqual(await gateway.spdb.listAuthKeysV2({ user_address: USER, domain: DOMAIN }), []);
    });
  }
});

describe('the key of the first generation', () => {
  const nonceOf = async (gateway: AuthGateway) =>
    /<NextNonce>(\d+)/.exec(await textOf(gateway, '/auth/request_nonce'))?.[1];

  it('is registered with the next nonce, once', async (t) => {
    const gateway = await authGateway(t);
    assert.equal(await nonceOf(gateway), '1');
    assert.equal((await register(gateway, { nonce: 1 })).status, 200);
    assert.match(
      await textOf(gateway, '/auth/request_nonce'),
      new RegExp(
        `^<RequestNonceResp><CurrentNonce>1</CurrentNonce><NextNonce>2</NextNonce><CurrentPublicKey>${key.publicKey}` +
          `</CurrentPublicKey><ExpiryDate>${Date.parse(expiry)}</ExpiryDate></RequestNonceResp>$`,
      ),
    );
    assert.equal((await register(gateway, { nonce: 1 })).code, 50019);
    assert.equal((await register(gateway, { nonce: 2 })).status, 200);
  });

  it('of two registrations with one nonce, one is done', async (t) => {
    const gateway = await authGateway(t);
    const answers = await Promise.all(Array.from({ length: 5 }, () => register(gateway, { nonce: 1 })));
    assert.deepEqual(answers.map(({ status, code }) => `${status} ${code}`).sort(), [
      '200 0',
      ...Array.from({ length: 4 }, () => '400 50019'),
    ]);
    assert.equal(await nonceOf(gateway), '2');
  });

  const CASES: [string, Registration, number][] = [
    ['another nonce', { nonce: 2 }, 50019],
    ['a nonce that is no number', { nonce: 1, headers: { 'X-Gnfd-App-Reg-Nonce': 'one' } }, 50019],
    ['a nonce beyond 32 bits', { nonce: 1, headers: { 'X-Gnfd-App-Reg-Nonce': '4294967297' } }, 50019],
    ['another nonce in the text', { nonce: 1, text: { nonces: [{ operator: OPERATOR, nonce: 2 }] } }, 50040],
    ['a text for another provider', { nonce: 1, text: { nonces: [{ operator: STRANGER, nonce: 1 }] } }, 50021],
    ['a text of the second generation', { nonce: 1, text: { nonces: [] } }, 50022],
    ['the nonce before the expiry', { nonce: 2, headers: { [EXPIRY_HEADER]: '' } }, 50019],
    ['the expiry before the text', { nonce: 1, headers: { [EXPIRY_HEADER]: '' }, text: { nonces: [] } }, 50023],
  ];
  for (const [name, registration, code] of CASES) {
    it(`is refused with ${name}: ${code}`, async (t) => {
      const gateway = await authGateway(t);
      assert.equal((await register(gateway, registration)).code, code);
      assert.equal(await nonceOf(gateway), '1');
    });
  }
});

describe('questions about keys', () => {
  const refused = async (t: TestContext, headers: Record<string, string>) => {
    const gateway = await authGateway(t);
    const paths = ['/auth/request_nonce', '/auth/keys_v2'];
    return Promise.all(paths.map(async (path) => (await gateway.send({ path, headers })).code));
  };

  it('need an address and a domain', async (t) => {
    assert.deepEqual(await refused(t, of('xyz')), [50009, 50009]);
    assert.deepEqual(await refused(t, { 'X-Gnfd-App-Domain': DOMAIN }), [50009, 50009]);
    assert.deepEqual(await refused(t, { 'X-Gnfd-User-Address': USER }), [50017, 50017]);
  });
});

describe('deletion', () => {
  const path = '/auth/delete_keys_v2';
  const keys = (count: number) => Buffer.from(Array.from({ length: count }, () => key.publicKey).join(','));

  it('is for the signer’s own keys', async (t) => {
    const gateway = await authGateway(t);
    await register(gateway, {});
    const foreign = await gateway.send({
      ...{ method: 'POST', path, body: keys(1) },
      headers: signedBy(gateway, OPERATOR_KEY, path, of(USER)),
    });
    assert.deepEqual([foreign.status, foreign.code], [401, 50004]);
    const own = await gateway.send({
      ...{ method: 'POST', path, body: keys(1) },
      headers: signedBy(gateway, USER_KEY, path, of(USER.toLowerCase())),
    });
    assert.equal(own.status, 200);
    assert.equal(await textOf(gateway, '/auth/keys_v2'), '<ListUserPublicKeyV2Resp></ListUserPublicKeyV2Resp>');
  });

  for (const [count, code] of [
    [0, 0],
    [100, 0],
    [101, 20018],
    [100_000, 20018],
  ] as const) {
    it(`of ${count} keys: ${code || 'done'}`, async (t) => {
      const gateway = await authGateway(t);
      const headers = signedBy(gateway, USER_KEY, path, of(USER));
      assert.equal((await gateway.send({ method: 'POST', path, body: keys(count), headers })).code, code);
    });
  }
});
