import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createResourceManager, type Limit, limitOf, NO_LIMIT, type ResourceScope } from '@prairie/gfsp';
import fc from 'fast-check';
import { Room } from './room.ts';

const low = limitOf({ tasks: 1, tasks_low_priority: 1 });
const { signal } = new AbortController();
/** The executor's scope with this limit. */
function testScope(limit: Partial<Limit>): ResourceScope {
  const taskexecutor = limitOf({ memory: NO_LIMIT.memory, ...limit });
  return createResourceManager({ system: { ...NO_LIMIT }, services: { taskexecutor } }).openService('taskexecutor');
}

/** The scopes of two modules that share 100 bytes, of which the other one has taken `taken`. */
function sharedScopes(taken: bigint) {
  const manager = createResourceManager({ system: { ...NO_LIMIT, memory: 100n } });
  const others = manager.openService('uploader').beginSpan();
  others.reserve({ memory: taken });
  return { scope: manager.openService('taskexecutor'), others };
}

const turn = () => new Promise(setImmediate);

test('one ask is open at a time, and a second one when there is more to offer than it says', async () => {
  const scope = testScope({ tasks: 2, tasks_low_priority: 2 });
  const room = new Room({ slots: 4 }, { scope });
  const span = await room.reserve(low, signal);
  const asked: number[] = [];
  const answers = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const asks = answers.map(({ promise }) =>
    room.ask(async (offer) => {
      asked.push(offer?.tasks ?? -1);
      await promise;
    }),
  );
  await turn();
  assert.deepEqual(asked, [1]);
  span?.done();
  await turn();
  assert.deepEqual(asked, [1, 2]);
  for (const answer of answers) answer.resolve();
  await Promise.all(asks);
  assert.equal(room.asking, 0);
});

test('nothing is asked for while nothing fits, and waiting ends with the room', async () => {
  const room = new Room({ slots: 1 }, { scope: testScope({ tasks: 1, tasks_low_priority: 1 }) });
  const span = await room.reserve(low, signal);
  let asked = false;
  const asking = room.ask(async () => {
    asked = true;
  });
  const second = room.reserve(low, signal);
  await turn();
  assert.equal(asked, false);
  room.close();
  assert.deepEqual([await asking, await second], [undefined, undefined]);
  span?.done();
});

test('what others took since it was offered is taken once they give it back', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { scope, others } = sharedScopes(1n);
  const room = new Room({ slots: 1 }, { scope });
  const taken = room.ask(async () => {
    others.reserve({ memory: 99n });
    return room.reserve({ ...low, memory: 50n }, signal);
  });
  await turn();
  others.done();
  t.mock.timers.tick(1000);
  (await taken)?.done();
  assert.equal(scope.stat().memory, 0n);
});

test('when others give back, more is offered than an open ask says', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { scope, others } = sharedScopes(100n);
  const room = new Room({ slots: 2 }, { scope });
  const asked: bigint[] = [];
  const answer = Promise.withResolvers<void>();
  const asks = [1, 2].map(() =>
    room.ask(async (offer) => {
      asked.push(offer?.memory ?? -1n);
      await answer.promise;
    }),
  );
  await turn();
  others.done();
  t.mock.timers.tick(1000);
  await turn();
  assert.deepEqual(asked, [0n, 100n]);
  answer.resolve();
  await Promise.all(asks);
});

test('what does not fit is waited for until the signal says otherwise', async () => {
  const room = new Room({ slots: 1 }, { scope: testScope({ memory: 1n }) });
  const stop = new AbortController();
  const taken = room.reserve({ ...low, memory: 2n }, stop.signal);
  await turn();
  stop.abort();
  assert.equal(await taken, undefined);
  room.close();
});

test('without resources everything fits', async () => {
  const room = new Room({ slots: 1 }, {});
  assert.equal(await room.ask(async (offer) => offer ?? 'any'), 'any');
  (await room.reserve(NO_LIMIT, signal))?.done();
});

test('what is reserved comes back exactly, whatever the order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 40 }), async (sizes) => {
      const scope = testScope({ memory: 50n, tasks: 5, tasks_low_priority: 5 });
      const room = new Room({ slots: 8 }, { scope });
      const most = { memory: 0n };
      await Promise.all(
        sizes.map(async (size) => {
          const span = await room.reserve({ ...low, memory: BigInt(size) }, signal);
          const { memory } = scope.stat();
          if (memory > most.memory) most.memory = memory;
          await turn();
          span?.done();
          span?.done();
        }),
      );
      assert.ok(most.memory <= 50n);
      assert.equal(scope.stat().memory, 0n);
      assert.equal(scope.stat().tasks_low_priority, 0);
    }),
    { numRuns: 50 },
  );
});
