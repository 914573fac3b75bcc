/** Calls of contract methods that go over a socket with anything that fits. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { ModuleName, Modules } from '@prairie/gfsp';
import fc from 'fast-check';
import { connectAll, plain, startServer } from './server.ts';

export interface Case {
  call: `${ModuleName}.${string}`;
  args: fc.Arbitrary<unknown[]>;
  result: fc.Arbitrary<unknown>;
}

/** A signal is not the same one on the other side: only that there is one counts. */
const compared = (args: unknown[]) => args.map((arg) => (arg instanceof AbortSignal ? 'signal' : plain(arg)));

/** A test for each: the module gets what was asked, the caller what it answers. */
export function testRoundTrips(cases: readonly Case[]): void {
  for (const { call, args, result } of cases) {
    it(`${call} arrives and returns unchanged`, async (t) => {
      const [module, method] = call.split('.') as [ModuleName, string];
      let seen: unknown[] = [];
      let answer: unknown;
      const recording = {
        [method]: async (...given: unknown[]) => {
          seen = given;
          return answer;
        },
      };
      const server = await startServer(t, { [module]: recording } as unknown as Partial<Modules>);
      const client = connectAll(t, [server.address])[module] as unknown as Record<
        string,
        (...given: unknown[]) => Promise<unknown>
      >;
      await fc.assert(
        fc.asyncProperty(args, result, async (given, expected) => {
          answer = expected;
          const got = await client[method]!(...given);
          assert.deepEqual(compared(seen), compared(given));
          assert.deepEqual(plain(got), plain(expected));
        }),
        { numRuns: 25 },
      );
    });
  }
}
