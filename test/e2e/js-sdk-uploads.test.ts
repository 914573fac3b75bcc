/**
 * Every way of uploading that the unmodified JavaScript SDK has: whole, in parts, with an off-chain key, and with the
 * provider as agent; under names that are hard to carry in a URL.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import type { ClientRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { UserClient } from '@prairie/client';
import { type DevnetProcess, startDevnet } from '../support/devnet-process.ts';
import { contentOf, inChunks, readObject } from '../support/uploads.ts';
import { type OffChainAuth, registerKey } from './off-chain-key.ts';
import { seeingRequests } from './outside-browsers.ts';
import { sdk } from './sdk.ts';
import { createBucket, createObject, download, eventually, sealed, send, type User, upload, user } from './support.ts';

const { VisibilityType } = sdk;

const SEGMENT = 16 * 1024 * 1024;
const bucketName = 'sdk-uploads';
const DOMAIN = 'https://dapp.example';

/** Each is one object's name, byte for byte. A name with `%2F` is not one with a slash. */
const ODD_NAMES = [
  'with space.txt',
  'ünï/çødé/文件/ฟ.txt',
  'a+b=c&d?e#f.txt',
  'percent%2Fslash%41.txt',
  'folder/',
  'quotes"and\'apostrophes;semi,comma',
  "(brackets)[square]{curly}!*~'.txt",
  `${'long/'.repeat(204)}1024`,
];

/** The SDK makes no URL of the first, and trims the second where it reads it. */
const RAW_NAMES = ['/leading slash', ' leading and trailing '];

describe('uploads with the JavaScript SDK', () => {
  let dataDir: string;
  let devnet: DevnetProcess;
  let owner: User;
  let endpoint: string;

  before(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'prairie-sdk-'));
    devnet = await startDevnet(['--data-dir', dataDir, '--rpc-port', '0', '--sp-port', '0']);
    owner = user(devnet.rpc, devnet.evmChainId, devnet.accounts[0]!);
    endpoint = devnet.sps[0]!.endpoint;
    await createBucket(owner, bucketName, devnet.sps[0]!.operatorAddress);
  });

  after(async () => {
    await devnet?.end();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const fileOf = (name: string, content: Buffer, type = 'application/octet-stream') => ({
    name,
    type,
    size: content.length,
    content,
  });

  /** Sealed, and the same bytes when it is read. */
  async function expectStored(objectName: string, content: Buffer): Promise<void> {
    await sealed(owner, bucketName, objectName);
    assert.ok((await download(owner, bucketName, objectName)).equals(content), `${objectName} has other bytes`);
  }

  const progressOf = (objectName: string, auth: User['auth'] | OffChainAuth) =>
    owner.client.object.getObjectUploadProgress(bucketName, objectName, auth);

  it('takes a whole object, finding its transaction by itself', async () => {
    const content = contentOf(100_000, 1);
    await createObject(owner, bucketName, 'whole.bin', content);
    await eventually('the provider knows the object', 20, async () =>
      (await owner.client.object.getObjectMeta({ bucketName, objectName: 'whole.bin', endpoint })).code === 0
        ? true
        : undefined,
    );
    const result = await owner.client.object.uploadObject(
      { bucketName, objectName: 'whole.bin', body: fileOf('whole.bin', content) },
      owner.auth,
    );
    assert.equal(result.code, 0, result.message);
    await expectStored('whole.bin', content);
  });

  it('takes an object in parts, and goes on where a broken upload stopped', async () => {
    const content = contentOf(2 * SEGMENT + 777, 2);
    const txnHash = await createObject(owner, bucketName, 'parts.bin', content);
    const inParts = () =>
      owner.client.object.uploadObject(
        {
          bucketName,
          objectName: 'parts.bin',
          body: fileOf('parts.bin', content),
          txnHash,
          endpoint,
          resumableOpts: { disableResumable: false, partSize: SEGMENT },
        },
        owner.auth,
      );
    const offsets: string[] = [];
    const broken = await seeingRequests((request) => {
      if (offsetOf(request)) offsets.push(offsetOf(request)!);
      if (offsets.length === 2) request.destroy(new Error('the network is gone'));
    }, inParts);
    assert.notEqual(broken.code, 0);
    const result = await seeingRequests(
      (request) => void (offsetOf(request) && offsets.push(offsetOf(request)!)),
      inParts,
    );
    assert.equal(result.code, 0, result.message);
    assert.deepEqual(offsets.map(Number), [0, SEGMENT, SEGMENT, 2 * SEGMENT]);
    await expectStored('parts.bin', content);
    // of what is sealed the SDK tells the status on the chain, without asking the provider
    assert.equal(await progressOf('parts.bin', owner.auth), '1');
  });

  it('takes an object signed with a key that was registered off the chain', async () => {
    const auth = await registerKey(devnet, owner, DOMAIN);
    const content = contentOf(SEGMENT + 1, 3);
    const txnHash = await createObject(owner, bucketName, 'eddsa.bin', content);
    assert.equal(await progressOf('eddsa.bin', auth), 'object meta is created onto the chain');
    const put = { bucketName, objectName: 'eddsa.bin', body: fileOf('eddsa.bin', content), txnHash };
    const result = await owner.client.object.uploadObject(put, auth);
    assert.equal(result.code, 0, result.message);
    await sealed(owner, bucketName, 'eddsa.bin');
    const read = await owner.client.object.getObject({ bucketName, objectName: 'eddsa.bin' }, auth);
    assert.ok(Buffer.from(await read.body!.arrayBuffer()).equals(content));
  });

  it('creates, fills and seals an object as agent of its user, and updates it', async () => {
    const delegatedOpts = { visibility: VisibilityType.VISIBILITY_TYPE_INHERIT };
    const put = (content: Buffer, isUpdate: boolean) =>
      owner.client.object.delegateUploadObject(
        {
          bucketName,
          objectName: 'agent.txt',
          body: fileOf('agent.txt', content, 'text/plain'),
          delegatedOpts: { ...delegatedOpts, isUpdate },
          endpoint,
        },
        owner.auth,
      );
    const [first, second] = [contentOf(70_000, 4), contentOf(90_001, 5)];
    const created = await put(first, false);
    assert.equal(created.code, 0, created.message);
    await expectStored('agent.txt', first);
    const updated = await put(second, true);
    assert.equal(updated.code, 0, updated.message);
    await eventually('the update is sealed', 60, async () => {
      const { objectInfo } = await owner.client.object.headObject(bucketName, 'agent.txt');
      return objectInfo!.isUpdating ? undefined : true;
    });
    await expectStored('agent.txt', second);
  });

  it('takes an object by the resumable way as agent of its user', async () => {
    const content = contentOf(SEGMENT + 5, 6);
    const result = await owner.client.object.delegateUploadObject(
      {
        bucketName,
        objectName: 'agent-parts.bin',
        body: fileOf('agent-parts.bin', content),
        delegatedOpts: { visibility: VisibilityType.VISIBILITY_TYPE_PUBLIC_READ },
        endpoint,
        // the SDK tells a part's size as the object's: several parts never make one object
        resumableOpts: { disableResumable: false, partSize: 2 * SEGMENT },
      },
      owner.auth,
    );
    assert.equal(result.code, 0, result.message);
    await expectStored('agent-parts.bin', content);
  });

  it('creates a folder as agent, and one by transaction', async () => {
    const result = await owner.client.object.delegateCreateFolder(
      {
        bucketName,
        objectName: 'agent-folder/',
        delegatedOpts: { visibility: VisibilityType.VISIBILITY_TYPE_INHERIT },
        endpoint,
      },
      owner.auth,
    );
    assert.equal(result.code, 0, result.message);
    assert.match(result.body!.CreateHash.TxHash, /^[0-9A-F]{64}$/);
    const folder = await owner.client.object.createFolder({
      creator: owner.identity.address,
      bucketName,
      objectName: 'own-folder/',
      visibility: VisibilityType.VISIBILITY_TYPE_INHERIT,
      redundancyType: 0,
    });
    await send(owner, folder);
    for (const name of ['agent-folder/', 'own-folder/']) await expectStored(name, Buffer.alloc(0));
  });

  for (const [index, name] of ODD_NAMES.entries()) {
    it(`carries the name ${JSON.stringify(name.length > 40 ? `${name.slice(0, 20)}… (${name.length})` : name)}`, async () => {
      const content = contentOf(1000 + index, 100 + index);
      const txnHash = await createObject(owner, bucketName, name, content);
      await upload(owner, bucketName, name, content, txnHash);
      await expectStored(name, content);
      const meta = await owner.client.object.getObjectMeta({ bucketName, objectName: name, endpoint });
      assert.equal(meta.body!.GfSpGetObjectMetaResponse.Object.ObjectInfo.ObjectName, name);
    });
  }

  it('carries, for other clients, what the SDK makes no URL of or trims', async () => {
    const privateKey = Buffer.from(owner.identity.privateKey.slice(2), 'hex');
    const client = new UserClient({ endpoint, privateKey });
    for (const [index, name] of RAW_NAMES.entries()) {
      const content = contentOf(500 + index, 200 + index);
      await createObject(owner, bucketName, name, content);
      await client.putObject({ bucket: bucketName, object: name, size: content.length, body: inChunks(content) });
      await sealed(owner, bucketName, name);
      assert.ok((await readObject(client, bucketName, name)).equals(content));
      assert.equal((await client.headObject(bucketName, name)).name, name);
    }
    client.close();
    await assert.rejects(createObject(owner, bucketName, 'double//slash', Buffer.alloc(1)), /object name/i);
  });

  it('lists every odd name as it is', async () => {
    const client = new UserClient({ endpoint });
    const names = await eventually('the listing', 20, async () => {
      const { objects } = await client.listObjects({ bucket: bucketName });
      const found = objects.map(({ name }) => name);
      return [...ODD_NAMES, ...RAW_NAMES].every((name) => found.includes(name)) ? found : undefined;
    });
    client.close();
    assert.deepEqual(names, [...names].sort(byBytes));
    const query = new URLSearchParams({ 'max-keys': '1000' });
    const list = await owner.client.object.listObjects({ bucketName, endpoint, query });
    const listed = list.body!.GfSpListObjectsByBucketNameResponse.Objects.map(
      ({ ObjectInfo }) => ObjectInfo.ObjectName,
    );
    // its parser trims names
    assert.deepEqual(
      listed,
      names.map((name) => name.trim()),
    );
  });
});

/** Of a request that uploads a part. */
const offsetOf = ({ method, path }: ClientRequest): string | undefined =>
  method === 'POST' ? /[?&]offset=(\d+)/.exec(path)?.[1] : undefined;

const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
