import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Metrics } from './metrics.ts';
import { observeLostResults, observeSync } from './sync.ts';

test('the block syncer tells how far behind it is, and what its latest blocks cost', async () => {
  const metrics = new Metrics({ runtime: false });
  const facts = {
    blocks: 1,
    height: 7n,
    chainHeight: 9n,
    events: 4,
    lagSeconds: 2.5,
    fetchSeconds: 0.25,
    writeSeconds: 0.125,
  };
  observeSync(metrics)(facts);
  observeLostResults(metrics)();
  const text = await metrics.text();
  const values = ['chain_latest_height 9', 'block_event_count 4', 'blocksyncer_catch_time 2.5', 'chain_rpc_time 0.25'];
  for (const line of [...values, 'blocksyncer_write_db_time 0.125', 'save_block_result_err 1']) {
    assert.match(text, new RegExp(`^${line.replace('.', '\\.')}$`, 'm'));
  }
});
