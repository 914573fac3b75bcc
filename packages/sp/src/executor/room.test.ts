import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createResourceManager, type Limit, limitOf, NO_LIMIT, type ResourceScope } from '@prairie/gfsp';
import fc from 'fast-check';
import { Room } from './room.ts';

const low = limitOf({ tasks: 1, tasks_low_priority: 1 });
/** The executor's scope with this limit. */
function testScope(limit: Partial<Limit>): ResourceScope {
  const taskexecutor = limitOf({ memory: NO_LIMIT.memory, ...limit });
  return createResourceManager({ system: { ...NO_LIMIT }, services: { taskexecutor } }).openService('taskexecutor');
}

const turn = () => new Promise(setImmediate);

test('one ask is open at a time, and a second one when there is more to offer than it says', async () => {
  const scope = testScope({ tasks: 2, tasks_low_priority: 2 });
  const room = new Room({ slots: 4 }, { scope });
  const span = await room.reserve(low);
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
  const span = await room.reserve(low);
  let asked = false;
  const asking = room.ask(async () => {
    asked = true;
  });
  const second = room.reserve(low);
  await turn();
  assert.equal(asked, false);
  room.close();
  assert.deepEqual([await asking, await second], [undefined, undefined]);
  span?.done();
});

test('without resources everything fits', async () => {
  const room = new Room({ slots: 1 }, {});
  assert.equal(await room.ask(async (offer) => offer ?? 'any'), 'any');
  (await room.reserve(NO_LIMIT))?.done();
});

test('what is reserved comes back exactly, whatever the order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 40 }), async (sizes) => {
      const scope = testScope({ memory: 50n, tasks: 5, tasks_low_priority: 5 });
      const room = new Room({ slots: 8 }, { scope });
      const most = { memory: 0n };
      await Promise.all(
        sizes.map(async (size) => {
          const span = await room.reserve({ ...low, memory: BigInt(size) });
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
