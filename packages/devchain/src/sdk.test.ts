/** The network's own JavaScript clients against this chain. */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { Tendermint37Client } from '@cosmjs/tendermint-rpc';
import type { DevChain } from './devchain.ts';
import { testChain, testKey } from './testing/network.ts';

// its ES module build imports files without their endings, which Node does not resolve
const { Client } = createRequire(import.meta.url)(
  '@bnb-chain/greenfield-js-sdk',
) as typeof import('@bnb-chain/greenfield-js-sdk');

let devchain: DevChain;
const alice = testKey('alice');
const bob = testKey('bob');

before(async () => {
  devchain = await testChain({ autoBlocks: true, blockTimeMs: 100 });
});
after(() => devchain.close());

test('the JS SDK reads accounts and transfers: simulate, sign, broadcast, wait', async () => {
  const client = Client.create(devchain.rpcUrl, '9000');
  const account = await client.account.getAccount(alice.address);
  assert.equal(account.address, alice.address);
  const before = devchain.keepers.bank.balance(bob.address);

  const transfer = await client.account.transfer({
    fromAddress: alice.address,
    toAddress: bob.address,
    amount: [{ denom: 'BNB', amount: '12345' }],
  });
  const { gasLimit, gasPrice } = await transfer.simulate({ denom: 'BNB' });
  assert.equal(gasLimit, 1200n);
  assert.equal(gasPrice, '5000000000');
  const result = await transfer.broadcast({
    denom: 'BNB',
    gasLimit: Number(gasLimit),
    gasPrice,
    payer: alice.address,
    granter: '',
    privateKey: `0x${alice.privateKey.toString('hex')}`,
  });
  assert.equal(result.code, 0, result.rawLog);
  assert.equal(devchain.keepers.bank.balance(bob.address) - before, 12345n);

  const balance = await client.account.getAccountBalance({ address: bob.address, denom: 'BNB' });
  assert.equal(balance.balance?.amount, String(before + 12345n));
});

test('cosmjs reads status, blocks, results, validators and searches', async () => {
  const client = await Tendermint37Client.connect(devchain.rpcUrl);
  const status = await client.status();
  assert.equal(status.nodeInfo.network, devchain.chainId);
  const block = await client.block(2);
  assert.equal(block.block.header.height, 2);
  assert.equal((await client.blockResults(2)).height, 2);
  assert.equal((await client.validatorsAll()).validators.length, 1);
  assert.equal((await client.abciInfo()).data, 'greenfield');
  const search = await client.txSearch({ query: `transfer.recipient='${bob.address}'`, prove: true });
  for (const tx of search.txs) assert.ok(tx.proof?.proof.total);
  assert.equal((await client.commit(2)).canonical, true);
  const blockchain = await client.blockchain(1, 3);
  assert.equal(blockchain.blockMetas.length, 3);
  assert.equal((await client.genesis()).chainId, devchain.chainId);
  client.disconnect();
});
