import assert from 'node:assert/strict';
import { request } from 'node:http';
import { it, type TestContext } from 'node:test';
import {
  greenfieldPermission,
  greenfieldSp,
  greenfieldVirtualgroup,
  greenfieldStorage as storage,
} from '@prairie/chain';
import { expiryText } from '@prairie/client';
import { type Consensus, type DownloadObjectTask, defineErrors } from '@prairie/gfsp';
import fc from 'fast-check';
import { chainOf, gatewayOf, type Stubs, USER, USER_KEY } from '../testing.ts';

const { quota } = defineErrors('downloader', { quota: [406, 30004, 'bucket quota overflow'] });
const { noPermission } = defineErrors('gateway', { noPermission: [401, 50004, 'no permission'] });
const { badSignature } = defineErrors('authenticator', { badSignature: [400, 20012, 'bad signature'] });
const { VISIBILITY_TYPE_PRIVATE, VISIBILITY_TYPE_PUBLIC_READ } = storage.VisibilityType;
const { EFFECT_ALLOW, EFFECT_DENY } = greenfieldPermission.Effect;

interface Setting {
  object?: Partial<storage.ObjectInfo>;
  downloader?: Stubs['downloader'];
  chain?: Partial<Consensus>;
  /** Who may read besides everybody. */
  reader?: string;
}

/** A gateway with one object, `hello`; what the downloader was asked for is in `tasks`. */
async function setUp(t: TestContext, { object, downloader, chain, reader }: Setting = {}) {
  const tasks: DownloadObjectTask[] = [];
  const object_info = storage.ObjectInfo.create({
    id: 7n,
    object_name: 'a',
    payload_size: 5n,
    create_at: 1_700_000_000n,
    checksums: [Buffer.alloc(32, 1)],
    visibility: reader === undefined ? VISIBILITY_TYPE_PUBLIC_READ : VISIBILITY_TYPE_PRIVATE,
    ...object,
  });
  const effect = reader === undefined ? EFFECT_ALLOW : EFFECT_DENY;
  const clients: Stubs = {
    metadata: { verifyPermission: async () => effect },
    authenticator: {
      async authorize(_operation, account) {
        if (account !== reader) throw noPermission();
      },
      async verifyGnfd2Eddsa(_scope, _key, signature) {
        if (signature !== '00'.repeat(64)) throw badSignature();
      },
    },
    downloader: downloader ?? {
      async downloadObject(task: DownloadObjectTask) {
        tasks.push(task);
        return (async function* () {
          const bytes = Buffer.from('hello').subarray(Number(task.low), Number(task.high) + 1);
          if (bytes.length > 0) yield bytes;
        })();
      },
    },
  };
  const onChain = {
    object: async () => ({ object_info, global_virtual_group: undefined }),
    verifyPermission: async () => effect === EFFECT_ALLOW,
    ...chain,
  };
  return { gateway: await gatewayOf(t, clients, chainOf(onChain)), object_info, tasks };
}

it('serves an object whatever its content type is', async (t) => {
  const { gateway, object_info } = await setUp(t);
  const typeOf = async (text: string) => {
    object_info.content_type = text;
    const { status, headers, body } = await gateway.send({});
    assert.deepEqual([status, body.toString()], [200, 'hello']);
    return Buffer.from(headers['content-type'] ?? '', 'latin1').toString();
  };
  assert.equal(await typeOf('text/plain; name=à 文件'), 'text/plain; name=à 文件');
  assert.equal(await typeOf('text/plain\r\nX-Injected: 1'), 'text/plain  X-Injected: 1');
  assert.equal(await typeOf(''), '');
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary' }), async (text) => {
      await typeOf(text);
    }),
    { numRuns: 50 },
  );
});

it('says nothing of a content that it cannot send', async (t) => {
  const downloadObject = async () => {
    throw quota();
  };
  const { gateway } = await setUp(t, { object: { content_type: 'image/png' }, downloader: { downloadObject } });
  const answer = await gateway.send({ headers: { range: 'bytes=0-1' } });
  assert.deepEqual([answer.status, answer.code], [406, 30004]);
  assert.equal(answer.headers['content-type'], 'application/xml');
  for (const name of ['content-range', 'etag', 'cache-control', 'last-modified']) {
    assert.equal(answer.headers[name], undefined, name);
  }
  assert.equal(Number(answer.headers['content-length']), answer.body.length);
});

it('takes the first of repeated headers', async (t) => {
  const { gateway } = await setUp(t);
  const answer = await gateway.send({ headers: { range: ['bytes=1-2', 'bytes=3-4'] } });
  assert.deepEqual([answer.status, answer.body.toString()], [206, 'el']);
  assert.equal(answer.headers['content-range'], 'bytes 1-2/5');
});

it('breaks off when the content ends early, after bytes were sent', async (t) => {
  const downloadObject = async () =>
    (async function* () {
      yield Buffer.from('he');
      throw new Error('the piece is gone');
    })();
  const { gateway } = await setUp(t, { downloader: { downloadObject } });
  await assert.rejects(gateway.send({}), /aborted|hang up/);
});

it('answers HEAD as GET, without a body and without taking a byte', async (t) => {
  const { gateway, tasks } = await setUp(t);
  const [get, head] = [await gateway.send({}), await gateway.send({ method: 'HEAD' })];
  const telling = ({ headers }: typeof get) => {
    const { date, 'x-gnfd-request-id': id, connection, ...rest } = headers;
    return rest;
  };
  assert.deepEqual(telling(head), telling(get));
  assert.deepEqual([head.status, head.body.length, head.headers['content-length']], [200, 0, '5']);
  assert.deepEqual(
    tasks.map(({ low, high }) => [low, high]),
    [
      [0n, 4n],
      [0n, -1n],
    ],
  );
});

it('does not send again what the client has', async (t) => {
  const { gateway, tasks } = await setUp(t);
  const { etag = '', 'last-modified': modified = '' } = (await gateway.send({})).headers;
  assert.equal(modified, 'Tue, 14 Nov 2023 22:13:20 GMT');
  for (const headers of [{ 'if-none-match': etag }, { 'if-modified-since': modified }] as Record<string, string>[]) {
    const answer = await gateway.send({ headers });
    assert.deepEqual([answer.status, answer.body.length, answer.headers.etag], [304, 0, etag]);
    assert.equal(answer.headers['content-type'], undefined);
    assert.equal(tasks.at(-1)?.high, -1n);
  }
  const other = await gateway.send({ headers: { 'if-match': '"other"' } });
  assert.deepEqual([other.status, other.code], [412, 412]);
  const range = (condition: string) => gateway.send({ headers: { range: 'bytes=0-1', 'if-range': condition } });
  assert.deepEqual([(await range(etag)).status, (await range('"other"')).status], [206, 200]);
});

it('reads empty objects', async (t) => {
  const { gateway } = await setUp(t, { object: { payload_size: 0n } });
  const answer = await gateway.send({});
  assert.deepEqual([answer.status, answer.body.length, answer.headers['content-length']], [200, 0, '0']);
  assert.equal((await gateway.send({ headers: { range: 'bytes=0-' } })).code, 50012);
});

it('keeps what not everybody may read out of shared caches', async (t) => {
  const { gateway } = await setUp(t);
  assert.equal((await gateway.send({})).headers['cache-control'], 'no-cache');
  const signed = await setUp(t, { reader: USER });
  const answer = await signed.gateway.send({ key: USER_KEY });
  assert.deepEqual([answer.status, answer.headers['cache-control']], [200, 'private, no-cache']);
  assert.equal(signed.tasks[0]?.task.user_address, USER);
});

it('refuses whoever is not known with 50001, and whoever may not with 50004', async (t) => {
  const { gateway } = await setUp(t, { reader: USER });
  const expiry = { 'X-Gnfd-Expiry-Timestamp': '2001-01-01T00:00:00Z' };
  const malformed = [{}, expiry, { authorization: 'GNFD1-ECDSA, Signature=zz' }] as Record<string, string>[];
  for (const headers of malformed) {
    const { status, code } = await gateway.send({ headers });
    assert.deepEqual([status, code], [400, 50001], JSON.stringify(headers));
  }
  assert.equal((await gateway.send({ key: Buffer.alloc(32, 9) })).code, 50004);
});

it('reads by presigned URL, to look at or to keep, while it lasts', async (t) => {
  const { gateway, tasks } = await setUp(t, { reader: USER, object: { object_name: 'dir/a b' } });
  const open = (fields: Record<string, string> = {}) => {
    const query = new URLSearchParams({
      Authorization: `GNFD2-EDDSA,Signature=${'00'.repeat(64)}`,
      'X-Gnfd-User-Address': USER,
      'X-Gnfd-App-Domain': 'https://app.test',
      'X-Gnfd-App-Reg-Public-Key': 'ab'.repeat(32),
      'X-Gnfd-Expiry-Timestamp': expiryText(100),
      ...fields,
    });
    return gateway.send({ path: `/photos/dir/a%20b?${query}` });
  };
  const saved = await open();
  assert.deepEqual([saved.status, saved.body.toString()], [200, 'hello']);
  assert.equal(saved.headers['content-disposition'], 'attachment; filename="dir%2Fa+b"');
  assert.equal((await open({ view: 'true' })).headers['content-disposition'], 'inline');
  assert.equal((await open({ view: 'yes' })).headers['content-disposition'], saved.headers['content-disposition']);
  assert.ok(tasks.every(({ task }) => task.user_address === USER));
  assert.equal((await open({ 'X-Gnfd-Expiry-Timestamp': '2020-01-01T00:00:00Z' })).code, 50023);
  assert.equal((await open({ Authorization: `GNFD2-EDDSA,Signature=${'01'.repeat(64)}` })).code, 20012);
  assert.equal((await open({ Authorization: '' })).code, 50001);
});

it('records who reads what anyone may, when that is known', async (t) => {
  const { gateway, tasks } = await setUp(t, { chain: { accountExists: async (account) => account === USER } });
  await gateway.send({ key: USER_KEY });
  await gateway.send({ key: Buffer.alloc(32, 9) });
  await gateway.send({ headers: { authorization: 'GNFD1-ECDSA, Signature=00' } });
  await gateway.send({});
  assert.deepEqual(
    tasks.map(({ task }) => task.user_address),
    [USER, '', '', ''],
  );
});

it('sends public reads to the provider that has the bucket, once', async (t) => {
  const { GlobalVirtualGroupFamily } = greenfieldVirtualgroup;
  const chain: Partial<Consensus> = {
    family: async (id) => GlobalVirtualGroupFamily.create({ id, primary_sp_id: 2 }),
    spById: async (id) => greenfieldSp.StorageProvider.create({ id, endpoint: 'http://sp2.test:9033/' }),
  };
  const { gateway } = await setUp(t, { chain });
  const path = "/photos/a%20b/'%2B%25%3F.txt?view=1";
  const answer = await gateway.send({ path });
  assert.equal(answer.status, 307);
  const { location = '' } = answer.headers;
  assert.equal(location, "http://sp2.test:9033/photos/a%20b/'%2B%25%3F.txt?view=1&redirected=1");
  const back = await gateway.send({ path: location.slice('http://sp2.test:9033'.length) });
  assert.deepEqual([back.status, back.body.toString()], [200, 'hello']);
  const unknown = await setUp(t, { chain: { ...chain, spById: async () => undefined } });
  assert.equal((await unknown.gateway.send({})).status, 200);
});

it('asks the tables when the chain was behind, or does not know the object', async (t) => {
  const stale = await setUp(t, { object: { visibility: VISIBILITY_TYPE_PRIVATE } });
  assert.equal((await stale.gateway.send({})).status, 200);
  const unknown = await setUp(t, { chain: { object: async () => undefined } });
  assert.equal((await unknown.gateway.send({})).code, 55002);
  const silent = async () => {
    throw new Error('no answer');
  };
  const broken = await setUp(t, { chain: { object: silent } });
  assert.equal((await broken.gateway.send({})).code, 55001);
});

it('stops to read for a client that goes away', async (t) => {
  let ended: () => void = () => {};
  const end = new Promise<void>((resolve) => {
    ended = resolve;
  });
  const downloadObject = async () =>
    (async function* () {
      try {
        for (;;) yield Buffer.alloc(1 << 16);
      } finally {
        ended();
      }
    })();
  const { gateway } = await setUp(t, { object: { payload_size: 1n << 40n }, downloader: { downloadObject } });
  const asked = request({ host: '127.0.0.1', port: gateway.port, path: '/photos/a', agent: false });
  asked.on('response', (response) => response.once('data', () => asked.destroy()));
  asked.on('error', () => {});
  asked.end();
  await end;
});
