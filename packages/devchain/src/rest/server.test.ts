/** The REST port, with real sockets. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { cosmosBankV1beta1 as bank, txHash } from '@prairie/chain';
import { coin } from '../coins.ts';
import type { DevChain } from '../devchain.ts';
import { testChain, testKey } from '../testing/network.ts';
import { msg, signed } from '../testing/sender.ts';
import { templatesOf } from './routes.ts';

let devchain: DevChain;
before(async () => {
  devchain = await testChain({ restPort: 0 });
});
after(() => devchain.close());

const [alice, bob] = [testKey('alice'), testKey('bob')];

async function get(path: string, headers: Record<string, string> = {}) {
  const response = await fetch(devchain.restUrl + path, { headers });
  // biome-ignore lint/suspicious/noExplicitAny: answers of many queries
  return { status: response.status, headers: response.headers, body: (await response.json()) as any };
}

async function post(path: string, body: unknown) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(devchain.restUrl + path, { method: 'POST', body: text });
  // biome-ignore lint/suspicious/noExplicitAny: answers of many queries
  return { status: response.status, body: (await response.json()) as any };
}

const transfer = () =>
  signed(devchain, alice, [
    msg(bank.MsgSend, { from_address: alice.address, to_address: bob.address, amount: [coin(3n)] }),
  ]);

test('without a port for it there is none', async () => {
  const other = await testChain();
  assert.equal(other.restUrl, undefined);
  await other.close();
});

test('answers are proto JSON with original names, and say which height they are of', async () => {
  const { status, headers, body } = await get(`/cosmos/bank/v1beta1/balances/${alice.address}`);
  assert.equal(status, 200);
  assert.equal(headers.get('content-type'), 'application/json');
  assert.equal(headers.get('grpc-metadata-x-cosmos-block-height'), String(devchain.height));
  const amount = String(devchain.keepers.bank.balance(alice.address));
  assert.deepEqual(body, { balances: [{ denom: 'BNB', amount }], pagination: { next_key: null, total: '1' } });
  const { account } = (await get(`/cosmos/auth/v1beta1/accounts/${alice.address}`)).body;
  assert.deepEqual([account['@type'], account.address], ['/cosmos.auth.v1beta1.BaseAccount', alice.address]);
  const { validators } = (await get('/cosmos/staking/v1beta1/validators?status=BOND_STATUS_BONDED')).body;
  assert.match(validators[0].commission.commission_rates.rate, /^\d\.\d{18}$/);
});

test('a height may be asked for', async () => {
  const path = '/greenfield/storage/params';
  const pinned = await get(path, { 'x-cosmos-block-height': '1' });
  assert.equal(pinned.headers.get('grpc-metadata-x-cosmos-block-height'), '1');
  assert.equal((await get(path, { 'x-cosmos-block-height': 'x' })).body.code, 3);
  const future = await get(path, { 'x-cosmos-block-height': '99999' });
  assert.deepEqual([future.status, future.body.code], [500, 2]);
  assert.match(future.body.message, /cannot query with height in the future/);
});

test('errors have the status of their code', async () => {
  const errors: [string, number, unknown][] = [
    ['/nothing', 501, { code: 12, message: 'Not Implemented', details: [] }],
    ['/cosmos/tx/v1beta1/simulate', 501, { code: 12, message: 'Method Not Allowed', details: [] }],
    ['/greenfield/storage/head_bucket/none', 500, { code: 2, message: 'No such bucket', details: [] }],
    [`/cosmos/auth/v1beta1/accounts/0x${'0'.repeat(39)}a`, 404, undefined],
    ['/cosmos/base/tendermint/v1beta1/blocks/99999', 400, undefined],
    ['/cosmos/base/tendermint/v1beta1/blocks/%', 400, undefined],
    ['/cosmos/tx/v1beta1/txs', 400, undefined],
  ];
  for (const [path, status, body] of errors) {
    const answer = await get(path);
    assert.equal(answer.status, status, path);
    if (body) assert.deepEqual(answer.body, body);
    assert.deepEqual(Object.keys(answer.body), ['code', 'message', 'details'], path);
  }
});

test('arguments are in the path or in the query string', async () => {
  const paths = [
    `/greenfield/payment/dynamic_balance/${alice.address}`,
    `/greenfield/payment/dynamic_balance?account=${alice.address}`,
  ];
  for (const path of paths) {
    const { body } = await get(path);
    assert.equal(body.bank_balance, String(devchain.keepers.bank.balance(alice.address)), path);
  }
  // a name with slashes, and the word that some methods start with
  const object = await get('/greenfield/storage/head_object/none/a/b%20c.txt');
  assert.deepEqual(object.body.message, 'No such object');
  for (const name of ['query_params_by_timestamp', 'params_by_timestamp']) {
    assert.equal((await get(`/greenfield/storage/${name}/0`)).status, 200);
  }
});

test('a transaction is simulated, sent, and found', async () => {
  const tx = transfer();
  const tx_bytes = tx.toString('base64');
  const simulated = await post('/cosmos/tx/v1beta1/simulate', { tx_bytes });
  assert.equal(simulated.body.gas_info.gas_used, '1200');
  const empty = await post('/cosmos/tx/v1beta1/simulate', {});
  assert.deepEqual([empty.status, empty.body.message], [400, 'empty txBytes is not allowed']);

  const sent = await post('/cosmos/tx/v1beta1/txs', { tx_bytes, mode: 'BROADCAST_MODE_SYNC' });
  assert.deepEqual([sent.body.tx_response.code, sent.body.tx_response.txhash], [0, txHash(tx)]);
  const again = await post('/cosmos/tx/v1beta1/txs', { tx_bytes, mode: 'BROADCAST_MODE_ASYNC' });
  assert.equal(again.body.tx_response.txhash, txHash(tx));
  assert.equal(
    (await post('/cosmos/tx/v1beta1/txs', { tx_bytes, mode: 'BROADCAST_MODE_SYNC' })).body.tx_response.code,
    19,
  );
  assert.equal((await post('/cosmos/tx/v1beta1/txs', { tx_bytes })).status, 400);

  const { height } = devchain.produceBlock();
  const found = (await get(`/cosmos/tx/v1beta1/txs/${txHash(tx)}`)).body;
  assert.deepEqual([found.tx_response.height, found.tx_response.code], [String(height), 0]);
  assert.equal(found.tx.body.messages[0]['@type'], '/cosmos.bank.v1beta1.MsgSend');
  assert.equal(found.tx.auth_info.signer_infos[0].mode_info.single.mode, 'SIGN_MODE_EIP_712');
  const event = encodeURIComponent(`transfer.recipient='${bob.address}'`);
  const list = (await get(`/cosmos/tx/v1beta1/txs?events=${event}&order_by=ORDER_BY_DESC&limit=1`)).body;
  assert.deepEqual([list.total, list.tx_responses], ['1', [found.tx_response]]);
  const block = (await get(`/cosmos/tx/v1beta1/txs/block/${height}`)).body;
  assert.deepEqual([block.txs, block.pagination.total], [[found.tx], '1']);
  assert.deepEqual((await post('/cosmos/tx/v1beta1/decode', { tx_bytes })).body, { tx: found.tx });
  assert.deepEqual((await post('/cosmos/tx/v1beta1/encode', { tx: found.tx })).body, { tx_bytes });
  assert.equal((await get(`/cosmos/tx/v1beta1/txs/${'0'.repeat(64)}`)).status, 404);
});

test('bodies are checked', async () => {
  for (const body of ['', '{', '[]', '{"tx_bytes":5}', '{"nothing":1}', `{"tx_bytes":"${'A'.repeat(1_000_000)}"}`]) {
    const { status, body: error } = await post('/cosmos/tx/v1beta1/simulate', body);
    assert.deepEqual([status, error.code], [400, 3], body.slice(0, 40));
  }
});

test('HEAD has no body, and pages of other origins may call', async () => {
  const head = await fetch(`${devchain.restUrl}/greenfield/sp/params`, { method: 'HEAD' });
  assert.deepEqual([head.status, await head.text()], [200, '']);
  assert.equal(head.headers.get('access-control-allow-origin'), '*');
  const preflight = await fetch(`${devchain.restUrl}/greenfield/sp/params`, { method: 'OPTIONS' });
  assert.equal(preflight.status, 204);
  assert.match(preflight.headers.get('access-control-allow-headers') ?? '', /x-cosmos-block-height/);
  const unknown = await fetch(`${devchain.restUrl}/greenfield/sp/params`, { method: 'DELETE' });
  assert.equal(unknown.status, 501);
});

test('paths follow the rule', () => {
  const { queries } = devchain.chain;
  const templates = (method: string) => templatesOf(method, queries.typesOf(method)!.request);
  const base = '/greenfield/storage';
  assert.deepEqual(templates('/greenfield.storage.Query/HeadObject'), [
    `${base}/head_object`,
    `${base}/head_object/{bucket_name}`,
    `${base}/head_object/{bucket_name}/{object_name=**}`,
  ]);
  assert.deepEqual(templates('/greenfield.storage.Query/HeadBucketNFT'), [
    `${base}/head_bucket_nft`,
    `${base}/head_bucket_nft/{token_id}`,
  ]);
  const family = '/greenfield/virtualgroup/global_virtual_group_by_family_id';
  assert.ok(
    templates('/greenfield.virtualgroup.Query/GlobalVirtualGroupByFamilyID').includes(
      `${family}/{global_virtual_group_family_id}`,
    ),
  );
  assert.ok(
    templates('/greenfield.virtualgroup.Query/GVGStatistics').includes(
      '/greenfield/virtualgroup/gvg_statistics/{sp_id}',
    ),
  );
});

test('every query has a path, and arguments of a path are fields of its request', async () => {
  const { queries } = devchain.chain;
  for (const method of queries.paths) {
    const { request } = queries.typesOf(method)!;
    for (const template of templatesOf(method, request)) {
      for (const [, name] of template.matchAll(/\{(\w+)/g)) assert.ok(request.fieldByName.has(name!), template);
      if (template.startsWith('POST ')) continue;
      const { body } = await get(template.replaceAll(/\{[^}]+\}/g, '1'));
      assert.notEqual(body.code, 12, template);
    }
  }
});
