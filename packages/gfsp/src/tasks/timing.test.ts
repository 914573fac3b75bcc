import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { taskKindNames } from './kinds.ts';
import { defaultTaskSettings, TaskRules, type TaskSettings } from './timing.ts';

const MIB = 1024n * 1024n;

/** Least and most seconds and attempts, by `reference/tasks-and-manager.md` §1.6 and §1.7. */
const bounds: Record<string, [bigint, bigint, bigint, bigint]> = {
  upload: [2n, 300n, 0n, 0n],
  'resumable-upload': [2n, 300n, 0n, 0n],
  replicate: [90n, 500n, 3n, 6n],
  receive: [90n, 300n, 1n, 3n],
  seal: [90n, 300n, 3n, 10n],
  download: [2n, 300n, 0n, 0n],
  challenge: [2n, 300n, 0n, 0n],
  'gc-object': [300n, 600n, 3n, 5n],
  'gc-zombie': [300n, 600n, 3n, 5n],
  'gc-meta': [300n, 600n, 3n, 5n],
  recover: [10n, 50n, 2n, 3n],
  'migrate-gvg': [1800n, 3600n, 2n, 3n],
  'gc-bucket-migration': [1800n, 3600n, 3n, 5n],
  'gc-stale-version': [300n, 600n, 0n, 0n],
};

test('without a configuration and a size everything is the least', () => {
  const rules = new TaskRules();
  for (const kind of taskKindNames) {
    const [seconds, , attempts] = bounds[kind] ?? [0n, 0n, 0n];
    assert.equal(rules.timeoutOf(kind), seconds, kind);
    assert.equal(rules.maxRetryOf(kind), attempts, kind);
  }
});

test('sizes are given 10 MiB a second', () => {
  const rules = new TaskRules();
  assert.equal(rules.timeoutOf('upload', 1000n * MIB), 100n);
  assert.equal(rules.timeoutOf('upload', 29n * MIB), 2n);
  assert.equal(rules.timeoutOf('upload', 30n * MIB), 3n);
  assert.equal(rules.timeoutOf('upload', 2048n * MIB), 204n);
  assert.equal(rules.timeoutOf('replicate', 2048n * MIB), 204n);
  assert.equal(rules.timeoutOf('replicate', 1n << 60n), 500n);
  assert.equal(rules.timeoutOf('recover', 90n * MIB), 10n);
  assert.equal(rules.timeoutOf('recover', 100n * MIB), 11n);
  assert.equal(rules.timeoutOf('recover', 1024n * MIB), 50n);
});

test('a speed divides by one more than itself; each acts on its own kinds', () => {
  const size = 2048n * MIB;
  const fast = new TaskRules({ uploadTaskSpeed: 1, replicateTaskSpeed: 3, downloadTaskSpeed: 19 });
  assert.equal(fast.timeoutOf('upload', size), 102n);
  assert.equal(fast.timeoutOf('resumable-upload', size), 102n);
  assert.equal(fast.timeoutOf('replicate', 4n * size), 204n);
  assert.equal(fast.timeoutOf('receive', 4n * size), 204n);
  assert.equal(fast.timeoutOf('download', size), 10n);
  assert.equal(fast.timeoutOf('challenge', size), 10n);
});

test('settings are taken within their bounds', () => {
  const rules = new TaskRules({
    ...{ sealObjectTaskTimeout: 120, gcObjectTaskTimeout: 10_000, gcZombieTaskTimeout: 400, gcMetaTaskTimeout: 1 },
    ...{ sealObjectTaskRetry: 7, replicateTaskRetry: 100, receiveConfirmTaskRetry: 2 },
    ...{ gcObjectTaskRetry: 4, gcZombieTaskRetry: 9, gcMetaTaskRetry: 1 },
  });
  const seconds = (['seal', 'gc-object', 'gc-zombie', 'gc-meta'] as const).map((kind) => rules.timeoutOf(kind));
  assert.deepEqual(seconds, [120n, 600n, 400n, 300n]);
  const kinds = ['seal', 'replicate', 'receive', 'gc-object', 'gc-zombie', 'gc-meta'] as const;
  assert.deepEqual(
    kinds.map((kind) => rules.maxRetryOf(kind)),
    [7n, 6n, 2n, 4n, 5n, 3n],
  );
});

test('a setting that is no whole number from 0 on is refused with its name', () => {
  for (const value of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.throws(
      () => new TaskRules({ gcMetaTaskRetry: value }),
      /task setting gcMetaTaskRetry is .*: expected a whole/,
    );
  }
});

test('property: whatever is configured and however large, times and attempts keep their bounds', () => {
  const setting = fc.nat();
  const names = Object.keys(defaultTaskSettings) as (keyof TaskSettings)[];
  const settings = fc.record(Object.fromEntries(names.map((name) => [name, setting])), { requiredKeys: [] });
  fc.assert(
    fc.property(settings, fc.constantFrom(...taskKindNames), fc.bigInt(0n, 2n ** 64n - 1n), (given, kind, size) => {
      const rules = new TaskRules(given as Partial<TaskSettings>);
      const [from, to, fewest, most] = bounds[kind] ?? [0n, 0n, 0n, 0n];
      const seconds = rules.timeoutOf(kind, size);
      assert.ok(from <= seconds && seconds <= to);
      assert.ok(fewest <= rules.maxRetryOf(kind) && rules.maxRetryOf(kind) <= most);
      assert.ok(rules.timeoutOf(kind, size / 2n) <= seconds, 'less is never given more time');
    }),
  );
});
