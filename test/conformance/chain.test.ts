import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readRecording } from './chain/recording.ts';
import { Replay } from './chain/replay.ts';
import { runSuite, type Verdict } from './suites.ts';

const FIXTURES = fileURLToPath(new URL('../fixtures', import.meta.url));

let verdict: Verdict;
before(async () => {
  verdict = await runSuite('chain', FIXTURES);
});

test('the recorded network, run again from its genesis file, is the same but for the exceptions listed', (t) => {
  for (const [part, count] of Object.entries(verdict.parts)) t.diagnostic(`${part}: ${count}`);
  assert.deepEqual(verdict.faults, []);
});

test('the replay covers what was recorded', () => {
  const { blocks, queries, exchanges } = readRecording(FIXTURES);
  const txs = [...blocks.values()].reduce((sum, { block }) => sum + block.block.data.txs.length, 0);
  const totals = Object.fromEntries(
    Object.entries(verdict.parts).map(([part, count]) => [part, Number(count.split(' of ')[1])]),
  );
  assert.deepEqual(totals, {
    signers: txs,
    transactions: txs,
    'begin of blocks': blocks.size,
    'end of blocks': blocks.size,
    queries: queries.length,
    'node answers': exchanges.length,
  });
});

test('a recorded event that is changed is found', async () => {
  const recording = readRecording(FIXTURES);
  const [height, block] = [...recording.blocks].find(([, { block_results }]) => block_results.txs_results)!;
  const event = block.block_results.txs_results![0]!.events.at(-1)!;
  event.attributes[0]!.value += '0';
  const replay = new Replay(recording);
  try {
    await replay.run(height);
    assert.equal(replay.reports.transactions.mismatches.length, 1);
    assert.match(replay.reports.transactions.mismatches[0]!, new RegExp(`^block ${height}, transaction 0: event \\d+`));
  } finally {
    await replay.close();
  }
});
