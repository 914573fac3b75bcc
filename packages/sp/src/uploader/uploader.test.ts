import assert from 'node:assert/strict';
import { test } from 'node:test';
import { integrityHash } from '@prairie/redundancy';
import fc from 'fast-check';
import { chunksOf, Network, payloadOf, rejectsWith, until } from '../testing/network.ts';

async function idle(): Promise<Network> {
  return new Network().start({ executor: false });
}

test('an upload is stored in segments, recorded, and handed to the manager', async () => {
  const network = await idle();
  const payload = payloadOf(2500);
  const object = await network.createObject(payload);
  await network.uploader.uploadObject(network.uploadTask(object), chunksOf(payload, 333));
  assert.deepEqual(await network.disk.keys(), ['s1_s0', 's1_s1', 's1_s2']);
  const stored = await Promise.all(['s1_s0', 's1_s1', 's1_s2'].map((key) => network.disk.pieceStore.get(key)));
  assert.deepEqual(Buffer.concat(stored), payload);
  const row = await network.disk.spdb.getIntegrity(1n, -1);
  assert.equal(row?.piece_checksum_list.length, 3);
  assert.deepEqual(Buffer.from(row!.integrity_checksum), integrityHash(row!.piece_checksum_list));
  assert.equal(row?.object_size, 2500n);
  const isHandedOver = async () => / replicate /.test(String(await network.manager.queryTasks(object.object_name)));
  await until(isHandedOver, 'the replication');
  await network.stop();
});

test('what is not what the chain says is refused with 110004 and leaves nothing behind', async (t) => {
  const payload = payloadOf(2500);
  const wrong: Record<string, Buffer> = {
    'one byte changed': Buffer.concat([payload.subarray(0, 2499), Buffer.of(0)]),
    'too short': payload.subarray(0, 2000),
    'too long': Buffer.concat([payload, Buffer.of(1)]),
    empty: Buffer.alloc(0),
  };
  for (const [name, body] of Object.entries(wrong)) {
    await t.test(name, async () => {
      const network = await idle();
      const object = await network.createObject(payload);
      await rejectsWith(network.uploader.uploadObject(network.uploadTask(object), chunksOf(body)), 110004);
      assert.deepEqual(await network.disk.keys(), []);
      assert.equal(await network.disk.spdb.getIntegrity(1n, -1), undefined);
      assert.equal(await network.disk.spdb.getUploadProgress(1n), undefined);
      assert.deepEqual(await network.manager.queryTasks(''), []);
      // And the right payload is welcome afterwards.
      await network.uploader.uploadObject(network.uploadTask(object), chunksOf(payload));
      await network.stop();
    });
  }
});

test('a wrong length that is announced is refused before a byte is read', async () => {
  const network = await idle();
  const object = await network.createObject(payloadOf(20));
  let read = false;
  async function* body(): AsyncGenerator<Uint8Array> {
    read = true;
    yield payloadOf(5);
  }
  await rejectsWith(network.uploader.uploadObject(network.uploadTask(object), body(), 5n), 110004);
  assert.equal(read, false);
  await network.stop();
});

test('a body that is too long is not read to its end', async () => {
  const network = await idle();
  const object = await network.createObject(payloadOf(1000));
  let sent = 0;
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (;;) {
      sent += 100;
      yield payloadOf(100);
    }
  }
  await rejectsWith(network.uploader.uploadObject(network.uploadTask(object), endless()), 110004);
  assert.ok(sent <= 1100, `${sent} bytes were read`);
  await network.stop();
});

test('a stream that breaks is 110005 and leaves nothing behind', async () => {
  const network = await idle();
  const payload = payloadOf(2500);
  const object = await network.createObject(payload);
  async function* breaking(): AsyncGenerator<Uint8Array> {
    yield payload.subarray(0, 2000);
    throw new Error('connection reset');
  }
  await rejectsWith(network.uploader.uploadObject(network.uploadTask(object), breaking()), 110005);
  assert.deepEqual(await network.disk.keys(), []);
  assert.equal(await network.disk.spdb.getUploadProgress(1n), undefined);
  await network.stop();
});

test('one upload of an object at a time, and none after it is complete', async () => {
  const network = await idle();
  const payload = payloadOf(2000);
  const object = await network.createObject(payload);
  const gate = Promise.withResolvers<void>();
  async function* slow(): AsyncGenerator<Uint8Array> {
    yield payload.subarray(0, 500);
    await gate.promise;
    yield payload.subarray(500);
  }
  const task = network.uploadTask(object);
  const first = network.uploader.uploadObject(task, slow());
  await rejectsWith(network.uploader.uploadObject(task, chunksOf(payload)), 110003);
  gate.resolve();
  await first;
  await rejectsWith(network.uploader.uploadObject(task, chunksOf(payload)), 110006);
  assert.equal((await network.disk.keys()).length, 2);
  await network.stop();
});

test('a client that leaves while it waits for memory may come again at once', async () => {
  const network = await idle();
  const uploader = network.makeUploader({ memoryBytes: 1024 });
  await uploader.start();
  const payload = payloadOf(1000);
  const [one, other] = [await network.createObject(payload), await network.createObject(payload)];
  const gate = Promise.withResolvers<void>();
  const reading = Promise.withResolvers<void>();
  async function* slow(): AsyncGenerator<Uint8Array> {
    reading.resolve();
    await gate.promise;
    yield payload;
  }
  const first = uploader.uploadObject(network.uploadTask(one), slow());
  await reading.promise;
  const gone = new AbortController();
  const left = uploader.uploadObject(network.uploadTask(other), chunksOf(payload), 1000n, gone.signal);
  await until(async () => (await network.disk.spdb.getUploadProgress(other.id)) !== undefined, 'the second one');
  gone.abort(new Error('the client went away'));
  await rejectsWith(left, 110005);
  const again = uploader.uploadObject(network.uploadTask(other), chunksOf(payload), 1000n);
  gate.resolve();
  await Promise.all([first, again]);
  await uploader.stop();
  await network.stop();
});

test('only objects that await content are taken', async () => {
  const network = await idle();
  const object = await network.createObject(payloadOf(10), { object_status: 1 });
  await rejectsWith(network.uploader.uploadObject(network.uploadTask(object), chunksOf(payloadOf(10))), 110002);
  await network.stop();
});

test('a piece store that fails is 115101, and stops the sender', async () => {
  const network = await idle();
  const payload = payloadOf(50_000);
  const object = await network.createObject(payload);
  network.disk.pieceStore.put = async () => {
    throw new Error('disk full');
  };
  let sent = 0;
  async function* body(): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunksOf(payload, 500)) {
      sent += chunk.length;
      yield chunk;
    }
  }
  await rejectsWith(network.uploader.uploadObject(network.uploadTask(object), body()), 115101);
  assert.ok(sent < 5000, `${sent} bytes were read`);
  await network.stop();
});

test('a slow store holds the sender back: two segments are in memory at most', async () => {
  const network = await idle();
  const payload = payloadOf(10 * 1024);
  const object = await network.createObject(payload);
  const put = network.disk.pieceStore.put.bind(network.disk.pieceStore);
  const gate = Promise.withResolvers<void>();
  network.disk.pieceStore.put = async (key, data) => {
    await gate.promise;
    await put(key, data);
  };
  let sent = 0;
  async function* body(): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunksOf(payload, 256)) {
      sent += chunk.length;
      yield chunk;
    }
  }
  const upload = network.uploader.uploadObject(network.uploadTask(object), body());
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.ok(sent <= 2048 + 256, `${sent} bytes were read while the store did not move`);
  gate.resolve();
  await upload;
  await network.stop();
});

test('stopping ends uploads that run, and they leave nothing behind', async () => {
  const network = await idle();
  const payload = payloadOf(5000);
  const object = await network.createObject(payload);
  async function* stalled(): AsyncGenerator<Uint8Array> {
    yield payload.subarray(0, 3000);
    await new Promise(() => {});
  }
  const refused = rejectsWith(network.uploader.uploadObject(network.uploadTask(object), stalled()), 110005);
  await new Promise((resolve) => setTimeout(resolve, 10));
  await network.uploader.stop();
  await refused;
  assert.deepEqual(await network.disk.keys(), []);
  await network.stop();
});

test('a report of an attempt that came to nothing does not end the next one', async () => {
  const network = await idle();
  const payload = payloadOf(2000);
  const object = await network.createObject(payload);
  const task = network.uploadTask(object);
  const { manager } = network;
  const done = manager.doneUpload.bind(manager);
  let told = 0;
  manager.doneUpload = async (report) => {
    told += 1;
    if (told <= 2) throw new Error('the manager is away');
    return done(report);
  };
  async function* breaking(): AsyncGenerator<Uint8Array> {
    yield payload.subarray(0, 1200);
    throw new Error('connection reset');
  }
  await rejectsWith(network.uploader.uploadObject(task, breaking()), 110005);
  const over = Promise.withResolvers<void>();
  async function* second(): AsyncGenerator<Uint8Array> {
    yield payload.subarray(0, 1200);
    await over.promise;
    yield payload.subarray(1200);
  }
  const running = network.uploader.uploadObject(task, second());
  // the first one would be told again by then
  await new Promise((resolve) => setTimeout(resolve, 700));
  over.resolve();
  await running;
  assert.equal((await network.disk.keys()).length, 2);
  await network.stop();
});

test('property: any payload in any chunks is stored whole', async () => {
  const sizes = fc.integer({ min: 1, max: 5000 });
  await fc.assert(
    fc.asyncProperty(sizes, fc.integer({ min: 1, max: 3000 }), async (length, chunk) => {
      const network = await idle();
      const payload = payloadOf(length);
      const object = await network.createObject(payload);
      await network.uploader.uploadObject(network.uploadTask(object), chunksOf(payload, chunk));
      const keys = Array.from({ length: Math.ceil(length / 1024) }, (_, index) => `s1_s${index}`);
      const stored = await Promise.all(keys.map((key) => network.disk.pieceStore.get(key)));
      assert.deepEqual(Buffer.concat(stored), payload);
      await network.stop();
    }),
    { numRuns: 25 },
  );
});
