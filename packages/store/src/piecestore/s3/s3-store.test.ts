import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startS3 } from '../../../../../test/support/s3-server.ts';
import { openPieceStore } from '../open.ts';
import { TestBuckets } from '../testing/buckets.ts';
import { describePieceStore } from '../testing/contract.ts';

const buckets = new TestBuckets();
/** The keys and the region that every provider asks it with. */
const ldfs = new TestBuckets({ account: { accessKey: 'ldfs', secretKey: 'ldfs', region: 'ldfs' } });
const { skip } = buckets;
/** A bucket, and a request, cost more than a folder and a file; what has pages is one code for all. */
const options = { skip, sequences: 5, many: 30 };

describePieceStore(
  's3, bucket in the path',
  async () => buckets.open('s3', `${(await buckets.server()).endpoint}/${buckets.fresh()}`),
  { ...options, many: 1001 },
);

describePieceStore(
  's3, bucket in the host',
  async () => buckets.open('s3', `http://${buckets.fresh()}.s3.localhost:${(await buckets.server()).port}`),
  options,
);

describePieceStore(
  'b2, bucket in the host of the URL',
  async () => buckets.open('b2', `http://${buckets.fresh()}.s3.localhost:${(await buckets.server()).port}`),
  options,
);

describePieceStore(
  'oss, bucket in the host, a region of the environment',
  async () => {
    const { env, port } = await buckets.server();
    const settings = {
      storage: 'oss',
      bucketUrl: `http://${buckets.fresh()}.s3.localhost:${port}`,
      iamType: 'AKSK',
    } as const;
    return await openPieceStore(settings, { env: { ...env, ALIBABA_CLOUD_OSS_REGION: 'us-east-1' } });
  },
  options,
);

describePieceStore(
  'minio, with the word in front of the bucket',
  async () => {
    const [{ endpoint }, bucket] = [await buckets.server(), buckets.fresh()];
    await (await buckets.open('s3', `${endpoint}/${bucket}`)).close();
    return await buckets.open('minio', `${endpoint.replace('http://', '')}/minio/${bucket}`);
  },
  options,
);

describePieceStore(
  'ldfs, with keys that are not in the environment',
  async () => openPieceStore({ storage: 'ldfs', bucketUrl: `127.0.0.1:${(await ldfs.server()).port}/${ldfs.fresh()}` }),
  options,
);

describePieceStore(
  's3, three buckets',
  async () => buckets.open('s3', `${(await buckets.server()).endpoint}/${buckets.fresh()}-%d`, { shards: 3 }),
  options,
);

describe('buckets', { skip }, () => {
  test('are reached by TLS; a certificate that nobody knows is refused unless it need not be known', async (t) => {
    const fixture = (name: string) =>
      fileURLToPath(new URL(`../../../../rpc/src/testing/fixtures/${name}`, import.meta.url));
    const server = await startS3({ tls: { certFile: fixture('peer.pem'), keyFile: fixture('peer.key') } });
    t.after(() => server.remove());
    const settings = { storage: 's3', bucketUrl: `${server.endpoint}/pieces`, iamType: 'AKSK' } as const;
    await assert.rejects(
      openPieceStore(settings, server),
      /its certificate is not known, name its authority in NODE_EXTRA_CA_CERTS/,
    );
    const store = await openPieceStore({ ...settings, tlsInsecureSkipVerify: true }, server);
    t.after(() => store.close());
    const piece = randomBytes(1_500_000);
    await store.put('s1_s0', piece);
    assert.ok((await store.get('s1_s0')).equals(piece));
    assert.equal(await store.deleteByPrefix('s1_'), piece.length);
  });

  test('that are not there are an error for minio, and for nobody else', async () => {
    const [{ endpoint }, bucket] = [await buckets.server(), buckets.fresh()];
    await assert.rejects(buckets.open('minio', `${endpoint}/${bucket}`), /specified bucket does not exist/);
    await (await buckets.open('s3', `${endpoint}/${bucket}`)).close();
    await (await buckets.open('minio', `${endpoint}/${bucket}`)).close();
  });
});
