import assert from 'node:assert/strict';
import { it, type TestContext } from 'node:test';
import { greenfieldPermission, greenfieldStorage as storage } from '@prairie/chain';
import { type DownloadObjectTask, defineErrors } from '@prairie/gfsp';
import fc from 'fast-check';
import { chainOf, gatewayOf, type Stubs } from '../testing.ts';

const { quota } = defineErrors('downloader', { quota: [406, 30004, 'bucket quota overflow'] });

function gatewayFor(t: TestContext, object: Partial<storage.ObjectInfo>, downloader: Stubs['downloader']) {
  const object_info = storage.ObjectInfo.create({ id: 7n, payload_size: 5n, ...object });
  const metadata = { verifyPermission: async () => greenfieldPermission.Effect.EFFECT_ALLOW };
  const consensus = chainOf({ object: async () => ({ object_info, global_virtual_group: undefined }) });
  return gatewayOf(t, { metadata, ...(downloader ? { downloader } : {}) }, consensus);
}

const hello: Stubs['downloader'] = {
  async downloadObject({ low, high }: DownloadObjectTask) {
    return (async function* () {
      yield Buffer.from('hello').subarray(Number(low), Number(high) + 1);
    })();
  },
};

it('serves an object whatever its content type is', async (t) => {
  let content_type = '';
  const object_info = () => storage.ObjectInfo.create({ id: 7n, payload_size: 5n, content_type });
  const metadata = { verifyPermission: async () => greenfieldPermission.Effect.EFFECT_ALLOW };
  const consensus = chainOf({ object: async () => ({ object_info: object_info(), global_virtual_group: undefined }) });
  const gateway = await gatewayOf(t, { metadata, downloader: hello! }, consensus);
  const typeOf = async (text: string) => {
    content_type = text;
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

it('takes back what it said of the content when there is none', async (t) => {
  const downloadObject = async () => {
    throw quota();
  };
  const gateway = await gatewayFor(t, { content_type: 'image/png' }, { downloadObject });
  const answer = await gateway.send({ headers: { range: 'bytes=0-1' } });
  assert.deepEqual([answer.status, answer.code], [406, 30004]);
  assert.equal(answer.headers['content-type'], 'application/xml');
  assert.equal(answer.headers['content-range'], undefined);
  assert.equal(Number(answer.headers['content-length']), answer.body.length);
});

it('takes the first of repeated headers', async (t) => {
  const gateway = await gatewayFor(t, {}, hello);
  const answer = await gateway.send({ headers: { range: ['bytes=1-2', 'bytes=3-4'] } });
  assert.deepEqual([answer.status, answer.body.toString()], [206, 'el']);
});

it('breaks off when the content ends early, after bytes were sent', async (t) => {
  const downloadObject = async () =>
    (async function* () {
      yield Buffer.from('he');
      throw new Error('the piece is gone');
    })();
  const gateway = await gatewayFor(t, {}, { downloadObject });
  await assert.rejects(gateway.send({}), /aborted|hang up/);
});
