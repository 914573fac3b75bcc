import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { it } from 'node:test';
import { greenfieldStorage as storage } from '@prairie/chain';
import { authorizationOf, EXPIRY_HEADER, expiryText } from '@prairie/client';
import type { Consensus, UploadObjectTask } from '@prairie/gfsp';
import { chainOf, gatewayOf, type Stubs, USER, USER_KEY } from '../testing.ts';

const { OBJECT_STATUS_SEALED } = storage.ObjectStatus;
const checksums = (byte: number) => [new Uint8Array(32).fill(byte)];
const created = storage.ObjectInfo.create({
  ...{ id: 7n, bucket_name: 'photos', object_name: 'a', payload_size: 5n, create_at: 100n, checksums: checksums(1) },
});
const updating = { ...created, object_status: OBJECT_STATUS_SEALED, is_updating: true, payload_size: 9n };
const shadow = storage.ShadowObjectInfo.create({
  ...{ id: 7n, payload_size: 5n, version: 3n, updated_at: 200n, checksums: checksums(2) },
});

/** An uploader that notes what it is given, and modules that allow everything. */
function uploaderOf() {
  const uploads: { task: UploadObjectTask; payload: string; length: bigint | undefined; failure: unknown }[] = [];
  const client: Stubs = {
    authenticator: { authorize: async () => {} },
    uploader: {
      async uploadObject(task, body, length) {
        const upload = { task, payload: '', length, failure: undefined as unknown };
        uploads.push(upload);
        try {
          for await (const chunk of body) upload.payload += Buffer.from(chunk).toString();
        } catch (error) {
          upload.failure = error;
          throw error;
        }
      },
    },
  };
  return { client, uploads };
}

const objectIs = (object_info: storage.ObjectInfo): Partial<Consensus> => ({
  object: async () => ({ object_info, global_virtual_group: undefined }),
});
const put = { method: 'PUT', key: USER_KEY, body: Buffer.from('hello') } as const;

it('hands the body to the uploader, with the object as it is on chain', async (t) => {
  const { client, uploads } = uploaderOf();
  const shadowObject = async () => assert.fail('nothing is being updated');
  const gateway = await gatewayOf(t, client, chainOf({ ...objectIs(created), shadowObject }));
  const answer = await gateway.send(put);
  assert.deepEqual([answer.status, answer.body.length], [200, 0]);
  assert.deepEqual([uploads[0]?.payload, uploads[0]?.length], ['hello', 5n]);
  assert.deepEqual(uploads[0]?.task.object_info, created);
  assert.equal(uploads[0]?.task.task?.user_address, USER);
});

it('takes nothing that is empty, or larger than this provider takes', async (t) => {
  const { client, uploads } = uploaderOf();
  for (const payload_size of [0n, 6n]) {
    const gateway = await gatewayOf(t, client, chainOf(objectIs({ ...created, payload_size })), { maxPayloadSize: 5n });
    const answer = await gateway.send({ ...put, body: Buffer.alloc(Number(payload_size)) });
    assert.deepEqual([answer.status, answer.code], [403, 50016], `${payload_size} bytes`);
  }
  assert.equal(uploads.length, 0);
  const gateway = await gatewayOf(t, client, chainOf(objectIs(created)), { maxPayloadSize: 5n });
  assert.equal((await gateway.send(put)).status, 200);
});

it('uploads an update as its shadow says, so that the sealed pieces keep their names', async (t) => {
  const { client, uploads } = uploaderOf();
  const times: bigint[] = [];
  const storageParams = async (timestamp: bigint) => {
    times.push(timestamp);
    return storage.Params.create();
  };
  const consensus = chainOf({ ...objectIs(updating), shadowObject: async () => shadow, storageParams });
  const gateway = await gatewayOf(t, client, consensus);
  assert.equal((await gateway.send(put)).status, 200);
  const { payload_size, version, checksums, updated_at } = shadow;
  assert.deepEqual(uploads[0]?.task.object_info, { ...updating, payload_size, version, checksums, updated_at });
  assert.deepEqual(times, [200n]);
});

it('takes no update whose shadow is gone', async (t) => {
  const { client, uploads } = uploaderOf();
  const gateway = await gatewayOf(t, client, chainOf({ ...objectIs(updating), shadowObject: async () => undefined }));
  const answer = await gateway.send(put);
  assert.deepEqual([answer.status, answer.code, uploads.length], [500, 55001, 0]);
});

it('leaves it to the uploader to say that a body broke off', async (t) => {
  const { client, uploads } = uploaderOf();
  const gateway = await gatewayOf(t, client, chainOf(objectIs(created)));
  const socket = connect(gateway.port, '127.0.0.1');
  await once(socket, 'connect');
  const { headers } = signedHead(gateway.port);
  socket.write(`PUT /photos/a HTTP/1.1\r\n${headers}Content-Length: 5\r\n\r\nhe`);
  while (uploads[0]?.payload !== 'he') await new Promise(setImmediate);
  socket.destroy();
  while (uploads[0]?.failure === undefined) await new Promise(setImmediate);
  // an error without a code: the uploader makes it 110005
  assert.equal((uploads[0].failure as Error).name, 'Error');
});

it('asks for the body only when somebody reads it', async (t) => {
  const { client } = uploaderOf();
  const gateway = await gatewayOf(t, client, chainOf(objectIs(created)));
  assert.deepEqual(await expecting(gateway.port, signedHead(gateway.port).headers), [100, 200]);
  assert.deepEqual(await expecting(gateway.port, 'Host: x\r\n'), [400]);
});

/** The statuses that a client gets who sends its body only when it is told to. */
async function expecting(port: number, headers: string): Promise<number[]> {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk;
    if (text.startsWith('HTTP/1.1 100') && !text.includes('HTTP/1.1 2')) socket.write('hello');
    if (text.includes('HTTP/1.1 200')) socket.end();
  });
  socket.write(`PUT /photos/a HTTP/1.1\r\n${headers}Content-Length: 5\r\nExpect: 100-continue\r\n\r\n`);
  // a refusal ends the connection by itself
  await once(socket, 'close');
  return [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map((match) => Number(match[1]));
}

function signedHead(port: number): { headers: string } {
  const host = `127.0.0.1:${port}`;
  const expiry = expiryText(100);
  const signable = { method: 'PUT', target: '/photos/a', host, rawHeaders: [EXPIRY_HEADER, expiry] };
  const lines = [
    ['Host', host],
    [EXPIRY_HEADER, expiry],
    ['Authorization', authorizationOf(signable, USER_KEY)],
  ];
  return { headers: lines.map(([name, value]) => `${name}: ${value}\r\n`).join('') };
}
