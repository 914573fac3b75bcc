/**
 * The main job, with the unmodified JavaScript SDK: a bucket, four objects of telling sizes, upload, seal, download
 * whole and by range, list, delete. What providers hold is read from their own disks.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type DevnetProcess, startDevnet } from '../support/devnet-process.ts';
import {
  checksumsOf,
  createBucket,
  createObject,
  download,
  eventually,
  payloadOf,
  sealed,
  send,
  type User,
  upload,
  user,
} from './support.ts';

const SEGMENT = 16 * 1024 * 1024;
const sizes = {
  'one-byte': 1,
  'small.bin': 65_536,
  'exactly-a-segment.bin': SEGMENT,
  'folder/two segments.bin': 20_000_000,
};
const bucket = 'e2e-bucket';

describe('the JavaScript SDK against the devnet', () => {
  let dataDir: string;
  let devnet: DevnetProcess;
  let owner: User;
  const payloads = new Map(Object.entries(sizes).map(([name, size], i) => [name, payloadOf(size, i)]));

  before(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'prairie-e2e-'));
    devnet = await startDevnet(['--data-dir', dataDir, '--rpc-port', '0', '--sp-port', '0']);
    owner = user(devnet.rpc, devnet.evmChainId, devnet.accounts[0]!);
  });

  after(async () => {
    await devnet?.end();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('creates a public bucket', async () => {
    await createBucket(owner, bucket, devnet.sps[0]!.operatorAddress, true);
    const head = await owner.client.bucket.headBucket(bucket);
    assert.equal(head.bucketInfo?.bucketName, bucket);
  });

  for (const [name, payload] of payloads) {
    it(`stores ${name}, ${payload.length} bytes, and sees it sealed`, async () => {
      const txnHash = await createObject(owner, bucket, name, payload);
      await upload(owner, bucket, name, payload, txnHash);
      const head = await sealed(owner, bucket, name);
      assert.equal(head.objectInfo?.payloadSize.toString(), String(payload.length));
    });

    it(`reads ${name} back, whole and by range`, async () => {
      assert.ok((await download(owner, bucket, name)).equals(payload));
      const low = Math.floor(payload.length / 3);
      const high = Math.max(low, payload.length - 2);
      const part = await rangeOf(devnet.sps[0]!.endpoint, name, `bytes=${low}-${high}`);
      assert.ok(part.equals(payload.subarray(low, high + 1)));
    });

    it(`finds ${name} on the disks of the primary and the six secondaries`, async () => {
      const head = await owner.client.object.headObject(bucket, name);
      const group = head.globalVirtualGroup!;
      const id = head.objectInfo!.id;
      const checksums = checksumsOf(payload);
      assert.equal(group.secondarySpIds.length, 6);
      const segments = Math.ceil(payload.length / SEGMENT);
      const keys = [
        { sp: group.primarySpId, key: (segment: number) => `s${id}_s${segment}` },
        ...group.secondarySpIds.map((sp, i) => ({ sp, key: (segment: number) => `e${id}_s${segment}_p${i}` })),
      ];
      for (const [position, { sp, key }] of keys.entries()) {
        const root = integrityOf(join(dataDir, `sp${sp}`, 'pieces'), key, segments);
        assert.equal(root, checksums[position], `provider ${sp}, position ${position}`);
      }
    });
  }

  it('lists them in order, with folders as common prefixes', async () => {
    const endpoint = devnet.sps[0]!.endpoint;
    const list = await eventually('the listing', 10, async () => {
      const all = await owner.client.object.listObjects({ bucketName: bucket, endpoint });
      const objects = all.body?.GfSpListObjectsByBucketNameResponse.Objects ?? [];
      return objects.length === payloads.size ? objects : undefined;
    });
    assert.deepEqual(
      list.map((o) => o.ObjectInfo.ObjectName),
      [...payloads.keys()].sort(),
    );
    const byFolder = await owner.client.object.listObjects({
      bucketName: bucket,
      endpoint,
      query: new URLSearchParams({ delimiter: '/' }),
    } as never);
    const response = byFolder.body!.GfSpListObjectsByBucketNameResponse;
    assert.equal(String(response.CommonPrefixes), 'folder/');
  });

  it('deletes the objects and the bucket', async () => {
    for (const objectName of payloads.keys()) {
      await send(
        owner,
        await owner.client.object.deleteObject({ operator: owner.identity.address, bucketName: bucket, objectName }),
      );
    }
    await send(owner, await owner.client.bucket.deleteBucket({ operator: owner.identity.address, bucketName: bucket }));
    await assert.rejects(owner.client.bucket.headBucket(bucket), /No such bucket/);
  });
});

async function rangeOf(endpoint: string, name: string, range: string): Promise<Buffer> {
  const url = `${endpoint}/${bucket}/${name.split('/').map(encodeURIComponent).join('/')}`;
  const response = await fetch(url, { headers: { range } });
  assert.ok(response.ok, `${response.status} ${response.ok ? '' : await response.text()}`);
  return Buffer.from(await response.arrayBuffer());
}

/** SHA-256 over the checksums of a provider's pieces, as base64: what the chain has for its position. */
function integrityOf(root: string, key: (segment: number) => string, segments: number): string {
  const hash = createHash('sha256');
  for (let segment = 0; segment < segments; segment++) {
    hash.update(
      createHash('sha256')
        .update(readFileSync(join(root, key(segment))))
        .digest(),
    );
  }
  return hash.digest('base64');
}
