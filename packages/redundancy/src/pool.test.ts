import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { getPriority } from 'node:os';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import threads, { Worker } from 'node:worker_threads';
import { createHasher } from './hasher.ts';
import { WorkerPool } from './pool.ts';

const sha256 = (data: Uint8Array) => createHash('sha256').update(data).digest();

test('small inputs start no thread, large ones a few', async () => {
  const pool = new WorkerPool({ size: 2 });
  const hasher = createHasher({ pool });
  assert.deepEqual(await hasher.sha256(Buffer.from('abc')), sha256(Buffer.from('abc')));
  assert.equal(pool.threads, 0);
  const inputs = Array.from({ length: 6 }, () => randomBytes(1 << 20));
  const digests = await Promise.all(inputs.map((input) => hasher.sha256(input)));
  assert.deepEqual(digests, inputs.map(sha256));
  assert.equal(pool.threads, 2);
  await pool.close();
  assert.equal(pool.threads, 0);
});

test('threads give way to the event loop, which keeps its priority', async () => {
  const before = getPriority();
  const pool = new WorkerPool({ size: 1, inlineBelow: 0 });
  await pool.run({ kind: 'sha256', inputs: [Buffer.from('a')] });
  assert.equal(getPriority(), before);
  const threads = process.platform === 'linux' ? await nicenessOfThreads() : [];
  assert.equal(threads.includes(Math.min(19, before + 5)), process.platform === 'linux');
  await pool.close();
});

async function nicenessOfThreads(): Promise<number[]> {
  const stats = await Promise.all(
    (await readdir('/proc/self/task')).map((id) => readFile(`/proc/self/task/${id}/stat`, 'utf8').catch(() => '')),
  );
  // the 19th field; the second is a name in brackets
  return stats.map((stat) => Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16]));
}

test('idle threads stop', async () => {
  const pool = new WorkerPool({ size: 1, inlineBelow: 0, idleMs: 1 });
  await pool.run({ kind: 'sha256', inputs: [Buffer.from('a')] });
  while (pool.threads > 0) await sleep(2);
  const [digest] = await pool.run({ kind: 'sha256', inputs: [Buffer.from('b')] });
  assert.deepEqual(Buffer.from(digest!), sha256(Buffer.from('b')));
  await pool.close();
});

test('whoever has bytes in memory has his turn, however many wait', async () => {
  const pool = new WorkerPool({ size: 1, inlineBelow: 0 });
  const inputs = Array.from({ length: 1000 }, (_, i) => Buffer.from(String(i)));
  const results = await Promise.all(inputs.map((input) => pool.run({ kind: 'sha256', inputs: [input] })));
  for (const [i, [digest]] of results.entries()) assert.deepEqual(Buffer.from(digest!), sha256(inputs[i]!));
  await pool.close();
});

test('closing rejects what is not done', async () => {
  const pool = new WorkerPool({ size: 1, inlineBelow: 0 });
  const job = { kind: 'sha256', inputs: [randomBytes(1 << 20)] } as const;
  const outcomes = Promise.allSettled([pool.run(job), pool.run(job)]);
  await pool.close();
  for (const outcome of await outcomes) assert.equal(outcome.status, 'rejected');
  await assert.rejects(pool.run(job), /closed/);
});

test('a signal ends a job that waits, not one that runs', async () => {
  const pool = new WorkerPool({ size: 1, inlineBelow: 0 });
  const stop = new AbortController();
  const input = randomBytes(1 << 20);
  const job = { kind: 'sha256', inputs: [input] } as const;
  const running = pool.run(job, stop.signal);
  const waiting = pool.run(job, stop.signal);
  stop.abort(new Error('no longer wanted'));
  await assert.rejects(waiting, /no longer wanted/);
  await assert.rejects(pool.run(job, stop.signal), /no longer wanted/);
  // it is in nobody's way any more
  const next = pool.run(job);
  assert.deepEqual(Buffer.from((await running)[0]!), sha256(input));
  assert.deepEqual(Buffer.from((await next)[0]!), sha256(input));
  await pool.close();
});

test('jobs run in the order they came', async () => {
  const pool = new WorkerPool({ size: 1, inlineBelow: 0 });
  const done: number[] = [];
  const sizes = [1 << 20, 1, 1 << 19, 2];
  await Promise.all(
    sizes.map(async (size, turn) => {
      await pool.run({ kind: 'sha256', inputs: [new Uint8Array(size)] });
      done.push(turn);
    }),
  );
  assert.deepEqual(done, [0, 1, 2, 3]);
  await pool.close();
});

test('a job that fails on a thread fails alone', async () => {
  const pool = new WorkerPool({ size: 1, inlineBelow: 0 });
  const inputs = [new Uint8Array(4)];
  await assert.rejects(pool.run({ kind: 'code', rows: [Uint8Array.of(2)], inputs, into: undefined, places: [] }));
  const [digest] = await pool.run({ kind: 'sha256', inputs: [Buffer.from('b')] });
  assert.deepEqual(Buffer.from(digest!), sha256(Buffer.from('b')));
  await pool.close();
});

/** Threads start as `mayStart` says of their numbers from 1; else as at a limit of the system. */
function limitThreads(t: TestContext, mayStart: (number: number) => boolean): void {
  let started = 0;
  const real = threads.Worker;
  class Limited extends real {
    constructor(...args: ConstructorParameters<typeof Worker>) {
      if (!mayStart(++started)) {
        throw Object.assign(new Error('Worker initialization failure: EAGAIN'), { code: 'ERR_WORKER_INIT_FAILED' });
      }
      super(...args);
    }
  }
  const use = (worker: unknown) => {
    Object.assign(threads, { Worker: worker });
    syncBuiltinESMExports();
  };
  use(Limited);
  t.after(() => use(real));
}

test('a job waits for the threads there are when no more can start', async (t) => {
  limitThreads(t, (number) => number === 1);
  const pool = new WorkerPool({ size: 4, inlineBelow: 0 });
  const inputs = Array.from({ length: 5 }, () => randomBytes(1 << 20));
  const digests = await Promise.all(inputs.map((input) => pool.run({ kind: 'sha256', inputs: [input] })));
  assert.deepEqual(
    digests.map(([digest]) => Buffer.from(digest!)),
    inputs.map(sha256),
  );
  assert.equal(pool.threads, 1);
  await pool.close();
});

test('a job is refused, and never run, when no thread can start', async (t) => {
  limitThreads(t, (number) => number > 2);
  const pool = new WorkerPool({ size: 4, inlineBelow: 0 });
  const into = new Uint8Array(new SharedArrayBuffer(4));
  const [rows, inputs] = [[Uint8Array.of(2)], [Uint8Array.of(1, 2, 3, 4)]];
  for (let turn = 0; turn < 2; turn++) {
    const refused = pool.run({ kind: 'code', rows, inputs, into, places: [{ start: 0, end: 4 }] });
    await assert.rejects(refused, { code: 'ERR_WORKER_INIT_FAILED' });
  }
  // its memory is somebody else's now
  await pool.run({ kind: 'sha256', inputs: [Buffer.from('a')] });
  await pool.run({ kind: 'sha256', inputs: [Buffer.from('b')] });
  assert.deepEqual([...into], [0, 0, 0, 0]);
  await pool.close();
});

test('a job that finds no memory to be shared fails alone', async () => {
  const pool = new WorkerPool({ size: 1, inlineBelow: 0, idleMs: 1 });
  const huge = { length: 2 ** 50, buffer: new ArrayBuffer(0) } as Uint8Array;
  const results = await Promise.allSettled([
    pool.run({ kind: 'sha256', inputs: [Buffer.from('a')] }),
    pool.run({ kind: 'sha256', inputs: [huge] }),
    pool.run({ kind: 'sha256', inputs: [Buffer.from('b')] }),
  ]);
  assert.deepEqual(
    results.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  );
  await assert.rejects(pool.run({ kind: 'sha256', inputs: [huge] }), RangeError);
  while (pool.threads > 0) await sleep(2);
  await pool.close();
});

test('idle threads do not keep a process alive', async () => {
  const program = `
    const { WorkerPool } = await import(${JSON.stringify(new URL('./pool.ts', import.meta.url).href)});
    const pool = new WorkerPool({ size: 1, inlineBelow: 0, idleMs: 3_600_000 });
    await pool.run({ kind: 'sha256', inputs: [new Uint8Array(1)] });`;
  const thread = new Worker(new URL(`data:text/javascript,${encodeURIComponent(program)}`));
  const [code] = await once(thread, 'exit');
  assert.equal(code, 0);
});
