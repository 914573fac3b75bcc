import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Chain } from './chain.ts';
import { Listeners } from './listeners.ts';
import { BlockSchedule } from './schedule.ts';

/** A chain that counts its blocks, and knows who waits for them. */
function fakeChain(onBlock: () => void = () => {}) {
  const arrivals = new Listeners<unknown>();
  const waiting = { count: 0 };
  const chain = { arrivals, mempool: waiting, made: 0, produceBlock: () => {} };
  let wake = () => {};
  chain.produceBlock = () => {
    chain.made++;
    waiting.count = 0;
    onBlock();
    wake();
  };
  const block = () => new Promise<void>((resolve) => (wake = resolve));
  const send = () => {
    waiting.count++;
    arrivals.emit(undefined);
  };
  return { fake: chain, chain: chain as unknown as Chain, block, send };
}

const turns = async (count: number) => {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
};

test('an instant chain makes a block when something arrives, and what came in a pause after it', async () => {
  const { fake, chain, block, send } = fakeChain();
  const schedule = new BlockSchedule(chain, { blockTimeMs: 0, onFailure: assert.fail });
  assert.equal(schedule.paused, true);
  schedule.resume();
  const first = block();
  send();
  await first;
  schedule.pause();
  send();
  await turns(20);
  assert.equal(fake.made, 1);
  const second = block();
  schedule.resume();
  await second;
  schedule.close();
  schedule.resume();
  assert.equal(schedule.paused, true);
});

test('who holds the schedule makes blocks alone', async () => {
  const { fake, chain, block, send } = fakeChain();
  const schedule = new BlockSchedule(chain, { blockTimeMs: 0, onFailure: assert.fail });
  schedule.resume();
  const after = block();
  await schedule.hold(async () => {
    send();
    schedule.setBlockTime(0);
    schedule.resume();
    await turns(20);
    assert.equal(fake.made, 0);
  });
  await after;
  schedule.close();
});

test('a block that cannot be made ends the schedule, with the reason', async () => {
  const failure = new Error('no');
  let told: unknown;
  const { chain, send } = fakeChain(() => {
    throw failure;
  });
  const schedule = new BlockSchedule(chain, { blockTimeMs: 0, onFailure: (error) => (told = error) });
  schedule.resume();
  send();
  await turns(5);
  assert.deepEqual([told, schedule.failure, schedule.paused], [failure, failure, true]);
});
