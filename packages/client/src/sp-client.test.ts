import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { describe, it, type TestContext } from 'node:test';
import { encode, fromHeaderJson } from '@prairie/chain';
import { BucketMigrationInfo, BucketQuotaInfo, ReceivePieceTask, RecoverPieceTask } from '@prairie/gfsp';
import { TransportError } from './http.ts';
import {
  INTEGRITY_SIGNATURE_HEADER,
  MIGRATE_BUCKET_MSG_HEADER,
  QUOTA_INFO_HEADER,
  RECEIVE_MSG_HEADER,
  RECOVER_PIECE_PATH,
  RECOVERY_MSG_HEADER,
  SpClient,
  type SpClientOptions,
} from './sp-client.ts';
import { bodyOf, errorXml, listen } from './testing/server.ts';

interface Recorded {
  method: string;
  url: string;
  request_headers: [string, string][];
  request_body: { base64?: string };
  response_headers: [string, string][];
}

const lines = readFileSync(new URL('fixtures/replicate-piece.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n');
const [piece, done] = lines.map((line): Recorded => JSON.parse(line)) as [Recorded, Recorded];

const headerOf = (headers: [string, string][], name: string) => headers.find(([key]) => key === name)![1];
const taskOf = ({ request_headers }: Recorded) =>
  fromHeaderJson(ReceivePieceTask, Buffer.from(headerOf(request_headers, RECEIVE_MSG_HEADER), 'hex').toString());

function clientOf(t: TestContext, options: SpClientOptions = {}): SpClient {
  const client = new SpClient({ ...options, retry: { baseMs: 1, ...options.retry } });
  t.after(() => client.close());
  return client;
}

/** What a destination asked the source of a bucket, and was answered. */
const questions = {
  quota: 'query-bucket-quota',
  enough: 'query-enough-quota',
  pre: 'pre-migrate-bucket',
  post: 'post-migrate-bucket',
} as const;

describe('the quota of a bucket that moves', () => {
  for (const [question, name] of Object.entries(questions) as [keyof typeof questions, string][]) {
    it(`${question}: is asked for and read as recorded`, async (t) => {
      const file = new URL(`../../../test/fixtures/sp/${name}.jsonl`, import.meta.url);
      const recorded: Recorded = JSON.parse(readFileSync(file, 'utf8').split('\n')[0]!);
      const expected = headerOf(recorded.response_headers, QUOTA_INFO_HEADER);
      const { endpoint, requests } = await listen(t, (_, response) =>
        response.setHeader(QUOTA_INFO_HEADER, expected).end(),
      );
      const message = headerOf(recorded.request_headers, MIGRATE_BUCKET_MSG_HEADER);
      const info = fromHeaderJson(BucketMigrationInfo, Buffer.from(message, 'hex').toString());
      const quota = await clientOf(t).askBucketQuota(endpoint, question, info);
      assert.equal(encode(BucketQuotaInfo, quota!).toString('hex'), expected);
      assert.deepEqual([requests[0]?.method, requests[0]?.url], [recorded.method, recorded.url]);
      assert.equal(requests[0]?.headers[MIGRATE_BUCKET_MSG_HEADER.toLowerCase()], message);
    });
  }

  it('that was taken before is not told again', async (t) => {
    const { endpoint } = await listen(t, (_, response) => response.end());
    const info = BucketMigrationInfo.create({ bucket_id: 3n });
    assert.equal(await clientOf(t).askBucketQuota(endpoint, 'pre', info), undefined);
  });
});

describe('recorded calls', () => {
  it('a piece is sent with the same header and body', async (t) => {
    const body = Buffer.from(piece.request_body.base64!, 'base64');
    let received: Buffer | undefined;
    const { endpoint, requests } = await listen(t, async (request, response) => {
      received = await bodyOf(request);
      response.end();
    });
    await clientOf(t).replicatePiece(endpoint, taskOf(piece), body);
    assert.deepEqual([requests[0]?.method, requests[0]?.url], [piece.method, piece.url]);
    const sent = requests[0]?.headers[RECEIVE_MSG_HEADER.toLowerCase()];
    assert.equal(sent, headerOf(piece.request_headers, RECEIVE_MSG_HEADER));
    assert.deepEqual(received, body);
  });

  it('the end is told with an empty body, and answered with a signature', async (t) => {
    const signature = headerOf(done.response_headers, INTEGRITY_SIGNATURE_HEADER);
    const { endpoint, requests } = await listen(t, (_, response) =>
      response.setHeader(INTEGRITY_SIGNATURE_HEADER, signature).end(),
    );
    const answer = await clientOf(t).doneReplicatePiece(endpoint, taskOf(done));
    assert.equal(answer.toString('hex'), signature);
    assert.equal(answer.length, 96);
    const sent = requests[0]?.headers[RECEIVE_MSG_HEADER.toLowerCase()];
    assert.equal(sent, headerOf(done.request_headers, RECEIVE_MSG_HEADER));
    assert.equal(requests[0]?.headers['content-length'], '0');
  });

  for (const signature of ['', 'ab', 'zz'.repeat(96), 'ab'.repeat(97)]) {
    it(`a signature like ${JSON.stringify(signature.slice(0, 4))}… (${signature.length}) is none`, async (t) => {
      const { endpoint } = await listen(t, (_, response) =>
        response.setHeader(INTEGRITY_SIGNATURE_HEADER, signature).end(),
      );
      await assert.rejects(clientOf(t).doneReplicatePiece(endpoint, taskOf(done)), /of 96 bytes expected/);
    });
  }
});

describe('tries', () => {
  const refuse =
    (status: number, code: number): RequestListener =>
    (_, response) =>
      response.writeHead(status).end(errorXml(code, 'no'));

  it('a refusal is final', async (t) => {
    for (const [status, code] of [
      [406, 80004],
      [400, 50038],
      [404, 50025],
      [403, 80003],
    ] as const) {
      const { endpoint, requests } = await listen(t, refuse(status, code));
      const sending = clientOf(t).replicatePiece(endpoint, taskOf(piece), Buffer.of(1));
      await assert.rejects(sending, { name: 'GfSpError', innerCode: code });
      assert.equal(requests.length, 1);
    }
  });

  it('trouble at the peer is tried three times', async (t) => {
    const { endpoint, requests } = await listen(t, refuse(500, 85101));
    const sending = clientOf(t).replicatePiece(endpoint, taskOf(piece), Buffer.of(1));
    await assert.rejects(sending, { name: 'GfSpError', innerCode: 85101 });
    assert.equal(requests.length, 3);
  });

  it('silence, and a connection that breaks, are tried again until it works', async (t) => {
    const { endpoint, requests } = await listen(t, (request, response) => {
      if (requests.length === 1) return;
      if (requests.length === 2) request.socket.destroy();
      else response.end();
    });
    // a busy machine is silent too, now and then
    const client = clientOf(t, { idleTimeoutMs: 50, retry: { attempts: 1000 } });
    await client.replicatePiece(endpoint, taskOf(piece), Buffer.of(1));
    assert.ok(requests.length >= 3);
  });

  it('what is not there is a transport error in the end', async (t) => {
    const { endpoint, server } = await listen(t, () => {});
    server.close();
    await assert.rejects(clientOf(t).replicatePiece(endpoint, taskOf(piece), Buffer.of(1)), TransportError);
  });

  it('an endpoint that is none is not tried again', async (t) => {
    const sending = clientOf(t).replicatePiece('sp1.example.com', taskOf(piece), Buffer.of(1));
    await assert.rejects(sending, /scheme http or https/);
  });

  it('end with the signal, also between two of them', async (t) => {
    const { endpoint, requests } = await listen(t, refuse(500, 85101));
    const client = new SpClient({ retry: { baseMs: 60_000, maxMs: 60_000 } });
    t.after(() => client.close());
    const stop = new AbortController();
    const sending = client.replicatePiece(endpoint, taskOf(piece), Buffer.of(1), stop.signal);
    setTimeout(() => stop.abort(), 50);
    await assert.rejects(sending);
    assert.equal(requests.length, 1);
  });
});

describe('a piece of another provider', () => {
  const task = RecoverPieceTask.create({
    segment_idx: 3,
    ec_idx: -1,
    piece_size: 16n << 20n,
    signature: Uint8Array.of(7),
  });

  it('is asked for with the signed task, and comes as its bytes', async (t) => {
    const { endpoint, requests } = await listen(t, (_, response) => response.end(Buffer.alloc(1000, 5)));
    const bytes = await clientOf(t).recoverPiece(endpoint, task, 1000);
    assert.deepEqual(bytes, Buffer.alloc(1000, 5));
    const [{ method, url, headers } = assert.fail()] = requests;
    assert.deepEqual([method, url], ['GET', RECOVER_PIECE_PATH]);
    const sent = Buffer.from(String(headers[RECOVERY_MSG_HEADER.toLowerCase()]), 'hex').toString();
    assert.deepEqual(fromHeaderJson(RecoverPieceTask, sent), { ...task, task: undefined });
  });

  it('is not read beyond what it may have, and not asked for again: there are others', async (t) => {
    const { endpoint, requests } = await listen(t, (_, response) => response.end(Buffer.alloc(1001)));
    await assert.rejects(clientOf(t).recoverPiece(endpoint, task, 1000), TransportError);
    const { endpoint: refusing, requests: refused } = await listen(t, (_, response) =>
      response.writeHead(404).end(errorXml(85102, 'no such key')),
    );
    await assert.rejects(clientOf(t).recoverPiece(refusing, task, 1000), { innerCode: 85102 });
    assert.deepEqual([requests.length, refused.length], [1, 1]);
  });
});
