/** What is wrong is refused with the network's status and code, and leaves nothing behind. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { authorizationOf, EXPIRY_HEADER, expiryText, UserClient } from '@prairie/client';
import { TestAccount } from '../support/account.ts';
import { type DevnetProcess, startDevnet } from '../support/devnet-process.ts';
import { holdings } from '../support/leftovers.ts';

const bucket = 'refusals-bucket';
const content = Buffer.alloc(300_000, 7);
const kept = Buffer.from('kept as it is');

interface Call {
  method?: 'GET' | 'PUT';
  object?: string;
  /** Provider, from 1. */
  sp?: number;
  body?: Buffer;
  /** Announced length; the body's own when left out, none when null (chunked). */
  length?: number | null;
  key?: Buffer | undefined;
  expiry?: string;
  authorization?: string;
}

interface Answer {
  status: number;
  code: string;
  type: string;
  body: string;
}

describe('refusals', () => {
  let dataDir: string;
  let devnet: DevnetProcess;
  let owner: TestAccount;
  let stranger: TestAccount;

  before(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'prairie-refusals-'));
    devnet = await startDevnet(['--data-dir', dataDir, '--rpc-port', '0', '--sp-port', '0', '--block-time', '200']);
    owner = new TestAccount(devnet, 0);
    stranger = new TestAccount(devnet, 1);
    await owner.createBucket(bucket);
    await owner.createObjects(
      bucket,
      new Map([
        ['wanted.bin', content],
        ['kept.txt', kept],
      ]),
    );
    const client = new UserClient({ endpoint: devnet.sps[0]!.endpoint, privateKey: owner.privateKey });
    const body = async function* () {
      yield kept;
    };
    await client.putObject({ bucket, object: 'kept.txt', size: kept.length, body: body() });
    client.close();
    await owner.sealed(bucket, 'kept.txt');
    // the provider learns of its seal from the same block, and then forgets the upload
    while (holdings(dataDir).some((line) => line.includes('upload_object_progress'))) await setTimeout(50);
  });

  after(async () => {
    owner?.close();
    stranger?.close();
    await devnet?.end();
    rmSync(dataDir, { recursive: true, force: true });
  });

  function send(call: Call): Promise<Answer> {
    const { method = 'PUT', object = 'wanted.bin', body, key } = call;
    const endpoint = new URL(devnet.sps[(call.sp ?? 1) - 1]!.endpoint);
    const target = `/${bucket}/${object}`;
    const expiry = call.expiry ?? expiryText(1000);
    const signable = { method, target, host: endpoint.host, rawHeaders: [EXPIRY_HEADER, expiry] };
    const authorization = call.authorization ?? (key && authorizationOf(signable, key));
    const length = call.length === null || !body ? {} : { 'content-length': call.length ?? body.length };
    return new Promise((resolve, reject) => {
      const headers = {
        host: endpoint.host,
        [EXPIRY_HEADER]: expiry,
        ...(authorization ? { authorization } : {}),
        ...length,
      };
      const options = { method, host: '127.0.0.1', port: endpoint.port, path: target, headers };
      const outgoing = request(options, (response) => {
        let text = '';
        response.on('data', (chunk) => {
          text += chunk;
        });
        response.on('end', () => {
          const code = /<Error><Code>(\d+)<\/Code><Message>[^<]+<\/Message><\/Error>/.exec(text)?.[1] ?? '';
          resolve({ status: response.statusCode!, code, type: response.headers['content-type'] ?? '', body: text });
        });
      });
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }

  const tampered = Buffer.from(content);
  tampered[150_000]! ^= 1;
  const ownerKey = () => owner.privateKey;
  const badV = () => `GNFD1-ECDSA, Signature=${'11'.repeat(64)}1b`;

  /** [what, the call, status, code] by `reference/gateway-http.md` §2, §4 and §6. */
  const cases: [string, () => Call, number, number][] = [
    ['a tampered body', () => ({ body: tampered, key: ownerKey() }), 406, 110004],
    [
      'a body that is shorter than the object',
      () => ({ body: content.subarray(1), key: ownerKey(), length: null }),
      406,
      110004,
    ],
    [
      'a body that is longer than the object',
      () => ({ body: Buffer.concat([content, kept]), key: ownerKey(), length: null }),
      406,
      110004,
    ],
    [
      'a body that is far longer than the object',
      () => ({ body: Buffer.alloc(20_000_000), key: ownerKey(), length: null }),
      406,
      110004,
    ],
    [
      'an announced length that is not the object’s',
      () => ({ body: content.subarray(1), key: ownerKey() }),
      406,
      110004,
    ],
    ['an empty body', () => ({ body: Buffer.alloc(0), key: ownerKey() }), 406, 110004],
    ['no signature at all', () => ({ body: content }), 400, 50001],
    ['an unknown scheme', () => ({ body: content, authorization: 'Basic abc' }), 400, 50001],
    ['a malformed Authorization header', () => ({ body: content, authorization: 'GNFD1-ECDSA, Sig=00' }), 400, 50002],
    ['a signature that recovers no account', () => ({ body: content, authorization: badV() }), 400, 50003],
    ['a signature by another account', () => ({ body: content, key: stranger.privateKey }), 401, 50004],
    ['an expired signature', () => ({ body: content, key: ownerKey(), expiry: '2020-01-01T00:00:00Z' }), 400, 50023],
    [
      'a signature that is valid for too long',
      () => ({ body: content, key: ownerKey(), expiry: expiryText(8 * 86_400) }),
      400,
      50023,
    ],
    [
      'an object that is not on the chain',
      () => ({ object: 'unknown.bin', body: content, key: ownerKey() }),
      404,
      20008,
    ],
    ['a put to another provider', () => ({ sp: 2, body: content, key: ownerKey() }), 400, 20002],
    ['a put of what is sealed already', () => ({ object: 'kept.txt', body: kept, key: ownerKey() }), 400, 20003],
    [
      'a stranger’s read of a private object',
      () => ({ method: 'GET', object: 'kept.txt', key: stranger.privateKey }),
      401,
      50004,
    ],
    ['an anonymous read of a private object', () => ({ method: 'GET', object: 'kept.txt' }), 400, 50001],
    [
      'a read of an object that does not exist',
      () => ({ method: 'GET', object: 'unknown.bin', key: ownerKey() }),
      404,
      90010,
    ],
    ['a read of what was never uploaded', () => ({ method: 'GET', object: 'wanted.bin', key: ownerKey() }), 400, 30009],
  ];

  for (const [what, call, status, code] of cases) {
    it(`refuses ${what}: ${status}/${code}`, async () => {
      const held = holdings(dataDir);
      const answer = await send(call());
      assert.deepEqual(
        [answer.status, answer.code, answer.type],
        [status, String(code), 'application/xml'],
        answer.body,
      );
      assert.deepEqual(holdings(dataDir), held);
    });
  }

  it('takes the object after all that, and serves its owner', async () => {
    const put = await send({ body: content, key: ownerKey() });
    assert.deepEqual([put.status, put.body], [200, '']);
    await owner.sealed(bucket, 'wanted.bin');
    const get = await send({ method: 'GET', object: 'kept.txt', key: ownerKey() });
    assert.deepEqual([get.status, get.body], [200, kept.toString()]);
  });
});
