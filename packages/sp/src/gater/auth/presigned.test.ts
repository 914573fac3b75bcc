import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { authorizationOf, expiryText, offChainKey, presignedTarget } from '@prairie/client';
import { GfSpError, silentLogger } from '@prairie/gfsp';
import { openSpDb } from '@prairie/store';
import { AuthenticatorModule } from '../../authenticator/index.ts';
import type { Asked, Gateway } from '../http/handler.ts';
import { parseTarget } from '../http/target.ts';
import { chainOf, OPERATOR, USER, USER_KEY } from '../testing.ts';
import { presignedSigners } from './presigned.ts';
import { DOMAIN } from './testing.ts';

const HOST = 'photos.sp1.test:9033';
const key = offChainKey(USER, DOMAIN, 'one');

const spdb = await openSpDb({ engine: 'sqlite', path: ':memory:' });
const authenticator = new AuthenticatorModule(
  { operatorAddress: OPERATOR },
  { consensus: chainOf(), spdb, logger: silentLogger },
);
const gateway = { dependencies: { client: { authenticator } } } as unknown as Gateway;
await authenticator.updateUserPublicKeyV2(
  { account: USER, domain: DOMAIN },
  key.publicKey,
  BigInt(Date.now() + 3600_000),
);

/** Accounts, a code, or undefined when the URL is not presigned. */
async function outcome(target: string, rawHeaders: string[] = [], host = HOST): Promise<string[] | number | undefined> {
  const message = { method: 'GET', url: target, rawHeaders, headers: { host } };
  const asked = { message, target: parseTarget(target)! } as unknown as Pick<Asked, 'message' | 'target'>;
  try {
    return await presignedSigners(gateway, asked);
  } catch (error) {
    assert.ok(error instanceof GfSpError, String(error));
    return error.innerCode;
  }
}

const url = (expiry = expiryText(100), host = HOST) => presignedTarget(key, { target: '/a.txt', host, expiry });
const without = (name: string) =>
  url().replace(new RegExp(`[?&]${name}=[^&]*`), (pair) => (pair[0] === '?' ? '?' : ''));

describe('a presigned URL', () => {
  it('names the account, with the port of the host or without', async () => {
    assert.deepEqual(await outcome(url()), [USER]);
    assert.deepEqual(await outcome(url(expiryText(100), 'photos.sp1.test')), [USER]);
    assert.deepEqual(await outcome(url(), ['User-Agent', 'any', 'Accept', '*/*']), [USER]);
  });

  it('is none without what it needs', async () => {
    for (const name of ['Authorization', 'X-Gnfd-User-Address', 'X-Gnfd-App-Domain', 'X-Gnfd-Expiry-Timestamp']) {
      assert.equal(await outcome(without(name)), undefined, name);
      assert.equal(await outcome(url().replace(name, name.toLowerCase())), undefined, name);
    }
    assert.equal(await outcome('/a.txt'), undefined);
    assert.equal(await outcome(without('X-Gnfd-App-Reg-Public-Key')), 20017);
  });

  it('ends', async () => {
    assert.equal(await outcome(url(expiryText(-5))), 50023);
    assert.equal(await outcome(url(expiryText(8 * 86400))), 50023);
    assert.equal(await outcome(url('tomorrow')), 50023);
  });

  it('holds for what was signed only', async () => {
    assert.equal(await outcome(url().replace('view=0', 'view=1')), 20012);
    assert.equal(await outcome(url().replace('/a.txt', '/b.txt')), 20012);
    assert.equal(await outcome(url(), [], 'other.sp1.test:9033'), 20012);
    assert.equal(await outcome(url(), ['Range', 'bytes=0-1']), 20012);
    assert.equal(await outcome(`${url()}&more=1`), 20012);
  });

  it('is signed by an off-chain key', async () => {
    const scheme = (value: string) =>
      url().replace(/Authorization=[^&]*/, `Authorization=${encodeURIComponent(value)}`);
    const request = { method: 'GET', target: without('Authorization'), host: HOST, rawHeaders: [] };
    assert.equal(await outcome(scheme(authorizationOf(request, USER_KEY))), 50001);
    assert.equal(await outcome(scheme('Basic abc')), 50001);
    assert.equal(await outcome(scheme('GNFD2-EDDSA,Sig=00')), 50002);
    assert.equal(await outcome(scheme('GNFD1-EDDSA,Signature=00')), 20015);
  });
});
