import assert from 'node:assert/strict';
import { it } from 'node:test';
import { SCRUB_FAULTS, type ScrubFinding, type ScrubReport, type ScrubStatus } from '@prairie/gfsp';
import fc from 'fast-check';
import { connectAll, plain, startServer, until } from '../testing/server.ts';

const count = fc.integer({ min: 0, max: 2 ** 53 - 1 });
const id = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const text = fc.string({ maxLength: 20 });
const index = fc.integer({ min: -1, max: 5 });

const counts = fc.record({ pieces: count, bytes: count, damaged: count, repaired: count, failed: count });
const finding: fc.Arbitrary<ScrubFinding> = fc.record({
  ...{ object_id: id, bucket_name: text, object_name: text, redundancy_index: index, segment_index: index },
  ...{ piece_key: text, fault: fc.constantFrom(...SCRUB_FAULTS), repaired: fc.boolean(), error: text },
});
const report: fc.Arbitrary<ScrubReport> = fc.record({
  ...{ counts, object_id: id, findings: fc.array(finding, { maxLength: 3 }), finished: fc.boolean() },
});
const progress = counts.chain((done) =>
  fc.record({
    ...{ holder: text, held_until: count, object_id: id, redundancy_index: index, started_at: count },
    ...{ last_started_at: count, last_finished_at: count, last_pieces: count, last_bytes: count },
    ...{ last_damaged: count, last_repaired: count, last_failed: count },
    ...(Object.fromEntries(Object.entries(done).map(([key, value]) => [key, fc.constant(value)])) as {
      [K in keyof typeof done]: fc.Arbitrary<number>;
    }),
  }),
);
const status: fc.Arbitrary<ScrubStatus> = fc.record({
  ...{ bytes_per_second: id, interval_seconds: id, progress: fc.option(progress, { nil: undefined }) },
});
const request = { bucket_name: 'photos', object_name: 'a/b', bytes_per_second: 5n << 40n };

it('reports and findings of a pass cross processes unchanged, and so does how far the background is', async (t) => {
  let reports: ScrubReport[] = [];
  let answer: ScrubStatus | undefined;
  const asked: unknown[] = [];
  const server = await startServer(t, {
    manager: {
      async *scrub(given) {
        asked.push(given);
        yield* reports;
      },
      scrubStatus: async () => answer!,
    },
  });
  const { manager } = connectAll(t, [server.address]);
  await fc.assert(
    fc.asyncProperty(fc.array(report, { maxLength: 4 }), status, async (told, known) => {
      [reports, answer] = [told, known];
      const got: ScrubReport[] = [];
      for await (const one of manager.scrub(request, new AbortController().signal)) got.push(one);
      assert.deepEqual(plain(got), plain(told));
      assert.deepEqual(plain(await manager.scrubStatus()), plain(known));
      assert.deepEqual(asked.at(-1), request);
    }),
    { numRuns: 25 },
  );
});

it('a pass ends when the one who asked for it leaves', async (t) => {
  let ended = false;
  const none = { pieces: 0, bytes: 0, damaged: 0, repaired: 0, failed: 0 };
  const server = await startServer(t, {
    manager: {
      async *scrub(_request, signal) {
        try {
          while (!signal.aborted) {
            yield { counts: none, object_id: 1n, findings: [], finished: false };
            await new Promise(setImmediate);
          }
        } finally {
          ended = true;
        }
      },
    },
  });
  const { manager } = connectAll(t, [server.address]);
  for await (const one of manager.scrub(request, new AbortController().signal)) if (one.object_id === 1n) break;
  await until(() => ended);
});
