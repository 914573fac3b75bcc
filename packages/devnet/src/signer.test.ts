/** The signer against a real chain: over its port, with blocks, mempools and restarts. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, test } from 'node:test';
import {
  cosmosBankV1beta1 as bank,
  blsAggregate,
  blsSign,
  ChainClient,
  decodeTx,
  feeOf,
  sealChecksum,
  sealDocDigest,
  sha256,
  greenfieldStorage as storage,
  TxSender,
  txMessage,
  greenfieldVirtualgroup as virtualgroup,
} from '@prairie/chain';
import { testChain, testGenesis, testKey } from '@prairie/devchain/testing';
import { GfSpError, silentLogger } from '@prairie/gfsp';
import { SignerModule, type SignerOptions } from '@prairie/sp';

type DevChain = Awaited<ReturnType<typeof testChain>>;

const PROVIDERS = 7;
const SECONDARIES = [2, 3, 4, 5, 6, 7];
const BUCKET = 'bucket';
const alice = testKey('alice');
const checksums = Array.from({ length: PROVIDERS }, (_, i) => sha256(Buffer.of(i)));

/** As the test genesis makes it. */
function blsSecret(provider: number): Buffer {
  const secret = createHash('sha256').update(`devchain test bls sp${provider}`).digest();
  secret[0]! &= 0x3f;
  return secret;
}

const keys = {
  operator: testKey('sp0 operator').privateKey,
  seal: testKey('sp0 seal').privateKey,
  approval: testKey('sp0 approval').privateKey,
  gc: testKey('sp0 gc').privateKey,
  bls: blsSecret(0),
};

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

type ChainOptions = NonNullable<Parameters<typeof testChain>[0]>;

/** A block every 20 ms unless told otherwise. */
async function startChain(options: ChainOptions = {}): Promise<DevChain> {
  const genesis = testGenesis({ providers: PROVIDERS });
  const devchain = await testChain({ genesis, autoBlocks: true, blockTimeMs: 20, ...options });
  cleanups.push(() => devchain.close());
  return devchain;
}

function clientOf(devchain: DevChain): ChainClient {
  const { rpcUrl, chainId } = devchain;
  const client = new ChainClient({ rpcUrl, chainId, retryMs: 5, feed: { pollMs: 10 } });
  cleanups.push(() => client.close());
  return client;
}

async function startSigner(chain: ChainClient, options: Partial<SignerOptions> = {}): Promise<SignerModule> {
  const signer = new SignerModule({ keys, nudgeMs: 100, ...options }, { chain, logger: silentLogger });
  await signer.start();
  cleanups.push(() => signer.stop());
  return signer;
}

const coin = (amount: bigint) => ({ denom: 'BNB', amount });

/** A family and a group of provider 1, and a bucket of alice in it. */
async function openBucket(client: ChainClient, signer: SignerModule, user: TxSender): Promise<void> {
  await signer.broadcast('create_global_virtual_group', {
    virtual_group_family_id: 0,
    primary_sp_address: '',
    secondary_sp_ids: SECONDARIES,
    deposit: coin(10n ** 18n),
  });
  const create = storage.MsgCreateBucket.create({
    creator: alice.address,
    bucket_name: BUCKET,
    visibility: storage.VisibilityType.VISIBILITY_TYPE_PRIVATE,
    primary_sp_address: signer.operatorAddress,
    primary_sp_approval: { expired_height: (await client.currentHeight()) + 1000n, global_virtual_group_family_id: 1 },
  });
  const sig = await signer.sign('create_bucket_info', create);
  const primary_sp_approval = { ...create.primary_sp_approval!, sig };
  await user.sendAndWait([txMessage(storage.MsgCreateBucket, { ...create, primary_sp_approval })]);
}

async function createObjects(user: TxSender, names: readonly string[]): Promise<void> {
  const messages = names.map((object_name) =>
    txMessage(storage.MsgCreateObject, {
      ...{ creator: alice.address, bucket_name: BUCKET, object_name, payload_size: 100n, expect_checksums: checksums },
      ...{ visibility: storage.VisibilityType.VISIBILITY_TYPE_PRIVATE, content_type: 'a/b', primary_sp_approval: {} },
    }),
  );
  await user.sendAndWait(messages);
}

async function sealOf(client: ChainClient, object_name: string): Promise<storage.MsgSealObject> {
  const { object_info } = (await client.object(BUCKET, object_name))!;
  const digest = sealDocDigest({
    ...{ chainId: client.chainId, globalVirtualGroupId: 1, objectId: object_info.id },
    checksum: sealChecksum(checksums),
  });
  const signatures = SECONDARIES.map((id) => blsSign(blsSecret(id - 1), digest));
  return storage.MsgSealObject.create({
    ...{ bucket_name: BUCKET, object_name, global_virtual_group_id: 1 },
    secondary_sp_bls_agg_signatures: blsAggregate(signatures),
  });
}

async function fails(work: Promise<unknown>, code: number, text: RegExp): Promise<void> {
  await assert.rejects(work, (error: unknown) => {
    assert.ok(error instanceof GfSpError);
    assert.equal(error.innerCode, code, error.message);
    assert.match(error.message, text);
    return true;
  });
}

const names = (from: number, count: number): string[] => Array.from({ length: count }, (_, i) => `o${from + i}`);

test('groups, approvals, seals and rejections, many in one transaction', async () => {
  const devchain = await startChain();
  const client = clientOf(devchain);
  const signer = await startSigner(client);
  const user = new TxSender({ privateKey: alice.privateKey }, { client });
  await openBucket(client, signer, user);
  await createObjects(user, names(0, 20));
  const seals = await Promise.all(names(0, 12).map((name) => sealOf(client, name)));
  const wrong = await sealOf(client, 'o0');
  const rejections = names(12, 4).map((object_name) => ({ operator: '', bucket_name: BUCKET, object_name }));
  const [spoilt, ...sent] = await Promise.allSettled([
    signer.broadcast('seal_object_info', { ...wrong, object_name: 'o12' }),
    ...seals.map((seal) => signer.broadcast('seal_object_info', seal)),
    ...rejections.map((msg) => signer.broadcast('reject_object_info', msg)),
  ]);
  await fails(Promise.reject((spoilt as PromiseRejectedResult).reason), 120002, /failed to broadcast seal_object_info/);
  const hashes = sent.map((result) => (result as PromiseFulfilledResult<string>).value);
  assert.equal(new Set(hashes).size, 1, 'all others are in one transaction');
  assert.match(hashes[0]!, /^[0-9A-F]{64}$/);
  const { OBJECT_STATUS_SEALED } = storage.ObjectStatus;
  for (const name of names(0, 12)) {
    assert.equal((await client.object(BUCKET, name))?.object_info.object_status, OBJECT_STATUS_SEALED);
  }
  for (const name of names(12, 4)) assert.equal(await client.object(BUCKET, name), undefined);

  // what an earlier process brought about is a success too
  assert.equal(await signer.broadcast('seal_object_info', seals[0]!), '');
  assert.equal(await signer.broadcast('reject_object_info', rejections[0]!), '');
  const bad = { virtual_group_family_id: 1, primary_sp_address: '', secondary_sp_ids: [9], deposit: coin(1n) };
  await fails(signer.broadcast('create_global_virtual_group', bad), 120006, /create_global_virtual_group, error: /);
});

test('fees are those of the options, once per message', async () => {
  const devchain = await startChain();
  const client = clientOf(devchain);
  const fee = { gasLimit: 2000n, amount: 10_000_000_000_000n };
  const signer = await startSigner(client, { fees: { seal_object_info: fee } });
  const user = new TxSender({ privateKey: alice.privateKey }, { client });
  await openBucket(client, signer, user);
  await createObjects(user, names(0, 3));
  const seals = await Promise.all(names(0, 3).map((name) => sealOf(client, name)));
  const address = testKey('sp0 seal').address;
  const before = await client.balance(address);
  await Promise.all(seals.map((seal) => signer.broadcast('seal_object_info', seal)));
  assert.equal(before - (await client.balance(address)), 3n * fee.amount);
});

test('a foreign transaction with the same key does not break the next', async () => {
  const devchain = await startChain();
  const client = clientOf(devchain);
  const signer = await startSigner(client);
  const user = new TxSender({ privateKey: alice.privateKey }, { client });
  await openBucket(client, signer, user);
  await createObjects(user, names(0, 6));
  const foreign = new TxSender({ privateKey: keys.seal, gas: 'table' }, { client });
  const from_address = foreign.address;
  const transfer = txMessage(bank.MsgSend, { from_address, to_address: alice.address, amount: [coin(1n)] });
  for (const name of names(0, 3)) {
    await signer.broadcast('seal_object_info', await sealOf(client, name));
    await foreign.sendAndWait([transfer], { renew: 2 });
  }
  const seals = await Promise.all(names(3, 3).map((name) => sealOf(client, name)));
  await Promise.all([
    ...seals.map((seal) => signer.broadcast('seal_object_info', seal)),
    foreign.sendAndWait([transfer], { renew: 2 }),
  ]);
  for (const name of names(0, 6)) assert.equal((await client.object(BUCKET, name))?.object_info.object_status, 1);
});

test('a seal that an earlier process has in the mempool is not sent twice with effect', async () => {
  const devchain = await startChain();
  const client = clientOf(devchain);
  const signer = await startSigner(client);
  await openBucket(client, signer, new TxSender({ privateKey: alice.privateKey }, { client }));
  await createObjects(new TxSender({ privateKey: alice.privateKey }, { client }), ['o']);
  const seal = await sealOf(client, 'o');
  const killed = new TxSender({ privateKey: keys.seal }, { client });
  const message = txMessage(storage.MsgSealObject, { ...seal, operator: killed.address });
  const [hash] = await Promise.all([
    killed.send([message], { fee: feeOf(1200n) }),
    signer.broadcast('seal_object_info', seal),
  ]);
  await client.waitForTx(hash);
  assert.equal((await client.object(BUCKET, 'o'))?.object_info.object_status, 1);
});

const deposit = (amount: bigint) =>
  virtualgroup.MsgDeposit.create({ global_virtual_group_id: 1, deposit: coin(amount) });

const depositOf = async (client: ChainClient): Promise<bigint> => (await client.gvg(1))!.total_deposit;

test('what a node lost in a restart is handed in again, and takes effect once', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'signer-'));
  cleanups.push(() => rmSync(dataDir, { recursive: true, force: true }));
  const genesis = testGenesis({ providers: PROVIDERS });
  const first = await testChain({ genesis, dataDir, autoBlocks: true, blockTimeMs: 20 });
  const port = Number(new URL(first.rpcUrl).port);
  const client = clientOf(first);
  const signer = await startSigner(client);
  await openBucket(client, signer, new TxSender({ privateKey: alice.privateKey }, { client }));
  const before = await depositOf(client);
  await first.close();

  const second = await testChain({ dataDir, port, autoBlocks: false });
  const sent = [signer.broadcast('deposit', deposit(3n)), signer.broadcast('deposit', deposit(4n))];
  while (second.chain.mempool.count < 2) await new Promise((resolve) => setTimeout(resolve, 5));
  await second.close();

  // slower: a deposit is void after some blocks
  await startChain({ dataDir, port, blockTimeMs: 100 });
  await Promise.all(sent);
  assert.equal((await depositOf(client)) - before, 7n);
});

test('what is in no block in time has failed, with what to look for; a chain that goes on takes it once', async () => {
  const devchain = await startChain({ autoBlocks: false });
  const blocks = { come: true };
  const timer = setInterval(() => blocks.come && devchain.produceBlock(), 20);
  cleanups.push(() => clearInterval(timer));
  const client = clientOf(devchain);
  const signer = await startSigner(client, { confirmMs: 400 });
  await openBucket(client, signer, new TxSender({ privateKey: alice.privateKey }, { client }));
  const before = await depositOf(client);
  blocks.come = false;
  await fails(signer.broadcast('deposit', deposit(5n)), 120014, /transaction [0-9A-F]{64} is in no block after 400 ms/);
  // for ever it would not be known whether a deposit was made
  const [waiting] = devchain.chain.mempool.first(1);
  const { timeout_height } = decodeTx(waiting!.bytes).body;
  assert.equal(timeout_height, (await client.currentHeight()) + 50n);
  blocks.come = true;
  await signer.broadcast('deposit', deposit(6n));
  assert.equal((await depositOf(client)) - before, 11n);
});
