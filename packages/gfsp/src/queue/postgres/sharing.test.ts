/** Several managers on one database: each test has two engines, as two processes have. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { after, afterEach, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import * as fc from 'fast-check';
import { type PostgresServer, skipWithoutPostgres, startPostgres } from '../../../../../test/support/postgres.ts';
import type { LeaseQueue, QueueOptions } from '../contracts.ts';
import { TaskDispatcher } from '../dispatcher.ts';
import { nextReady, refusal } from '../testing/contract.ts';
import { type Work, work } from '../testing/work.ts';
import { PostgresQueueEngine } from './index.ts';

const skip = skipWithoutPostgres();

describe('queues of several managers', { skip, concurrency: 1 }, () => {
  let server: PostgresServer;
  const engines: PostgresQueueEngine[] = [];
  before(async () => {
    server = await startPostgres({ lasting: false });
  });
  afterEach(() => Promise.all(engines.splice(0).map((engine) => engine.close())));
  after(() => server?.remove());

  /** An engine that sweeps so rarely that no test sees it, so what a test sees was told. */
  function newEngine(): PostgresQueueEngine {
    const options = { connectionString: server.connectionString, sweepMs: 3_600_000 };
    const engine = new PostgresQueueEngine({ ...options, reconnect: { baseMs: 20, maxMs: 200 } });
    engines.push(engine);
    return engine;
  }

  async function pair(more: Partial<QueueOptions> = {}): Promise<[LeaseQueue<Work>, LeaseQueue<Work>]> {
    const options = { name: randomUUID(), capacity: 10_000, baseMs: 5, maxMs: 20, ...more };
    return Promise.all([newEngine().open<Work>(options), newEngine().open<Work>(options)]);
  }

  test('engines that start together on an empty database make the schema once', async () => {
    const options = { connectionString: server.connectionString, schema: 'start_together' };
    const several = Array.from({ length: 4 }, () => new PostgresQueueEngine(options));
    engines.push(...several);
    const queues = await Promise.all(several.map((engine) => engine.open<Work>({ name: 'q', capacity: 10 })));
    await queues[0]?.push(work('a'));
    assert.equal(await queues[3]?.size(), 1);
  });

  test('a key is unique over all of them', async () => {
    const [one, two] = await pair();
    const outcomes = await Promise.allSettled([one, two, one, two].map((queue) => queue.push(work('same'))));
    assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
    for (const outcome of outcomes) if (outcome.status === 'rejected') assert.ok(refusal(970001)(outcome.reason));
  });

  test('the capacity holds, but for the share that the other manager may have', async () => {
    for (const [capacity, margin] of [
      [10, 0],
      [2000, 64],
    ] as const) {
      const [one, two] = await pair({ capacity });
      const count = capacity / 2 + 100;
      let accepted = 0;
      const next = { one: 0, two: 0 };
      // a few at a time: more would wait for a connection longer than they may when the machine is busy
      const push = async (who: 'one' | 'two') => {
        while (next[who] < count) {
          const pushed = { one, two }[who].push(work(`${who}-${next[who]++}`));
          await Promise.resolve(pushed).then(
            () => accepted++,
            (error: unknown) => assert.ok(refusal(970002)(error), String(error)),
          );
        }
      };
      await Promise.all(Array.from({ length: 32 }, (_, lane) => push(lane % 2 === 0 ? 'one' : 'two')));
      assert.ok(accepted >= capacity && accepted <= capacity + margin, `${accepted} of ${capacity}`);
      assert.equal(await one.size(), accepted);
      await assert.rejects(async () => two.push(work('one more')), refusal(970002));
    }
  });

  test('no task is lost, or with two at a time, whatever fails', async () => {
    const outcome = fc.constantFrom('complete', 'fail', 'forget', 'die');
    const property = fc.asyncProperty(
      fc.array(outcome, { minLength: 20, maxLength: 60 }),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 6 }),
      async (outcomes, producers, consumers) => exerciseTwo(await pair(), outcomes, producers, consumers),
    );
    await fc.assert(property, { numRuns: 6, interruptAfterTimeLimit: 60_000 });
  });

  test('when one is gone, the other goes on with what it had, at its time', async () => {
    const dying = newEngine();
    const options = { name: randomUUID(), capacity: 100 };
    const first = await dying.open<Work>(options);
    const second = await newEngine().open<Work>(options);
    await first.push(work('held', { timeoutMs: 300 }));
    await first.push(work('delayed'), 150);
    assert.equal((await first.lease('manager 1'))?.task.key, 'held');
    await dying.close();
    assert.equal(await second.lease('manager 2'), undefined);
    const keys = new Set<string>();
    while (keys.size < 2) {
      const ready = nextReady(second);
      const lease = await second.lease('manager 2');
      if (lease) keys.add(`${lease.task.key} ${lease.attempt}`);
      else await ready;
    }
    assert.deepEqual([...keys].sort(), ['delayed 1', 'held 2']);
  });

  test('a manager that is killed gives its tasks back: at their time, or when it is abandoned', async () => {
    const engine = new PostgresQueueEngine({ connectionString: server.connectionString, sweepMs: 1000 });
    engines.push(engine);
    const queue = await engine.open<Work>({ name: randomUUID(), capacity: 100 });
    await queue.push(work('short', { timeoutMs: 1500 }));
    for (const key of ['a', 'b']) await queue.push(work(key));
    const program = new URL('../testing/manager-process.ts', import.meta.url).pathname;
    const stdio = ['ignore', 'pipe', 'inherit'] as const;
    const child = spawn(process.execPath, [program, server.connectionString, queue.name], { stdio: [...stdio] });
    const exit = once(child, 'exit');
    assert.equal(String(await once(child.stdout!, 'data')).trim(), '3');
    const back = nextReady(queue);
    child.kill('SIGKILL');
    await exit;
    await back;
    assert.equal((await queue.lease('me'))?.task.key, 'short');
    assert.equal(await queue.abandon('killed'), 2);
    assert.equal((await queue.lease('me'))?.attempt, 2);
  });

  test('who waits at one manager gets what is pushed at another', async () => {
    const [here, there] = await pair();
    const [other, far] = await pair();
    const dispatcher = new TaskDispatcher<Work>([here, other]);
    const controller = new AbortController();
    for (const [queue, key] of [
      [there, 'a'],
      [far, 'b'],
    ] as const) {
      const taken = dispatcher.take({ owner: 'executor' }, controller.signal);
      await sleep(20);
      await queue.push(work(key));
      assert.equal((await taken)?.task.key, key);
    }
    const again = new TaskDispatcher<Work>([there]).take({ owner: 'second executor' }, controller.signal);
    assert.equal(await dispatcher.abandon('executor'), 2);
    assert.equal((await again)?.attempt, 2);
    controller.abort();
  });

  test('a crash of the server loses nothing that was acknowledged, and they come back', async () => {
    const [one, two] = await pair();
    await one.push(work('before'));
    await two.push(work('held'));
    await server.crash();
    await assert.rejects(async () => one.push(work('meanwhile')), refusal(970003));
    await assert.rejects(async () => two.lease('me'), refusal(970003));
    const back = nextReady(two);
    await server.start();
    await back;
    assert.equal((await two.lease('me'))?.task.key, 'before');
    const told = nextReady(two);
    await one.push(work('after'));
    await told;
    assert.deepEqual(
      (await one.scan()).map(({ task }) => task.key),
      ['after', 'before', 'held'],
    );
  });

  test('a process that has closed its engine is told so', async () => {
    const engine = newEngine();
    const queue = await engine.open<Work>({ name: randomUUID(), capacity: 1 });
    await engine.close();
    await engine.close();
    await assert.rejects(async () => queue.size(), refusal(970006));
    await assert.rejects(engine.open({ name: 'q', capacity: 1 }), refusal(970006));
  });

  test('a schema from the future is left alone', async () => {
    const schema = 'from_the_future';
    const engine = new PostgresQueueEngine({ connectionString: server.connectionString, schema });
    await engine.open({ name: 'q', capacity: 1 });
    await engine.close();
    const { Client } = await import('pg');
    const client = new Client({ connectionString: server.connectionString });
    await client.connect();
    await client.query(`UPDATE ${schema}.meta SET version = 999`);
    const closed = once(client, 'end');
    await client.end();
    await closed;
    const older = new PostgresQueueEngine({ connectionString: server.connectionString, schema });
    engines.push(older);
    await assert.rejects(older.open({ name: 'q', capacity: 1 }), refusal(970005));
  });

  test('no error shows the password', async () => {
    const { password } = server.login;
    const wrong = server.connectionString.replace('prairie:', 'nobody:');
    const engine = new PostgresQueueEngine({ connectionString: wrong });
    engines.push(engine);
    await assert.rejects(engine.open({ name: 'q', capacity: 1 }), (error: Error) => {
      assert.match(error.message, /password authentication failed/);
      const shown = `${error.message}${error.stack}${JSON.stringify(error)}${String(error.cause)}`;
      return !shown.includes(password) && !shown.includes(encodeURIComponent(password));
    });
    const broken = `postgres//u:${password}@host/db`;
    assert.throws(
      () => new PostgresQueueEngine({ connectionString: broken }),
      (error: Error) => refusal(970005)(error) && !error.message.includes(password),
    );
  });
});

type Outcome = 'complete' | 'fail' | 'forget' | 'die';

/**
 * Producers push a task for each outcome; consumers, half of them at each manager, do with the n-th task that they are
 * handed what the n-th outcome says. In the end every task has been completed once, and nobody held one that was held.
 */
async function exerciseTwo(
  queues: readonly LeaseQueue<Work>[],
  outcomes: readonly Outcome[],
  producers: number,
  consumers: number,
): Promise<void> {
  const held = new Map<string, string>();
  const done = new Map<string, number>();
  let turn = 0;
  const produce = async (who: number): Promise<void> => {
    const queue = queues[who % queues.length]!;
    for (let i = who; i < outcomes.length; i += producers) {
      const task = work(`task ${i}`, { timeoutMs: 60_000, maxAttempts: 1000, priority: i % 256 });
      await queue.push(task, i % 3 === 0 ? 5 : 0);
    }
  };
  const consume = async (who: number): Promise<void> => {
    const queue = queues[who % queues.length]!;
    let owner = `consumer ${who}`;
    const dispatcher = new TaskDispatcher([queue]);
    while (done.size < outcomes.length) {
      const taken = await dispatcher.take({ owner }, AbortSignal.timeout(200));
      if (!taken) continue;
      const { key } = taken.task;
      assert.equal(held.get(key), undefined, `${key} is with ${held.get(key)} already`);
      held.set(key, owner);
      await sleep(1);
      // After every outcome has had its turn, all is completed, so that the run ends.
      const outcome = outcomes[turn++] ?? 'complete';
      held.delete(key);
      if (outcome === 'complete') {
        assert.equal((await queue.complete(key))?.key, key);
        done.set(key, (done.get(key) ?? 0) + 1);
      } else if (outcome === 'fail') assert.equal(await queue.fail(key), 'again');
      else owner = await abandonAs(queue, owner, outcome);
    }
  };
  const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
  await Promise.all([...range(producers).map(produce), ...range(consumers).map(consume)]);
  assert.deepEqual(
    [...done.values()].filter((times) => times !== 1),
    [],
  );
  assert.equal(await queues[0]!.size(), 0);
}

/** `forget`: the same one comes back; `die`: another takes its place. Either way the task is free again. */
async function abandonAs(queue: LeaseQueue<Work>, owner: string, outcome: Outcome): Promise<string> {
  assert.equal(await queue.abandon(owner), 1);
  return outcome === 'die' ? `${owner} reborn` : owner;
}
