/** What every queue engine must do. The same cases run on each; what only a shared engine can do is in its own tests. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { GfSpError } from '../../errors.ts';
import type { Limit } from '../../tasks/limit.ts';
import type { LeaseQueue, QueueEngine, QueueOptions, QueueTask } from '../contracts.ts';
import { holdAgainstModel } from './model.ts';
import { type Work, work } from './work.ts';

export function limitOf(change: Partial<Limit>): Limit {
  const none = { tasks: 0, tasks_high_priority: 0, tasks_medium_priority: 0, tasks_low_priority: 0 };
  return { memory: 0n, ...none, fd: 0, conns: 0, conns_inbound: 0, conns_outbound: 0, ...change };
}

/** Resolves when `queue` says the next time that a task is ready. */
export function nextReady(queue: LeaseQueue<Work>): Promise<void> {
  return new Promise((resolve) => queue.onReady(resolve));
}

export const refusal = (code: number) => (error: unknown) => error instanceof GfSpError && error.innerCode === code;

type Open = (options?: Partial<QueueOptions>) => Promise<LeaseQueue<Work>>;

const CASES: Record<string, (open: Open) => Promise<void>> = {
  'a value comes back as it went': async (open) => {
    const queue = await open();
    const task = work('a', { estimate: limitOf({ memory: 2n ** 40n, tasks_low_priority: 1 }) });
    await queue.push(task);
    assert.deepEqual(await queue.get('a'), task);
    assert.deepEqual(await queue.top(), task);
    assert.deepEqual((await queue.lease('me'))?.task, task);
    assert.deepEqual(await queue.complete('a'), task);
    assert.equal(await queue.complete('a'), undefined);
    assert.equal(await queue.get('a'), undefined);
  },

  'a key is unique in every state, until its task is done': async (open) => {
    const queue = await open();
    await queue.push(work('waiting'), 60_000);
    await queue.push(work('running'));
    await queue.lease('me');
    await queue.push(work('ready'));
    for (const key of ['waiting', 'running', 'ready']) {
      assert.equal(await queue.has(key), true);
      await assert.rejects(async () => queue.push(work(key)), refusal(970001));
      await queue.popByKey(key);
      await queue.push(work(key));
    }
    assert.equal(await queue.size(), 3);
  },

  'a full queue refuses, and says a repeated key first': async (open) => {
    const queue = await open({ capacity: 2 });
    await queue.push(work('a'));
    await queue.push(work('b'), 60_000);
    await assert.rejects(async () => queue.push(work('c')), refusal(970002));
    await assert.rejects(async () => queue.push(work('a')), refusal(970001));
    await queue.complete('b');
    await queue.push(work('c'));
    assert.equal(await queue.size(), 2);
  },

  'priority first, then who came first': async (open) => {
    const queue = await open();
    for (const [key, priority] of [
      ['c', 10],
      ['a', 255],
      ['b', 100],
      ['d', 10],
    ] as const) {
      await queue.push(work(key, { priority }));
    }
    const order: (string | undefined)[] = [];
    for (let i = 0; i < 5; i++) order.push((await queue.pop())?.key);
    assert.deepEqual(order, ['a', 'b', 'c', 'd', undefined]);
  },

  'one step of priority is a head start of 100 ms': async (open) => {
    const [low, high] = [await open(), await open()];
    const before = Date.now();
    await low.push(work('low', { priority: 0 }));
    await high.push(work('high', { priority: 255 }));
    const took = Date.now() - before;
    const lead = (await low.peekRank())! - (await high.peekRank())!;
    assert.ok(Math.abs(lead - 25_500) <= took + 2, `${lead} ms`);
  },

  'a failed task comes again after a pause, until its attempts are used up': async (open) => {
    const queue = await open({ baseMs: 20, maxMs: 40 });
    assert.equal(await queue.fail('a'), 'absent');
    await queue.push(work('a'));
    for (const attempt of [1, 2]) {
      assert.equal((await queue.lease('me'))?.attempt, attempt);
      const again = nextReady(queue);
      assert.equal(await queue.fail('a'), 'again');
      await again;
      assert.equal(await queue.fail('a'), 'again');
    }
    assert.equal((await queue.lease('me'))?.attempt, 3);
    assert.equal(await queue.fail('a'), 'exhausted');
    assert.equal(await queue.size(), 0);
  },

  'a delayed task is not handed out before its time': async (open) => {
    const queue = await open();
    await queue.push(work('later'), 60_000);
    const ready = nextReady(queue);
    await queue.push(work('soon'), 30);
    assert.equal(await queue.lease('me'), undefined);
    assert.equal(await queue.peekRank(), undefined);
    await ready;
    assert.equal((await queue.lease('me'))?.task.key, 'soon');
    assert.equal(await queue.lease('me'), undefined);
  },

  'a task that runs too long comes again, and is given up at the end': async (open) => {
    const queue = await open();
    const given = new Promise<QueueTask<Work>>((resolve) => queue.onGiveUp(resolve));
    await queue.push(work('a', { timeoutMs: 30, maxAttempts: 2 }));
    const again = nextReady(queue);
    assert.equal((await queue.lease('me'))?.attempt, 1);
    await again;
    assert.equal((await queue.lease('me'))?.attempt, 2);
    assert.equal((await given).key, 'a');
    assert.equal(await queue.size(), 0);
  },

  'what an owner had is ready again when it is gone': async (open) => {
    const queue = await open();
    for (const key of ['a', 'b', 'c']) await queue.push(work(key));
    await queue.lease('gone');
    await queue.lease('gone');
    await queue.lease('here');
    assert.equal(await queue.abandon('gone'), 2);
    assert.equal(await queue.abandon('gone'), 0);
    const states = Object.fromEntries((await queue.scan()).map(({ task, state, owner }) => [task.key, [state, owner]]));
    assert.deepEqual(states, { a: ['ready', ''], b: ['ready', ''], c: ['running', 'here'] });
  },

  'only what fits the offer is given': async (open) => {
    const queue = await open();
    await queue.push(work('big', { priority: 255, estimate: limitOf({ memory: 100n, tasks_high_priority: 1 }) }));
    await queue.push(work('small', { estimate: limitOf({ memory: 10n, tasks_low_priority: 1 }) }));
    const offer = limitOf({ memory: 99n, tasks_high_priority: 5, tasks_low_priority: 5 });
    assert.equal((await queue.topByLimit(offer))?.key, 'small');
    assert.equal(await queue.popByLimit(limitOf({ memory: 1000n })), undefined);
    assert.equal((await queue.lease('me', offer))?.task.key, 'small');
    assert.equal(await queue.lease('me', offer), undefined);
    assert.equal(await queue.peekRank(offer), undefined);
    await queue.push(work('free'));
    assert.equal((await queue.popByLimit(limitOf({})))?.key, 'free');
    assert.equal((await queue.pop())?.key, 'big');
  },

  'a scan finds parts of keys, and says how the tasks stand': async (open) => {
    const queue = await open();
    for (const key of ['bucket/a', 'bucket/b', 'other']) await queue.push(work(key));
    await queue.lease('me');
    const entries = await queue.scan('bucket/');
    assert.deepEqual(entries.map(({ task, state, attempts }) => [task.key, state, attempts]).sort(), [
      ['bucket/a', 'running', 1],
      ['bucket/b', 'ready', 0],
    ]);
    assert.equal((await queue.scan()).length, 3);
    assert.equal((await queue.scan('', 2)).length, 2);
    assert.equal((await queue.scan('%')).length, 0);
  },

  'a filter holds tasks back': async (open) => {
    const queue = await open();
    for (let i = 0; i < 200; i++) await queue.push(work(`held-${i}`, { priority: 255 }));
    await queue.push(work('free'));
    queue.setStrategies({ filter: ({ task, state }) => state === 'ready' && !task.key.startsWith('held') });
    assert.equal((await queue.top())?.key, 'free');
    assert.equal((await queue.lease('me'))?.task.key, 'free');
    assert.equal(await queue.pop(), undefined);
    queue.setStrategies({});
    assert.equal((await queue.pop())?.key, 'held-0');
  },

  'a limit strategy takes the place of the default': async (open) => {
    const queue = await open();
    queue.setStrategies({ limit: (offer, task) => offer.fd >= task.key.length });
    await queue.push(work('long', { estimate: limitOf({ memory: 1n }) }));
    await queue.push(work('s', { estimate: limitOf({ memory: 1n }) }));
    assert.equal((await queue.popByLimit(limitOf({ fd: 3 })))?.key, 's');
    assert.equal(await queue.popByLimit(limitOf({ fd: 3 })), undefined);
    assert.equal((await queue.pop())?.key, 'long');
  },

  'a pick-up strategy ranks, also what comes again': async (open) => {
    const queue = await open({ baseMs: 20, maxMs: 20 });
    queue.setStrategies({ pickUp: ({ key }) => -key.charCodeAt(0) });
    for (const key of ['a', 'c', 'b']) await queue.push(work(key));
    assert.equal(await queue.peekRank(), -'c'.charCodeAt(0));
    assert.equal((await queue.lease('gone'))?.task.key, 'c');
    await queue.abandon('gone');
    assert.equal((await queue.lease('me'))?.task.key, 'c');
    const again = nextReady(queue);
    await queue.fail('c');
    await again;
    assert.equal((await queue.pop())?.key, 'c');
    assert.equal((await queue.pop())?.key, 'b');
  },

  'a full queue drops the first task, by key, that is retired': async (open) => {
    const queue = await open({ capacity: 3 });
    queue.setStrategies({ retire: ({ task }) => task.key.startsWith('old') });
    for (const key of ['old-2', 'new-1', 'old-1']) await queue.push(work(key));
    await queue.push(work('new-2'));
    assert.deepEqual((await queue.scan()).map(({ task }) => task.key).sort(), ['new-1', 'new-2', 'old-2']);
    await queue.push(work('new-3'));
    await assert.rejects(async () => queue.push(work('new-4')), refusal(970002));
  },
};

export function queueContract(
  name: string,
  options: { runs: number; skip?: string | false },
  start: () => Promise<QueueEngine>,
): void {
  describe(`queue contract: ${name}`, { skip: options.skip ?? false }, () => {
    let engine: QueueEngine;
    before(async () => {
      engine = await start();
    });
    after(() => engine?.close());

    for (const [title, run] of Object.entries(CASES)) {
      test(title, () => run((more) => engine.open<Work>({ name: `queue-${randomUUID()}`, capacity: 1000, ...more })));
    }

    test('it answers as the model does', () => {
      const pause = 600_000;
      const open = (capacity: number) =>
        engine.open<Work>({ name: `queue-${randomUUID()}`, capacity, baseMs: pause, maxMs: pause });
      return holdAgainstModel(open, options.runs);
    });
  });
}
