import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { DevChain } from '../devchain.ts';
import { testChain, testKey } from '../testing/network.ts';
import { rpcCall } from '../testing/rpc-call.ts';

let devchain: DevChain;
before(async () => {
  devchain = await testChain();
});
after(() => devchain.close());

test('wallets get what they ask when a network is added', async () => {
  const answers: [string, unknown][] = [
    ['eth_chainId', '0x2328'],
    ['net_version', '9000'],
    ['eth_networkId', '0x2328'],
    ['eth_blockNumber', '0x02'],
    ['eth_gasPrice', '0x12a05f200'],
    ['eth_estimateGas', '0x5208'],
    ['eth_getTransactionCount', '0x1'],
    ['eth_call', '0x2328'],
    ['eth_getCode', '0x2328'],
    ['net_listening', true],
    ['eth_accounts', []],
    ['eth_syncing', false],
  ];
  for (const [method, expected] of answers) {
    assert.deepEqual((await rpcCall(devchain, method, [])).result, expected, method);
    assert.deepEqual((await rpcCall(devchain, method, {})).result, expected, method);
  }
  assert.match((await rpcCall(devchain, 'web3_clientVersion', [])).result, /^prairie\//);
  const block = (await rpcCall(devchain, 'eth_getBlockByNumber', ['latest', false])).result;
  assert.deepEqual([block.number, block.transactions, block.uncles], ['0x02', [], []]);
});

test('balances are raw, and of addresses only', async () => {
  const balance = async (params: unknown) => rpcCall(devchain, 'eth_getBalance', params);
  assert.equal((await balance([testKey('alice').address, 'latest'])).result, `0x0${(10n ** 27n).toString(16)}`);
  assert.equal((await balance([`0x${'0'.repeat(40)}`, 'latest'])).result, '0x00');
  for (const params of [[], ['x'], [5], {}]) assert.equal((await balance(params)).error?.code, -32602);
});

test('transfers of a wallet and unknown methods are refused', async () => {
  const { error } = await rpcCall(devchain, 'eth_sendRawTransaction', ['0x00']);
  assert.equal(error?.code, -32600);
  assert.match(error.data!, /not available/);
  for (const method of ['eth_getLogs', 'eth_signTypedData_v4', '__proto__', 'constructor', '']) {
    assert.deepEqual((await rpcCall(devchain, method, [])).error, { code: -32601, message: 'Method not found' });
  }
});

test('eth_query takes a request in bytes and gives its response in bytes', async () => {
  const query = async (text: string) =>
    (await rpcCall(devchain, 'eth_query', { request: Buffer.from(text).toString('base64') })).result.response;
  const { code, response } = await query('{"jsonrpc":"2.0","id":7,"method":"eth_chainId","params":[]}');
  assert.equal(code, 0);
  const answer = JSON.parse(Buffer.from(response, 'base64').toString());
  assert.deepEqual(answer, { jsonrpc: '2.0', id: 7, result: '0x2328' });
  for (const [text, expected] of [
    ['{', 18],
    ['{"id":1,"method":"block"}', 6],
    ['', 18],
  ] as const) {
    const failed = await query(text);
    assert.deepEqual([failed.code, failed.codespace, failed.response], [expected, 'sdk', null]);
  }
});
