import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type BlockSyncer,
  createResourceManager,
  MemoryQueue,
  type QueueEngine,
  type QueueOptions,
} from '@prairie/gfsp';
import { watchHealth, watchHeight, watchResources } from './gauges.ts';
import { Health } from './health.ts';
import { Metrics } from './metrics.ts';
import { observeQueues } from './queues.ts';

const engine: QueueEngine = {
  open: async <T>(options: QueueOptions) => new MemoryQueue<T>(options),
  close: async () => {},
};

const task = (key: string) => ({ key, priority: 1, value: key, timeoutMs: 60_000, maxAttempts: 3 });

test('queues: sizes on scrape, operations and waits as they happen', async () => {
  const metrics = new Metrics({ runtime: false });
  const queues = observeQueues(engine, metrics);
  const queue = await queues.open<string>({ name: 'manager-seal-object', capacity: 2 });
  assert.equal(await queues.open({ name: 'manager-seal-object', capacity: 2 }), queue);
  let ready = 0;
  queue.onReady(() => {
    ready += 1;
  });
  await queue.push(task('a'));
  await queue.push(task('b'));
  await assert.rejects(async () => queue.push(task('c')), /holds 2 tasks/);
  assert.equal((await queue.lease('me'))?.task.key, 'a');
  const text = await metrics.text();
  for (const line of [
    'queue_size{queue_size="manager-seal-object"} 2',
    'queue_capacity{queue_capacity="manager-seal-object"} 2',
    'queue_time_count{queue_time="manager-seal-object-push"} 3',
    'queue_time_count{queue_time="manager-seal-object-pop_by_limit"} 1',
    'task_in_queue_time_count{task_in_queue_time="manager-seal-object"} 1',
  ]) {
    assert.ok(text.includes(`${line}\n`), line);
  }
  assert.ok(ready > 0);
  for (const key of ['a', 'b']) await queue.complete(key);
  assert.match(await metrics.text(), /^queue_size\{queue_size="manager-seal-object"\} 0$/m);
});

test('resources: what scopes have left', async () => {
  const metrics = new Metrics({ runtime: false });
  const manager = createResourceManager({ services: { uploader: { memory: 1000n, tasks: 7, tasks_low_priority: 5 } } });
  const span = manager.openService('uploader').beginSpan();
  span.reserve({ memory: 300n }, 255);
  watchResources(metrics, manager);
  const text = await metrics.text();
  assert.match(text, /^remaining_memory_resource\{remaining_memory_resource="uploader"\} 700$/m);
  assert.match(text, /^remaining_low_task_resource\{remaining_task_resource="uploader"\} 5$/m);
  span.done();
  assert.match(await metrics.text(), /^remaining_memory_resource\{remaining_memory_resource="uploader"\} 1000$/m);
});

test('health: ready when all parts run and nobody objects', async () => {
  const metrics = new Metrics({ runtime: false });
  const health = new Health();
  watchHealth(metrics, health);
  assert.equal(health.ready, false);
  health.onState('uploader', 'starting');
  assert.deepEqual(health.reasons(), ['uploader: starting']);
  health.onState('uploader', 'running');
  assert.equal(health.ready, true);
  assert.match(await metrics.text(), /^status_check\{status_check="ready"\} 1$/m);
  health.setReason('chain', 'does not answer');
  assert.deepEqual([health.ready, health.reasons()], [false, ['chain: does not answer']]);
  health.setReason('chain', undefined);
  health.setHealthy(false);
  assert.equal(health.ready, false);
  assert.match(await metrics.text(), /^status_check\{status_check="healthy"\} 0$/m);
});

test('block syncer: the height that it has reached', async () => {
  const metrics = new Metrics({ runtime: false });
  const stopping = new AbortController();
  const syncer: BlockSyncer = {
    async *heights(signal) {
      yield 7n;
      yield 9n;
      stopping.abort(new Error('enough'));
      signal.throwIfAborted();
    },
  };
  await watchHeight(metrics, syncer, stopping.signal);
  assert.match(await metrics.text(), /^block_syncer_height\{block_syncer_height="blocksyncer"\} 9$/m);
});
