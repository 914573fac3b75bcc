import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BsDb } from '@prairie/store';
import { Freshness } from './freshness.ts';
import { statusQueries } from './status.ts';
import { Tables } from './tables.ts';
import { change, openTables } from './testing.ts';

const OPERATOR = `0x${'1'.repeat(40)}`;

function queriesOf(db: BsDb, height: bigint) {
  const progress = { height, waitForHeight: async () => true };
  const freshness = new Freshness(1000, { progress, chain: { currentHeight: async () => height } });
  const facts = { operatorAddress: OPERATOR, rpcUrls: ['https://user:word@node.test:26657/key?token=1'], version: '1' };
  return statusQueries(new Tables({ db, freshness }), facts);
}

test('the status has the place of the block syncer, and no secret of an address', async () => {
  const db = await openTables();
  const before = (await queriesOf(db, 0n).getStatus()).block_syncer_info;
  assert.deepEqual([before.bs_block_height, before.bs_block_hash], [0n, `0x${'0'.repeat(64)}`]);
  const epoch = { block_height: 7n, block_hash: new Uint8Array(32).fill(1), update_time: 9n };
  await change(db, (tables) => tables.epoch.set(epoch));
  const status = await queriesOf(db, 7n).getStatus();
  const { bs_block_height, bs_block_hash, bs_update_time, bs_mysql_version } = status.block_syncer_info;
  assert.match(bs_mysql_version, /^SQLite 3/);
  assert.deepEqual([bs_block_height, bs_block_hash, bs_update_time], [7n, `0x${'01'.repeat(32)}`, 9n]);
  assert.deepEqual(status.chain_info.chain_address, ['https://node.test:26657']);
  assert.equal(status.storage_provider_info.sp_operator_address, OPERATOR);
});

test('objects are counted for the height that the tables have', async () => {
  const db = await openTables();
  await change(db, (tables) => tables.statistics.addObjects(0, { total: 2, sealed: 1, discontinued: 0 }));
  const queries = queriesOf(db, 7n);
  assert.equal(await queries.getObjectCounts(6n), undefined);
  assert.equal(await queries.getObjectCounts(8n), undefined);
  const counts = await queries.getObjectCounts(7n);
  assert.deepEqual([counts?.total.length, counts?.total.filter((n) => n > 0n)], [64, [2n]]);
  const epoch = { block_height: 8n, block_hash: new Uint8Array(32), update_time: 9n };
  await change(db, (tables) => tables.epoch.set(epoch));
  assert.equal(await queries.getObjectCounts(7n), undefined, 'a block that came meanwhile is counted already');
});
