/** Garbage collection as a provider does it by itself, and as its operator asks for it. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { greenfieldStorage as storage, txMessage } from '@prairie/chain';
import { gc, gcStatus } from '../support/gc.ts';
import { holdings } from '../support/leftovers.ts';
import { faultsOf } from '../support/pieces.ts';
import { ageUploads, countRows, isThere, type Leftovers, plantLeftovers, withTables } from '../support/planted.ts';
import { contentOf, inChunks, readObject } from '../support/uploads.ts';
import { startUsedDevnet, stopUsedDevnet, type UsedDevnet } from '../support/used-devnet.ts';

const bucket = 'gc-bucket';
const SAFE_BLOCKS = 20n;
const DEADLINE_MS = 60_000;
/** Of groups, which have six secondaries: the eighth provider is in none that the first one makes at first. */
const PROVIDERS = 8;

const set = (...pairs: string[]) => ['--set', ...pairs];
const SHORT = [
  ...['GC.GCObjectTimeInterval=1', 'GC.GCObjectBlockInterval=10', `GC.GCObjectSafeBlockDistance=${SAFE_BLOCKS}`],
  ...['GC.GCZombiePieceTimeInterval=1', 'GC.GCZombiePieceObjectIDInterval=5', 'GC.GCZombieSafeObjectIDDistance=0'],
  ...['GC.GCMetaTimeInterval=1', 'GC.GCStaleVersionTimeInterval=1', 'GC.GCExpiredOffChainAuthKeysTimeInterval=1'],
  'Prairie.GcStoreInterval=1',
];
/** Nothing by itself but the deleted objects, whose time does not come either. */
const BY_HAND = [
  ...['GC.EnableGCZombie=false', 'GC.EnableGCMeta=false', 'GC.EnableGCStaleVersionObject=false'],
  ...['GC.EnableGCExpiredOffChainAuthKeys=false', 'GC.GCZombieSafeObjectIDDistance=0'],
  ...['GC.GCObjectTimeInterval=86400', 'GC.GCObjectSafeBlockDistance=1'],
];

describe('garbage collection', () => {
  let dataDir: string;
  let network: UsedDevnet;

  const start = async (pairs: readonly string[]) => {
    network = await startUsedDevnet(dataDir, set(...pairs));
  };
  const stop = (signal: NodeJS.Signals = 'SIGTERM') => stopUsedDevnet(network, signal);

  before(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'prairie-gc-'));
    await start(SHORT);
    await network.owner.createBucket(bucket);
  });

  after(async () => {
    if (network) await stop('SIGKILL');
    rmSync(dataDir, { recursive: true, force: true });
  });

  const put = (object: string, content: Buffer) =>
    network.client.putObject({ bucket, object, size: content.length, body: inChunks(content) });

  /** Sealed, with that content. Its id. */
  async function sealed(object: string, content: Buffer, version = 0n): Promise<bigint> {
    if (version === 0n) await network.owner.createObjects(bucket, new Map([[object, content]]));
    await put(object, content);
    await network.owner.sealed(bucket, object, 60, version);
    return (await network.owner.chain.object(bucket, object))!.object_info.id;
  }

  const named = (object_name: string) => ({ operator: network.owner.address, bucket_name: bucket, object_name });
  const deleteObject = (name: string) => network.owner.send(txMessage(storage.MsgDeleteObject, named(name)));

  /** Lines of what providers hold of an object: files and rows. */
  const holdingsOf = (id: bigint) =>
    holdings(dataDir).filter((line) => new RegExp(`( piece [se]${id}_| ${id}$)`).test(line));

  /** Looks after each block. */
  async function until(isSo: () => boolean | Promise<boolean>, what: () => string): Promise<void> {
    const deadline = Date.now() + DEADLINE_MS;
    const { chain } = network.owner;
    for (let height = await chain.currentHeight(); !(await isSo()); height = await chain.waitForHeight(height + 1n)) {
      if (Date.now() > deadline) throw new Error(`${what()}\n${network.devnet.log()}`);
    }
  }

  const gone = (id: bigint) =>
    until(
      () => holdingsOf(id).length === 0,
      () => `of object ${id} there is still:\n${holdingsOf(id).join('\n')}`,
    );

  async function expectWhole(object: string, content: Buffer): Promise<void> {
    assert.ok((await readObject(network.client, bucket, object)).equals(content), object);
    assert.deepEqual(faultsOf(dataDir, (await network.owner.chain.object(bucket, object))!), []);
  }

  const healthy = contentOf(200_000, 1);

  it('takes a deleted object off all providers, not before the safe distance, and leaves others alone', async (t) => {
    await sealed('healthy', healthy);
    const id = await sealed('deleted', contentOf(17_000_000, 2));
    assert.equal(holdingsOf(id).filter((line) => line.includes(' piece ')).length, 14, 'two segments at seven places');
    const height = await deleteObject('deleted');
    const { chain } = network.owner;
    await chain.waitForHeight(height + SAFE_BLOCKS - 1n);
    assert.notDeepEqual(holdingsOf(id), [], 'it is there until the distance is safe');
    await gone(id);
    t.diagnostic(`gone ${(await chain.currentHeight()) - height} blocks after its deletion`);
    await expectWhole('healthy', healthy);
  });

  it('goes on where a kill cut it off', async () => {
    const contents = Array.from({ length: 6 }, (_, index) => [`cut-${index}`, contentOf(1000 + index, index)] as const);
    const ids: bigint[] = [];
    for (const [name, content] of contents) ids.push(await sealed(name, content));
    for (const [name] of contents.slice(0, 3)) await deleteObject(name);
    const { chain } = network.owner;
    const height = await deleteObject('cut-3');
    await chain.waitForHeight(height + SAFE_BLOCKS - 2n);
    await stop('SIGKILL');
    await start(SHORT);
    for (const name of ['cut-4', 'cut-5']) await deleteObject(name);
    for (const id of ids) await gone(id);
    await expectWhole('healthy', healthy);
    const { grpc } = network.devnet.sps[0]!;
    const objects = (await gcStatus(grpc)).find(({ kind }) => kind === 'object')!;
    assert.ok(BigInt(objects.cursor) > height, `the cursor is at ${objects.cursor}, beyond block ${height}`);
  });

  it('takes the pieces of the version before a sealed update, and those of an update that was cancelled', async () => {
    const id = await sealed('updated', contentOf(17_000_000, 3));
    const update = contentOf(300_000, 4);
    await network.owner.beginUpdate(bucket, 'updated', update);
    await sealed('updated', update, 1n);
    const old = () => holdingsOf(id).filter((line) => / piece /.test(line) && !line.endsWith('_v1'));
    const shadows = () => holdingsOf(id).filter((line) => line.includes('shadow'));
    await until(
      () => [...old(), ...shadows()].length === 0,
      () => `still there:\n${[...old(), ...shadows()].join('\n')}`,
    );
    await expectWhole('updated', update);

    const never = contentOf(20_000_000, 5);
    await network.owner.beginUpdate(bucket, 'updated', never);
    await network.client.putPart(
      { bucket, object: 'updated', size: 16 << 20, body: inChunks(never.subarray(0, 16 << 20)) },
      { offset: 0, complete: false },
    );
    const incoming = () => holdingsOf(id).filter((line) => / piece .*_v2$|shadow/.test(line));
    assert.notDeepEqual(incoming(), [], 'the first segment of the update is there');
    await network.owner.cancelUpdate(bucket, 'updated');
    // the next part may still be on its way: some minutes have to pass
    await stop();
    ageUploads(dataDir, 1, 600);
    await start(SHORT);
    await until(
      () => incoming().length === 0,
      () => `still there:\n${incoming().join('\n')}`,
    );
    await expectWhole('updated', update);
  });

  it('finds what was planted, in a dry run first, and only that', async () => {
    const plan = await plant();
    await start(BY_HAND);
    for (const { provider, keys } of plan) {
      const { grpc } = network.devnet.sps[provider - 1]!;
      const shown = await gc(grpc, 'all', '--dry-run');
      for (const key of keys) assert.ok(isThere(dataDir, provider, key), `a dry run deletes nothing: ${key}`);
      const done = await gc(grpc, 'all');
      assert.deepEqual(sorted(done.findings), sorted(shown.findings), 'the run deletes what the dry run showed');
      const deleted = done.findings.flatMap((finding) => finding.keys);
      assert.deepEqual(deleted.sort(), [...keys].sort());
      for (const key of keys) assert.ok(!isThere(dataDir, provider, key), `${key} is gone`);
      assert.deepEqual((await gc(grpc, 'all', '--dry-run')).findings, [], 'nothing is left');
    }
    assert.equal(countRows(dataDir, 1, 'bucket_traffic', "month = '2020-01'"), 0);
    assert.equal(countRows(dataDir, 1, 'read_record', 'read_timestamp_us < 1600000000000000'), 0);
    await expectWhole('healthy', healthy);
  });

  it('finds all of that by itself, and keys of applications that have ended', async () => {
    const plan = await plant();
    await withTables(dataDir, 1, (db) =>
      db.putAuthKeyV2({
        ...{ user_address: network.owner.address, domain: 'https://example.org', public_key: 'ab'.repeat(32) },
        expiry_date: BigInt(Date.now() - 1000),
      }),
    );
    await start(SHORT);
    const left = () => plan.flatMap(({ provider, keys }) => keys.filter((key) => isThere(dataDir, provider, key)));
    await until(
      () => left().length === 0,
      () => `still there: ${left().join(', ')}`,
    );
    const rows = () =>
      countRows(dataDir, 1, 'bucket_traffic', "month = '2020-01'") +
      countRows(dataDir, 1, 'read_record', 'read_timestamp_us < 1600000000000000') +
      countRows(dataDir, 1, 'off_chain_auth_key_v2');
    await until(
      () => rows() === 0,
      () => `${rows()} old rows are still there`,
    );
    await expectWhole('healthy', healthy);
  });

  it('discontinues old buckets when it is told to, and takes their content away when the chain has deleted them', async () => {
    const { object_infos: objects } = await network.owner.chain.q.storage.ListObjects({ bucket_name: bucket });
    assert.notDeepEqual(
      objects.flatMap(({ id }) => holdingsOf(id)),
      [],
    );
    await stop();
    await start([
      ...SHORT,
      ...['Parallel.DiscontinueBucketEnabled=true', 'Parallel.DiscontinueBucketTimeInterval=1'],
      'Parallel.DiscontinueBucketKeepAliveDays=0',
    ]);
    const { BUCKET_STATUS_DISCONTINUED } = storage.BucketStatus;
    const status = async () => (await network.owner.chain.bucket(bucket))?.bucket_info.bucket_status;
    await until(
      async () => (await status()) === BUCKET_STATUS_DISCONTINUED,
      () => 'the bucket is not discontinued',
    );
    await until(
      async () => (await status()) === undefined,
      () => 'the bucket is not deleted',
    );
    for (const { id } of objects) await gone(id);
  });

  /** Stops the network, and leaves what crashes and mistakes leave. */
  async function plant(): Promise<Leftovers[]> {
    await network.owner.createObjects(bucket, new Map([['never', healthy]]));
    const { id: lost } = (await network.owner.chain.object(bucket, 'never'))!.object_info;
    await network.owner.send(txMessage(storage.MsgCancelCreateObject, named('never')));
    const living = (await network.owner.chain.object(bucket, 'healthy'))!;
    await stop();
    return plantLeftovers(dataDir, { lost, living, providers: PROVIDERS });
  }

  const sorted = (findings: readonly object[]) => findings.map((finding) => JSON.stringify(finding)).sort();
});
