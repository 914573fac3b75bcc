import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryQueueEngine } from './memory-engine.ts';
import { queueContract } from './testing/contract.ts';
import { work } from './testing/work.ts';

queueContract('memory', { runs: 200 }, async () => new MemoryQueueEngine());

test('the same name gives the same queue', async () => {
  const engine = new MemoryQueueEngine();
  const queue = await engine.open({ name: 'seal', capacity: 3 });
  queue.push(work('a'));
  const again = await engine.open({ name: 'seal', capacity: 9 });
  assert.equal(again.size(), 1);
  assert.equal(again.capacity, 3);
  assert.equal((await engine.open({ name: 'replicate', capacity: 9 })).size(), 0);
});

test('a closed engine has forgotten its tasks', async () => {
  const engine = new MemoryQueueEngine();
  const queue = await engine.open({ name: 'seal', capacity: 3 });
  queue.push(work('ready'));
  queue.push(work('waiting'), 10);
  await engine.close();
  assert.equal(queue.size(), 0);
  assert.equal(queue.lease('me'), undefined);
  assert.equal((await engine.open({ name: 'seal', capacity: 3 })).size(), 0);
});

test('a capacity that is none is refused', async () => {
  const engine = new MemoryQueueEngine();
  for (const capacity of [0, -1, 1.5, Number.NaN]) {
    await assert.rejects(engine.open({ name: 'seal', capacity }), /capacity of queue seal: a whole number from 1/);
  }
});
