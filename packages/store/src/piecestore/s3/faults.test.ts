import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { CorruptPieceError, createLogger, NoSuchKeyError } from '@prairie/gfsp';
import { TestBuckets } from '../testing/buckets.ts';
import { type FaultyProxy, startFaultyProxy } from '../testing/faulty-proxy.ts';
import { bucketAddress } from './address.ts';
import { signingFor } from './credentials.ts';
import { isPassing, ObjectStorageError } from './errors.ts';
import { S3PieceStore } from './s3-store.ts';

const buckets = new TestBuckets();
const MAX_RETRIES = 3;

test('a name that is not known now may be known soon, as that of a service whose nodes start anew', () => {
  assert.ok(isPassing({ code: 'ENOTFOUND', status: undefined }));
});

describe('an object storage with faults', { skip: buckets.skip }, () => {
  let proxy: FaultyProxy;
  let store: S3PieceStore;
  let bucket: string;
  let retries = 0;
  const lines: string[] = [];
  const piece = randomBytes(300_000);

  before(async () => {
    const { endpoint, env } = await buckets.server();
    proxy = await startFaultyProxy(endpoint);
    bucket = buckets.fresh();
    const address = bucketAddress('s3', `${proxy.endpoint}/${bucket}`, env);
    const limits = { maxRetries: MAX_RETRIES, minRetryDelayMs: 5, attemptMs: 700, maxConnections: 8 };
    const signing = signingFor('s3', 'AKSK', env);
    const options = { address, signing, ...limits, createBucket: true, tlsInsecureSkipVerify: false };
    const logger = createLogger({ write: (line) => lines.push(line) });
    store = await S3PieceStore.open(options, { onRetry: () => retries++, logger });
  });
  beforeEach(async () => {
    proxy.faultOf = () => 'none';
    await store.put('s1_s0', piece);
    proxy.seen.length = 0;
    retries = 0;
    lines.length = 0;
  });
  after(async () => {
    await store.close();
    await proxy.close();
  });

  for (const fault of ['hang', 'stall'] as const) {
    test(`every second call: ${fault}`, async () => {
      proxy.faultOf = (number) => (number % 2 === 0 ? fault : 'none');
      await store.put('s1_s1', piece);
      assert.ok((await store.get('s1_s1')).equals(piece));
      assert.equal(retries, 2);
      proxy.faultOf = () => 'none';
      await store.delete('s1_s1');
    });
  }

  for (const fault of [
    ...(['reset', 'cut'] as const),
    { status: 503, code: 'SlowDown' },
    { status: 500, code: 'InternalError' },
    { status: 403, code: 'RequestTimeTooSkewed' },
  ]) {
    test(`every second call: ${JSON.stringify(fault)}`, async () => {
      // answers to HEAD have no words for what they refuse
      proxy.faultOf = (number, name) =>
        number % 2 === 1 || (typeof fault === 'object' && name.startsWith('HEAD')) ? 'none' : fault;
      const other = randomBytes(100_000);
      await store.put('s1_s1', other);
      assert.ok((await store.get('s1_s1')).equals(other));
      assert.ok((await store.get('s1_s0', 1000, 10)).equals(piece.subarray(1000, 1010)));
      assert.equal(await store.size('s1_s0'), piece.length);
      await store.delete('s1_s1');
      const keys: string[] = [];
      for await (const key of store.list('')) keys.push(key);
      assert.deepEqual(keys, ['s1_s0']);
      assert.equal(await store.deleteByPrefix('s1_'), piece.length);
      assert.ok(retries > 0 && retries <= 8, `${retries} of 8 requests were made again`);
    });
  }

  test('that pass leave a line in the log, with the tries', async () => {
    proxy.faultOf = (number) => (number < 2 ? { status: 503, code: 'SlowDown' } : 'none');
    await store.get('s1_s0');
    await store.get('s1_s0');
    assert.equal(lines.length, 1);
    const { message, tries, code } = JSON.parse(lines[0]!);
    assert.deepEqual([message, tries, code], [`get s1_s0 in bucket ${bucket}: done at last`, 3, 'SlowDown']);
  });

  test('that stay end after as many tries as were asked for', async () => {
    proxy.faultOf = () => ({ status: 503, code: 'SlowDown' });
    await assert.rejects(store.put('s1_s0', piece), (error: unknown) => {
      assert.ok(error instanceof ObjectStorageError);
      assert.equal(
        error.message,
        `put s1_s0 in bucket ${bucket}: the storage has a fault (SlowDown, HTTP 503, tried 4 times)`,
      );
      return true;
    });
    assert.equal(proxy.seen.length, MAX_RETRIES + 1);
  });

  test('that do not go away are not tried again, and say nothing of keys', async () => {
    proxy.faultOf = () => ({ status: 403, code: 'SignatureDoesNotMatch' });
    await assert.rejects(store.get('s1_s0'), (error: unknown) => {
      assert.ok(error instanceof ObjectStorageError);
      assert.match(error.message, /deny access bucket/);
      assert.doesNotMatch(JSON.stringify([error, error.message, error.stack, error.cause]), /SKSECRET/);
      return true;
    });
    assert.equal(proxy.seen.length, 1);
  });

  test('a hanging one is given up at its deadline', async () => {
    proxy.faultOf = () => 'hang';
    await assert.rejects(store.get('s1_s0'), /there was no answer in time \(Deadline, tried 4 times\)/);
  });

  test('a bucket that went away is no missing piece', async () => {
    proxy.faultOf = (_, name) =>
      name.startsWith('HEAD') ? { status: 404, code: 'NotFound' } : { status: 404, code: 'NoSuchBucket' };
    await assert.rejects(store.get('s1_s0'), /get s1_s0 .*: the specified bucket does not exist/);
    await assert.rejects(store.size('s1_s0'), /the specified bucket does not exist/);
  });

  test('an answer 404 that is not the storage’s own is no missing piece', async () => {
    proxy.faultOf = () => ({ status: 404, code: 'SomethingElse' });
    await assert.rejects(store.get('s1_s0'), (error) => !(error instanceof NoSuchKeyError));
    await assert.rejects(store.size('s1_s0'), ObjectStorageError);
  });

  test('bytes that changed on its disk are told by a full read', async () => {
    const damaged = Buffer.from(piece);
    damaged[1234]! ^= 1;
    const folder = (await buckets.server()).folderOf(bucket);
    // in place: the checksum beside it stays
    writeFileSync(join(folder, 's1_s0'), damaged);
    await assert.rejects(store.get('s1_s0'), CorruptPieceError);
    assert.ok((await store.get('s1_s0', 0, 10)).equals(piece.subarray(0, 10)));
    await store.put('s1_s0', piece);
    assert.ok((await store.get('s1_s0')).equals(piece));
  });

  test('requests say what the family expects', async () => {
    await store.put('s2_s0', Buffer.from('123456789'));
    const { 'x-amz-meta-crc32c': crc, 'content-type': type, 'user-agent': agent } = proxy.headers;
    // unsigned, above 2^31
    assert.deepEqual([crc, type], [String(0xe3069283), 'application/octet-stream']);
    assert.match(String(agent), /Greenfield-SP/);
    await store.deleteByPrefix('s2_');
    assert.match(String(proxy.headers['content-md5']), /^[\w+/]{22}==$/);
  });

  test('closing ends what runs', async () => {
    proxy.faultOf = () => 'hang';
    const reading = store.get('s1_s0');
    const refused = assert.rejects(reading, /is closed/);
    await store.close();
    await refused;
  });
});
