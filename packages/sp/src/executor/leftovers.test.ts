import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLogger } from '@prairie/gfsp';
import { rejectsWith } from '../testing/network.ts';
import { Leftovers } from './leftovers.ts';

/** Collections that end when the test says so. */
function setUp() {
  const stop = new AbortController();
  const begun: { objectIds: readonly bigint[]; end: PromiseWithResolvers<void> }[] = [];
  const collect = (objectIds: readonly bigint[]): Promise<void> => {
    const end = Promise.withResolvers<void>();
    begun.push({ objectIds, end });
    return end.promise;
  };
  return { stop, begun, leftovers: new Leftovers({ collect, signal: stop.signal, logger: silentLogger }) };
}

const turn = () => new Promise(setImmediate);

test('all that come while others are looked at are looked at together, each once', async () => {
  const { begun, leftovers } = setUp();
  leftovers.add(1n);
  for (const id of [2n, 3n, 2n]) leftovers.add(id);
  begun[0]?.end.resolve();
  await turn();
  begun[1]?.end.resolve();
  await leftovers.settled();
  leftovers.add(4n);
  assert.deepEqual(
    begun.map(({ objectIds }) => objectIds),
    [[1n], [2n, 3n], [4n]],
  );
});

test('a collection that fails does not keep the next one', async () => {
  const { begun, leftovers } = setUp();
  leftovers.add(1n);
  leftovers.add(2n);
  begun[0]?.end.reject(new Error('the chain does not answer'));
  await turn();
  begun[1]?.end.resolve();
  await leftovers.settled();
  assert.equal(begun.length, 2);
});

test('a stop leaves what waits', async () => {
  const { stop, begun, leftovers } = setUp();
  leftovers.add(1n);
  leftovers.add(2n);
  stop.abort();
  begun[0]?.end.reject(stop.signal.reason);
  await leftovers.settled();
  assert.equal(begun.length, 1);
});

test('too many are refused: their tasks come again', async () => {
  const { leftovers } = setUp();
  // the first one is looked at, the others wait
  for (let id = 0n; id <= 10_000n; id++) leftovers.add(id);
  await rejectsWith((async () => leftovers.add(10_001n))(), 40001);
});
