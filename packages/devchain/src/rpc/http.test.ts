/** The port over HTTP: envelopes, statuses, headers and limits, with real sockets. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import type { DevChain } from '../devchain.ts';
import { testChain } from '../testing/network.ts';

let devchain: DevChain;
let closed: DevChain;
before(async () => {
  devchain = await testChain();
  closed = await testChain({ cors: false });
});
after(() => Promise.all([devchain.close(), closed.close()]));

const send = (body: string, headers: Record<string, string> = {}) =>
  fetch(devchain.rpcUrl, { method: 'POST', body, headers });

async function call(body: unknown): Promise<unknown> {
  const text = await (await send(JSON.stringify(body))).text();
  return text === '' ? undefined : JSON.parse(text);
}

const request = (method: string, params: unknown = {}, id: unknown = 1) => ({ jsonrpc: '2.0', id, method, params });

test('ids come back as they were; a request without one is neither run nor answered', async () => {
  for (const id of ['a', '', 0, -3, 955178979575]) {
    assert.deepEqual(await call(request('health', {}, id)), { jsonrpc: '2.0', id, result: {} });
  }
  for (const id of [undefined, null]) assert.equal(await call({ ...request('broadcast_tx_sync'), id }), undefined);
  assert.equal(devchain.chain.mempool.count, 0);
});

test('a batch has the answers of its requests; of one answer, that alone', async () => {
  const batch = [request('health'), { jsonrpc: '2.0', method: 'health' }, request('nothing', {}, 'x')];
  assert.deepEqual(await call(batch), [
    { jsonrpc: '2.0', id: 1, result: {} },
    { jsonrpc: '2.0', id: 'x', error: { code: -32601, message: 'Method not found' } },
  ]);
  assert.deepEqual(await call([request('health')]), { jsonrpc: '2.0', id: 1, result: {} });
  assert.equal(await call([]), undefined);
  const { error } = (await call(Array(1001).fill(request('health')))) as { error: { code: number; data: string } };
  assert.equal(error.code, -32600);
  assert.match(error.data, /1000 allowed/);
});

test('what is no JSON is a parse error with status 500, what is no request an invalid one', async () => {
  const broken = await send('{"jsonrpc":');
  assert.equal(broken.status, 500);
  const { error, ...rest } = (await broken.json()) as { error: { code: number; message: string } };
  assert.deepEqual([error.code, error.message, rest], [-32700, 'Parse error. Invalid JSON', { jsonrpc: '2.0' }]);
  for (const body of [5, 'x', { id: 1 }, { id: {}, method: 'health' }, { id: 1, method: 7 }]) {
    const answer = (await call(body)) as { error: { code: number } };
    assert.equal(answer.error.code, -32600, JSON.stringify(body));
  }
});

test('params by name or by place; wrong ones are refused as such', async () => {
  const height = (answer: unknown) =>
    (answer as { result: { block: { header: { height: string } } } }).result.block.header.height;
  for (const params of [{ height: '2' }, { height: 2 }, ['2'], [2]]) {
    assert.equal(height(await call(request('block', params))), '2');
  }
  for (const params of [{ height: 'x' }, { height: '1.5' }, { height: true }, [], ['1', '2'], 7, 'x']) {
    const answer = (await call(request('block', params))) as { error: { code: number; data: string } };
    assert.equal(answer.error.code, -32602, JSON.stringify(params));
    assert.match(answer.error.data, /^error converting json params to arguments: /);
  }
});

test('the content type does not matter, the size does', async () => {
  const body = JSON.stringify(request('health'));
  for (const type of ['text/plain', 'application/octet-stream', 'x/y']) {
    assert.equal((await send(body, { 'Content-Type': type })).status, 200);
  }
  assert.equal((await send(body.padEnd(1_000_000))).status, 200);
  const large = await send(body.padEnd(1_000_001));
  assert.equal(large.status, 400);
  assert.match(await large.text(), /request body too large/);
});

test('only / takes bodies; without one it lists the methods', async () => {
  assert.equal((await fetch(`${devchain.rpcUrl}/block`, { method: 'POST', body: '{}' })).status, 404);
  assert.equal((await fetch(devchain.rpcUrl, { method: 'PUT', body: '{}' })).status, 404);
  for (const list of [await send(''), await fetch(devchain.rpcUrl)]) {
    assert.equal(list.headers.get('content-type'), 'text/html');
    const text = await list.text();
    const links = [...text.matchAll(/href="([^"]+)"/g)].map(([, link]) => link!);
    assert.ok(links.includes('/status') && links.includes('/tx_search?query=_&prove=_&page=_&per_page=_&order_by=_'));
    assert.ok(text.indexOf('/status') < text.indexOf('require arguments'));
  }
  const head = await fetch(`${devchain.rpcUrl}/status`, { method: 'HEAD' });
  assert.deepEqual([head.status, await head.text()], [200, '']);
});

test('arguments in the URI: bare or quoted numbers, quoted texts, hex or quoted bytes', async () => {
  const get = async (path: string) => {
    const response = await fetch(devchain.rpcUrl + path);
    const { error, result } = (await response.json()) as { error?: { code: number; data: string }; result?: never };
    return { status: response.status, error, result };
  };
  for (const path of [
    '/block?height=2',
    '/block?height="2"',
    '/block?height=',
    '/block_search?query="block.height=2"',
  ]) {
    assert.equal((await get(path)).status, 200, path);
  }
  const refused = [
    '/block?height=0x2',
    '/tx_search?query=tx.height=2',
    '/tx?hash=AA',
    '/tx?hash=0xA',
    '/genesis_chunked?chunk=x',
  ];
  for (const path of refused) {
    const { status, error } = await get(path);
    assert.deepEqual([status, error?.code], [500, -32602], path);
  }
  const missing = await get('/tx?hash="abc"');
  assert.equal(missing.error?.data, 'tx (616263) not found');
  assert.equal((await fetch(`${devchain.rpcUrl}/eth_chainId`)).status, 404);
  assert.equal((await fetch(`${devchain.rpcUrl}/subscribe?query="x"`)).status, 404);
});

test('answers that do not change may be cached', async () => {
  const cache = async (method: string, params: object) =>
    (await send(JSON.stringify(request(method, params)))).headers.get('cache-control');
  assert.equal(await cache('block', { height: '1' }), 'public, max-age=86400');
  assert.equal(await cache('genesis', {}), 'public, max-age=86400');
  assert.equal(await cache('block', {}), null);
  assert.equal(await cache('status', {}), null);
});

test('pages of any origin may call, unless that is turned off', async () => {
  const preflight = await fetch(devchain.rpcUrl, { method: 'OPTIONS', headers: { Origin: 'http://dapp' } });
  assert.equal(preflight.status, 204);
  assert.equal(preflight.headers.get('access-control-allow-origin'), '*');
  assert.equal(preflight.headers.get('access-control-allow-methods'), 'HEAD, GET, POST');
  assert.match(preflight.headers.get('access-control-allow-headers') ?? '', /Content-Type.*X-Server-Time/);
  assert.equal((await send('{}')).headers.get('access-control-allow-origin'), '*');
  const plain = await fetch(closed.rpcUrl, { method: 'OPTIONS' });
  assert.deepEqual([plain.status, plain.headers.get('access-control-allow-origin')], [404, null]);
});

test('any body is answered, and changes nothing', async () => {
  const methods = [
    'block',
    'tx',
    'tx_search',
    'abci_query',
    'check_tx',
    'eth_getBalance',
    'query_vote',
    'broadcast_evidence',
  ];
  const shape = fc.record({
    jsonrpc: fc.constant('2.0'),
    id: fc.oneof(fc.integer(), fc.string(), fc.anything()),
    method: fc.oneof(fc.constantFrom(...methods), fc.string()),
    params: fc.oneof(
      fc.jsonValue(),
      fc.dictionary(fc.constantFrom('height', 'hash', 'query', 'path', 'data', 'evidence', 'tx'), fc.jsonValue()),
    ),
  });
  const before = [devchain.height, devchain.chain.appHash, devchain.chain.mempool.count];
  await fc.assert(
    fc.asyncProperty(fc.oneof(shape, fc.jsonValue(), fc.array(shape, { maxLength: 3 })), async (body) => {
      const response = await send(JSON.stringify(body) ?? '');
      assert.equal(response.status, 200);
      const text = await response.text();
      if (text === '' || text.startsWith('<html>')) return;
      const answers = [JSON.parse(text)].flat() as Record<string, unknown>[];
      for (const answer of answers) assert.ok('result' in answer !== 'error' in answer, text);
    }),
    { numRuns: 300 },
  );
  assert.deepEqual([devchain.height, devchain.chain.appHash, devchain.chain.mempool.count], before);
});
