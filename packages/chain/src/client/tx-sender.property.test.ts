/** Whatever happens to node and connection: each send lands at most once, in order, and its answer is true. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ChainClient, TxError, TxReplacedError } from '../client.ts';
import { addressOf } from '../ecdsa.ts';
import { FakeAccountChain, IMPATIENT, labelled, whileBlocks } from '../testing/fake-account-chain.ts';
import { FakeRpcError } from '../testing/fake-node.ts';
import { feeOf } from '../tx.ts';
import { TxSender } from './tx-sender.ts';

const privateKey = Buffer.alloc(32, 5);
const address = addressOf(privateKey);
const fee = feeOf(1200n);

/** What happens before or after a broadcast is judged. */
type Trouble = Partial<Record<'before' | 'after', (chain: FakeAccountChain) => void>>;

const TROUBLES: Readonly<Record<string, Trouble>> = {
  none: {},
  lostBefore: { before: () => fail() },
  lostAfter: { after: () => fail() },
  full: { before: () => fail(new FakeRpcError('mempool is full')) },
  restart: { before: (chain) => chain.restart() },
  restartAfter: {
    after: (chain) => {
      chain.restart();
      fail();
    },
  },
  forget: { after: (chain) => chain.forget() },
  block: { before: (chain) => chain.block() },
  landsUnseen: {
    after: (chain) => {
      chain.block();
      chain.restart();
      fail();
    },
  },
  usedElsewhere: {
    before: (chain) => {
      if (chain.mempool.length === 0) chain.useSequence();
    },
  },
};

function fail(error: Error = new Error('connection lost')): never {
  throw error;
}

const anyTrouble = fc.constantFrom(...Object.keys(TROUBLES));

test('sends under troubles', async () => {
  const runs = fc.record({
    troubles: fc.array(anyTrouble, { maxLength: 12 }),
    sends: fc.integer({ min: 1, max: 6 }),
    renew: fc.nat(2),
  });
  await fc.assert(
    fc.asyncProperty(runs, async ({ troubles, sends, renew }) => {
      const chain = new FakeAccountChain(address);
      const rpcUrl = await chain.node.start();
      const client = new ChainClient({ ...IMPATIENT, rpcUrl, chainId: chain.node.chainId });
      const at = (attempt: number): Trouble => TROUBLES[troubles[attempt - 1] ?? 'none']!;
      chain.before = (attempt) => at(attempt).before?.(chain);
      chain.after = (_answer, attempt) => at(attempt).after?.(chain);
      try {
        const sender = new TxSender({ privateKey, nudgeMs: 50 }, { client });
        const labels = Array.from({ length: sends }, (_, i) => `m${i}`);
        const sent = labels.map((label) =>
          sender.sendAndWait([labelled(address, label)], { fee, renew }, { timeoutMs: 20_000 }),
        );
        const results = await whileBlocks(chain, Promise.allSettled(sent));
        assert.deepEqual(chain.landed.toSorted(), [...new Set(chain.landed)].toSorted(), 'none lands twice');
        if (renew === 0) assert.deepEqual(chain.landed, chain.landed.toSorted(), 'in order');
        for (const [i, result] of results.entries()) {
          const landed = chain.landed.includes(labels[i]!);
          if (result.status === 'fulfilled') assert.ok(landed, `${labels[i]} was reported and did not land`);
          else if (result.reason instanceof TxError || result.reason instanceof TxReplacedError) assert.ok(!landed);
        }
      } finally {
        client.close();
        await chain.node.stop();
      }
    }),
    {
      numRuns: 40,
      // the answer to another version got lost, and that version landed: it landed twice before
      examples: [[{ troubles: ['none', 'forget', 'none', 'none', 'landsUnseen'], sends: 2, renew: 1 }]],
    },
  );
});
