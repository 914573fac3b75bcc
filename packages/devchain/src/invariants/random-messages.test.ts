import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { KINDS } from '../testing/random/kinds.ts';
import { type Script, scriptedHashes } from '../testing/random/replay.ts';
import { RandomRun } from '../testing/random/run.ts';
import { again, chosenSeed } from '../testing/random/seed.ts';
import { PROVIDERS } from '../testing/random/setup.ts';

const MESSAGES = 10_000;
/** Every so many blocks all tables are walked; coins, streams and ids are looked at after each. */
const WALK = 20;
const SHORT = 300;

const seed = chosenSeed();
const HOW = again(seed, 'npm run test:unit -- packages/devchain/src/invariants');

/** Made by the first test; the others look at it. */
let run: RandomRun | undefined;

test(`${MESSAGES} random valid messages: every invariant holds after every block`, () => {
  const made = new RandomRun(seed);
  while (made.accepted < MESSAGES) {
    const record = made.block();
    const findings =
      record.height % WALK === 0 ? made.invariants.allFindings(record) : made.invariants.findings(record);
    assert.deepEqual(findings, [], `height ${record.height}; ${HOW}`);
    assert.deepEqual(made.surprises, [], HOW);
  }
  assert.deepEqual(made.invariants.allFindings(made.world.chain.lastBlock!), [], HOW);
  assert.deepEqual(made.world.opened.panics, [], HOW);
  run = made;
});

test('nearly all of them are accepted, and every kind of them', () => {
  assert.ok(run, 'the run before failed');
  const { accepted, tolerated } = run;
  assert.ok(accepted >= 0.95 * (accepted + tolerated), `${accepted} accepted, ${tolerated} not; ${HOW}`);
  const never = KINDS.filter(({ name }) => !run!.tallies.get(name)?.accepted).map(({ name }) => name);
  assert.deepEqual(never, [], HOW);
});

test('governance and the ends of blocks do their part: there are new providers, and challenges', () => {
  assert.ok(run, 'the run before failed');
  const { counts } = run.invariants.sequences;
  assert.ok(counts.get('provider')! > PROVIDERS, HOW);
  assert.ok(counts.get('proposal')! > 20, HOW);
  assert.ok(counts.get('challenge')! > 100, HOW);
  assert.ok([...run.world.keepers.staking.validators.table.range()].length > 1, HOW);
});

test('the same transactions at the same times give the same state hash at each height', () => {
  assert.ok(run, 'the run before failed');
  assert.deepEqual(scriptedHashes(run.script), run.hashes, HOW);
});

test('so they do when the chain is on disk, and is closed and opened again', () => {
  assert.ok(run, 'the run before failed');
  const directory = mkdtempSync(join(tmpdir(), 'prairie-random-'));
  try {
    const beginning: Script = { blocks: run.script.blocks.slice(0, SHORT) };
    assert.deepEqual(scriptedHashes(beginning, { directory, reopenEvery: 37 }), run.hashes.slice(0, SHORT), HOW);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});

test('the same seed makes the same run', () => {
  const runs = [new RandomRun(seed), new RandomRun(seed)];
  for (let block = 0; block < 30; block++) for (const one of runs) one.block();
  assert.deepEqual(runs[0]!.hashes, runs[1]!.hashes, HOW);
});
