import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type ByteStream, type Downloader, GfSpError, ResumableUploadObjectTask, type Uploader } from '@prairie/gfsp';
import fc from 'fast-check';
import { inChunks } from './chunks.ts';
import { connectAll, startServer, until } from './testing/server.ts';

const MIB = 1024 * 1024;
const task = { object_info: { object_name: 'a' } } as never;

/** What may be on its way at most: 16 messages on either side of the socket, windows, and what is being gathered. */
const MAX_IN_FLIGHT = 16 * MIB;

async function collect(stream: ByteStream): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Chunks of 64 KiB; counts what was taken and whether it was ended. */
function counted(total: number) {
  const state = { taken: 0, returned: false };
  async function* generate(): ByteStream & AsyncGenerator<Uint8Array> {
    try {
      for (; state.taken < total; state.taken += 65_536) yield Buffer.alloc(65_536, state.taken / 65_536);
    } finally {
      state.returned = true;
    }
  }
  return { state, stream: generate() };
}

function gate() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { passed: promise, open: resolve };
}

/** Whether `read` stops growing: looks until it has stood still for a while. */
async function settled(read: () => number): Promise<number> {
  for (let last = -1, still = 0; still < 20; ) {
    still = read() === last ? still + 1 : 0;
    last = read();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return read();
}

describe('chunks', () => {
  it('are the same bytes, cut at the size', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 30 })),
        fc.integer({ min: 1, max: 40 }),
        async (parts, size) => {
          const chunks: Uint8Array[] = [];
          for await (const chunk of inChunks(from(parts), size)) chunks.push(chunk);
          assert.deepEqual(Buffer.concat(chunks), Buffer.concat(parts));
          assert.ok(chunks.slice(0, -1).every(({ length }) => length === size));
          assert.ok(chunks.every(({ length }) => length > 0));
        },
      ),
    );
  });
});

type WholeUploader = Pick<Uploader, 'uploadObject'>;

describe('an upload to another process', () => {
  it('brings the bytes, the task and the announced length', async (t) => {
    const payload = Buffer.alloc(3 * MIB + 17, 'prairie');
    let got: Buffer | undefined;
    let announced: bigint | undefined;
    const uploader: WholeUploader = {
      async uploadObject(given, stream, contentLength) {
        assert.equal(given.object_info.object_name, 'a');
        announced = contentLength;
        got = await collect(stream);
      },
    };
    const server = await startServer(t, { uploader: uploader as Uploader });
    const client = connectAll(t, [server.address]);
    await client.uploader.uploadObject(
      task,
      from([payload.subarray(0, 5), payload.subarray(5)]),
      BigInt(payload.length),
    );
    assert.ok(got?.equals(payload));
    assert.equal(announced, BigInt(payload.length));
    await client.uploader.uploadObject(task, from([]));
    assert.equal(got?.length, 0);
    assert.equal(announced, undefined);
  });

  it('comes in parts as well', async (t) => {
    const part = { ...ResumableUploadObjectTask.create(), offset: 16n, completed: true };
    const seen: unknown[] = [];
    const uploader: Pick<Uploader, 'resumableUploadObject'> = {
      async resumableUploadObject({ offset, completed }, stream, contentLength) {
        seen.push(offset, completed, contentLength, (await collect(stream)).toString());
      },
    };
    const server = await startServer(t, { uploader: uploader as Uploader });
    await connectAll(t, [server.address]).uploader.resumableUploadObject(part, from([Buffer.from('part')]), 4n);
    assert.deepEqual(seen, [16n, true, 4n, 'part']);
  });

  it('tells an uploader that does not read that the client has left', async (t) => {
    const left = Promise.withResolvers<void>();
    const { passed, open } = gate();
    const uploader: WholeUploader = {
      async uploadObject(_task, _stream, _contentLength, gone) {
        gone?.addEventListener('abort', () => left.resolve(), { once: true });
        open();
        await left.promise;
      },
    };
    const server = await startServer(t, { uploader: uploader as Uploader });
    const leaving = new AbortController();
    const { uploader: client } = connectAll(t, [server.address]);
    const sent = client.uploadObject(task, from([Buffer.alloc(1)]), undefined, leaving.signal);
    await passed;
    leaving.abort(new Error('the client went away'));
    await assert.rejects(sent, /the client went away/);
    await left.promise;
  });

  it('holds the source back while the uploader does not read', async (t) => {
    const { passed, open } = gate();
    let size = 0;
    const uploader: WholeUploader = {
      async uploadObject(_task, stream) {
        await passed;
        for await (const chunk of stream) size += chunk.length;
      },
    };
    const server = await startServer(t, { uploader: uploader as Uploader });
    const { state, stream } = counted(64 * MIB);
    const upload = connectAll(t, [server.address]).uploader.uploadObject(task, stream);
    await until(() => state.taken > 0);
    const inFlight = await settled(() => state.taken);
    assert.ok(inFlight < MAX_IN_FLIGHT, `${inFlight} bytes were taken from the source`);
    open();
    await upload;
    assert.equal(size, 64 * MIB);
  });

  it('ends the source when the uploader refuses', async (t) => {
    const refusal = { code_space: 'uploader', http_status_code: 406, inner_code: 110004, description: 'no' };
    const uploader: WholeUploader = {
      async uploadObject() {
        throw new GfSpError(refusal);
      },
    };
    const server = await startServer(t, { uploader: uploader as Uploader });
    const { state, stream } = counted(1024 * MIB);
    const upload = connectAll(t, [server.address]).uploader.uploadObject(task, stream);
    await assert.rejects(upload, (error: GfSpError) => error.innerCode === 110004);
    await until(() => state.returned);
    assert.ok(state.taken < MAX_IN_FLIGHT);
  });

  it('answers also when the source is stuck', async (t) => {
    const uploader: WholeUploader = { uploadObject: async () => {} };
    const server = await startServer(t, { uploader: uploader as Uploader });
    const stuck = { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}) }) };
    await connectAll(t, [server.address]).uploader.uploadObject(task, stuck);
  });

  it('breaks the uploader off when the source fails', async (t) => {
    let seen: unknown;
    const uploader: WholeUploader = {
      async uploadObject(_task, stream) {
        await collect(stream).catch((error) => {
          seen = error;
          throw error;
        });
      },
    };
    const server = await startServer(t, { uploader: uploader as Uploader });
    const failing = (async function* () {
      yield Buffer.alloc(MIB);
      throw new Error('the client hung up');
    })();
    await assert.rejects(connectAll(t, [server.address]).uploader.uploadObject(task, failing), /the client hung up/);
    await until(() => seen !== undefined);
    assert.equal((seen as GfSpError).innerCode, 991103);
  });

  it('fails when the server is broken off', async (t) => {
    let isReading = false;
    const uploader: WholeUploader = {
      async uploadObject(_task, stream) {
        for await (const _ of stream) isReading = true;
      },
    };
    const server = await startServer(t, { uploader: uploader as Uploader }, { drainMs: 1 });
    let isStopping = false;
    const endless = (async function* () {
      for (;;) {
        yield Buffer.alloc(MIB);
        if (isReading && !isStopping) void server.stop();
        isStopping ||= isReading;
      }
    })();
    const upload = connectAll(t, [server.address]).uploader.uploadObject(task, endless);
    await assert.rejects(upload, (error: GfSpError) => error.innerCode === 999999);
  });
});

describe('a download from another process', () => {
  const serving = (stream: ByteStream): Partial<Downloader> => ({ downloadObject: async () => stream });

  it('brings the bytes', async (t) => {
    const { stream } = counted(5 * MIB);
    const server = await startServer(t, { downloader: serving(stream) });
    const got = await collect(await connectAll(t, [server.address]).downloader.downloadObject(task));
    assert.deepEqual(got, await collect(counted(5 * MIB).stream));
  });

  it('may be empty', async (t) => {
    const server = await startServer(t, { downloader: serving(from([])) });
    const got = await collect(await connectAll(t, [server.address]).downloader.downloadObject(task));
    assert.equal(got.length, 0);
  });

  it('is held back by a reader that is slow', async (t) => {
    const { state, stream } = counted(64 * MIB);
    const server = await startServer(t, { downloader: serving(stream) });
    const bytes = await connectAll(t, [server.address]).downloader.downloadObject(task);
    const inFlight = await settled(() => state.taken);
    assert.ok(inFlight < MAX_IN_FLIGHT, `${inFlight} bytes were taken from the source`);
    assert.equal((await collect(bytes)).length, 64 * MIB);
  });

  it('ends the source when the reader leaves, before or after it has begun', async (t) => {
    for (const readFirst of [true, false]) {
      const { state, stream } = counted(1024 * MIB);
      const server = await startServer(t, { downloader: serving(stream) });
      const bytes = await connectAll(t, [server.address]).downloader.downloadObject(task);
      const iterator = bytes[Symbol.asyncIterator]();
      // a generator that has not begun has nothing to end
      await until(() => state.taken > 0);
      if (readFirst) assert.equal((await iterator.next()).done, false);
      await iterator.return?.();
      await until(() => state.returned);
    }
  });

  it('fails in the middle with the error of the source', async (t) => {
    const failing = (async function* () {
      yield Buffer.alloc(MIB, 1);
      throw new GfSpError({ code_space: 'downloader', http_status_code: 400, inner_code: 30006, description: 'gone' });
    })();
    const server = await startServer(t, { downloader: serving(failing) });
    const bytes = await connectAll(t, [server.address]).downloader.downloadObject(task);
    await assert.rejects(collect(bytes), (error: GfSpError) => error.innerCode === 30006 && error.message === 'gone');
  });
});

describe('heights from another process', () => {
  it('come one after another and end with the signal', async (t) => {
    let isOver = false;
    const stopping = new AbortController();
    const server = await startServer(t, {
      blocksyncer: {
        async *heights(signal) {
          try {
            for (let height = 1n; !signal.aborted; height++) {
              yield height;
              await new Promise((resolve) => setTimeout(resolve, 2));
            }
          } finally {
            isOver = true;
          }
        },
      },
    });
    let last = 0n;
    for await (const height of connectAll(t, [server.address]).blocksyncer.heights(stopping.signal)) {
      assert.ok(height > last);
      last = height;
      if (height >= 5n) stopping.abort();
    }
    await until(() => isOver);
  });
});

async function* from(parts: Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* parts;
}
