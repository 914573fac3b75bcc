/** The network's own JavaScript SDK against this chain. */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
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

test('the JS SDK reads the node, its blocks, providers and parameters', async () => {
  const client = Client.create(devchain.rpcUrl, '9000');
  const { basic, sp, gashub, payment, storage, virtualGroup } = client;
  assert.equal((await basic.getNodeInfo()).defaultNodeInfo?.network, devchain.chainId);
  const height = await basic.getLatestBlockHeight();
  assert.ok(Number(height) >= 2);
  assert.equal((await basic.getBlockByHeight(1)).block?.header?.chainId, devchain.chainId);
  assert.ok(Number(await basic.GetLatestValidatorSet({})) >= 2, 'height of the set');
  assert.equal(await basic.getSyncing(), false);
  const [provider] = await sp.getStorageProviders();
  assert.equal((await sp.getStorageProviderInfo(provider!.id))?.operatorAddress, provider!.operatorAddress);
  const gas = await gashub.getMsgGasParams({ msgTypeUrls: ['/cosmos.bank.v1beta1.MsgSend'] } as never);
  assert.equal(gas.msgGasParams[0]?.fixedType?.fixedGas.toString(), '1200');
  assert.ok((await payment.params()).params && (await storage.params()).params && (await virtualGroup.params()).params);
  assert.equal((await payment.dynamicBalance({ account: alice.address })).changeRate, '0');
});
