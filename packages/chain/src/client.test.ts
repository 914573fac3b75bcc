import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { ChainClient, type ChainClientOptions, ChainQueryError } from './client.ts';
import { decode } from './proto/decode.ts';
import type { MessageType } from './proto/define.ts';
import { messageType } from './proto/define.ts';
import { encode } from './proto/encode.ts';
import { BaseAccount, QueryAccountResponse } from './proto/generated/cosmos.auth.v1beta1.ts';
import { QueryStorageProvidersRequest, QueryStorageProvidersResponse } from './proto/generated/greenfield.sp.ts';
import { QueryHeadBucketResponse, QueryVerifyPermissionResponse } from './proto/generated/greenfield.storage.ts';
import { RpcTransportError } from './rpc.ts';
import { FakeNode } from './testing/fake-node.ts';
import { packAny } from './tx.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function pair(options: Partial<ChainClientOptions> = {}) {
  const node = new FakeNode();
  const rpcUrl = await node.start();
  const client = new ChainClient({ rpcUrl, chainId: node.chainId, ...options });
  cleanups.push(
    () => node.stop(),
    () => client.close(),
  );
  return { node, client };
}

type Reply = { code: number; log: string } | [MessageType, object];

/** Answers `abci_query` by path. */
function answerQueries(node: FakeNode, answer: (path: string, data: Buffer) => Reply): void {
  node.handlers.set('abci_query', ({ path, data }) => {
    const reply = answer(path!, Buffer.from(data!, 'hex'));
    if (!Array.isArray(reply)) return { response: { ...reply, codespace: 'sdk', value: null, height: '5' } };
    const value = encode(reply[0], reply[1]).toString('base64');
    return { response: { code: 0, log: '', codespace: '', value, height: '5' } };
  });
}

const table = <T>(type: MessageType<T>): MessageType => type as unknown as MessageType;

test('what does not exist is undefined; every other refusal throws', async () => {
  const { node, client } = await pair();
  const logs: Record<string, { code: number; log: string }> = {
    HeadBucket: { code: 6, log: 'No such bucket: unknown request' },
    HeadObject: { code: 6, log: 'No such object: unknown request' },
    StorageProvider: { code: 6, log: 'StorageProvider does not exist: unknown request' },
    StreamRecord: { code: 22, log: 'rpc error: code = NotFound desc = not found: key not found' },
    SwapInInfo: { code: 6, log: 'swap in info not exist.: unknown request' },
    GlobalVirtualGroup: { code: 18, log: 'boom: invalid request' },
    VerifyPermission: { code: 6, log: 'No such bucket: unknown request' },
  };
  answerQueries(node, (path) => logs[path.split('/').at(-1)!]!);
  assert.equal(await client.bucket('b'), undefined);
  assert.equal(await client.object('b', 'o'), undefined);
  assert.equal(await client.spById(1), undefined);
  assert.equal(await client.streamRecord('0x'), undefined);
  assert.equal(await client.swapInInfo(0, 1), undefined);
  await assert.rejects(client.gvg(1), (error: unknown) => {
    assert.ok(error instanceof ChainQueryError);
    assert.equal(error.code, 18);
    assert.equal(error.status, 'InvalidArgument');
    assert.equal(error.path, '/greenfield.virtualgroup.Query/GlobalVirtualGroup');
    return true;
  });
  await assert.rejects(client.verifyPermission('0x', 'b', '', 1), /No such bucket/);
});

test('a node that cannot look does not say that there is nothing', async () => {
  const { node, client } = await pair();
  const log = 'failed to load state at height 7; version does not exist (latest height: 7)';
  let reply = { code: 18, log: `${log}: invalid request` };
  answerQueries(node, () => reply);
  await assert.rejects(client.objectById(1n), ChainQueryError);
  reply = { code: 26, log: `${log}: invalid height` };
  await assert.rejects(client.objectById(1n), ChainQueryError);
  reply = { code: 6, log: `rpc error: code = Internal desc = ${log}: unknown request` };
  await assert.rejects(client.objectById(1n), ChainQueryError);
  reply = { code: 6, log: 'No such object: unknown request' };
  assert.equal(await client.objectById(1n), undefined);
});

test('answers are decoded', async () => {
  const { node, client } = await pair();
  answerQueries(node, (path) => {
    if (path.endsWith('HeadBucket')) {
      const value = { bucket_info: { bucket_name: 'b', id: 7n }, extra_info: { is_rate_limited: true } };
      return [table(QueryHeadBucketResponse), value];
    }
    if (path.endsWith('VerifyPermission')) return [table(QueryVerifyPermissionResponse), { effect: 1 }];
    const account = packAny(BaseAccount, { address: '0xa', account_number: 60n, sequence: 3n });
    return [table(QueryAccountResponse), { account }];
  });
  const bucket = await client.bucket('b');
  assert.equal(bucket?.bucket_info.id, 7n);
  assert.equal(bucket.is_rate_limited, true);
  assert.equal(await client.verifyPermission('0x', 'b', '', 1), true);
  assert.deepEqual(await client.account('0xa'), { address: '0xa', account_number: 60n, sequence: 3n });
});

test('lists are read to their last page', async () => {
  const { node, client } = await pair();
  const pages = [[1, 2], [3, 4], [5]];
  answerQueries(node, (_path, data) => {
    const { pagination } = decode(QueryStorageProvidersRequest, data);
    const page = pagination!.key.length === 0 ? 0 : pagination!.key[0]!;
    const next_key = page + 1 < pages.length ? Buffer.of(page + 1) : new Uint8Array(0);
    return [
      table(QueryStorageProvidersResponse),
      { sps: pages[page]!.map((id) => ({ id })), pagination: { next_key } },
    ];
  });
  const sps = await client.listSps();
  assert.deepEqual(
    sps.map((sp) => sp.id),
    [1, 2, 3, 4, 5],
  );
  assert.equal(node.count('abci_query'), 3);
  const some = client.list.sp.StorageProviders({}, { max: 3 });
  await assert.rejects(async () => {
    for await (const { id } of some) assert.ok(id <= 3);
  }, /StorageProviders: more than 3 items/);
});

test('a list that never ends is an error', async () => {
  const { node, client } = await pair();
  answerQueries(node, () => [table(QueryStorageProvidersResponse), { pagination: { next_key: Buffer.of(7) } }]);
  await assert.rejects(client.listSps(), /the same page twice/);
});

test('a query goes to the height it asks for, and ends when aborted', async () => {
  const { node, client } = await pair();
  const heights: string[] = [];
  node.handlers.set('abci_query', ({ height }) => {
    heights.push(height!);
    return { response: { code: 0, log: '', codespace: '', value: null, height } };
  });
  await client.q.storage.Params({}, { height: 2n ** 60n });
  await client.q.storage.Params();
  assert.deepEqual(heights, [String(2n ** 60n), '0']);
  const stopped = AbortSignal.abort(new Error('enough'));
  await assert.rejects(client.q.storage.Params({}, { signal: stopped }), /enough/);
});

test('answers that are none are errors of the transport', async () => {
  const { node, client } = await pair({ attempts: 1 });
  for (const answer of [null, {}, [], 'x']) {
    node.handlers.set('abci_query', () => answer);
    await assert.rejects(client.q.storage.Params(), RpcTransportError);
  }
  node.handlers.set('abci_query', () => ({ response: { code: 0, value: 'AAAA', height: '5' } }));
  await assert.rejects(client.q.storage.Params());
});

test('a simulation gives gas and price', async () => {
  const { node, client } = await pair();
  const response = messageType('cosmos.tx.v1beta1.SimulateResponse');
  answerQueries(node, () => [response, { gas_info: { gas_used: 1200n, min_gas_price: '5000000000BNB' } }]);
  const simulated = await client.simulate({ messages: [], sequence: 1n });
  assert.deepEqual(simulated, { gasUsed: 1200n, gasPrice: 5_000_000_000n });
});

test('the height comes from the node until blocks are pushed', async () => {
  const { node, client } = await pair();
  node.handlers.set('abci_info', () => ({ response: { last_block_height: '1' } }));
  node.addBlock();
  assert.equal(await client.currentHeight(), 1n);
  const two = client.waitForHeight(2n);
  await node.subscribed();
  node.addBlock();
  assert.equal(await two, 2n);
  assert.equal(await client.currentHeight(), 2n);
  assert.equal(node.count('abci_info'), 1);
});
