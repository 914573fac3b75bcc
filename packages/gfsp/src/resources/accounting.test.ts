/** Properties of the accounting: exact at every level, under any nesting, failure and order of ends. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import type { ResourceManager, ResourceScope, ResourceSpan, ScopeStat } from '../contracts/resources.ts';
import { fits, type Limit, limitOf } from '../tasks/limit.ts';
import { emptyStat } from './amounts.ts';
import { createResourceManager } from './manager.ts';

const LIMITS: Record<string, Limit> = {
  system: limitOf({
    ...{ memory: 1000n, fd: 20, conns: 20, conns_inbound: 15, conns_outbound: 15 },
    ...{ tasks: 20, tasks_high_priority: 10, tasks_medium_priority: 10, tasks_low_priority: 5 },
  }),
  uploader: limitOf({
    ...{ memory: 600n, fd: 10, conns: 10, conns_inbound: 10, conns_outbound: 10 },
    ...{ tasks: 8, tasks_high_priority: 8, tasks_medium_priority: 8, tasks_low_priority: 2 },
  }),
};
const SERVICES = ['uploader', 'downloader', 'receiver'];

function openManager(): ResourceManager {
  const manager = createResourceManager({ system: LIMITS.system!, services: { uploader: LIMITS.uploader! } });
  for (const name of SERVICES) manager.openService(name);
  return manager;
}

const estimates = fc.record({
  memory: fc.bigInt(0n, 400n),
  ...{ tasks_high_priority: fc.nat({ max: 3 }), tasks_medium_priority: fc.nat({ max: 3 }) },
  ...{ tasks_low_priority: fc.nat({ max: 2 }), fd: fc.nat({ max: 5 }) },
  ...{ conns_inbound: fc.nat({ max: 4 }), conns_outbound: fc.nat({ max: 4 }) },
});

function asLimit(stat: ScopeStat): Limit {
  return limitOf({
    ...stat,
    tasks: stat.tasks_high_priority + stat.tasks_medium_priority + stat.tasks_low_priority,
    conns: stat.conns_inbound + stat.conns_outbound,
  });
}

/** No scope is above its limit or below nothing, and services add up to the system. */
function requireExact(manager: ResourceManager): void {
  const sum = emptyStat();
  for (const [name, scope] of manager.scopes()) {
    const used = asLimit(scope.stat());
    assert.ok(fits(used, limitOf({})), `${name} is below 0`);
    assert.ok(fits(LIMITS[name] ?? LIMITS.system!, used), `${name} is above its limit`);
    assert.ok(fits(scope.remaining(), limitOf({})), `${name} has less than nothing left`);
    if (SERVICES.includes(name)) addTo(sum, scope.stat());
  }
  assert.deepEqual(sum, manager.system.stat());
}

function addTo(sum: ScopeStat, stat: ScopeStat): void {
  sum.memory += stat.memory;
  for (const name of Object.keys(sum) as (keyof ScopeStat)[]) if (name !== 'memory') sum[name] += stat[name];
}

function requireEmpty(manager: ResourceManager): void {
  for (const scope of manager.scopes().values()) assert.deepEqual(scope.stat(), emptyStat());
}

type Step =
  | { do: 'begin'; in: number }
  | { do: 'reserve'; in: number; estimate: Partial<Limit>; priority: number }
  | { do: 'release'; in: number }
  | { do: 'done'; in: number };

const steps: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('begin' as const), in: fc.nat() }),
  fc.record({ do: fc.constant('reserve' as const), in: fc.nat(), estimate: estimates, priority: fc.nat({ max: 255 }) }),
  fc.record({ do: fc.constant('release' as const), in: fc.nat() }),
  fc.record({ do: fc.constant('done' as const), in: fc.nat() }),
);

test('property: any course of nested spans is exact, never above a limit, and ends at nothing', () => {
  fc.assert(
    fc.property(fc.array(steps, { maxLength: 60 }), (course) => {
      const manager = openManager();
      const stats = () => [...manager.scopes().values()].map((scope) => scope.stat());
      const spans: ResourceSpan[] = SERVICES.map((name) => manager.openService(name).beginSpan());
      for (const step of course) {
        const span = spans[step.in % spans.length]!;
        const before = stats();
        try {
          if (step.do === 'begin') spans.push(span.beginSpan());
          if (step.do === 'reserve') span.reserve(step.estimate, step.priority);
          if (step.do === 'release') span.release({ memory: span.stat().memory / 2n, fd: span.stat().fd });
          if (step.do === 'done') span.done();
        } catch (error) {
          // Half of what a span holds may be more than it took itself, without the spans inside.
          assert.match((error as Error).message, /^resource (limit exceeded|scope closed): |: expected no more$/);
          assert.deepEqual(stats(), before);
        }
        requireExact(manager);
      }
      for (const span of spans) span.done();
      requireEmpty(manager);
    }),
    { numRuns: 300 },
  );
});

test('property: what remains can be reserved, and not one byte or slot more', () => {
  const names = ['memory', 'tasks_high_priority', 'tasks_medium_priority', 'tasks_low_priority'] as const;
  fc.assert(
    fc.property(fc.array(estimates, { maxLength: 8 }), fc.constantFrom(...SERVICES), (taken, name) => {
      const manager = openManager();
      const service = manager.openService(name);
      for (const estimate of taken) attempt(() => service.reserve(estimate));
      for (const field of names) {
        const left = service.remaining();
        if (field === 'memory') {
          assert.throws(() => service.reserve({ memory: left.memory + 1n }), /limit exceeded/);
          service.reserve({ memory: left.memory });
        } else {
          const most = Math.min(left[field], left.tasks);
          assert.throws(() => service.reserve({ [field]: most + 1 }), /limit exceeded/);
          service.reserve({ [field]: most });
        }
      }
    }),
  );
});

test('property: operations at the same time, some of which fail, give back what they took', async () => {
  const operation = fc.record({
    service: fc.constantFrom(...SERVICES),
    parts: fc.array(estimates, { minLength: 1, maxLength: 3 }),
    fails: fc.boolean(),
    turns: fc.nat({ max: 3 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { maxLength: 40 }), async (operations) => {
      const manager = openManager();
      const run = async ({ service, parts, fails, turns }: (typeof operations)[number]) => {
        await inSpan(manager.openService(service), parts, async () => {
          requireExact(manager);
          for (let i = 0; i < turns; i++) await turn();
          if (fails) throw new Error('the work failed');
        });
      };
      const ends = await Promise.allSettled(operations.map(run));
      for (const end of ends) {
        if (end.status === 'rejected') assert.match(end.reason.message, /the work failed|^resource limit exceeded/);
      }
      requireEmpty(manager);
    }),
    { numRuns: 50 },
  );
});

/** Each part in a span inside the one before, as calls nest. */
async function inSpan(scope: ResourceScope, parts: Partial<Limit>[], work: () => Promise<void>): Promise<void> {
  const [estimate, ...more] = parts;
  if (!estimate) return work();
  const span = scope.beginSpan();
  try {
    span.reserve(estimate);
    await inSpan(span, more, work);
  } finally {
    span.done();
  }
}

test('twenty thousand operations with random failures leak nothing', async () => {
  const manager = openManager();
  const random = sequence(7);
  const outcomes = { done: 0, failed: 0, refused: 0 };
  const operate = async () => {
    const service = manager.openService(SERVICES[random(3)]!);
    const part = () => ({ memory: BigInt(random(90)), fd: random(2), tasks_high_priority: random(2) });
    const failsIn = random(4);
    try {
      await inSpan(service, [part(), part()], async () => {
        if (failsIn === 0) throw new Error('at once');
        await turn();
        if (failsIn === 1) throw new Error('later');
      });
      outcomes.done++;
    } catch (error) {
      outcomes[(error as Error).message.startsWith('resource') ? 'refused' : 'failed']++;
    }
  };
  for (let round = 0; round < 400; round++) {
    await Promise.all(Array.from({ length: 50 }, operate));
    requireEmpty(manager);
  }
  assert.ok(Math.min(...Object.values(outcomes)) > 1000, `every outcome is common: ${JSON.stringify(outcomes)}`);
  assert.deepEqual([...manager.scopes().keys()], ['system', 'transient', ...SERVICES]);
});

test('spans that are done are garbage', async () => {
  const { system } = createResourceManager();
  const refs = Array.from({ length: 100 }, () => {
    const span = system.beginSpan();
    span.reserve({ memory: 1n });
    span.done();
    return new WeakRef(span);
  });
  await turn();
  collectGarbage();
  assert.ok(refs.filter((ref) => ref.deref()).length < refs.length / 2);
});

function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}

function attempt(work: () => void): void {
  try {
    work();
  } catch (error) {
    assert.match((error as Error).message, /^resource limit exceeded/);
  }
}

/** A small generator, so that a failure can be repeated. */
function sequence(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((state / 2 ** 31) * below);
  };
}
