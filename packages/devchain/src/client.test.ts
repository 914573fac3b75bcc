/** The chain client of `@prairie/chain` against this chain: over its real port, as against any node. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, it } from 'node:test';
import {
  cosmosBankV1beta1 as bank,
  ChainClient,
  type ChainClientOptions,
  ChainQueryError,
  cosmosFeegrantV1beta1 as feegrant,
  feeOf,
  packAny,
  parseTypedEvent,
  signTx,
  greenfieldStorage as storage,
  type TxMessage,
  TxSender,
  type TxSenderOptions,
  txMessage,
  WrongChainError,
} from '@prairie/chain';
import type { DevChain, DevChainOptions } from './devchain.ts';
import { TEST_CHAIN_ID, type TestKey, testChain, testGenesis, testKey } from './testing/network.ts';
import { TcpProxy } from './testing/tcp-proxy.ts';

const alice = testKey('alice');
const bob = testKey('bob');

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Makes a block every 20 ms unless told otherwise. */
async function startChain(options: Partial<DevChainOptions> = {}): Promise<DevChain> {
  const devchain = await testChain({ autoBlocks: true, blockTimeMs: 20, ...options });
  cleanups.push(() => devchain.close());
  return devchain;
}

function clientOf(rpcUrl: string | string[], options: Partial<ChainClientOptions> = {}): ChainClient {
  const client = new ChainClient({ rpcUrl, chainId: TEST_CHAIN_ID, retryMs: 5, feed: { pollMs: 10 }, ...options });
  cleanups.push(() => client.close());
  return client;
}

async function pair(options: Partial<DevChainOptions> = {}) {
  const devchain = await startChain(options);
  return { devchain, client: clientOf(devchain.rpcUrl) };
}

const senderOf = (client: ChainClient, key: TestKey = alice, options: Partial<TxSenderOptions> = {}) =>
  new TxSender({ privateKey: key.privateKey, ...options }, { client });

const transfer = (from: TestKey, to: string, amount: bigint): TxMessage =>
  txMessage(bank.MsgSend, { from_address: from.address, to_address: to, amount: [{ denom: 'BNB', amount }] });

const createGroup = (name: string) => txMessage(storage.MsgCreateGroup, { creator: alice.address, group_name: name });

/** An address that nothing else uses. */
const fresh = (label: string): string => testKey(`fresh ${label}`).address;

describe('queries', () => {
  it('are typed for every module, at a height, with pages', async () => {
    const { client } = await pair({ genesis: testGenesis({ providers: 8 }) });
    const { balance } = await client.q.bank.Balance({ address: alice.address, denom: 'BNB' });
    assert.equal(balance?.amount, 10n ** 27n);
    assert.equal((await client.q.storage.Params()).params.versioned_params.max_segment_size, 16n << 20n);
    assert.equal((await client.q.gashub.Params({}, { height: 1n })).params.max_tx_size, 65536n);
    assert.equal((await client.q.tendermint.GetNodeInfo()).default_node_info?.network, TEST_CHAIN_ID);
    const ids: number[] = [];
    for await (const { id } of client.list.sp.StorageProviders({}, { pageSize: 3n })) ids.push(id);
    assert.deepEqual(ids.toSorted(), [1, 2, 3, 4, 5, 6, 7, 8]);
    await assert.rejects(async () => {
      for await (const _ of client.list.sp.StorageProviders({}, { max: 5 }));
    }, /more than 5 items/);
  });

  it('know who exists, and who may challenge', async () => {
    const { client } = await pair();
    const carol = fresh('carol');
    assert.deepEqual([await client.accountExists(alice.address), await client.accountExists(carol)], [true, false]);
    await senderOf(client).sendAndWait([transfer(alice, carol, 1n)]);
    assert.equal(await client.accountExists(carol), true);
    assert.deepEqual(await client.bondedChallengers(), [testKey('challenger').address]);
  });

  it('say how they failed', async () => {
    const { client } = await pair();
    const failure = async (query: Promise<unknown>): Promise<ChainQueryError> => {
      const error = await query.then(
        () => undefined,
        (reason: unknown) => reason,
      );
      assert.ok(error instanceof ChainQueryError);
      return error;
    };
    const missing = await failure(client.q.auth.Account({ address: fresh('nobody') }));
    assert.deepEqual([missing.status, missing.code, missing.notFound], ['NotFound', 22, true]);
    const bucket = await failure(client.q.storage.HeadBucket({ bucket_name: 'nothing' }));
    assert.deepEqual([bucket.status, bucket.code, bucket.notFound], ['Unknown', 6, true]);
    assert.equal((await failure(client.q.auth.Account({ address: '' }))).status, 'InvalidArgument');
    const future = await failure(client.q.bank.Params({}, { height: 10n ** 9n }));
    assert.deepEqual([future.code, future.notFound], [26, false]);
  });
});

describe('transactions', () => {
  it('cost the same by the table as by a simulation', async () => {
    const { client } = await pair();
    const grant = { granter: alice.address, grantee: fresh('grantee') };
    const allowance = packAny(feegrant.AllowedMsgAllowance, {
      allowance: packAny(feegrant.BasicAllowance, {}),
      allowed_messages: [bank.MsgSend.typeUrl, bank.MsgMultiSend.typeUrl],
    });
    const transactions = [
      [transfer(alice, fresh('a'), 1n)],
      [createGroup('group-1'), transfer(alice, fresh('a'), 1n)],
      [txMessage(feegrant.MsgGrantAllowance, { ...grant, allowance })],
      [txMessage(storage.MsgCreateGroup, { creator: alice.address, group_name: 'group-2', extra: 'x'.repeat(512) })],
    ];
    for (const messages of transactions) {
      const [table, simulate] = [senderOf(client, alice, { gas: 'table' }), senderOf(client, alice)];
      const { sequence } = (await client.account(alice.address))!;
      const { gasUsed } = await client.simulate({ messages, sequence });
      const sent = await table.sendAndWait(messages);
      assert.equal(sent.gasWanted, gasUsed);
      await assert.doesNotReject(simulate.sendAndWait([transfer(alice, fresh('a'), 1n)]));
    }
  });

  it('can have several signers, any of whom pays', async () => {
    const { devchain, client } = await pair();
    const messages = [transfer(alice, fresh('c'), 5n), transfer(bob, fresh('c'), 6n)];
    for (const payer of [undefined, bob.address]) {
      const [first, second] = await Promise.all([alice, bob].map(({ address }) => client.account(address)));
      const signer = (key: TestKey, account: typeof first) => ({
        privateKey: key.privateKey,
        accountNumber: account!.account_number,
        sequence: account!.sequence,
      });
      const before = await client.balance(bob.address);
      const fee = { ...feeOf(2400n), ...(payer ? { payer } : {}) };
      const { chainId } = devchain;
      const tx = signTx({ ...signer(alice, first), cosigners: [signer(bob, second)], messages, chainId, fee });
      await client.broadcastTx(tx.bytes);
      const { code, log } = await client.waitForTx(tx.hash);
      assert.equal(code, 0, log);
      const paid = before - (await client.balance(bob.address)) - 6n;
      assert.equal(paid, payer ? fee.amount : 0n);
    }
    assert.equal(await client.balance(fresh('c')), 22n);
  });

  it('are paid by a granter', async () => {
    const { client } = await pair();
    const grantee = testKey('fresh grantee');
    const allowance = packAny(feegrant.BasicAllowance, {});
    await senderOf(client).sendAndWait([
      transfer(alice, grantee.address, 7n),
      txMessage(feegrant.MsgGrantAllowance, { granter: alice.address, grantee: grantee.address, allowance }),
    ]);
    for (const gas of ['simulate', 'table'] as const) {
      const options = { granter: alice.address.toLowerCase(), gas };
      await senderOf(client, grantee).sendAndWait([transfer(grantee, fresh('d'), 1n)], options);
    }
    assert.equal(await client.balance(grantee.address), 5n);
  });

  it('of two senders for one account all land, each once', async () => {
    const { client } = await pair();
    const senders = [
      senderOf(client, alice, { gas: 1200n, attempts: 50 }),
      senderOf(client, alice, { gas: 1200n, attempts: 50 }),
    ];
    const sends = Array.from({ length: 20 }, (_, i) =>
      senders[i % 2]!.sendAndWait([transfer(alice, fresh(`two ${i}`), 1n)]),
    );
    await Promise.all(sends);
    for (let i = 0; i < 20; i++) assert.equal(await client.balance(fresh(`two ${i}`)), 1n);
  });

  it('are batched, each message with its own result', async () => {
    const { client } = await pair();
    for (const gas of ['table', 'simulate'] as const) {
      const sender = senderOf(client, alice, { gas });
      const names = Array.from({ length: 30 }, (_, i) => `batch-${gas}-${i % 10 === 3 ? 'x' : i}`);
      const results = await Promise.allSettled(names.map((name) => sender.sendBatched(createGroup(name))));
      const ids = new Set<unknown>();
      for (const [i, result] of results.entries()) {
        // three of the same name: the chain takes the first
        if (i === 13 || i === 23) {
          assert.match(String((result as PromiseRejectedResult).reason), /Group already exists|already exists/i);
          continue;
        }
        assert.ok(result.status === 'fulfilled', `${i} ${String((result as PromiseRejectedResult).reason)}`);
        assert.equal(result.value.response?.type.name, 'greenfield.storage.MsgCreateGroupResponse');
        const created = result.value.events.find(({ type }) => type === storage.EventCreateGroup.name)!;
        const event = parseTypedEvent(created)!.value as storage.EventCreateGroup;
        assert.equal(event.group_name, names[i]);
        ids.add(event.group_id);
      }
      assert.equal(ids.size, 28);
    }
  });
});

describe('one chain by two ways', () => {
  it('goes on by the other when one is cut: blocks, events, transactions, queries', async () => {
    const devchain = await startChain();
    const [one, two] = [await TcpProxy.to(devchain.rpcUrl), await TcpProxy.to(devchain.rpcUrl)];
    cleanups.push(() => two.cut());
    const client = clientOf([one!.url, two!.url], { probeMs: 20, timeoutMs: 1000 });
    const stop = AbortSignal.timeout(100_000);
    const from = await client.currentHeight();
    const sender = senderOf(client, alice, { gas: 'table' });
    const heights: bigint[] = [];
    const amounts: string[] = [];
    const count = 60;
    const blocks = (async () => {
      for await (const { height } of client.subscribeBlocks(from, stop)) if (heights.push(height) >= 80) return;
    })();
    const filter = { types: ['transfer'], attributes: { recipient: fresh('events') } };
    const events = (async () => {
      for await (const { event } of client.subscribeEvents(filter, from, stop)) {
        if (amounts.push(event.attributes.find(({ key }) => key === 'amount')!.value) === count) return;
      }
    })();
    const sends: Promise<unknown>[] = [];
    for (let i = 1; i <= count; i++) {
      sends.push(sender.sendAndWait([transfer(alice, fresh('events'), BigInt(i))]));
      await new Promise((resolve) => setTimeout(resolve, 10));
      if (i === 15) one!.drop();
      if (i === 30) await one!.cut();
    }
    await Promise.all([...sends, blocks, events]);
    assert.deepEqual(
      heights,
      heights.map((_, i) => from + BigInt(i)),
    );
    assert.deepEqual(
      amounts,
      Array.from({ length: count }, (_, i) => `${i + 1}BNB`),
    );
    assert.equal(await client.balance(fresh('events')), BigInt((count * (count + 1)) / 2));
    assert.equal(client.rpc.url, two!.url);
  });

  it('does not mix two chains', async () => {
    const [mine, other] = [
      await startChain(),
      await startChain({ genesis: testGenesis({ chainId: 'greenfield_9001-1' }) }),
    ];
    const client = clientOf([other!.rpcUrl, mine!.rpcUrl]);
    assert.equal((await client.q.tendermint.GetNodeInfo()).default_node_info?.network, TEST_CHAIN_ID);
    await senderOf(client).sendAndWait([transfer(alice, fresh('mine'), 1n)]);
    await assert.rejects(clientOf(other!.rpcUrl).currentHeight(), WrongChainError);
  });
});

it('a node that was started anew gets again what waited in it', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'client-'));
  try {
    const first = await testChain({ dataDir });
    const port = Number(new URL(first.rpcUrl).port);
    const client = clientOf(first.rpcUrl);
    const sender = senderOf(client, alice, { gas: 1200n });
    const sends = [1n, 2n, 3n].map((amount) => sender.sendAndWait([transfer(alice, fresh('again'), amount)]));
    while (first.chain.mempool.count < 3) await new Promise((resolve) => setTimeout(resolve, 5));
    await first.close();
    await startChain({ dataDir, port });
    sends.push(sender.sendAndWait([transfer(alice, fresh('again'), 4n)]));
    await Promise.all(sends);
    assert.equal(await client.balance(fresh('again')), 10n);
  } finally {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
    rmSync(dataDir, { recursive: true, force: true });
  }
});
