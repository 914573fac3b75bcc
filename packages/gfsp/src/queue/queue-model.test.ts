import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import fc from 'fast-check';
import { fits, type Limit, limitOf } from '../tasks/limit.ts';
import type { QueueState, QueueTask } from './contracts.ts';
import { MemoryQueue } from './memory-queue.ts';

/** A task as an unsorted list keeps it: too slow to be wrong. */
interface Known {
  task: QueueTask<string>;
  state: QueueState;
  attempts: number;
  owner: string;
  /** End of the pause or of the time. */
  until: number;
  rank: number;
  order: number;
}

const CAPACITY = 12;
const TIMEOUT_MS = 1000;
const BASE_MS = 300;
const MAX_ATTEMPTS = 3;

class ListQueue {
  readonly known = new Map<string, Known>();
  readonly givenUp: string[] = [];
  #order = 0;

  push(task: QueueTask<string>, delayMs: number): boolean {
    if (this.known.has(task.key) || this.known.size >= CAPACITY) return false;
    const entry: Known = {
      task,
      state: 'waiting',
      attempts: 0,
      owner: '',
      until: Date.now() + delayMs,
      rank: 0,
      order: 0,
    };
    this.known.set(task.key, entry);
    if (delayMs === 0) this.#ready(entry, Date.now());
    return true;
  }

  first(offer?: Limit): Known | undefined {
    return [...this.known.values()]
      .filter(({ state, task }) => state === 'ready' && (!offer || fits(offer, task.estimate!)))
      .sort((a, b) => a.rank - b.rank || a.order - b.order)[0];
  }

  lease(owner: string, offer: Limit): string | undefined {
    const next = this.first(offer);
    if (!next) return undefined;
    Object.assign(next, { state: 'running', owner, attempts: next.attempts + 1, until: Date.now() + TIMEOUT_MS });
    return next.task.key;
  }

  fail(key: string): string {
    const entry = this.known.get(key);
    if (!entry) return 'absent';
    if (entry.state !== 'running') return 'again';
    if (entry.attempts >= MAX_ATTEMPTS) {
      this.known.delete(key);
      return 'exhausted';
    }
    Object.assign(entry, { state: 'waiting', owner: '', until: Date.now() + BASE_MS * 2 ** (entry.attempts - 1) });
    return 'again';
  }

  abandon(owner: string): number {
    const left = [...this.known.values()].filter((entry) => entry.state === 'running' && entry.owner === owner);
    for (const entry of left.sort((a, b) => a.order - b.order)) this.#ready(entry, Date.now());
    return left.length;
  }

  /** What ends until now. Steps are shorter than any two moments of one task. */
  pass(): void {
    const due = [...this.known.values()].filter(({ state, until }) => state !== 'ready' && until <= Date.now());
    for (const entry of due.sort((a, b) => a.until - b.until)) {
      if (entry.state === 'waiting' || entry.attempts < MAX_ATTEMPTS) this.#ready(entry, entry.until);
      else {
        this.known.delete(entry.task.key);
        this.givenUp.push(entry.task.key);
      }
    }
  }

  #ready(entry: Known, at: number): void {
    Object.assign(entry, { state: 'ready', owner: '', rank: at - entry.task.priority * 100, order: this.#order++ });
  }
}

const ESTIMATES = [0n, 1n, 5n, 70n].flatMap((memory) => [
  limitOf({ memory, tasks: 1, tasks_low_priority: 1 }),
  limitOf({ memory, tasks: 1, tasks_high_priority: 1 }),
]);
const OFFERS = [
  limitOf({ memory: 5n, tasks: 1, tasks_low_priority: 1, tasks_high_priority: 1 }),
  limitOf({ memory: 100n, tasks: 9, tasks_high_priority: 1 }),
  limitOf({ memory: 100n, tasks: 9, tasks_low_priority: 1, tasks_high_priority: 1 }),
  limitOf({}),
];

const key = fc.nat(20).map(String);
const owner = fc.constantFrom('one', 'two');
const offer = fc.constantFrom(...OFFERS);
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('push' as const),
      key,
      priority: fc.constantFrom(0, 1, 2, 21, 85, 255),
      estimate: fc.constantFrom(...ESTIMATES),
      delayMs: fc.constantFrom(0, 0, 0, 250),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('lease' as const), owner, offer }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('pop' as const), offer }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('complete' as const, 'fail' as const), key }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('abandon' as const), owner }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.constantFrom(1, 40, 150) }) },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** Does one step in both, and returns what both answered. */
function answers(queue: MemoryQueue<string>, list: ListQueue, step: Step): [unknown, unknown] {
  if (step.kind === 'push') {
    const { key, priority, estimate, delayMs } = step;
    const task = { key, priority, estimate, value: key, timeoutMs: TIMEOUT_MS, maxAttempts: MAX_ATTEMPTS };
    return [tries(() => queue.push(task, delayMs)), list.push(task, delayMs)];
  }
  if (step.kind === 'lease') return [queue.lease(step.owner, step.offer)?.task.key, list.lease(step.owner, step.offer)];
  if (step.kind === 'pop') {
    const popped = list.first(step.offer)?.task.key;
    list.known.delete(popped ?? '');
    return [queue.popByLimit(step.offer)?.key, popped];
  }
  if (step.kind === 'wait') return pass(list, step.ms);
  if (step.kind === 'complete') return [queue.complete(step.key) !== undefined, list.known.delete(step.key)];
  if (step.kind === 'abandon') return [queue.abandon(step.owner), list.abandon(step.owner)];
  return [queue.fail(step.key), list.fail(step.key)];
}

/** Millisecond by millisecond: what falls on one moment has no order that anybody promised. */
function pass(list: ListQueue, duration: number): [unknown, unknown] {
  for (let ms = 0; ms < duration; ms++) {
    mock.timers.tick(1);
    list.pass();
  }
  return [undefined, undefined];
}

function tries(work: () => void): boolean {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}

test('property: the queue answers as a plain list does, whatever is asked and however time passes', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 150 }), (plan) => {
      mock.timers.reset();
      mock.timers.enable({ apis: ['setTimeout', 'Date'] });
      const queue = new MemoryQueue<string>(
        { name: 'q', capacity: CAPACITY, baseMs: BASE_MS, maxMs: 60_000 },
        { random: () => 0 },
      );
      const list = new ListQueue();
      const givenUp: string[] = [];
      queue.onGiveUp(({ key }) => givenUp.push(key));
      for (const each of plan) {
        const [got, expected] = answers(queue, list, each);
        assert.equal(
          got,
          expected,
          JSON.stringify(each, (_, value) => (typeof value === 'bigint' ? `${value}` : value)),
        );
        for (const offered of [undefined, ...OFFERS]) assert.equal(queue.peekRank(offered), list.first(offered)?.rank);
        const seen = queue.scan().map(({ task, state, attempts, owner }) => [task.key, state, attempts, owner]);
        const known = [...list.known.values()].map(({ task, state, attempts, owner }) => [
          task.key,
          state,
          attempts,
          owner,
        ]);
        assert.deepEqual(seen, known);
      }
      assert.deepEqual(givenUp.toSorted(), list.givenUp.toSorted());
    }),
    { numRuns: 300 },
  );
  mock.timers.reset();
});

test('property: the first that fits and that the filter lets pass, over any number of different estimates', () => {
  const tasks = fc.array(fc.record({ priority: fc.nat(255), memory: fc.bigInt(0n, 2n ** 40n), fd: fc.nat(3) }), {
    minLength: 60,
    maxLength: 200,
  });
  const choice = fc.record({
    memory: fc.bigInt(0n, 2n ** 41n),
    fd: fc.nat(3),
    refuses: fc.integer({ min: 2, max: 5 }),
  });
  fc.assert(
    fc.property(tasks, fc.array(choice, { maxLength: 30 }), (made, choices) => {
      const queue = new MemoryQueue<number>({ name: 'q', capacity: 1000 });
      queue.setStrategies({ pickUp: ({ priority }) => -priority });
      const left = made.map(({ priority, memory, fd }, index) => ({
        ...{ key: `${index}`, value: index, priority, timeoutMs: 1, maxAttempts: 1 },
        estimate: limitOf({ memory, fd }),
      }));
      for (const task of left) queue.push(task);
      left.sort((a, b) => b.priority - a.priority || a.value - b.value);
      for (const { memory, fd, refuses } of choices) {
        const passes = ({ value }: { value: number }): boolean => value % refuses !== 0;
        queue.setStrategies({ pickUp: ({ priority }) => -priority, filter: ({ task }) => passes(task) });
        const offer = limitOf({ memory, fd });
        const at = left.findIndex((task) => passes(task) && fits(offer, task.estimate));
        assert.equal(queue.popByLimit(offer)?.key, left[at]?.key);
        if (at >= 0) left.splice(at, 1);
      }
      queue.setStrategies({});
      assert.equal(queue.size(), left.length);
    }),
  );
});
