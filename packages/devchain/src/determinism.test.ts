/** The same transactions at the same times give the same chain, whatever happens to the process in between. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { cosmosBankV1beta1 as bank, greenfieldPayment as payment, greenfieldStorage as storage } from '@prairie/chain';
import type { BlockRecord } from './chain/block-types.ts';
import type { Chain } from './chain/chain.ts';
import { ChainStore } from './chain/chain-store.ts';
import { openChain } from './chain/open.ts';
import { coin } from './coins.ts';
import { type TestKey, testGenesis, testKey } from './testing/network.ts';
import { scratchFolder } from './testing/scratch.ts';
import { type AnyTxMessage, msg, type SigningChain, signed } from './testing/sender.ts';

const alice = testKey('alice');
const bob = testKey('bob');
const genesisTime = new Date('2026-01-01T00:00:00Z');
const genesis = testGenesis({ genesisTime });
const BLOCKS = 20;

interface Opened extends SigningChain {
  chain: Chain;
  store: ChainStore;
}

function open(directory?: string): Opened {
  const store = new ChainStore({ directory });
  const identity = () => assert.fail('nobody asks');
  const { chain, keepers } = openChain(store, { genesis, identity });
  return { chain, keepers, store, chainId: chain.chainId };
}

/** What the block at a height holds; some of it fails. */
function content(height: number): [TestKey, AnyTxMessage][] {
  const sendOf = (from: TestKey, to: TestKey, amount: bigint) =>
    msg(bank.MsgSend, { from_address: from.address, to_address: to.address, amount: [coin(amount)] });
  const group = msg(storage.MsgCreateGroup, { creator: bob.address, group_name: `group-${height}`, extra: '' });
  const kinds: [TestKey, AnyTxMessage][] = [
    [alice, sendOf(alice, bob, BigInt(height))],
    [bob, group],
    [alice, msg(payment.MsgCreatePaymentAccount, { creator: alice.address })],
    [bob, sendOf(bob, alice, 10n ** 40n)],
  ];
  return kinds.slice(0, height % (kinds.length + 1));
}

function makeBlock(opened: Opened): BlockRecord {
  const { chain, keepers } = opened;
  const height = chain.height + 1;
  const next = new Map<TestKey, bigint>();
  const txs = content(height).map(([key, message]) => {
    const sequence = next.get(key) ?? keepers.accounts.account(key.address)!.sequence;
    next.set(key, sequence + 1n);
    return signed(opened, key, [message], { sequence });
  });
  // at least a day apart, so that streams settle and parameters change their version
  const seconds = BigInt(genesisTime.getTime() / 1000) + BigInt(height) * 86_400n;
  return chain.executeBlock({ time: { seconds, nanos: height }, txs });
}

const hashesOf = ({ block, app_hash }: BlockRecord): string => `${block.block_id.hash} ${app_hash}`;

/** Block and state hash at every height. */
const allHashes = ({ chain }: Opened): string[] =>
  Array.from({ length: chain.height }, (_, i) => hashesOf(chain.store.block(i + 1)!));

function upTo(opened: Opened, height: number): Opened {
  while (opened.chain.height < height) makeBlock(opened);
  return opened;
}

function expected(): string[] {
  const opened = upTo(open(), BLOCKS);
  const hashes = allHashes(opened);
  const codes = Array.from({ length: BLOCKS }, (_, i) => opened.chain.store.block(i + 1)!)
    .flatMap(({ results }) => results.txs_results ?? [])
    .map(({ code }) => code);
  opened.store.close();
  assert.ok(codes.includes(0) && codes.some((code) => code !== 0), 'some of it succeeds, some fails');
  assert.equal(new Set(hashes).size, BLOCKS);
  return hashes;
}

function started(t: TestContext, directory?: string): Opened {
  const opened = open(directory);
  t.after(() => opened.store.close());
  return opened;
}

test('another chain has the same hashes at every height', (t) => {
  assert.deepEqual(allHashes(upTo(started(t), BLOCKS)), expected());
});

test('so has one that is closed and opened in between', (t) => {
  const directory = scratchFolder(t);
  for (const height of [1, 7, 13]) upTo(open(directory), height).store.close();
  assert.deepEqual(allHashes(upTo(started(t, directory), BLOCKS)), expected());
});

test('so has one that goes back and does all again, also after a restart', (t) => {
  const directory = scratchFolder(t);
  const first = upTo(open(directory), 5);
  const id = first.chain.snapshot();
  upTo(first, 9);
  first.chain.executeBlock({ time: { seconds: 4_000_000_000n, nanos: 0 }, txs: [] });
  first.chain.revert(id);
  upTo(first, 12);
  first.store.close();
  const second = started(t, directory);
  second.chain.revert(id);
  assert.equal(second.chain.height, 5);
  assert.deepEqual(allHashes(upTo(second, BLOCKS)), expected());
});

test('another transaction is seen in all hashes after it', (t) => {
  const opened = upTo(started(t), 9);
  opened.chain.executeBlock({ time: { seconds: 4_000_000_000n, nanos: 0 }, txs: [] });
  const [own, others] = [allHashes(opened), expected()];
  assert.deepEqual(own.slice(0, 9), others.slice(0, 9));
  assert.notEqual(own[9], others[9]);
});
