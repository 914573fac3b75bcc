import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { cosmosBankV1beta1 as bank, encode } from '@prairie/chain';
import { parseTime } from './chain/block-types.ts';
import { coin } from './coins.ts';
import { DevChain } from './devchain.ts';
import { testChain, testGenesis, testKey } from './testing/network.ts';
import { deliver, msg, signed } from './testing/sender.ts';

const alice = testKey('alice');
const bob = testKey('bob');
const send = (amount: bigint) =>
  msg(bank.MsgSend, { from_address: alice.address, to_address: bob.address, amount: [coin(amount)] });

/** What a client reads of the newest block and of accounts, balances and providers. */
const picture = ({ chain }: DevChain) => {
  const ask = (path: string, data: Uint8Array = new Uint8Array(0)) => {
    const { code, value } = chain.queries.query(path, data, 0);
    return [code, Buffer.from(value ?? []).toString('hex')];
  };
  return {
    block: chain.lastBlock,
    accounts: ask('/cosmos.auth.v1beta1.Query/Accounts'),
    owners: ask('/cosmos.bank.v1beta1.Query/DenomOwners', encode(bank.QueryDenomOwnersRequest, { denom: 'BNB' })),
    supply: ask('/cosmos.bank.v1beta1.Query/TotalSupply'),
    providers: ask('/greenfield.sp.Query/StorageProviders'),
  };
};

test('a chain that is opened again goes on where its last block ended', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'devchain-'));
  try {
    const first = await testChain({ dataDir });
    const height = first.height;
    deliver(first, alice, [send(5n)]);
    for (let i = 0; i < 5; i++) first.produceBlock();
    const before = picture(first);
    // nothing that happens after the last commit may be needed: the file is closed under the chain
    await first.close();

    const second = await testChain({ dataDir, genesis: testGenesis({ genesisTime: new Date(0) }) });
    assert.deepEqual(picture(second), before);
    assert.equal(deliver(second, alice, [send(6n)]).code, 0);
    assert.equal(second.chain.store.block(height + 1)?.results.txs_results?.length, 1, 'older blocks are there');
    assert.equal(second.height, before.block!.height + 1);
    await second.close();
    await assert.rejects(
      testChain({ dataDir, genesis: testGenesis({ chainId: 'greenfield_9001-1' }) }),
      /holds chain greenfield_9000-121/,
    );
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
});

test('block times grow, the first is that of genesis, hashes chain', async () => {
  const devchain = await testChain();
  for (let i = 0; i < 20; i++) devchain.produceBlock();
  const nanos = (height: number) => {
    const { seconds, nanos } = parseTime(devchain.chain.store.block(height)!.block.block.header.time);
    return seconds * 10n ** 9n + BigInt(nanos);
  };
  assert.equal(devchain.chain.store.block(1)?.block.block.header.time, devchain.chain.genesis.genesis_time);
  for (let height = 2; height <= devchain.height; height++) {
    assert.ok(nanos(height) > nanos(height - 1));
    const [block, previous] = [height, height - 1].map((h) => devchain.chain.store.block(h)!);
    assert.deepEqual(block!.block.block.header.last_block_id, previous!.block.block_id);
    assert.equal(block!.block.block.header.app_hash, previous!.app_hash);
    assert.equal(block!.block.block.header.randao_mix.length, 128);
  }
  await devchain.close();
});

test('with block time 0 a transaction has its block at once', async () => {
  const devchain = await testChain({ autoBlocks: true, blockTimeMs: 0 });
  const { height } = devchain;
  const made = new Promise<number>((resolve) => devchain.onBlock((record) => resolve(record.height)));
  devchain.chain.submit(signed(devchain, alice, [send(1n)]));
  assert.equal(devchain.height, height, 'the sender is answered first');
  assert.equal(await made, height + 1);
  await devchain.close();
});

test('a steady interval makes empty blocks', async () => {
  const devchain = await testChain({ autoBlocks: true, blockTimeMs: 20 });
  const { height } = devchain;
  await new Promise<void>((resolve) => devchain.onBlock((record) => record.height > height + 3 && resolve()));
  await devchain.close();
});

test('a block that fails halts the chain and leaves the state of the block before', async () => {
  const errors: string[] = [];
  let broken = false;
  const devchain = await testChain({
    autoBlocks: true,
    blockTimeMs: 10,
    logger: { error: (message) => errors.push(message) },
    modules: ({ bank: keeper }) => [
      {
        name: 'broken',
        messages: [],
        queries: {},
        endBlock(ctx) {
          keeper.mint(ctx, 'crosschain', 1n);
          if (broken) throw new Error('no');
        },
      },
    ],
  });
  broken = true;
  const { height } = devchain;
  const { supply } = devchain.keepers.bank;
  while (!devchain.halted) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.ok(devchain.height >= height);
  assert.equal(devchain.keepers.bank.supply, supply + BigInt(devchain.height - height));
  assert.match(errors[0]!, /chain halted/);
  await devchain.close();
});

test('options that make no sense are refused', async () => {
  const params = { storage: { no_such_param: 1 } };
  assert.throws(() => testGenesis({ params }), /parameter no_such_param does not exist/);
  await assert.rejects(
    DevChain.create({ genesis: { ...testGenesis(), app_state: {} }, port: 0 }),
    /MsgCreateValidator/,
  );
});
