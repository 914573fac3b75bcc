/**
 * The chain and its ports under input that nobody should send, and a lot of it. Without `PRAIRIE_SEED` each run is the
 * same, so that what fails is due to what was changed; look for more with `PRAIRIE_SEED=$RANDOM npm run test:fuzz`.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { again, chosenSeed, RpcFuzz, TxFuzz } from '@prairie/devchain/testing';

const TRANSACTIONS = 60_000;
const REQUESTS = 40_000;
/** Inputs between lines of progress. */
const LINE = 5000;

const seed = chosenSeed(83_251_163);
const HOW = again(seed, 'npm run test:fuzz');

interface Fuzz {
  readonly inputs: number;
  readonly faults: readonly unknown[];
  readonly slowest: { ms: number };
}

function progress(what: string, { inputs, faults, slowest }: Fuzz): void {
  const megabytes = Math.round(process.memoryUsage.rss() / 1e6);
  const line = `${inputs} ${what}, ${faults.length} faults, slowest ${Math.round(slowest.ms)} ms, ${megabytes} MB`;
  process.stdout.write(`${line}\n`);
}

const counted = (counts: ReadonlyMap<string, number>): string =>
  [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([what, count]) => `${what}: ${count}`)
    .join(', ');

test(`${TRANSACTIONS} spoilt transactions and queries (seed ${seed})`, () => {
  const fuzz = new TxFuzz(seed);
  while (fuzz.inputs < TRANSACTIONS && fuzz.faults.length === 0) {
    fuzz.next();
    if (fuzz.inputs % LINE === 0) progress('transactions and queries', fuzz);
  }
  fuzz.finish();
  process.stdout.write(`${counted(fuzz.counts)}; ${fuzz.watched} failures watched\n`);
  assert.deepEqual(fuzz.faults, [], HOW);
});

for (const powers of [false, true]) {
  const node = powers ? 'a node with powers' : 'a node';
  test(`${REQUESTS / 2} requests without sense, over sockets, to ${node} (seed ${seed})`, async () => {
    const fuzz = await RpcFuzz.open(seed, { powers });
    try {
      while (fuzz.inputs < REQUESTS / 2 && fuzz.faults.length === 0) {
        await fuzz.next();
        if (fuzz.inputs % LINE === 0) progress(`requests to ${node}`, fuzz);
      }
      process.stdout.write(`${counted(fuzz.counts)}\n`);
      assert.deepEqual(fuzz.faults, [], HOW);
    } finally {
      await fuzz.close();
    }
  });
}
