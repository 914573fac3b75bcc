/** What reading costs, who may see it, and how a provider proves and gives away its pieces. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type ObjectOnChain, signDigest, taskDigest, toHeaderJson } from '@prairie/chain';
import { authorizationOf, EXPIRY_HEADER, expiryText, UserClient } from '@prairie/client';
import { CHALLENGER_MNEMONIC, mnemonicAccounts, providerKeys } from '@prairie/devnet/accounts';
import { newTask, RecoverPieceTask } from '@prairie/gfsp';
import { createErasureCoder, verifyChallenge } from '@prairie/redundancy';
import { CODE, TestAccount } from '../support/account.ts';
import { type DevnetProcess, startDevnet } from '../support/devnet-process.ts';
import { contentOf, inChunks, readObject } from '../support/uploads.ts';

const bucket = 'quota-bucket';
const small = contentOf(300_000, 1);
const large = contentOf(20_000_000, 2);
const month = () => new Date().toISOString().slice(0, 7);

describe('read quota and pieces', () => {
  let dataDir: string;
  let devnet: DevnetProcess;
  let owner: TestAccount;
  let client: UserClient;

  before(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'prairie-quota-'));
    devnet = await startDevnet(['--data-dir', dataDir, '--rpc-port', '0', '--sp-port', '0', '--block-time', '200']);
    owner = new TestAccount(devnet);
    client = new UserClient({ endpoint: devnet.sps[0]!.endpoint, privateKey: owner.privateKey });
    await owner.createBucket(bucket);
    const objects = new Map([
      ['small', small],
      ['large', large],
    ]);
    await owner.createObjects(bucket, objects);
    for (const [object, content] of objects) {
      await client.putObject({ bucket, object, size: content.length, body: inChunks(content) });
    }
    for (const object of objects.keys()) await owner.sealed(bucket, object);
  });

  after(async () => {
    client?.close();
    owner?.close();
    await devnet?.end();
    rmSync(dataDir, { recursive: true, force: true });
  });

  /** A request as a client signs it; with the host as the SDKs sign it. */
  function ask(sp: number, target: string, key?: Uint8Array, given: Record<string, string> = {}, signal?: AbortSignal) {
    const { endpoint } = devnet.sps[sp]!;
    const headers: Record<string, string> = { ...given, [EXPIRY_HEADER]: expiryText(100) };
    const { host } = new URL(endpoint);
    const signable = { method: 'GET', target, host, rawHeaders: Object.entries(headers).flat() };
    if (key) headers.Authorization = authorizationOf(signable, key);
    return fetch(endpoint + target, signal ? { headers, signal } : { headers });
  }

  const number = (text: string, name: string) => Number(new RegExp(`<${name}>(\\d+)<`).exec(text)?.[1]);

  /** Bytes read of the bucket in this month, from all its quotas. */
  async function consumed(): Promise<number> {
    const answer = await ask(0, `/${bucket}/?read-quota&year-month=${month()}`, owner.privateKey);
    const text = await answer.text();
    assert.equal(answer.status, 200, text);
    const parts = ['ReadConsumedSize', 'FreeConsumedSize', 'MonthlyQuotaConsumedSize'];
    return parts.map((name) => number(text, name)).reduce((sum, part) => sum + part);
  }

  it('25 downloads, 5 at a time, cost 25 times the size, and each has its record', async () => {
    const before = await consumed();
    const began = BigInt(Date.now()) * 1000n;
    let left = 25;
    const reader = async () => {
      while (left-- > 0) assert.ok((await readObject(client, bucket, 'small')).equals(small));
    };
    await Promise.all(Array.from({ length: 5 }, reader));
    assert.equal((await consumed()) - before, 25 * small.length);
    const records = [];
    for (let next = began - 1_000_000n; ; ) {
      const query = `list-read-record&max-records=10&start-timestamp=${next}&end-timestamp=${began * 2n}`;
      const text = await (await ask(0, `/${bucket}/?${query}`, owner.privateKey)).text();
      const page = [...text.matchAll(/<ReadRecord>(.*?)<\/ReadRecord>/g)].map((match) => match[1]!);
      if (page.length === 0) break;
      records.push(...page);
      next = BigInt(number(text, 'NextStartTimestampUs'));
    }
    assert.equal(records.length, 25);
    for (const record of records) {
      assert.equal(number(record, 'ReadSize'), small.length);
      assert.ok(record.includes(`<ReadAccountAddress>${owner.address}</ReadAccountAddress>`));
    }
  });

  it('who breaks off pays for what was sent, not for what was asked', async () => {
    const before = await consumed();
    const stop = new AbortController();
    const answer = await ask(0, `/${bucket}/large`, owner.privateKey, {}, stop.signal);
    const first = await answer.body!.getReader().read();
    assert.ok(first.value!.length > 0);
    stop.abort();
    const end = Date.now() + 20_000;
    while ((await consumed()) - before >= large.length) {
      assert.ok(Date.now() < end, 'what was not sent is not given back');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    assert.ok((await consumed()) - before >= first.value!.length);
  });

  it('quota is shown to the owner and the provider, not to others', async () => {
    const operator = providerKeys(0).operator.privateKey;
    const stranger = Buffer.from(devnet.accounts[1]!.privateKey.slice(2), 'hex');
    const quota = `/${bucket}/?read-quota&year-month=${month()}`;
    const all = `/?list-read-record&year_month=${month()}&offset=0&limit=10`;
    assert.equal((await ask(0, quota, operator)).status, 200);
    assert.equal((await ask(0, quota, stranger)).status, 401);
    assert.equal((await ask(1, quota, owner.privateKey)).status, 406);
    assert.equal((await ask(0, all, owner.privateKey)).status, 401);
    const text = await (await ask(0, all, operator)).text();
    assert.ok(text.includes(`<BucketName>${bucket}</BucketName>`), text);
    assert.equal(number(text, 'TotalConsumeSize'), await consumed());
    const count = await (await ask(0, `/?list-read-count&year_month=${month()}`, operator)).text();
    assert.equal(number(count, 'count'), 1);
  });

  const found = async (): Promise<ObjectOnChain> => (await owner.chain.object(bucket, 'large'))!;

  it('every provider of the object proves its piece to the challenger', async () => {
    const challenger = mnemonicAccounts(CHALLENGER_MNEMONIC, 1)[0]!.privateKey;
    const { object_info, global_virtual_group } = await found();
    const holders = [[1, -1] as const, ...global_virtual_group!.secondary_sp_ids.map((id, i) => [id, i] as const)];
    for (const [id, redundancy] of holders) {
      const headers = {
        'X-Gnfd-Object-ID': String(object_info.id),
        'X-Gnfd-Redundancy-Index': String(redundancy),
        'X-Gnfd-Piece-Index': '1',
      };
      const sp = devnet.sps.findIndex((one) => one.id === id);
      const answer = await ask(sp, '/greenfield/admin/v1/challenge', challenger, headers);
      const piece = Buffer.from(await answer.arrayBuffer());
      assert.equal(answer.status, 200, piece.toString().slice(0, 300));
      const hashes = answer.headers
        .get('X-Gnfd-Piece-Hash')!
        .split(',')
        .map((digits) => Buffer.from(digits, 'hex'));
      const root = object_info.checksums[redundancy + 1]!;
      assert.equal(verifyChallenge(root, hashes, 1, piece), undefined);
      const xml = await (await ask(sp, '/greenfield/admin/v2/challenge', challenger, headers)).text();
      assert.ok(xml.includes(`<PieceData>${piece.toString('hex')}</PieceData>`));
      const refused = await ask(sp, '/greenfield/admin/v1/challenge', owner.privateKey, headers);
      assert.match(await refused.text(), /<Code>20011</);
    }
  });

  it('a secondary gets its piece back from the primary, and the primary any piece from its secondaries', async () => {
    const { object_info, global_virtual_group } = await found();
    const storage_params = await owner.chain.storageParams(object_info.create_at);
    const coder = createErasureCoder();
    const segment = large.subarray(CODE.segmentSize);
    const shards = await coder.encode(segment, CODE.data, CODE.parity);
    await coder.close();
    const recover = async (from: number, to: number, ec_idx: number) => {
      const task = RecoverPieceTask.create({ task: newTask(), object_info, storage_params, segment_idx: 1, ec_idx });
      const signature = signDigest(providerKeys(from - 1).operator.privateKey, taskDigest(RecoverPieceTask, task));
      const message = Buffer.from(toHeaderJson(RecoverPieceTask, { ...task, signature })).toString('hex');
      const { endpoint } = devnet.sps.find(({ id }) => id === to)!;
      const headers = { 'X-Gnfd-Recovery-Msg': message };
      const answer = await fetch(`${endpoint}/greenfield/recovery/v1/get-piece`, { headers });
      return { status: answer.status, bytes: Buffer.from(await answer.arrayBuffer()) };
    };
    const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
    for (const [index, id] of global_virtual_group!.secondary_sp_ids.entries()) {
      const made = await recover(id, 1, index);
      assert.equal(made.status, 200, made.bytes.toString().slice(0, 300));
      assert.equal(digest(made.bytes), digest(shards[index]!));
      const stored = await recover(1, id, -1);
      assert.equal(digest(stored.bytes), digest(shards[index]!));
      assert.equal((await recover(id, 1, (index + 1) % 6)).status, 400);
    }
  });
});
