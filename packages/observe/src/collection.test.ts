import assert from 'node:assert/strict';
import { test } from 'node:test';
import { observeCollection } from './collection.ts';
import { Metrics } from './metrics.ts';

test('the collection tells its block, and how many objects it has collected', async () => {
  const metrics = new Metrics({ runtime: false });
  const { onCollectedBlock, onObjectsDeleted } = observeCollection(metrics);
  for (const height of [7n, 4711n]) onCollectedBlock(height);
  for (const count of [3, 4]) onObjectsDeleted(count);
  const text = await metrics.text();
  assert.match(text, /^gc_block_number\{gc_block_number="manager_gc_block_number"\} 4711$/m);
  assert.match(text, /^delete_object_number\{delete_object_number="taskexecutor"\} 7$/m);
});
