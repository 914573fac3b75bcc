import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';
import fc from 'fast-check';
import { GfSpError } from './errors.ts';
import { type QueueTask, TaskQueue } from './queue.ts';

beforeEach(() => mock.timers.enable({ apis: ['setTimeout', 'Date'] }));
afterEach(() => mock.timers.reset());

const task = (key: string, fields: Partial<QueueTask<string>> = {}): QueueTask<string> => ({
  key,
  priority: 0,
  value: key,
  timeoutMs: 1000,
  maxAttempts: 3,
  ...fields,
});

const noJitter = { random: () => 0 };

test('a key is in the queue once, and the queue has a limit', () => {
  const queue = new TaskQueue<string>({ name: 'q', capacity: 2 });
  queue.push(task('a'));
  assert.throws(
    () => queue.push(task('a')),
    (error) => error instanceof GfSpError && error.innerCode === 970001,
  );
  queue.push(task('b'));
  assert.throws(
    () => queue.push(task('c')),
    (error) => error instanceof GfSpError && error.innerCode === 970002,
  );
  queue.complete('a');
  queue.push(task('c'));
  assert.equal(queue.size, 2);
});

test('the highest priority goes first, then the one that came first', () => {
  const queue = new TaskQueue<string>({ name: 'q', capacity: 10 });
  queue.push(task('low', { priority: 21 }));
  queue.push(task('high', { priority: 255 }));
  queue.push(task('high too', { priority: 255 }));
  const order = [queue.lease(), queue.lease(), queue.lease()].map((leased) => leased?.task.key);
  assert.deepEqual(order, ['high', 'high too', 'low']);
  assert.equal(queue.lease(), undefined);
});

test('a task that runs too long comes again, and is given up after its last attempt', () => {
  const given: string[] = [];
  const queue = new TaskQueue<string>({ name: 'q', capacity: 10 }, { onGiveUp: ({ key }) => given.push(key) });
  queue.push(task('a', { maxAttempts: 2 }));
  assert.equal(queue.lease()?.attempt, 1);
  mock.timers.tick(999);
  assert.equal(queue.lease(), undefined);
  mock.timers.tick(1);
  assert.equal(queue.lease()?.attempt, 2);
  mock.timers.tick(1000);
  assert.deepEqual(given, ['a']);
  assert.equal(queue.size, 0);
});

test('a failed task waits longer each time, and is out after its last attempt', () => {
  const queue = new TaskQueue<string>({ name: 'q', capacity: 10, baseMs: 100 }, noJitter);
  queue.push(task('a'));
  for (const pause of [100, 200]) {
    queue.lease();
    assert.equal(queue.fail('a'), 'again');
    mock.timers.tick(pause - 1);
    assert.equal(queue.lease(), undefined, `not before ${pause} ms`);
    mock.timers.tick(1);
    assert.ok(queue.peekRank() !== undefined);
  }
  queue.lease();
  assert.equal(queue.fail('a'), 'exhausted');
  assert.equal(queue.fail('a'), 'absent');
});

test('a late report about a task that is ready again changes nothing', () => {
  const queue = new TaskQueue<string>({ name: 'q', capacity: 10 });
  queue.push(task('a'));
  queue.lease();
  mock.timers.tick(1000);
  assert.equal(queue.fail('a'), 'again');
  assert.equal(queue.lease()?.attempt, 2);
});

test('a completed task is gone, whatever it was doing', () => {
  const queue = new TaskQueue<string>({ name: 'q', capacity: 10 });
  queue.push(task('ready'));
  queue.push(task('waiting'), 5000);
  queue.push(task('running', { priority: 9 }));
  queue.lease();
  for (const key of ['ready', 'waiting', 'running']) assert.equal(queue.complete(key), key);
  mock.timers.tick(60_000);
  assert.equal(queue.lease(), undefined);
  assert.equal(queue.complete('ready'), undefined);
});

test('the low priority is served in bounded time, whatever high priority keeps coming', () => {
  const queue = new TaskQueue<string>({ name: 'q', capacity: 1000, ageingMs: 100 });
  queue.push(task('low', { priority: 0 }));
  let served = -1;
  for (let ms = 0; served < 0 && ms < 60_000; ms += 100) {
    queue.push(task(`high ${ms}`, { priority: 255 }));
    const leased = queue.lease()!;
    queue.complete(leased.task.key);
    if (leased.task.key === 'low') served = ms;
    mock.timers.tick(100);
  }
  assert.ok(served > 0 && served <= 25_600, `served after ${served} ms`);
});

interface Step {
  kind: 'push' | 'complete' | 'fail' | 'lease' | 'wait';
  key: number;
  priority: number;
}

const steps = fc.array(
  fc.record<Step>({
    kind: fc.constantFrom('push', 'push', 'complete', 'fail', 'lease', 'lease', 'wait', 'wait'),
    key: fc.nat(12),
    priority: fc.constantFrom(0, 21, 85, 255),
  }),
  { maxLength: 200 },
);

test('property: nothing is lost, doubled, or handed out to two', () => {
  fc.assert(
    fc.property(steps, (plan) => {
      mock.timers.reset();
      mock.timers.enable({ apis: ['setTimeout', 'Date'] });
      const running = new Map<string, number>();
      const queue = new TaskQueue<string>(
        { name: 'q', capacity: 8, baseMs: 300 },
        { onGiveUp: ({ key }) => assert.ok(running.delete(key)) },
      );
      for (const step of plan) {
        if (step.kind === 'push') {
          const key = String(step.key);
          const fits = !queue.has(key) && queue.size < 8;
          if (fits) queue.push(task(key, { priority: step.priority }));
          else assert.throws(() => queue.push(task(key)));
        } else if (step.kind === 'lease') {
          const leased = queue.lease();
          if (leased) {
            const since = running.get(leased.task.key);
            assert.ok(since === undefined || Date.now() - since >= 1000, 'handed out while it runs');
            assert.ok(leased.attempt <= 3);
            running.set(leased.task.key, Date.now());
          }
        } else if (step.kind === 'wait') mock.timers.tick(150);
        else {
          const key = String(step.key);
          const before = queue.has(key);
          const result = step.kind === 'complete' ? queue.complete(key) : queue.fail(key);
          assert.equal(result === undefined || result === 'absent', !before);
          if (step.kind === 'complete' || result !== 'again') running.delete(key);
          else if ([...queue.states()].find((entry) => entry.key === key)?.state === 'waiting') running.delete(key);
        }
        assert.ok(queue.size <= 8);
        const keys = [...queue.states()].map(({ key }) => key);
        assert.equal(new Set(keys).size, queue.size);
      }
      // Whoever is in comes out in the end.
      for (let turns = 0; queue.size > 0 && turns < 1000; turns++) {
        for (let leased = queue.lease(); leased; leased = queue.lease()) {
          running.delete(leased.task.key);
          queue.complete(leased.task.key);
        }
        mock.timers.tick(1000);
      }
      assert.equal(queue.size, 0);
    }),
    { numRuns: 200 },
  );
});
