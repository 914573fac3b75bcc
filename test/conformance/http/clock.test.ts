import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RecordedClock } from './clock.ts';

test('dates follow the recording, and what has aged does not become young again', () => {
  const clock = new RecordedClock();
  const start = Date.parse('2001-02-03T04:05:06Z');
  clock.install(start);
  try {
    assert.equal(new Date().toISOString().slice(0, 16), '2001-02-03T04:05');
    const aged = performance.now();
    clock.set(start + 3_600_000);
    assert.ok(Date.now() - start >= 3_600_000);
    assert.ok(performance.now() - aged >= 3_500_000);
    clock.set(start);
    assert.ok(Date.now() - start < 3_600_000);
    assert.ok(performance.now() - aged >= 3_500_000);
    assert.equal(new Date(7).getTime(), 7);
    assert.equal(new Date(2001, 1, 3).getFullYear(), 2001);
  } finally {
    clock.uninstall();
  }
  assert.ok(Date.now() > Date.parse('2020-01-01T00:00:00Z'));
});
