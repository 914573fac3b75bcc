import assert from 'node:assert/strict';
import { it, type TestContext } from 'node:test';
import { greenfieldSp, greenfieldVirtualgroup, signDigest, greenfieldStorage as storage } from '@prairie/chain';
import { expiryText, personalSignDigest } from '@prairie/client';
import { type DownloadObjectTask, defineErrors } from '@prairie/gfsp';
import fc from 'fast-check';
import { type Answer, chainOf, gatewayOf, type Stubs, USER, USER_KEY } from '../testing.ts';
import { signedText } from './access.ts';

const { VISIBILITY_TYPE_PRIVATE, VISIBILITY_TYPE_PUBLIC_READ, VISIBILITY_TYPE_INHERIT } = storage.VisibilityType;
const { OBJECT_STATUS_SEALED, OBJECT_STATUS_CREATED } = storage.ObjectStatus;
const CHROME = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36';
const { noPermission, chain } = defineErrors('test', {
  noPermission: [401, 50004, 'no permission'],
  chain: [500, 25002, 'the chain at 10.1.2.3 does not answer'],
});
const { quota } = defineErrors('downloader', { quota: [406, 30004, 'bucket quota overflow'] });

interface Setting {
  object?: Partial<storage.ObjectInfo> | undefined;
  isBucketPrivate?: boolean;
  primary?: number;
  downloadObject?: (task: DownloadObjectTask) => Promise<AsyncGenerator<Uint8Array>>;
  authorize?: (account: string) => Promise<void>;
}

/** One object, `hello`, private, which USER may read. */
async function setUp(t: TestContext, setting: Setting = {}) {
  const { isBucketPrivate = true, primary = 1 } = setting;
  const visibility = VISIBILITY_TYPE_PRIVATE;
  const known = storage.ObjectInfo.create({
    object_name: 'a',
    object_status: OBJECT_STATUS_SEALED,
    payload_size: 5n,
    content_type: 'text/plain',
    visibility,
    ...setting.object,
  });
  const bucket_info = storage.BucketInfo.create({
    visibility: isBucketPrivate ? VISIBILITY_TYPE_PRIVATE : VISIBILITY_TYPE_PUBLIC_READ,
  });
  const clients: Stubs = {
    authenticator: {
      async authorize(_operation, account) {
        if (setting.authorize) return setting.authorize(account);
        if (account !== USER) throw noPermission();
      },
    },
    downloader: {
      downloadObject:
        setting.downloadObject ??
        (async ({ low, high }) =>
          (async function* () {
            if (high >= low) yield Buffer.from('hello').subarray(Number(low), Number(high) + 1);
          })()),
    },
  };
  const consensus = chainOf({
    bucket: async (name) => (name === 'photos' ? { bucket_info, is_rate_limited: false } : undefined),
    object: async (_bucket, object_name) =>
      object_name === 'nope' ? undefined : { object_info: { ...known, object_name }, global_virtual_group: undefined },
    family: async (id) => greenfieldVirtualgroup.GlobalVirtualGroupFamily.create({ id, primary_sp_id: primary }),
    spById: async (id) => greenfieldSp.StorageProvider.create({ id, endpoint: 'https://sp2.test' }),
  });
  const gateway = await gatewayOf(t, clients, consensus);
  const get = (path: string, headers: Record<string, string> = {}) => gateway.send({ path, headers });
  const browse = (path: string) => get(path, { 'User-Agent': CHROME });
  return { get, browse };
}

function signatureOf(object: string, key: Uint8Array = USER_KEY, expiry = expiryText(100)): string {
  const signature = signDigest(key, personalSignDigest(signedText(`gnfd://photos/${object}`, expiry)));
  return new URLSearchParams({
    'X-Gnfd-Expiry-Timestamp': expiry,
    signature: `0x${signature.toString('hex')}`,
  }).toString();
}

const wordOf = ({ status, headers, body }: Answer): [number, string, string | undefined] => [
  status,
  headers['content-type'] ?? '',
  /<dd>([A-Z_]+)<\/dd>/.exec(body.toString())?.[1],
];
const PAGE = [200, 'text/html; charset=utf-8'];

it('gives public objects to anyone, to look at or to keep', async (t) => {
  const { get, browse } = await setUp(t, { object: { visibility: VISIBILITY_TYPE_PUBLIC_READ } });
  const view = await get('/view/photos/dir/a%20b');
  assert.deepEqual([view.status, view.body.toString(), view.headers['content-disposition']], [200, 'hello', 'inline']);
  const saved = await browse("/download/photos/dir/sp%20ace'(1)*!~");
  assert.equal(saved.headers['content-disposition'], 'attachment; filename="dir%2Fsp+ace%27%281%29%2A%21~"');
  const range = await get('/download?objectPath=photos/a', { range: 'bytes=1-2' });
  assert.deepEqual([range.status, range.body.toString()], [206, 'el']);
});

it('private is what says so, or inherits it', async (t) => {
  const code = async (setting: Setting) => (await (await setUp(t, setting)).get('/view/photos/a')).status;
  const inherit = { visibility: VISIBILITY_TYPE_INHERIT };
  assert.equal(await code({ isBucketPrivate: false }), 403);
  assert.equal(await code({ object: inherit }), 403);
  assert.equal(await code({ object: inherit, isBucketPrivate: false }), 200);
  assert.equal(await code({ object: { visibility: VISIBILITY_TYPE_PUBLIC_READ } }), 200);
});

it('opens a private object with the signature of an account that may read it', async (t) => {
  const { get } = await setUp(t);
  const signed = await get(`/view/photos/a?${signatureOf('a')}`);
  assert.deepEqual([signed.status, signed.body.toString()], [200, 'hello']);
  assert.equal(signed.headers['cache-control'], 'private, no-cache');
  const code = async (query: string) => (await get(`/view/photos/a?${query}`)).code;
  assert.equal(await code(signatureOf('b')), 50026);
  assert.equal(await code(signatureOf('a', Buffer.alloc(32, 9))), 50026);
  assert.equal(await code(signatureOf('a', USER_KEY, '2020-01-01T00:00:00Z')), 50024);
  assert.equal(await code(signatureOf('a', USER_KEY, expiryText(8 * 24 * 3600))), 50024);
  const expiry = encodeURIComponent(expiryText(100));
  for (const bad of ['0x00', '0xzz', 'x', `0x${'00'.repeat(65)}`]) {
    assert.equal(await code(`X-Gnfd-Expiry-Timestamp=${expiry}&signature=${bad}`), 50015, bad);
  }
  assert.equal(await code(`X-Gnfd-Expiry-Timestamp=${expiry}`), 50026);
});

it('sends clients to the provider that has the bucket, path and query unchanged', async (t) => {
  const { browse } = await setUp(t, { primary: 2 });
  const target = '/download/photos/a%20b?x=1&y';
  const answer = await browse(target);
  assert.deepEqual([answer.status, answer.headers.location], [302, `https://sp2.test${target}`]);
  assert.match(answer.body.toString(), /^<a href="https:\/\/sp2\.test\/download\/photos\/a%20b\?x=1&amp;y">Found<\/a>/);
});

it('sends private pdf and xml to their form with a key', async (t) => {
  const { get, browse } = await setUp(t);
  const location = async (target: string) => (await get(target)).headers.location;
  assert.equal(await location('/view/photos/secret.pdf'), '/view?objectPath=photos/secret.pdf');
  assert.equal(await location('/download/photos/a+b&c/d.XML'), '/download?objectPath=photos/a%2Bb%26c/d.XML');
  assert.equal(await location('/view/photos/a.pdf?x'), undefined);
  const page = await browse('/view?objectPath=photos/a%2Bb%26c/d.pdf');
  assert.match(page.body.toString(), /"path":"\/view\/photos\/a%2Bb%26c\/d\.pdf"/);
});

it('tells browsers with a page and status 200, others with XML', async (t) => {
  const { get, browse } = await setUp(t);
  assert.deepEqual(wordOf(await browse('/view/photos/nope')), [...PAGE, 'FILE_NOT_FOUND']);
  assert.deepEqual(wordOf(await browse('/view/no-such-bucket/a')), [...PAGE, 'FILE_NOT_FOUND']);
  assert.deepEqual(wordOf(await browse('/view/A_/a')), [...PAGE, 'INTERNAL_ERROR']);
  const stranger = await browse(`/view/photos/a?${signatureOf('a', Buffer.alloc(32, 9))}`);
  assert.deepEqual(wordOf(stranger), [...PAGE, 'NO_PERMISSION']);
  assert.match(stranger.body.toString(), /href="\/view\/photos\/a"/);
  const codes = [];
  for (const path of ['/view/photos/nope', '/view/no-such-bucket/a', '/view/A_/a', '/download/photos/a']) {
    const { status, code } = await get(path);
    codes.push([status, code]);
  }
  assert.deepEqual(codes, [
    [404, 50025],
    [404, 50025],
    [400, 50010],
    [403, 50026],
  ]);
  const unsealed = await setUp(t, { object: { object_status: OBJECT_STATUS_CREATED } });
  assert.equal((await unsealed.get('/view/photos/a')).code, 50025);
  const poor = await setUp(t, {
    object: { visibility: VISIBILITY_TYPE_PUBLIC_READ },
    downloadObject: async () => {
      throw quota();
    },
  });
  assert.deepEqual(wordOf(await poor.browse('/view/photos/a')), [...PAGE, 'NO_ENOUGH_QUOTA']);
  assert.equal((await poor.get('/view/photos/a')).code, 30004);
});

it('keeps to itself what fails inside', async (t) => {
  const authorize = async () => {
    throw chain();
  };
  const { browse } = await setUp(t, { authorize });
  const answer = await browse(`/view/photos/a?${signatureOf('a')}`);
  assert.deepEqual(wordOf(answer), [...PAGE, 'INTERNAL_ERROR']);
  assert.doesNotMatch(answer.body.toString(), /10\.1\.2\.3/);
  assert.match(answer.body.toString(), new RegExp(String(answer.headers['x-gnfd-request-id'])));
});

it('property: a page holds a name as text, and only its own script may run', async (t) => {
  const { browse } = await setUp(t);
  const nasty = fc.constantFrom(
    '</script><script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    '<!--',
    '\u202e',
    '$1',
  );
  const name = fc.oneof(nasty, fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }), nasty);
  await fc.assert(
    fc.asyncProperty(name, async (text) => {
      const object = `x${text.replace(/[/\ud800-\udfff]/g, '_')}`;
      for (const key of [undefined, Buffer.alloc(32, 9)]) {
        const query = key ? `?${signatureOf(object, key)}` : '';
        const { headers, body } = await browse(`/view/photos/${encodeURIComponent(object)}${query}`);
        const [, nonce = ''] = /script-src 'nonce-([^']+)'/.exec(String(headers['content-security-policy'])) ?? [];
        assert.ok(nonce.length >= 16);
        const html = body.toString();
        const scripts = html.match(/<script/g)?.length ?? 0;
        assert.equal(scripts, key ? 0 : 2);
        assert.equal(html.match(/<img/g), null);
        const [, config] = /<script type="application\/json" id="config">(.*?)<\/script>/s.exec(html) ?? [];
        if (config) assert.equal(JSON.parse(config).url, `gnfd://photos/${object}`);
      }
    }),
    { numRuns: 60 },
  );
});
