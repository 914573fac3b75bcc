/** Each of the nine layers can be another's (features 1.2–1.12, 1.16–1.19); those in `testing` are whole, not stubs. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { greenfieldStorage as storage } from '@prairie/chain';
import {
  type BsdbBucket,
  type ByteStream,
  type CallInterceptor,
  type DownloadObjectTask,
  type Lifecycle,
  limitOf,
  NO_LIMIT,
  newTask,
  type QueueTask,
  TaskDispatcher,
  type UploadObjectTask,
} from '@prairie/gfsp';
import { AuthenticatorModule } from '../authenticator/index.ts';
import { ExecutorModule } from '../executor/index.ts';
import { ManagerModule } from '../manager/index.ts';
import { ReceiverModule } from '../receiver/index.ts';
import { SignerModule } from '../signer/index.ts';
import { operatorOf } from '../testing/chain.ts';
import { chunksOf, payloadOf, rejectsWith, until } from '../testing/network.ts';
import type { Extension } from './extension.ts';
import { Layers } from './testing/layered.ts';
import { noting } from './testing/noting.ts';

const OWNER = operatorOf(9);
const payload = payloadOf(3000);

function bucketRow(fields: Partial<BsdbBucket>): BsdbBucket {
  const none = new Uint8Array(32);
  return {
    ...{ bucket_id: 1n, bucket_name: 'bucket', owner: OWNER, payment_address: OWNER, operator: OWNER },
    ...{ global_virtual_group_family_id: 1, source_type: 0, charged_read_quota: 0n, visibility: 0, status: 0 },
    ...{ delete_at: 0n, delete_reason: '', storage_size: 0n, create_time: 1n, create_tx_hash: none, update_at: 1n },
    ...{ update_time: 1n, update_tx_hash: none, removed: false, off_chain_status: 0, tags: undefined },
    ...fields,
  };
}

function downloadOf(layers: Layers, { object_info, storage_params }: UploadObjectTask): DownloadObjectTask {
  const sealed = { ...object_info, object_status: storage.ObjectStatus.OBJECT_STATUS_SEALED };
  const { bucket_info: onChain } = layers.chain.buckets.get('bucket')!;
  const bucket_info = { ...onChain, charged_read_quota: 100_000n };
  const task = newTask({ user_address: OWNER });
  return { task, object_info: sealed, storage_params, bucket_info, low: 0n, high: object_info.payload_size - 1n };
}

async function bytesOf(stream: ByteStream): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

test('an upload and a download pass through nine layers of which none is ours', async (t) => {
  const layers = new Layers();
  const provider = await layers.boot();
  t.after(() => provider.stop());
  layers.bsdb.rows.buckets.push(bucketRow({}), bucketRow({ bucket_id: 2n, bucket_name: 'gone', removed: true }));

  const upload = await layers.uploadOf(payload);
  await layers.client.uploader.uploadObject(upload, chunksOf(payload), BigInt(payload.length));
  assert.deepEqual(layers.pieceStore.keys, ['s1_s0', 's1_s1', 's1_s2']);
  assert.equal((await layers.spdb.getIntegrity(1n, -1))?.piece_checksum_list.length, 3);
  assert.deepEqual(layers.resources.reservations, ['uploader/span']);

  const member = 'test';
  const task = await layers.client.manager.askTask({ member, limit: { ...NO_LIMIT } }, AbortSignal.timeout(5000));
  assert.equal(task?.kind, 'replicate');
  assert.ok(layers.queues.pushed.at(-1)?.endsWith(` ${task.key}`));
  assert.ok(layers.picked > 0);
  assert.ok(layers.chain.asked.includes('gvgsOfFamily'));

  const bytes = await bytesOf(await layers.client.downloader.downloadObject(downloadOf(layers, upload)));
  assert.ok(bytes.equals(payload));
  assert.deepEqual(
    layers.spdb.records.map(({ user_address, read_size }) => [user_address, read_size]),
    [[OWNER, 3000n]],
  );

  const buckets = await layers.client.metadata.getUserBuckets(OWNER, false);
  assert.deepEqual(
    buckets.map(({ bucket_info }) => bucket_info.bucket_name),
    ['bucket'],
  );
  assert.ok(layers.bsdb.reads > 0);
});

test('parts of extensions are closed with the provider, and parts of its lifecycle start and stop once', async () => {
  const layers = new Layers();
  const provider = await layers.boot();
  const upload = await layers.uploadOf(payload);
  await layers.client.uploader.uploadObject(upload, chunksOf(payload));
  assert.deepEqual(layers.lifecycle, ['start']);
  await provider.stop();
  assert.deepEqual(layers.lifecycle, ['start', 'stop']);
  const { pieceStore, spdb, bsdb, queues } = layers;
  assert.deepEqual(
    [pieceStore, spdb, bsdb, queues].map(({ closed }) => closed),
    [true, true, true, true],
  );
  assert.equal(layers.resources.left, 1n << 30n);
});

test('a full resource manager of a user refuses an upload as busy, and takes the next', async (t) => {
  const layers = new Layers();
  const provider = await layers.boot();
  t.after(() => provider.stop());
  const others = layers.resources.openService('others').beginSpan();
  others.reserve({ memory: layers.resources.left });
  const upload = await layers.uploadOf(payload);
  await rejectsWith(layers.client.uploader.uploadObject(upload, chunksOf(payload)), 991102);
  others.done();
  await layers.client.uploader.uploadObject(upload, chunksOf(payload));
});

test('tasks of a kind of its own go through the queues with limits, leases and a dispatcher', async (t) => {
  interface Thumbnail {
    object: string;
    width: number;
  }
  const layers = new Layers();
  const provider = await layers.boot();
  t.after(() => provider.stop());
  const engine = await layers.context.foundations.queueEngine(() => assert.fail('the engine is there'));
  const queue = await engine.open<Thumbnail>({ name: 'thumbnails', capacity: 2 });
  const dispatcher = new TaskDispatcher<Thumbnail>([queue]);
  const big: QueueTask<Thumbnail> = {
    ...{ key: 'big', priority: 255, value: { object: 'a', width: 4000 }, timeoutMs: 1000, maxAttempts: 2 },
    estimate: limitOf({ memory: 1000n }),
  };
  const small: QueueTask<Thumbnail> = { ...big, key: 'small', priority: 0, estimate: limitOf({ memory: 10n }) };
  await queue.push(big);
  await queue.push(small);
  await assert.rejects(async () => queue.push({ ...big, key: 'third' }), /request exceed limit/);
  const first = await dispatcher.take({ owner: 'one', offer: limitOf({ memory: 100n }) }, AbortSignal.timeout(5000));
  assert.equal(first?.task.key, 'small');
  assert.equal(await dispatcher.abandon('one'), 1);
  await queue.setStrategies({ filter: ({ task }) => task.value.width < 100 });
  assert.equal(await queue.lease('two'), undefined);
  await queue.setStrategies({ pickUp: (task) => (task.key === 'small' ? 0 : 1) });
  assert.equal((await queue.lease('two'))?.task.key, 'small');
  assert.equal((await queue.complete('small'))?.value.object, 'a');
  const pushed = layers.queues.pushed.filter((line) => line.startsWith('thumbnails'));
  assert.deepEqual(pushed, ['thumbnails big', 'thumbnails small']);
});

test('front modules: pre, handle, post; what pre refuses is neither handled nor posted', async (t) => {
  const layers = new Layers();
  const steps: string[] = [];
  const provider = await layers.boot([noting(steps)]);
  t.after(() => provider.stop());
  const ask = (bucket_name: string) =>
    layers.client.approver.createBucketApproval({
      ...{ task: newTask(), fingerprint: new Uint8Array() },
      create_bucket_info: storage.MsgCreateBucket.create({ creator: OWNER, bucket_name }),
    });
  const did = () => steps.splice(0);

  const { primary_sp_approval } = (await ask('mine')).create_bucket_info;
  assert.equal(primary_sp_approval?.expired_height, 101n);
  assert.deepEqual(did(), ['pre approval', 'handle approval', 'post approval well']);
  await assert.rejects(ask('refused'), /refused by a user/);
  assert.deepEqual(did(), ['pre approval']);

  const upload = await layers.uploadOf(payload);
  const refused = { ...upload, object_info: { ...upload.object_info, content_type: 'refused' } };
  await assert.rejects(layers.client.uploader.uploadObject(refused, chunksOf(payload)), /refused by a user/);
  assert.deepEqual([did(), layers.pieceStore.keys], [['pre upload'], []]);
  await assert.rejects(layers.client.uploader.uploadObject(upload, chunksOf(payloadOf(2999))));
  assert.deepEqual(did(), ['pre upload', 'handle upload', 'post upload badly']);
  await layers.client.uploader.uploadObject(upload, chunksOf(payload));
  assert.deepEqual(did(), ['pre upload', 'handle upload', 'post upload well']);

  const download = downloadOf(layers, upload);
  const refusedDownload = { ...download, object_info: { ...download.object_info, content_type: 'refused' } };
  await assert.rejects(layers.client.downloader.downloadObject(refusedDownload), /refused by a user/);
  assert.deepEqual([did(), layers.spdb.records.length], [['pre download'], 0]);
  assert.ok((await bytesOf(await layers.client.downloader.downloadObject(download))).equals(payload));
  assert.deepEqual(did(), ['pre download', 'handle download', 'post download well']);
});

test('background modules are called once per task, and have no steps', async (t) => {
  const layers = new Layers();
  const calls: string[] = [];
  const around: CallInterceptor = (call, next) => {
    calls.push(`${call.module}.${call.method}`);
    return next();
  };
  const provider = await layers.boot([], around);
  t.after(() => provider.stop());
  calls.length = 0;
  const upload = await layers.uploadOf(payload);
  await layers.client.uploader.uploadObject(upload, chunksOf(payload));
  await until(() => calls.includes('manager.doneUpload'), 'the report');
  // a signature for each secondary that gets its piece while the payload is stored
  const signed = Array.from({ length: 6 }, () => 'signer.sign');
  assert.deepEqual(calls, ['uploader.uploadObject', 'manager.beginUpload', ...signed, 'manager.doneUpload']);

  const background = [AuthenticatorModule, ExecutorModule, ManagerModule, ReceiverModule, SignerModule];
  const methods = background.flatMap(({ prototype }) => Object.getOwnPropertyNames(prototype));
  assert.deepEqual(
    methods.filter((name) => /^(pre|handle|post)[A-Z]/.test(name)),
    [],
  );
});

test('the lifecycle layer is three members: whatever has them can be a part', async () => {
  const layers = new Layers();
  const events: string[] = [];
  const own: Lifecycle = {
    name: 'own',
    start: async () => void events.push('start'),
    stop: async () => void events.push('stop'),
  };
  const extension: Extension = {
    modules: [{ name: 'inspector', description: 'Replaced.', create: () => own }],
  };
  const provider = await layers.boot([extension]);
  await until(() => events.length === 1, 'its start');
  await provider.stop();
  assert.deepEqual([events, layers.lifecycle], [['start', 'stop'], []]);
});
