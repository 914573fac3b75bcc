import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { SharedSync } from './shared-sync.ts';

test('everyone gets a sync that began after asking, and few are run', async () => {
  // how many turns of the event loop each sync takes, and after how many each writer asks
  const turns = fc.array(fc.nat({ max: 5 }), { minLength: 1, maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(turns, turns, async (lengths, delays) => {
      let written = 0;
      let synced = 0;
      let running = 0;
      let runs = 0;
      const shared = new SharedSync(async () => {
        assert.equal(++running, 1);
        const seen = written;
        for (let left = lengths[runs++ % lengths.length]!; left > 0; left--) await turn();
        synced = seen;
        running--;
      });
      const writer = async (delay: number) => {
        for (let left = delay; left > 0; left--) await turn();
        const mine = ++written;
        const done = shared.sync();
        assert.notEqual(shared.pending, undefined);
        await done;
        assert.ok(synced >= mine, `write ${mine} was told to be safe when ${synced} were`);
      };
      await Promise.all(delays.map(writer));
      assert.ok(runs <= delays.length);
      await turn();
      assert.equal(shared.pending, undefined);
    }),
    { numRuns: 50 },
  );
});

test('those who ask while one runs share the next', async () => {
  const gates: PromiseWithResolvers<void>[] = [];
  const shared = new SharedSync(() => {
    gates.push(Promise.withResolvers());
    return gates.at(-1)!.promise;
  });
  const first = shared.sync();
  const others = Array.from({ length: 10 }, () => shared.sync());
  assert.equal(gates.length, 1);
  gates[0]!.resolve();
  await first;
  await turn();
  assert.equal(gates.length, 2);
  gates[1]!.resolve();
  await Promise.all(others);
  assert.equal(gates.length, 2);
});

test('a failure is that of those who waited for it', async () => {
  let fails = true;
  const shared = new SharedSync(async () => {
    await turn();
    if (fails) throw new Error('no space');
  });
  const both = await Promise.allSettled([shared.sync(), shared.sync()]);
  assert.deepEqual(
    both.map(({ status }) => status),
    ['rejected', 'rejected'],
  );
  fails = false;
  await shared.sync();
});
