import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseQuery } from './chain/event-query.ts';
import type { DevChain } from './devchain.ts';
import { testChain, testKey } from './testing/network.ts';

/** Lets a child make blocks until it reports `blocks` of them, kills it, and returns the last height it reported. */
function killedAfter(dataDir: string, blocks: number): Promise<number> {
  const child = fork(new URL('./testing/crash-child.ts', import.meta.url), [dataDir], { stdio: 'ignore' });
  let first: number | undefined;
  let last = 0;
  child.on('message', (height: number) => {
    first ??= height;
    last = height;
    if (height - first >= blocks) child.kill('SIGKILL');
  });
  return new Promise((resolve) => child.on('exit', () => resolve(last)));
}

test('kill -9 leaves a whole block, and nothing that was reported is lost', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'devchain-'));
  try {
    for (const blocks of [1, 17, 40]) {
      const reported = await killedAfter(dataDir, blocks);
      const devchain = await testChain({ dataDir });
      const { chain, keepers } = devchain;
      assert.ok(chain.height >= reported, `height ${chain.height}, ${reported} reported`);
      // one wei per transaction in the blocks: state and blocks tell the same story
      const transactions = [...chain.store.txsBetween(1, chain.height)].length;
      assert.equal(keepers.bank.balance(testKey('bob').address), 10n ** 27n + BigInt(transactions));
      assert.equal(keepers.accounts.account(testKey('alice').address)?.sequence, BigInt(transactions));
      const { header } = chain.produceBlock().block.block;
      assert.equal(header.app_hash, chain.store.block(chain.height - 1)?.app_hash);
      await devchain.close();
    }
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
});

/** Where the chain may stand after the kill: before the revert, or after it. */
interface Reverting {
  from: number;
  back: number;
}

/** Kills a child so many milliseconds after it has begun its `count`-th revert; returns what it last said. */
function killedInRevert(dataDir: string, count: number, milliseconds: number): Promise<Reverting> {
  const child = fork(new URL('./testing/revert-child.ts', import.meta.url), [dataDir], { stdio: 'ignore' });
  let last: Reverting = { from: 0, back: 0 };
  let begun = 0;
  child.on('message', (message: Reverting) => {
    last = message;
    if (message.from === message.back) return;
    begun++;
    if (begun === count) setTimeout(() => child.kill('SIGKILL'), milliseconds);
  });
  return new Promise((resolve) => child.on('exit', () => resolve(last)));
}

test('kill -9 in a revert leaves the chain before it or after it', async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'devchain-'));
  const outcomes: string[] = [];
  try {
    for (const milliseconds of [0, 1, 2, 3, 5, 8, 13]) {
      const { from, back } = await killedInRevert(dataDir, 1, milliseconds);
      const devchain = await testChain({ dataDir });
      try {
        outcomes.push(checkReverted(devchain, from, back));
      } finally {
        await devchain.close();
      }
    }
    t.diagnostic(outcomes.join(', '));
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
});

/** Which side of the revert the chain is on. State, blocks and indexes must tell the same story. */
function checkReverted({ chain, keepers }: DevChain, from: number, back: number): 'before' | 'after' {
  const between = chain.height > back && chain.height < from;
  assert.ok(!between, `height ${chain.height}: a revert from ${from} to ${back} was half done`);
  const side = chain.height >= from && from > back ? 'before' : 'after';
  const transfers = [...chain.store.txsBetween(1, chain.height)].length;
  assert.equal(keepers.bank.balance(testKey('bob').address), 10n ** 27n + BigInt(transfers));
  assert.equal(keepers.accounts.account(testKey('alice').address)?.sequence, BigInt(transfers));
  assert.equal(chain.search.txs(parseQuery('transfer.sender EXISTS AND message.action EXISTS')).length, transfers);
  const { header } = chain.produceBlock().block.block;
  assert.equal(header.app_hash, chain.store.block(chain.height - 1)?.app_hash);
  return side;
}
