/** The client of the developer powers, against the port that gives them. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  cosmosBankV1beta1 as bank,
  ChainClient,
  DevClient,
  cosmosGashubV1beta1 as gashub,
  impersonatedTx,
  RpcError,
  TxSender,
  txMessage,
} from '@prairie/chain';
import { coin } from './coins.ts';
import type { DevChain } from './devchain.ts';
import { moduleAddress } from './modules/auth/module-accounts.ts';
import { testChain, testKey } from './testing/network.ts';

const carol = testKey('carol').address;
const gov = moduleAddress('gov');

describe('DevClient', () => {
  let devchain: DevChain;
  let dev: DevClient;
  let client: ChainClient;

  before(async () => {
    devchain = await testChain({ powers: true });
    dev = new DevClient({ url: devchain.rpcUrl });
    client = new ChainClient({ rpcUrl: devchain.rpcUrl, chainId: devchain.chainId });
  });

  after(async () => {
    client.close();
    dev.close();
    await devchain.close();
  });

  test('snapshots are taken, listed, returned to and dropped', async () => {
    const taken = await dev.snapshot();
    assert.equal(taken.height, BigInt(devchain.height));
    assert.equal((await dev.mine(4)).height, taken.height + 4n);
    assert.deepEqual(await dev.revert(taken.id), { height: taken.height, revertedBlocks: 4 });
    assert.deepEqual(await dev.snapshots(), [taken]);
    await dev.dropSnapshot(taken.id);
    assert.deepEqual(await dev.snapshots(), []);
    await assert.rejects(dev.revert(taken.id), (error) => error instanceof RpcError && /no snapshot/.test(error.data));
  });

  test('time goes forward', async () => {
    const { time } = await dev.increaseTime(3600);
    assert.ok(Date.parse((await dev.mine()).time) >= Date.parse(time));
    await dev.setNextBlockTime('2100-01-01T00:00:00Z');
    assert.equal((await dev.status()).nextBlockTime, '2100-01-01T00:00:00Z');
    assert.equal((await dev.mine(3, { secondsBetween: 60 })).time, '2100-01-01T00:02:00Z');
    await dev.increaseTime(3600);
    assert.ok((await dev.mine(2, { secondsBetween: 60 })).time >= '2100-01-01T01:03:00', 'behind the clock');
  });

  test('an account without a key acts, and no longer when it is over', async () => {
    await dev.setBalance(carol, 50n);
    const { sequence } = await dev.impersonate(carol);
    const send = txMessage(bank.MsgSend, { from_address: carol, to_address: gov, amount: [coin(8n)] });
    const sent = await client.rpc.broadcastTxSync(impersonatedTx({ messages: [send], sequence }));
    assert.equal(sent.code, 0, sent.log);
    await dev.mine();
    assert.equal(await client.balance(carol), 42n);
    assert.deepEqual(await dev.impersonated(), [carol]);
    assert.equal(await dev.stopImpersonating(carol), true);
    const refused = await client.rpc.broadcastTxSync(impersonatedTx({ messages: [send], sequence: sequence + 1n }));
    assert.notEqual(refused.code, 0);
  });

  test('the governance account changes parameters without a proposal', async () => {
    const { sequence } = await dev.impersonate(gov);
    const params = { max_tx_size: 131_072n, min_gas_per_byte: 5n };
    const messages = [txMessage(gashub.MsgUpdateParams, { authority: gov, params })];
    const sent = await client.rpc.broadcastTxSync(impersonatedTx({ messages, sequence }));
    assert.equal(sent.code, 0, sent.log);
    await dev.mine();
    assert.equal(devchain.keepers.gashub.params.max_tx_size, 131_072n);
  });

  test('the pace of blocks is set, and told', async () => {
    assert.deepEqual(await dev.setBlockTime(60_000), { paused: true, blockTimeMs: 60_000 });
    assert.equal((await dev.resume()).paused, false);
    assert.equal((await dev.pause()).paused, true);
    const status = await dev.status();
    assert.deepEqual(
      [status.chainId, status.height, status.paused, status.blockTimeMs, status.dataDir, status.appHash],
      [devchain.chainId, BigInt(devchain.height), true, 60_000, undefined, devchain.chain.appHash],
    );
    assert.deepEqual((await dev.audit()).findings, []);
  });

  test('a dump that is loaded again brings its state back, while blocks go on', async () => {
    await dev.setBalance(carol, 7n);
    const lines: string[] = [];
    for await (const page of dev.dump()) {
      lines.push(...page.lines);
      await dev.mine();
    }
    const height = BigInt(devchain.height);
    await dev.setBalance(carol, 9n);
    let sent = 0;
    const loaded = await dev.load(lines, {
      onProgress: (count) => {
        sent += count;
      },
    });
    assert.equal(
      sent,
      lines.reduce((sum, line) => sum + line.length + 1, 0),
    );
    assert.ok(loaded.height <= height);
    assert.equal(await client.balance(carol), 7n);
    await assert.rejects(dev.load(lines.slice(0, -1)), /ends too early/);
    await dev.mine();
    assert.equal((await client.rpc.status()).sync_info.latest_block_height, String(loaded.height + 1n));
  });

  test('clients and their subscriptions go on after a revert', async () => {
    const sender = new TxSender({ privateKey: testKey('alice').privateKey }, { client });
    const send = txMessage(bank.MsgSend, {
      from_address: testKey('alice').address,
      to_address: carol,
      amount: [coin(1n)],
    });
    await dev.setBlockTime(50);
    await dev.resume();
    try {
      await sender.sendAndWait([send]);
      const before = await client.balance(carol);
      const { id, height } = await dev.snapshot();
      const gone = await sender.sendAndWait([send]);
      await dev.mine(200);
      assert.equal((await dev.revert(id)).height, height);
      assert.equal(await client.balance(carol), before);
      assert.equal(await client.rpc.tx(gone.hash), undefined);
      const again = await sender.sendAndWait([send]);
      assert.ok(BigInt(again.height) <= height + 200n, 'within the heights that were there before');
      assert.equal(await client.balance(carol), before + 1n);
    } finally {
      await dev.pause();
    }
  });
});
