import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseTime } from './block-types.ts';
import { type BlockTime, Clock, isAfter } from './clock.ts';

/** Settings of a chain in memory. */
function settings() {
  const kept = new Map<string, string>();
  return {
    setting: (name: string): unknown => (kept.has(name) ? JSON.parse(kept.get(name)!) : undefined),
    saveSetting: (name: string, value: unknown) => void kept.set(name, JSON.stringify(value)),
  };
}

const time = (millis: number): BlockTime => ({
  seconds: BigInt(Math.floor(millis / 1000)),
  nanos: (millis % 1000) * 1e6,
});

type Step = { advance: number } | { plan: number } | { back: number } | 'reopen';

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.record({ advance: fc.integer({ min: 1, max: 1e6 }) }),
    fc.record({ plan: fc.integer({ min: 1, max: 1e9 }) }),
    fc.record({ back: fc.integer({ min: 0, max: 1e9 }) }),
    fc.constant<Step>('reopen'),
  ),
  { maxLength: 20 },
);

test('block times grow, whatever is done to the clock; a planned one is met exactly', () => {
  fc.assert(
    fc.property(steps, (list) => {
      const store = settings();
      let clock = new Clock(store);
      let last = time(Date.now());
      for (const step of list) {
        let planned: BlockTime | undefined;
        if (step === 'reopen') clock = new Clock(store);
        else if ('advance' in step) clock.advance(step.advance);
        else if ('back' in step) clock.follow(time(Date.now() - step.back));
        else {
          planned = { ...last, seconds: last.seconds + BigInt(step.plan) };
          clock.plan(planned);
          clock = new Clock(store);
        }
        const next = clock.timeAfter(last);
        assert.ok(isAfter(next, last));
        if (planned) assert.deepEqual(next, planned);
        last = next;
      }
    }),
  );
});

test('a planned time is asked for again until a block has it, and then it is over', () => {
  const clock = new Clock(settings());
  const last = parseTime('2100-01-01T00:00:00Z');
  const planned = parseTime('2150-01-01T00:00:00.25Z');
  clock.plan(planned);
  assert.deepEqual([clock.timeAfter(last), clock.timeAfter(last)], [planned, planned]);
  const after = clock.timeAfter(planned);
  assert.ok(isAfter(after, planned));
  assert.equal(clock.planned(planned), undefined);
  assert.ok(clock.now.seconds >= planned.seconds);
});

test('who is ahead of the clock does not wait for it', () => {
  const clock = new Clock(settings());
  const ahead = parseTime('2100-01-01T00:00:00Z');
  clock.catchUp(ahead);
  assert.ok(clock.now.seconds >= ahead.seconds);
  const { offset } = clock.setting;
  clock.catchUp(parseTime('2000-01-01T00:00:00Z'));
  assert.equal(clock.setting.offset, offset);
});
