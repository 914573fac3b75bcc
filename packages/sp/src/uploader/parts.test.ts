import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { greenfieldStorage as storage } from '@prairie/chain';
import { TaskState } from '@prairie/gfsp';
import fc from 'fast-check';
import { chunksOf, Network, payloadOf, rejectsWith, until } from '../testing/network.ts';

/** Bytes of a segment on the test chain. */
const SEGMENT = 1024;

async function idle(): Promise<Network> {
  return new Network().start({ executor: false });
}

function send(network: Network, object: storage.ObjectInfo, content: Uint8Array, from: number, to = content.length) {
  const task = network.partTask(object, from, to === Number(object.payload_size));
  return network.uploader.resumableUploadObject(task, chunksOf(content.subarray(from, to), 300));
}

const storedSegments = async (network: Network, id: bigint): Promise<number> =>
  (await network.disk.spdb.getIntegrity(id, -1))?.piece_checksum_list.length ?? 0;

async function contentOf(network: Network, id: bigint, segments: number): Promise<Buffer> {
  const pieces = Array.from({ length: segments }, (_, index) => network.disk.pieceStore.get(`s${id}_s${index}`));
  return Buffer.concat(await Promise.all(pieces));
}

test('parts make an object, and the manager goes on after the last one', async () => {
  const network = await idle();
  const payload = payloadOf(2500);
  const object = await network.createObject(payload);
  await send(network, object, payload, 0, SEGMENT);
  assert.equal(await storedSegments(network, 1n), 1);
  assert.deepEqual(await network.manager.queryTasks(''), []);
  const { task_state, task_state_description } = (await network.disk.spdb.getUploadProgress(1n))!;
  assert.deepEqual(
    [task_state, task_state_description],
    [TaskState.UPLOAD_OBJECT_DOING, 'TASK_STATE_UPLOAD_OBJECT_DOING'],
  );
  await send(network, object, payload, SEGMENT);
  assert.deepEqual(await contentOf(network, 1n, 3), payload);
  assert.deepEqual(
    Buffer.from((await network.disk.spdb.getIntegrity(1n, -1))!.integrity_checksum),
    object.checksums[0],
  );
  const isHandedOver = async () => / replicate /.test(String(await network.manager.queryTasks(object.object_name)));
  await until(isHandedOver, 'the replication');
  // the pieces have gone out with the parts
  const sent = network.calls.filter((call) => call.startsWith('piece'));
  assert.equal(sent.length, 3 * 6);
  await network.stop();
});

test('a part is refused anywhere else, with what is expected, and nothing is written', async () => {
  const network = await idle();
  const payload = payloadOf(4 * SEGMENT);
  const object = await network.createObject(payload);
  const refused = (from: number, to: number, code: number) =>
    rejectsWith(send(network, object, payload, from, to), code);
  await refused(1, SEGMENT, 50028);
  await refused(SEGMENT, 2 * SEGMENT, 50028);
  assert.equal(await network.disk.spdb.getUploadProgress(1n), undefined);
  await send(network, object, payload, 0, SEGMENT);
  await refused(2 * SEGMENT, 3 * SEGMENT, 50028);
  await refused(3 * SEGMENT, 4 * SEGMENT, 50028);
  await assert.rejects(send(network, object, payload, 100, 200), {
    message:
      'invalid offset: 100 came; 1024 is expected, where the stored segments of 1024 bytes end, or an earlier border of segments',
  });
  const announced = network.uploader.resumableUploadObject(
    network.partTask(object, SEGMENT, false),
    chunksOf(payload),
    5n,
  );
  await rejectsWith(announced, 50028);
  assert.deepEqual(await network.disk.keys(), ['s1_s0']);
  assert.equal(await storedSegments(network, 1n), 1);
  await network.stop();
});

test('a part that comes again is compared: the same is done, another is refused', async () => {
  const network = await idle();
  const payload = payloadOf(2 * SEGMENT);
  const object = await network.createObject(payload);
  await send(network, object, payload, 0, SEGMENT);
  let written = 0;
  const put = network.disk.pieceStore.put.bind(network.disk.pieceStore);
  network.disk.pieceStore.put = (key, data) => {
    written += 1;
    return put(key, data);
  };
  await send(network, object, payload, 0, SEGMENT);
  await rejectsWith(send(network, object, Buffer.alloc(2 * SEGMENT), 0, SEGMENT), 110004);
  assert.equal(written, 0);
  await send(network, object, payload, 0);
  assert.equal(written, 1);
  // its answer got lost: done again, as long as it is the same
  await send(network, object, payload, SEGMENT);
  await rejectsWith(send(network, object, Buffer.alloc(2 * SEGMENT), SEGMENT), 110006);
  await network.stop();
});

test('of a part that breaks off the whole segments count, after a crash too', async () => {
  const network = await idle();
  const payload = payloadOf(5 * SEGMENT + 1);
  const object = await network.createObject(payload);
  async function* breaking(): AsyncGenerator<Uint8Array> {
    yield payload.subarray(0, 2 * SEGMENT + 10);
    throw new Error('connection reset');
  }
  await rejectsWith(network.uploader.resumableUploadObject(network.partTask(object, 0, true), breaking()), 110005);
  assert.equal(await storedSegments(network, 1n), 2);
  await network.restart();
  await send(network, object, payload, 2 * SEGMENT);
  await until(() => network.chain.isSealed(1n), 'the seal');
  assert.deepEqual(await contentOf(network, 1n, 6), payload);
  await network.stop();
});

test('content that is not what the chain says begins anew', async () => {
  const network = await idle();
  const payload = payloadOf(2 * SEGMENT);
  const object = await network.createObject(payload);
  await send(network, object, Buffer.alloc(2 * SEGMENT), 0, SEGMENT);
  await rejectsWith(send(network, object, payload, SEGMENT), 110004);
  assert.deepEqual(await network.disk.keys(), []);
  assert.equal(await network.disk.spdb.getUploadProgress(1n), undefined);
  await send(network, object, payload, 0);
  await network.stop();
});

test('a whole payload takes the place of parts, and leaves none of them when it fails', async () => {
  const network = await idle();
  const payload = payloadOf(3 * SEGMENT);
  const object = await network.createObject(payload);
  await send(network, object, Buffer.alloc(3 * SEGMENT), 0, 2 * SEGMENT);
  const broken = network.uploader.uploadObject(network.uploadTask(object), chunksOf(payload.subarray(0, 10)));
  await rejectsWith(broken, 110004);
  assert.deepEqual(await network.disk.keys(), []);
  await send(network, object, Buffer.alloc(3 * SEGMENT), 0, 2 * SEGMENT);
  await network.uploader.uploadObject(network.uploadTask(object), chunksOf(payload));
  assert.deepEqual(await contentOf(network, 1n, 3), payload);
  await network.stop();
});

test('parts are counted apart from whole payloads', async () => {
  const network = await idle();
  const payload = payloadOf(2 * SEGMENT);
  const object = await network.createObject(payload);
  const gate = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  async function* slow(): AsyncGenerator<Uint8Array> {
    reached.resolve();
    await gate.promise;
    yield payload;
  }
  const part = network.uploader.resumableUploadObject(network.partTask(object, 0, true), slow());
  await reached.promise;
  const { upload_count, resumable_upload_count } = await network.manager.queryTasksStats();
  assert.deepEqual([upload_count, resumable_upload_count], [0, 1]);
  await rejectsWith(send(network, object, payload, 0), 110003);
  gate.resolve();
  await part;
  const isOver = async () => (await network.manager.queryTasksStats()).resumable_upload_count === 0;
  await until(isOver, 'the report');
  await network.stop();
});

test('property: however parts are cut and broken off, going on where the list ends makes the payload', async () => {
  const attempt = fc.record({
    segments: fc.integer({ min: 1, max: 4 }),
    broken: fc.option(fc.integer({ min: 0, max: 3000 })),
  });
  const size = fc.integer({ min: 1, max: 8 * SEGMENT });
  await fc.assert(
    fc.asyncProperty(size, fc.array(attempt, { maxLength: 6 }), async (length, attempts) => {
      const network = await idle();
      const payload = payloadOf(length);
      const object = await network.createObject(payload);
      for (const { segments, broken } of attempts) {
        const from = (await storedSegments(network, 1n)) * SEGMENT;
        const to = Math.min(from + segments * SEGMENT, length - 1);
        if (from >= to) break;
        async function* body(): AsyncGenerator<Uint8Array> {
          yield* chunksOf(payload.subarray(from, Math.min(to, from + (broken ?? to))), 500);
          if (broken !== null || to % SEGMENT !== 0) throw new Error('connection reset');
        }
        const task = network.partTask(object, from, false);
        await network.uploader.resumableUploadObject(task, body()).catch(() => {});
        assert.ok((await storedSegments(network, 1n)) * SEGMENT >= from);
      }
      await send(network, object, payload, (await storedSegments(network, 1n)) * SEGMENT);
      assert.deepEqual(await contentOf(network, 1n, Math.ceil(length / SEGMENT)), payload);
      await network.stop();
    }),
    { numRuns: 40 },
  );
});
