/** The same transactions at the same times give the same chain, whatever happened to the process in between. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { cosmosBankV1beta1 as bank, greenfieldPayment as payment, greenfieldStorage as storage } from '@prairie/chain';
import fc from 'fast-check';
import type { Chain } from './chain/chain.ts';
import { ChainStore } from './chain/chain-store.ts';
import { type OpenedChain, openChain } from './chain/open.ts';
import { coin } from './coins.ts';
import { testGenesis, testKey } from './testing/network.ts';
import { type AnyTxMessage, msg, type SigningChain, signed } from './testing/sender.ts';

const users = [testKey('alice'), testKey('bob')];

interface Step {
  kind: 'send' | 'group' | 'account' | 'nonsense';
  user: number;
  amount: number;
}

interface Block {
  steps: Step[];
  /** Seconds after the block before. */
  later: number;
}

const step = fc.record<Step>({
  kind: fc.constantFrom('send', 'group', 'account', 'nonsense'),
  user: fc.nat(1),
  amount: fc.integer({ min: 1, max: 1000 }),
});
const blocks = fc.array(
  fc.record({ steps: fc.array(step, { maxLength: 3 }), later: fc.integer({ min: 1, max: 5000 }) }),
  {
    minLength: 2,
    maxLength: 8,
  },
);

function messageOf({ kind, user, amount }: Step): AnyTxMessage {
  const creator = users[user]!.address;
  const to = users[1 - user]!.address;
  if (kind === 'group') return msg(storage.MsgCreateGroup, { creator, group_name: `group-${amount}`, extra: '' });
  if (kind === 'account') return msg(payment.MsgCreatePaymentAccount, { creator });
  // more than anyone has: the fee is paid, the message fails
  const value = kind === 'nonsense' ? 10n ** 30n : BigInt(amount);
  return msg(bank.MsgSend, { from_address: creator, to_address: to, amount: [coin(value)] });
}

const genesis = testGenesis();

/** A chain that has no clock: every block is told its time. */
class Run implements SigningChain {
  readonly chainId = genesis.chain_id;
  private readonly directory: string | undefined;
  private store!: ChainStore;
  private opened!: OpenedChain;
  private seconds = 4_000_000_000;

  constructor(directory?: string) {
    this.directory = directory;
    this.open();
    for (const nanos of [0, 1]) this.chain.produceBlock({ seconds: 3_999_999_999n, nanos });
  }

  get chain(): Chain {
    return this.opened.chain;
  }

  get keepers() {
    return this.opened.keepers;
  }

  /** Blocks with their results. */
  get history(): unknown[] {
    return Array.from({ length: this.chain.height }, (_, i) => this.store.block(i + 1));
  }

  make(blocks: readonly Block[]): void {
    for (const { steps, later } of blocks) {
      for (const one of steps) this.chain.submit(signed(this, users[one.user]!, [messageOf(one)]));
      this.seconds += later;
      this.chain.produceBlock({ seconds: BigInt(this.seconds), nanos: 0 });
    }
  }

  /** Makes the blocks, takes them back, and makes them again. */
  remake(blocks: readonly Block[]): void {
    const id = this.chain.snapshot();
    const { seconds } = this;
    this.make(blocks);
    this.chain.revert(id);
    this.seconds = seconds;
    this.make(blocks);
  }

  restart(): void {
    this.store.close();
    this.open();
  }

  close(): void {
    this.store.close();
  }

  private open(): void {
    this.store = new ChainStore({ directory: this.directory });
    this.opened = openChain(this.store, { genesis, identity: () => assert.fail('not asked') });
  }
}

test('two chains are the same, though one was restarted and had blocks taken back and made again', () => {
  fc.assert(
    fc.property(blocks, fc.nat(), (all, at) => {
      const cut = at % all.length;
      const directory = mkdtempSync(join(tmpdir(), 'devchain-same-'));
      const [plain, other] = [new Run(), new Run(directory)];
      try {
        plain.make(all);
        other.make(all.slice(0, cut));
        other.restart();
        other.remake(all.slice(cut));
        other.restart();
        assert.deepEqual(other.history, plain.history);
        assert.equal(other.chain.appHash, plain.chain.appHash);
      } finally {
        plain.close();
        other.close();
        rmSync(directory, { recursive: true, force: true });
      }
    }),
    { numRuns: 25 },
  );
});

test('a transaction more, or a second later, is another chain', () => {
  const run = (later: number, steps: Step[]) => {
    const chain = new Run();
    chain.make([
      { steps, later },
      { steps: [], later: 1 },
    ]);
    const { hash } = chain.chain.lastBlock!.block.block_id;
    chain.close();
    return hash;
  };
  const send: Step = { kind: 'send', user: 0, amount: 1 };
  assert.equal(new Set([run(1, [send]), run(2, [send]), run(1, []), run(1, [send])]).size, 3);
});
