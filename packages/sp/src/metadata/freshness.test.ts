import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Freshness } from './freshness.ts';

const isThere = (answer: string | undefined) => answer !== undefined;

test('a block that comes while the first answer is read counts', async () => {
  const progress = { height: 10n, waitForHeight: async () => assert.fail('the tables are at the head') };
  const freshness = new Freshness(1000, { progress, chain: { currentHeight: async () => 11n } });
  let asked = 0;
  const ask = async () => {
    asked += 1;
    if (asked > 1) return 'there';
    // read of the tables as they were, and then the block is written
    progress.height = 11n;
    return undefined;
  };
  assert.equal(await freshness.answer(ask, isThere), 'there');
  assert.equal(asked, 2);
});

test('tables that do not move are asked once', async () => {
  const progress = { height: 10n, waitForHeight: async () => false };
  const freshness = new Freshness(1000, { progress, chain: { currentHeight: async () => 12n } });
  let asked = 0;
  const ask = async () => {
    asked += 1;
    return undefined;
  };
  assert.equal(await freshness.answer(ask, isThere), undefined);
  assert.equal(asked, 1);
});

test('a chain that does not answer is not waited for', async () => {
  const progress = { height: 10n, waitForHeight: async () => assert.fail('nobody knows the head') };
  const currentHeight = () => Promise.reject(new Error('connection refused'));
  const freshness = new Freshness(1000, { progress, chain: { currentHeight } });
  assert.equal(await freshness.answer(async () => undefined, isThere), undefined);
});
