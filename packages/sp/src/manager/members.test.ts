import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { MemoryQueueEngine, silentLogger } from '@prairie/gfsp';
import { rejectsWith, until } from '../testing/network.ts';
import { Members, type MembersOptions } from './members.ts';

async function open(engine: MemoryQueueEngine, options: MembersOptions = {}) {
  const told: string[] = [];
  const members = await Members.open(
    { memberGraceMs: 1000, ...options },
    {
      engine,
      onLeft: async (member) => told.push(`${member} left`),
      onGone: async (member) => told.push(`${member} gone`),
      logger: silentLogger,
    },
  );
  return { members, told, stopping: new AbortController() };
}

/** The queue's clock, and the time of day. */
function withClock(t: TestContext) {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 1_000_000 });
  const settle = async () => {
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
  };
  return async (ms: number) => {
    await settle();
    t.mock.timers.tick(ms);
    await settle();
  };
}

test('who leaves is gone when he does not come back soon', async () => {
  const { members, told, stopping } = await open(new MemoryQueueEngine(), { memberGraceMs: 20 });
  const calls = [new AbortController(), new AbortController()] as const;
  const first = members.attend('one', calls[0].signal, stopping.signal);
  const again = members.attend('one', calls[1].signal, stopping.signal);
  calls[0].abort();
  await first;
  assert.equal(told.length, 0);
  calls[1].abort();
  await again;
  assert.deepEqual(told, ['one left']);
  const back = new AbortController();
  const third = members.attend('one', back.signal, stopping.signal);
  await new Promise((resolve) => setTimeout(resolve, 60));
  assert.deepEqual(told, ['one left']);
  back.abort();
  await third;
  await until(() => told.some((line) => line === 'one gone'), 'the member to be gone');
  assert.equal(await members.isThere('one'), false);
  stopping.abort();
});

test('whose manager dies is there until his sign of life lapses, and then gone for the other one', async (t) => {
  const pass = withClock(t);
  const engine = new MemoryQueueEngine();
  const [dead, other] = [await open(engine), await open(engine)];
  const watching = other.members.watch(other.stopping.signal);
  await pass(2000);
  const attending = dead.members.attend('one', new AbortController().signal, dead.stopping.signal);
  await pass(10);
  dead.stopping.abort();
  await attending;
  await pass(100_000);
  assert.equal(await other.members.isThere('one'), true);
  await pass(30_000);
  assert.equal(await other.members.isThere('one'), false);
  assert.deepEqual(other.told, ['one left', 'one gone']);
  assert.deepEqual(dead.told, []);
  other.stopping.abort();
  await watching;
});

test('soon after the start the answer comes when everybody had time to come back', async (t) => {
  const pass = withClock(t);
  const { members, stopping } = await open(new MemoryQueueEngine());
  const asked = Promise.all([members.isThere('one'), members.isThere('nobody')]);
  const attending = members.attend('one', new AbortController().signal, stopping.signal);
  await pass(1001);
  assert.deepEqual(await asked, [true, false]);
  stopping.abort();
  await attending;
});

test('members are bounded', async () => {
  const { members, stopping } = await open(new MemoryQueueEngine(), { maxMembers: 1 });
  const attending = members.attend('one', new AbortController().signal, stopping.signal);
  await rejectsWith(members.attend('two', new AbortController().signal, stopping.signal), 60003);
  stopping.abort();
  await attending;
});
