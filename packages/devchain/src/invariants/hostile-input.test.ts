/** A short slice of `npm run test:fuzz`. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RpcFuzz } from '../testing/fuzz/rpc-fuzz.ts';
import { TxFuzz } from '../testing/fuzz/tx-fuzz.ts';
import { again, chosenSeed } from '../testing/random/seed.ts';

const TRANSACTIONS = 2000;
const REQUESTS = 1000;

const seed = chosenSeed();
const HOW = again(seed, 'npm run test:unit -- packages/devchain/src/invariants');

test(`${TRANSACTIONS} spoilt transactions and queries: words for each, and no trace of those refused`, () => {
  const fuzz = new TxFuzz(seed);
  for (let input = 0; input < TRANSACTIONS; input++) fuzz.next();
  fuzz.finish();
  assert.deepEqual(fuzz.faults, [], HOW);
  assert.ok(fuzz.watched > 0, 'no failure was watched');
  const refused = fuzz.counts.get('submit refused') ?? 0;
  assert.ok(refused > TRANSACTIONS / 10, `only ${refused} were refused`);
});

test(`${REQUESTS} requests without sense: an answer of the right shape to each`, () => ask({ powers: false }));
test('and with powers', () => ask({ powers: true }));

async function ask(options: { powers: boolean }): Promise<void> {
  const fuzz = await RpcFuzz.open(seed, options);
  try {
    for (let input = 0; input < REQUESTS / 2; input++) await fuzz.next();
    assert.deepEqual(fuzz.faults, [], HOW);
  } finally {
    await fuzz.close();
  }
}
