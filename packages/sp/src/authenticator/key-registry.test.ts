import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { ed25519Sign, type OffChainKey, offChainKey } from '@prairie/client';
import { GfSpError, silentLogger } from '@prairie/gfsp';
import fc from 'fast-check';
import { memorySpDb } from '../testing/memory-spdb.ts';
import { KeyPurge } from './key-purge.ts';
import { KeyRegistry } from './key-registry.ts';
import { ACCOUNT, STRANGER } from './testing.ts';

const DOMAIN = 'https://app.test';
const scope = { account: ACCOUNT, domain: DOMAIN };
const DIGEST = Buffer.alloc(32, 7);
const key = offChainKey(ACCOUNT, DOMAIN, 'one');
const signature = ed25519Sign(key.privateKey, DIGEST).toString('hex');

/** Registries of processes that share their tables, with a time of their own. */
class Bench {
  readonly spdb = memorySpDb();
  nowMs = 1_000_000;
  readonly one = this.registry();
  readonly other = this.registry();

  registry(): KeyRegistry {
    return new KeyRegistry({ now: () => this.nowMs, clock: () => this.nowMs }, { spdb: this.spdb });
  }
}

async function codeOf(work: Promise<unknown>): Promise<number> {
  try {
    await work;
    return 0;
  } catch (error) {
    return GfSpError.from(error).innerCode;
  }
}

const verify = (registry: KeyRegistry, { publicKey }: OffChainKey = key, account = ACCOUNT) =>
  codeOf(registry.verifyGnfd2Eddsa({ ...scope, account }, publicKey, signature, DIGEST));

describe('keys of the second generation', () => {
  it('sign until they end, however the address and the key are written', async () => {
    const { one, ...bench } = new Bench();
    assert.equal(await verify(one), 20019);
    await one.updateUserPublicKeyV2(scope, key.publicKey.toUpperCase(), 1_002_000n);
    assert.equal(await verify(one), 0);
    assert.equal(await verify(one, key, ACCOUNT.toLowerCase()), 0);
    assert.equal(await verify(one, { ...key, publicKey: key.publicKey.toUpperCase() }), 0);
    assert.equal(await verify(one, key, STRANGER), 20019);
    assert.equal(await verify(one, key, 'nobody'), 20019);
    assert.deepEqual(await one.listAuthKeysV2(scope), [key.publicKey]);
    assert.equal((await bench.spdb.listAuthKeysV2({ user_address: ACCOUNT, domain: DOMAIN })).length, 1);
  });

  it('end at once, and by the registration that is the newest', async () => {
    const bench = new Bench();
    await bench.one.updateUserPublicKeyV2(scope, key.publicKey, 1_002_000n);
    assert.equal(await verify(bench.one), 0);
    bench.nowMs = 1_002_000;
    assert.equal(await verify(bench.one), 20015);
    await bench.one.updateUserPublicKeyV2(scope, key.publicKey, 1_009_000n);
    assert.equal(await verify(bench.one), 0);
    assert.equal(await bench.one.getAuthKeyV2(scope, key.publicKey), 1_009_000n);
  });

  it('that are deleted stop at once here, and within two seconds in other processes', async () => {
    const bench = new Bench();
    await bench.one.updateUserPublicKeyV2(scope, key.publicKey, 9_000_000n);
    assert.deepEqual([await verify(bench.one), await verify(bench.other)], [0, 0]);
    await bench.one.deleteAuthKeysV2(scope, [key.publicKey.toUpperCase(), 'unknown']);
    assert.equal(await verify(bench.one), 20019);
    bench.nowMs += 2000;
    assert.equal(await verify(bench.other), 20019);
    assert.deepEqual(await bench.one.listAuthKeysV2(scope), []);
  });

  it('are looked up once for many signatures', async () => {
    const bench = new Bench();
    await bench.one.updateUserPublicKeyV2(scope, key.publicKey, 9_000_000n);
    assert.equal(await verify(bench.one), 0);
    await bench.spdb.close();
    assert.equal(await verify(bench.one), 0);
    bench.nowMs += 2000;
    await assert.rejects(bench.one.verifyGnfd2Eddsa(scope, key.publicKey, signature, DIGEST), {
      innerCode: 999999,
      message: 'the keys of applications could not be read or written: try again later',
    });
  });

  it('are looked up once for all who ask at once, and an answer of before a deletion is not kept', async () => {
    const bench = new Bench();
    await bench.one.updateUserPublicKeyV2(scope, key.publicKey, 9_000_000n);
    const { spdb } = bench;
    const get = spdb.getAuthKeyV2.bind(spdb);
    const [wasRead, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    let lookUps = 0;
    spdb.getAuthKeyV2 = async (...args) => {
      lookUps += 1;
      const row = await get(...args);
      wasRead.resolve();
      await gate.promise;
      return row;
    };
    const asked = [1, 2, 3].map(() => verify(bench.one));
    await wasRead.promise;
    await bench.one.deleteAuthKeysV2(scope, [key.publicKey]);
    const afterwards = verify(bench.one);
    gate.resolve();
    assert.deepEqual(await Promise.all(asked), [0, 0, 0], 'they had asked before');
    assert.equal(await afterwards, 20019);
    assert.equal(await verify(bench.one), 20019);
    assert.equal(lookUps, 3);
  });

  it('that are no keys verify nothing', async () => {
    const { one } = new Bench();
    for (const publicKey of ['zz', 'ab', 'ff'.repeat(32), '00'.repeat(32)]) {
      await one.updateUserPublicKeyV2(scope, publicKey, 9_000_000n);
      assert.equal(await verify(one, { ...key, publicKey }), 20012);
    }
  });

  it('are checked in the order of the reference', async () => {
    const { one } = new Bench();
    const check = (account: string, publicKey: string, sig: string) =>
      codeOf(one.verifyGnfd2Eddsa({ account, domain: DOMAIN }, publicKey, sig, DIGEST));
    assert.equal(await check('', '', 'xy'), 20012);
    assert.equal(await check('', key.publicKey, ''), 20017);
    assert.equal(await check(ACCOUNT, '', ''), 20017);
    assert.equal(await check(ACCOUNT, key.publicKey, ''), 20019);
    await one.updateUserPublicKeyV2(scope, key.publicKey, 1n);
    assert.equal(await check(ACCOUNT, key.publicKey, ''), 20015);
    await one.updateUserPublicKeyV2(scope, key.publicKey, 9_000_000n);
    assert.equal(await check(ACCOUNT, key.publicKey, ''), 20012);
    assert.equal(await codeOf(one.listAuthKeysV2({ account: ACCOUNT, domain: '' })), 20016);
  });

  it('are deleted a hundred at most', async () => {
    const { one } = new Bench();
    const keys = Array.from({ length: 101 }, (_, index) => String(index));
    assert.equal(await codeOf(one.deleteAuthKeysV2(scope, keys)), 20018);
    assert.equal(await codeOf(one.deleteAuthKeysV2(scope, keys.slice(1))), 0);
    assert.equal(await codeOf(one.deleteAuthKeysV2(scope, [])), 0);
  });

  it('property: a flipped bit of the key, the digest or the signature is refused', async () => {
    const { one } = new Bench();
    await one.updateUserPublicKeyV2(scope, key.publicKey, 9_000_000n);
    const parts = [Buffer.from(key.publicKey, 'hex'), DIGEST, Buffer.from(signature, 'hex')];
    await fc.assert(
      fc.asyncProperty(fc.nat(2), fc.nat(511), async (part, bit) => {
        const flipped = parts.map((bytes) => Buffer.from(bytes));
        const bytes = flipped[part]!;
        bytes[(bit >> 3) % bytes.length]! ^= 1 << (bit & 7);
        const [publicKey, digest, sig] = flipped;
        const code = await codeOf(
          one.verifyGnfd2Eddsa(scope, publicKey!.toString('hex'), sig!.toString('hex'), digest!),
        );
        assert.equal(code, part === 0 ? 20019 : 20012);
      }),
    );
  });
});

/** Recorded as registered. */
const OTHER_V1 = 'c75903742fa1315005603e2836a79ad3ce2bc6ee03067028c6f88eaff28a5115';

describe('the key of the first generation', () => {
  const vectors = new URL('../../../../test/fixtures/vectors/eddsa-v1-bn254-mimc.json', import.meta.url);
  const { rows } = JSON.parse(readFileSync(vectors, 'utf8')) as {
    rows: { message: string; public_key: string; signature: string }[];
  };
  const [row] = rows;
  const check = (registry: KeyRegistry, sig: string, digest = Buffer.from(row!.message, 'hex')) =>
    codeOf(registry.verifyGnfd1Eddsa(scope, sig, digest));

  it('signs as recorded, until it ends or another takes its place', async () => {
    const bench = new Bench();
    assert.deepEqual(await bench.one.getAuthNonce(scope), {
      ...{ current_nonce: 0, next_nonce: 1, current_public_key: '', expiry_date: 1_000_000n },
    });
    assert.equal(await check(bench.one, row!.signature), 20015);
    assert.equal(await bench.one.updateUserPublicKey(scope, row!.public_key, 1, 1_001_000n), true);
    assert.equal(await check(bench.other, row!.signature), 0);
    bench.nowMs = 1_001_000;
    assert.equal(await check(bench.one, row!.signature), 20015);
    assert.equal(await bench.one.updateUserPublicKey(scope, row!.public_key, 1, 2_000_000n), false);
    assert.equal(await bench.one.updateUserPublicKey(scope, OTHER_V1, 2, 2_000_000n), true);
    assert.equal(await check(bench.one, row!.signature), 20012);
    const nonce = await bench.one.getAuthNonce({ ...scope, account: ACCOUNT.toLowerCase() });
    assert.deepEqual([nonce.current_nonce, nonce.next_nonce, nonce.current_public_key], [2, 3, OTHER_V1]);
  });

  it('refuses what is malformed as a wrong signature, in the order of the reference', async () => {
    const { one } = new Bench();
    assert.equal(await codeOf(one.verifyGnfd1Eddsa({ account: '', domain: '' }, 'xy', DIGEST)), 20012);
    assert.equal(await codeOf(one.verifyGnfd1Eddsa({ account: '', domain: DOMAIN }, '', DIGEST)), 20016);
    await one.updateUserPublicKey(scope, row!.public_key, 1, 2_000_000n);
    for (const wrong of ['', '00', `${row!.signature}00`, 'ff'.repeat(64)]) {
      assert.equal(await check(one, wrong), 20012);
    }
    assert.equal(await check(one, row!.signature, DIGEST), 20012);
  });
});

describe('the purge', () => {
  it('takes away what has ended, in batches, and ends with its process', async () => {
    const bench = new Bench();
    for (let i = 0; i < 1200; i++) await bench.one.updateUserPublicKeyV2(scope, String(i), i < 1100 ? 1n : 9_000_000n);
    const purge = new KeyPurge({ intervalMs: 1 }, { keys: bench.one, logger: silentLogger });
    purge.start();
    while ((await bench.one.listAuthKeysV2(scope)).length > 100) await new Promise((done) => setTimeout(done, 1));
    await purge.stop();
    bench.nowMs = 9_000_001;
    await new Promise((done) => setTimeout(done, 20));
    const left = await bench.one.listAuthKeysV2(scope);
    assert.equal(left.length, 100);
  });
});
