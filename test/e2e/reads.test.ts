/** Reading over plain HTTP, as browsers, caches and media players do it, and what it costs the bucket. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { after, before, describe, it } from 'node:test';
import { greenfieldStorage as storage } from '@prairie/chain';
import { authorizationOf, EXPIRY_HEADER, expiryText, UserClient } from '@prairie/client';
import { TestAccount } from '../support/account.ts';
import { type DevnetProcess, startDevnet } from '../support/devnet-process.ts';
import { eventually, payloadOf } from './support.ts';

const bucket = 'reads-bucket';
const SIZE = 5_000_000;
const content = payloadOf(SIZE);

describe('reads over HTTP', () => {
  let dataDir: string;
  let devnet: DevnetProcess;
  let owner: TestAccount;

  before(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'prairie-reads-'));
    devnet = await startDevnet(['--data-dir', dataDir, '--rpc-port', '0', '--sp-port', '0', '--block-time', '200']);
    owner = new TestAccount(devnet);
    await owner.createBucket(bucket, storage.VisibilityType.VISIBILITY_TYPE_PUBLIC_READ);
    const contents = [
      ['dir/a b+ü.bin', content],
      ['folder/', Buffer.alloc(0)],
    ] as const;
    await owner.createObjects(bucket, new Map(contents));
    const client = new UserClient({ endpoint: devnet.sps[0]!.endpoint, privateKey: owner.privateKey });
    await client.putObject({ bucket, object: 'dir/a b+ü.bin', size: SIZE, body: Readable.from([content]) });
    await owner.sealed(bucket, 'dir/a b+ü.bin');
    await eventually('the object at the provider', 20, async () =>
      (await ask({ method: 'HEAD' })).ok ? true : undefined,
    );
  });

  after(async () => {
    owner?.close();
    await devnet?.end();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const urlOf = (object = 'dir/a b+ü.bin', sp = 0) =>
    `${devnet.sps[sp]!.endpoint}/${bucket}/${object.split('/').map(encodeURIComponent).join('/')}`;
  const ask = (init: RequestInit = {}, url = urlOf()) => fetch(url, init);
  const bytes = async (answer: Response) => Buffer.from(await answer.arrayBuffer());

  /** Bytes that were read of the bucket's quotas. */
  async function consumed(): Promise<number> {
    const { host, origin } = new URL(devnet.sps[0]!.endpoint);
    const target = `/${bucket}/?read-quota=&year-month=${new Date().toISOString().slice(0, 7)}`;
    const expiry = expiryText(100);
    const request = { method: 'GET', target, host, rawHeaders: [EXPIRY_HEADER, expiry] };
    const headers = { [EXPIRY_HEADER]: expiry, authorization: authorizationOf(request, owner.privateKey) };
    const answer = await fetch(`${origin}${target}`, { headers });
    const text = await answer.text();
    assert.equal(answer.status, 200, text);
    const sizes = [...text.matchAll(/<\w*Consumed?Size>(\d+)</g)].map(([, size]) => Number(size));
    return sizes.reduce((sum, size) => sum + size, 0);
  }

  async function costs(work: () => Promise<unknown>): Promise<number> {
    const beforehand = await consumed();
    await work();
    return (await consumed()) - beforehand;
  }

  it('answers ranges with 206, and charges what it sends', async () => {
    for (const [range, low, high] of [
      ['bytes=0-0', 0, 0],
      [`bytes=${SIZE - 10}-${SIZE + 10}`, SIZE - 10, SIZE - 1],
      ['bytes=1000000-', 1_000_000, SIZE - 1],
      ['bytes=-7', SIZE - 7, SIZE - 1],
    ] as const) {
      const cost = await costs(async () => {
        const answer = await ask({ headers: { range } });
        assert.equal(answer.status, 206, range);
        assert.equal(answer.headers.get('content-range'), `bytes ${low}-${high}/${SIZE}`);
        assert.equal(answer.headers.get('content-length'), String(high - low + 1));
        assert.ok((await bytes(answer)).equals(content.subarray(low, high + 1)), range);
      });
      assert.equal(cost, high - low + 1, range);
    }
    assert.equal((await ask({ headers: { range: `bytes=${SIZE}-` } })).status, 400);
    const several = await ask({ method: 'HEAD', headers: { range: 'bytes=0-1,3-4' } });
    assert.deepEqual([several.status, several.headers.get('content-length')], [200, String(SIZE)]);
  });

  it('costs nothing to ask, and to hear that nothing changed', async () => {
    const cost = await costs(async () => {
      const head = await ask({ method: 'HEAD' });
      assert.deepEqual([head.status, head.headers.get('content-length')], [200, String(SIZE)]);
      assert.equal(head.headers.get('accept-ranges'), 'bytes');
      const etag = head.headers.get('etag')!;
      const modified = head.headers.get('last-modified')!;
      assert.ok(Math.abs(Date.parse(modified) - Date.now()) < 600_000, modified);
      assert.equal((await ask({ headers: { 'if-none-match': etag } })).status, 304);
      assert.equal((await ask({ headers: { 'if-modified-since': modified } })).status, 304);
      assert.equal((await ask({ headers: { 'if-match': '"another"' } })).status, 412);
    });
    assert.equal(cost, 0);
  });

  it('gives back what a client that hangs up did not get', async () => {
    const beforehand = await consumed();
    await new Promise<void>((resolve, reject) => {
      const request = get(urlOf(), (response) => {
        response.once('data', () => {
          request.destroy();
          resolve();
        });
        response.on('error', () => {});
      });
      request.once('error', reject);
    });
    const cost = await eventually('the refund', 20, async () => {
      const now = (await consumed()) - beforehand;
      return now > 0 && now < SIZE ? now : undefined;
    });
    assert.ok(cost < SIZE);
  });

  it('reads folders, which are empty', async () => {
    const answer = await eventually('the folder at the provider', 20, async () => {
      const found = await ask({}, urlOf('folder/'));
      return found.ok ? found : undefined;
    });
    assert.deepEqual([answer.status, (await bytes(answer)).length], [200, 0]);
  });

  it('sends readers of public objects to the provider that has them', async () => {
    const elsewhere = urlOf(undefined, 5);
    const answer = await eventually('metadata at another provider', 20, async () => {
      const found = await ask({ redirect: 'manual' }, elsewhere);
      return found.status === 307 ? found : undefined;
    });
    assert.equal(answer.headers.get('location'), `${urlOf()}?redirected=1`);
    assert.ok((await bytes(await ask({}, elsewhere))).equals(content));
    const view = elsewhere.replace(`/${bucket}/`, `/view/${bucket}/`);
    const shown = await ask({ headers: { range: 'bytes=0-9' } }, view);
    assert.deepEqual([shown.status, shown.headers.get('content-disposition')], [206, 'inline']);
    assert.equal(shown.url, urlOf().replace(`/${bucket}/`, `/view/${bucket}/`));
  });
});
