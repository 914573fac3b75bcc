/**
 * What a provider decides from: its own picture of the chain while that is near the chain's head, the chain otherwise
 * (docs/decisions/local-reads.md).
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ChainClient, greenfieldStorage as storage, txMessage } from '@prairie/chain';
import { UserClient } from '@prairie/client';
import { GfSpError, silentLogger } from '@prairie/gfsp';
import { connectModules } from '@prairie/rpc';
import { type AnswerSource, ChainHead, Picture, RecentConsensus } from '@prairie/sp';
import { TestAccount } from '../support/account.ts';
import { processesIn } from '../support/processes.ts';
import { SplitNetwork } from '../support/split-network.ts';
import { contentOf, inChunks } from '../support/uploads.ts';
import { startUsedDevnet, stopUsedDevnet, type UsedDevnet } from '../support/used-devnet.ts';

const MAX_LAG = 2n;
const content = contentOf(50_000, 7);

/** What a network has for these tests: an owner with a bucket, and somebody who reads. */
interface Stage {
  bucket: string;
  owner: TestAccount;
  client: UserClient;
  reader: TestAccount;
  readerClient: UserClient;
}

async function stageOf({ devnet, owner, client }: UsedDevnet, bucket: string): Promise<Stage> {
  const reader = new TestAccount(devnet, 1);
  const readerClient = new UserClient({ endpoint: devnet.sps[0]!.endpoint, privateKey: reader.privateKey });
  return { bucket, owner, client, reader, readerClient };
}

async function putSealed({ bucket, owner, client }: Stage, object: string): Promise<void> {
  await owner.createObjects(bucket, new Map([[object, content]]));
  await client.putObject({ bucket, object, size: content.length, body: inChunks(content) });
  await owner.sealed(bucket, object);
}

/** 0 when all of it was read. */
async function codeOfRead(client: UserClient, bucket: string, object: string): Promise<number> {
  try {
    const { stream } = await client.getObject(bucket, object);
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk);
    assert.ok(Buffer.concat(chunks).equals(content), 'the content');
    return 0;
  } catch (error) {
    if (error instanceof GfSpError) return error.innerCode;
    throw error;
  }
}

/** Reads until it is refused. @throws when a read that began more than two blocks after `revoked` is still answered */
async function expectRefusedSoon(
  { bucket, owner, readerClient }: Stage,
  object: string,
  revoked: bigint,
): Promise<void> {
  for (;;) {
    const height = await owner.chain.currentHeight();
    const code = await codeOfRead(readerClient, bucket, object);
    if (code === 50004) return;
    assert.equal(code, 0);
    assert.ok(height <= revoked + MAX_LAG, `read at block ${height}, and the right was taken in ${revoked}`);
  }
}

/** Resolves when the chain has made so many more blocks. */
const blocks = async ({ owner }: Stage, count: bigint) =>
  void (await owner.chain.waitForHeight((await owner.chain.currentHeight()) + count));

function closeReader({ reader, readerClient }: Stage): void {
  reader.close();
  readerClient.close();
}

describe('a provider sees what transactions have done', () => {
  let dataDir: string;
  let used: UsedDevnet;
  let stage: Stage;

  before(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'prairie-fresh-'));
    used = await startUsedDevnet(dataDir);
    stage = await stageOf(used, 'fresh-bucket');
    await used.owner.createBucket(stage.bucket);
    await putSealed(stage, 'private');
  });

  after(async () => {
    if (stage) closeReader(stage);
    if (used) await stopUsedDevnet(used, 'SIGTERM');
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('a right that was given counts with the next block, one that was taken for two more at most', async () => {
    const { bucket, owner, reader, readerClient } = stage;
    assert.equal(await codeOfRead(readerClient, bucket, 'private'), 50004);
    for (let round = 0; round < 4; round++) {
      await owner.allowRead(reader.address, bucket, 'private');
      assert.equal(await codeOfRead(readerClient, bucket, 'private'), 0, 'allowed');
      assert.equal(await codeOfRead(readerClient, bucket, 'private'), 0, 'and remembered');
      await expectRefusedSoon(stage, 'private', await owner.disallowRead(reader.address, bucket, 'private'));
    }
  });

  it('an object that was just created takes its content, also in place of one that was just deleted', async () => {
    const { bucket, owner, client } = stage;
    for (let round = 0; round < 3; round++) {
      await putSealed(stage, 'again');
      assert.equal(await codeOfRead(client, bucket, 'again'), 0);
      const place = { operator: owner.address, bucket_name: bucket, object_name: 'again' };
      await owner.send(txMessage(storage.MsgDeleteObject, place));
    }
  });

  it('a bucket that turns private is so for everybody within two blocks', async () => {
    const { owner, client } = stage;
    const bucket = 'fresh-public';
    await owner.createBucket(bucket, storage.VisibilityType.VISIBILITY_TYPE_PUBLIC_READ);
    await putSealed({ ...stage, bucket }, 'public');
    const anyone = new UserClient({ endpoint: used.devnet.sps[0]!.endpoint });
    assert.equal(await codeOfRead(anyone, bucket, 'public'), 0);
    const changed = await owner.send(
      txMessage(storage.MsgUpdateBucketInfo, {
        ...{ operator: owner.address, bucket_name: bucket, payment_address: owner.address },
        visibility: storage.VisibilityType.VISIBILITY_TYPE_PRIVATE,
      }),
    );
    for (let code = 0; code === 0; ) {
      const height = await owner.chain.currentHeight();
      code = await codeOfRead(anyone, bucket, 'public');
      assert.ok(code !== 0 || height <= changed + MAX_LAG, `public at block ${height}, private since ${changed}`);
    }
    anyone.close();
    assert.equal(await codeOfRead(client, bucket, 'public'), 0);
  });
});

/** Modules of the first provider: all in one process, so that one page has all of its metrics. */
const WHOLE = [
  ...['approver', 'authenticator', 'blocksyncer', 'downloader', 'gateway', 'manager', 'metadata', 'receiver'],
  ...['signer', 'taskexecutor', 'uploader'],
].join();
/** The block syncer alone, and everything else. */
const SYNCER_APART = `blocksyncer/${WHOLE.replace('blocksyncer,', '')}`;

describe('a block syncer that is held back', () => {
  let network: SplitNetwork;
  let stage: Stage;
  let page: string;
  const hold = () => process.kill(processesIn(network.dataDir)[0]!.pid, 'SIGUSR2');

  before(async () => {
    const port = await freePort();
    page = `http://127.0.0.1:${port}/metrics`;
    const plugin = fileURLToPath(new URL('../support/held-syncer.ts', import.meta.url));
    const set = ['Monitor.DisableMetrics=false', `Monitor.MetricsHTTPAddress=127.0.0.1:${port}`];
    const pairs = [...set, `Prairie.Plugins=${plugin}`].flatMap((pair) => ['--set', pair]);
    network = await SplitNetwork.start('held-bucket', ['--split', WHOLE, ...pairs]);
    stage = await stageOf(network, network.bucket);
    await putSealed(stage, 'object');
  });

  after(async () => {
    if (stage) closeReader(stage);
    await network?.stop();
  });

  /** Answers so far, by where they came from. */
  async function answers(): Promise<Record<AnswerSource, number>> {
    const text = await (await fetch(page)).text();
    const count = (source: AnswerSource) =>
      Number(new RegExp(`^consensus_answers\\{source="${source}"\\} (\\d+)`, 'm').exec(text)?.[1] ?? 0);
    return { remembered: count('remembered'), local: count('local'), chain: count('chain') };
  }

  it('has decisions come from the chain until it is back', async () => {
    const { bucket, owner, client, reader, readerClient } = stage;
    await owner.allowRead(reader.address, bucket, 'object');
    assert.equal(await codeOfRead(readerClient, bucket, 'object'), 0);
    assert.equal(await codeOfRead(client, bucket, 'object'), 0);
    const atHead = await answers();
    assert.ok(atHead.local > 0, JSON.stringify(atHead));

    hold();
    const revoked = await owner.disallowRead(reader.address, bucket, 'object');
    await blocks(stage, MAX_LAG + 2n);
    const held = await answers();
    await expectRefusedSoon(stage, 'object', revoked - 2n * MAX_LAG);
    await owner.allowRead(reader.address, bucket, 'object');
    assert.equal(await codeOfRead(readerClient, bucket, 'object'), 0);
    const meanwhile = await answers();
    assert.equal(meanwhile.local, held.local, 'nothing is asked of tables that are behind');
    assert.ok(meanwhile.chain > held.chain, JSON.stringify({ held, meanwhile }));

    hold();
    let back = await answers();
    while (back.local === meanwhile.local) {
      await blocks(stage, 1n);
      assert.equal(await codeOfRead(readerClient, bucket, 'object'), 0);
      back = await answers();
    }
  });
});

describe('a block syncer that stands still in a process of its own', () => {
  let network: SplitNetwork;
  let stage: Stage;

  before(async () => {
    network = await SplitNetwork.start('still-bucket', ['--split', SYNCER_APART]);
    stage = await stageOf(network, network.bucket);
    await putSealed(stage, 'object');
  });

  after(async () => {
    if (stage) closeReader(stage);
    await network?.stop();
  });

  const syncer = () => processesIn(network.dataDir).find(({ services }) => services.includes('blocksyncer'))!.pid;

  it('leaves the provider able to take, seal and serve, by rights as they are now', async (t) => {
    const { bucket, owner, reader, readerClient } = stage;
    const pid = syncer();
    process.kill(pid, 'SIGSTOP');
    t.after(() => process.kill(pid, 'SIGCONT'));
    await blocks(stage, MAX_LAG + 1n);
    await owner.allowRead(reader.address, bucket, 'object');
    assert.equal(await codeOfRead(readerClient, bucket, 'object'), 0);
    await expectRefusedSoon(stage, 'object', await owner.disallowRead(reader.address, bucket, 'object'));
    await putSealed(stage, 'meanwhile');
    assert.equal(await codeOfRead(stage.client, bucket, 'meanwhile'), 0);
  });
});

describe('what the tables answer', () => {
  let network: SplitNetwork;
  let stage: Stage;

  before(async () => {
    network = await SplitNetwork.start('same-bucket', ['--split', SYNCER_APART]);
    stage = await stageOf(network, network.bucket);
    await putSealed(stage, 'sealed');
  });

  after(async () => {
    if (stage) closeReader(stage);
    await network?.stop();
  });

  it('is what the chain answers, field by field', async (t) => {
    const { bucket, owner } = stage;
    const tags = { tags: [{ key: 'a', value: 'b' }] };
    await owner.createObjects(
      bucket,
      new Map([
        ['created', content],
        ['empty', Buffer.alloc(0)],
      ]),
    );
    await owner.beginUpdate(bucket, 'sealed', contentOf(60_000, 8));
    await owner.send(
      txMessage(storage.MsgSetTag, { operator: owner.address, resource: `grn:o::${bucket}/created`, tags }),
    );
    await owner.send(txMessage(storage.MsgToggleSPAsDelegatedAgent, { operator: owner.address, bucket_name: bucket }));
    const { recent, chain, sources } = recentOf(t, network);
    await recent.bucket(bucket);
    await blocks(stage, 2n);
    const same = async <T>(ask: (of: Pick<typeof chain, 'bucket' | 'object' | 'gvg' | 'family'>) => Promise<T>) => {
      sources.length = 0;
      assert.deepEqual(await ask(recent), await ask(chain));
      assert.ok(!sources.includes('chain'), `answered by ${sources}`);
    };
    const info = (await chain.bucket(bucket))!.bucket_info;
    await same((of) => of.bucket(bucket));
    for (const object of ['sealed', 'created', 'empty']) await same((of) => of.object(bucket, object));
    const family = (await chain.family(info.global_virtual_group_family_id))!;
    await same((of) => of.family(family.id));
    for (const id of family.global_virtual_group_ids) await same((of) => of.gvg(id));
  });
});

/** What the modules of a split provider answer from, made anew here. */
function recentOf(t: TestContext, network: SplitNetwork) {
  const { rpc: rpcUrl, chainId } = network.devnet;
  const grpcOf = (service: string) =>
    processesIn(network.dataDir).find(({ sp, services }) => sp === 1 && services.includes(service))!.grpc;
  const addresses = { metadata: [grpcOf('metadata')], blocksyncer: [grpcOf('blocksyncer')] };
  const { modules, close } = connectModules(addresses, { logger: silentLogger });
  const chain = new ChainClient({ rpcUrl, chainId });
  const head = new ChainHead({ chain, logger: silentLogger });
  const picture = new Picture({ maxLagBlocks: Number(MAX_LAG) }, { client: modules, head, logger: silentLogger });
  const sources: AnswerSource[] = [];
  const onAnswer = (source: AnswerSource) => void sources.push(source);
  const recent = new RecentConsensus(chain, { head, picture, client: modules, onAnswer });
  t.after(async () => {
    await picture.close();
    head.close();
    chain.close();
    close();
  });
  return { recent, chain, sources };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
