import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
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

test('idle threads stop', async () => {
  const pool = new WorkerPool({ size: 1, inlineBelow: 0, idleMs: 1 });
  await pool.run({ kind: 'sha256', inputs: [Buffer.from('a')] });
  while (pool.threads > 0) await sleep(2);
  const [digest] = await pool.run({ kind: 'sha256', inputs: [Buffer.from('b')] });
  assert.deepEqual(Buffer.from(digest!), sha256(Buffer.from('b')));
  await pool.close();
});

test('the queue is bounded', async () => {
  const pool = new WorkerPool({ size: 1, inlineBelow: 0, maxWaiting: 1 });
  const job = { kind: 'sha256', inputs: [Buffer.from('a')] } as const;
  const accepted = [pool.run(job), pool.run(job)];
  await assert.rejects(pool.run(job), /overloaded: 1 jobs wait/);
  await Promise.all(accepted);
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

test('a job that fails on a thread fails alone', async () => {
  const pool = new WorkerPool({ size: 1, inlineBelow: 0 });
  const unequal = [new Uint8Array(4), new Uint8Array(9000)];
  await assert.rejects(pool.run({ kind: 'multiply', rows: [Uint8Array.of(1, 1)], inputs: unequal }));
  const [digest] = await pool.run({ kind: 'sha256', inputs: [Buffer.from('b')] });
  assert.deepEqual(Buffer.from(digest!), sha256(Buffer.from('b')));
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
