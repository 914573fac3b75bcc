/** Every way of reading objects, and of asking for them, that the unmodified JavaScript SDK has. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type DevnetProcess, startDevnet } from '../support/devnet-process.ts';
import { contentOf } from '../support/uploads.ts';
import { type OffChainAuth, registerKey } from './off-chain-key.ts';
import { sdk } from './sdk.ts';
import { createBucket, createObject, eventually, sealed, send, type User, upload, user } from './support.ts';

const { PermissionTypes } = sdk;

const bucketName = 'sdk-reads';
const openBucket = 'sdk-reads-open';
const DOMAIN = 'https://dapp.example';
/** In the order of their names' bytes. */
const CONTENTS = new Map(
  ['a.txt', 'b/1.txt', 'b/2.txt', 'b/c/3.txt', 'd.txt', 'é.txt'].map((name, index) => [name, contentOf(5000, index)]),
);
const NAMES = [...CONTENTS.keys()];

describe('reads with the JavaScript SDK', () => {
  let dataDir: string;
  let devnet: DevnetProcess;
  let owner: User;
  let friend: User;
  let endpoint: string;
  let key: OffChainAuth;

  before(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'prairie-sdk-'));
    devnet = await startDevnet(['--data-dir', dataDir, '--rpc-port', '0', '--sp-port', '0', '--block-time', '200']);
    owner = user(devnet.rpc, devnet.evmChainId, devnet.accounts[0]!);
    friend = user(devnet.rpc, devnet.evmChainId, devnet.accounts[1]!);
    endpoint = devnet.sps[0]!.endpoint;
    await createBucket(owner, bucketName, devnet.sps[0]!.operatorAddress);
    await createBucket(owner, openBucket, devnet.sps[0]!.operatorAddress, true);
    await store(openBucket, 'open.txt', CONTENTS.get('a.txt')!);
    for (const [name, content] of CONTENTS) await store(bucketName, name, content);
    await Promise.all(NAMES.map((name) => sealed(owner, bucketName, name)));
    await sealed(owner, openBucket, 'open.txt');
    key = await registerKey(devnet, owner, DOMAIN);
  });

  after(async () => {
    await devnet?.end();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const store = async (bucket: string, name: string, content: Buffer) =>
    upload(owner, bucket, name, content, await createObject(owner, bucket, name, content));

  it('reads with an account’s key and with one that was registered, and refuses others', async () => {
    const content = CONTENTS.get('b/1.txt')!;
    for (const auth of [owner.auth, key]) {
      const read = await owner.client.object.getObject({ bucketName, objectName: 'b/1.txt' }, auth);
      assert.equal(read.code, 0, read.message);
      assert.ok(Buffer.from(await read.body!.arrayBuffer()).equals(content));
    }
    const refused = await friend.client.object.getObject({ bucketName, objectName: 'b/1.txt' }, friend.auth);
    assert.equal(refused.statusCode, 401);
    const missing = await owner.client.object.getObject({ bucketName, objectName: 'missing' }, owner.auth);
    assert.equal(missing.statusCode, 404);
  });

  it('makes URLs that read without a header, for a while', async () => {
    const content = CONTENTS.get('b/c/3.txt')!;
    const url = await owner.client.object.getObjectPreviewUrl(
      {
        bucketName,
        objectName: 'b/c/3.txt',
        queryMap: { view: '1', 'X-Gnfd-User-Address': key.address, 'X-Gnfd-App-Domain': DOMAIN, ...expiring(600) },
      },
      key,
    );
    const answer = await fetch(url);
    assert.equal(answer.status, 200, await answer.clone().text());
    assert.ok(Buffer.from(await answer.arrayBuffer()).equals(content));
    assert.equal(answer.headers.get('content-disposition'), 'inline');
    const turned = await fetch(
      url.replace(/Signature%3D(.)/, (_, digit) => `Signature%3D${digit === '0' ? '1' : '0'}`),
    );
    assert.equal(turned.status, 400);
    const late = await owner.client.object.getObjectPreviewUrl(
      {
        bucketName,
        objectName: 'b/c/3.txt',
        queryMap: { view: '1', 'X-Gnfd-User-Address': key.address, 'X-Gnfd-App-Domain': DOMAIN, ...expiring(-60) },
      },
      key,
    );
    const refused = await fetch(late);
    assert.deepEqual([refused.status, codeOf(await refused.text())], [400, '50023']);
  });

  it('downloads a file as a page does', async () => {
    const saved = await asPage(async () => {
      await owner.client.object.downloadFile({ bucketName, objectName: 'a.txt' }, owner.auth);
    });
    assert.ok(saved?.equals(CONTENTS.get('a.txt')!));
  });

  const list = async (query: Record<string, string>) => {
    const answer = await owner.client.object.listObjects({ bucketName, endpoint, query: new URLSearchParams(query) });
    assert.equal(answer.code, 0, answer.message);
    const listing = answer.body!.GfSpListObjectsByBucketNameResponse;
    return { ...listing, names: listing.Objects.map(({ ObjectInfo }) => ObjectInfo.ObjectName) };
  };

  it('lists objects by prefix, by folder, and in pages', async () => {
    const all = await eventually('the listing', 20, async () => {
      const found = await list({ 'max-keys': '1000' });
      return found.names.length === NAMES.length ? found : undefined;
    });
    assert.deepEqual(all.names, NAMES);
    assert.deepEqual((await list({ prefix: 'b/', 'max-keys': '1000' })).names, ['b/1.txt', 'b/2.txt', 'b/c/3.txt']);
    const folders = await list({ delimiter: '/', prefix: '', 'max-keys': '1000' });
    assert.deepEqual([folders.names, [folders.CommonPrefixes].flat()], [['a.txt', 'd.txt', 'é.txt'], ['b/']]);
    const inside = await list({ delimiter: '/', prefix: 'b/', 'max-keys': '1000' });
    assert.deepEqual([inside.names, [inside.CommonPrefixes].flat()], [['b/1.txt', 'b/2.txt'], ['b/c/']]);
    const paged: string[] = [];
    let token = '';
    do {
      const page = await list({ 'max-keys': '2', 'continuation-token': token });
      assert.ok(page.names.length <= 2);
      paged.push(...page.names);
      token = page.NextContinuationToken;
    } while (token !== '');
    assert.deepEqual(paged, NAMES);
    assert.deepEqual((await list({ 'start-after': 'b/2.txt', 'max-keys': '2' })).names, ['b/2.txt', 'b/c/3.txt']);
  });

  it('tells what it knows of an object, by name and by id', async () => {
    const { objectInfo } = await owner.client.object.headObject(bucketName, 'd.txt');
    const id = objectInfo!.id;
    const meta = await owner.client.object.getObjectMeta({ bucketName, objectName: 'd.txt', endpoint });
    const { ObjectInfo, CreateTxHash, SealTxHash } = meta.body!.GfSpGetObjectMetaResponse.Object;
    assert.equal(String(ObjectInfo.Id), id);
    assert.equal(String(ObjectInfo.PayloadSize), '5000');
    assert.match(CreateTxHash, /^0x[0-9a-f]{64}$/);
    assert.match(SealTxHash, /^0x[0-9a-f]{64}$/);
    const byIds = await owner.client.object.listObjectsByIds({ ids: [id, '999999'] });
    const entries = byIds.body!.GfSpListObjectsByIDsResponse.ObjectEntry;
    const found = entries.find((entry) => String(entry.Id) === id);
    assert.equal(found?.Value.ObjectInfo.ObjectName, 'd.txt');
    const missing = owner.client.object.getObjectMeta({ bucketName, objectName: 'missing', endpoint });
    await assert.rejects(missing, { code: '90010', statusCode: 404 });
  });

  it('lists the policies of an object', async () => {
    const policies = async () => {
      const answer = await owner.client.object.listObjectPolicies({
        bucketName,
        objectName: 'd.txt',
        actionType: 'ACTION_GET_OBJECT',
        limit: 10,
        startAfter: '0',
        endpoint,
      });
      assert.equal(answer.code, 0, answer.message);
      return answer.body!.GfSpListObjectPoliciesResponse.Policies;
    };
    assert.deepEqual(await policies(), []);
    const policy = await owner.client.object.putObjectPolicy(bucketName, 'd.txt', {
      operator: owner.identity.address,
      statements: [
        {
          effect: PermissionTypes.Effect.EFFECT_ALLOW,
          actions: [PermissionTypes.ActionType.ACTION_GET_OBJECT],
          resources: [],
        },
      ],
      principal: {
        type: PermissionTypes.PrincipalType.PRINCIPAL_TYPE_GNFD_ACCOUNT,
        value: friend.identity.address,
      },
    } as never);
    await send(owner, policy);
    const [given] = await eventually('the policy', 20, async () => {
      const found = await policies();
      return found.length > 0 ? found : undefined;
    });
    assert.equal(given!.PrincipalValue.toLowerCase(), friend.identity.address.toLowerCase());
    const read = await friend.client.object.getObject({ bucketName, objectName: 'd.txt' }, friend.auth);
    assert.equal(read.code, 0, read.message);
  });

  it('reads what is open to all without any key', async () => {
    const answer = await fetch(`${endpoint}/${openBucket}/open.txt`);
    assert.ok(Buffer.from(await answer.arrayBuffer()).equals(CONTENTS.get('a.txt')!));
  });
});

const expiring = (seconds: number) => ({
  'X-Gnfd-Expiry-Timestamp': `${new Date(Date.now() + seconds * 1000).toISOString().slice(0, 19)}Z`,
});

const codeOf = (xml: string): string | undefined => /<Code>(\d+)<\/Code>/.exec(xml)?.[1];

/**
 * Runs what is written for a page, which saves a file by a click on a link to a blob. Only what such code touches is
 * there; the bytes behind the link that was clicked come back.
 */
async function asPage(work: () => Promise<void>): Promise<Buffer | undefined> {
  let clicked = '';
  const link = {
    href: '',
    download: '',
    style: {},
    setAttribute() {},
    remove() {},
    click() {
      clicked = this.href;
    },
  };
  const blobs = new Map<string, Blob>();
  const { createObjectURL } = URL;
  URL.createObjectURL = (blob) => {
    const url = `blob:page/${blobs.size}`;
    blobs.set(url, blob as Blob);
    return url;
  };
  const page = {
    document: {
      createElement: () => link,
      body: { appendChild() {}, removeChild() {} },
    },
    window: { URL },
  };
  Object.assign(globalThis, page);
  try {
    await work();
    return Buffer.from(await blobs.get(clicked)!.arrayBuffer());
  } finally {
    URL.createObjectURL = createObjectURL;
    for (const name of Object.keys(page)) Reflect.deleteProperty(globalThis, name);
  }
}
