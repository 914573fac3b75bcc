import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, test } from 'node:test';
import { backoff } from './rpc/retry.ts';
import { RpcClient, type RpcClientOptions, RpcError, RpcTransportError } from './rpc.ts';

type Answer = (id: number, attempt: number) => { status?: number; body?: string } | 'drop' | 'hang';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

async function nodeThat(answer: Answer, options: Partial<RpcClientOptions> = {}) {
  let attempts = 0;
  const server: Server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const reply = answer(JSON.parse(body).id, ++attempts);
    if (reply === 'drop') response.socket?.destroy();
    else if (reply !== 'hang') response.writeHead(reply.status ?? 200).end(reply.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const rpc = new RpcClient({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, ...options });
  cleanups.push(() => {
    rpc.close();
    server.closeAllConnections();
    server.close();
  });
  return { rpc, attempts: () => attempts };
}

const result = (id: number, value: unknown) => ({ body: JSON.stringify({ jsonrpc: '2.0', id, result: value }) });

test('an error of the node keeps its code, message and data, and is not repeated', async () => {
  const error = { code: -32603, message: 'Internal error', data: 'no evidence was provided' };
  const { rpc, attempts } = await nodeThat((id) => ({ body: JSON.stringify({ jsonrpc: '2.0', id, error }) }));
  await assert.rejects(rpc.read('x'), (e: unknown) => {
    assert.ok(e instanceof RpcError);
    assert.equal(e.code, error.code);
    assert.equal(e.data, error.data);
    assert.equal(e.message, 'Internal error: no evidence was provided');
    return true;
  });
  assert.equal(attempts(), 1);
});

test('a read is repeated while the node is away, a broadcast is not', async () => {
  const { rpc, attempts } = await nodeThat((id, attempt) => (attempt < 3 ? 'drop' : result(id, { ok: true })));
  assert.deepEqual(await rpc.read('x'), { ok: true });
  assert.equal(attempts(), 3);
  const other = await nodeThat(() => 'drop');
  await assert.rejects(other.rpc.broadcastTxSync(Buffer.of(1)), RpcTransportError);
  assert.equal(other.attempts(), 1);
});

test('attempts end', async () => {
  const { rpc, attempts } = await nodeThat(() => ({ status: 502, body: '<html>bad gateway' }), { attempts: 2 });
  await assert.rejects(rpc.read('x'), /x: expected a JSON-RPC answer, got HTTP 502 <html>bad gateway/);
  assert.equal(attempts(), 2);
});

test('a call has a deadline and can be aborted', async () => {
  const { rpc } = await nodeThat(() => 'hang', { attempts: 1 });
  await assert.rejects(rpc.read('x', {}, { timeoutMs: 30 }), /no answer within 30 ms/);
  const stop = new AbortController();
  const call = rpc.read('x', {}, { signal: stop.signal });
  const reason = new Error('enough');
  stop.abort(reason);
  await assert.rejects(call, reason);
  await assert.rejects(rpc.read('x', {}, { signal: stop.signal }), reason);
});

test('an answer beyond the limit is refused', async () => {
  const { rpc } = await nodeThat((id) => result(id, 'x'.repeat(5000)), { attempts: 1, maxResponseBytes: 4096 });
  await assert.rejects(rpc.read('x'), /answer longer than 4096 bytes/);
});

test('a transaction that is in no block is undefined', async () => {
  const error = { code: -32603, message: 'Internal error', data: 'tx (ABCD) not found' };
  const { rpc } = await nodeThat((id) => ({ body: JSON.stringify({ jsonrpc: '2.0', id, error }) }));
  assert.equal(await rpc.tx('abcd'), undefined);
});

test('the wait between attempts grows up to its cap', () => {
  for (let attempt = 1; attempt < 60; attempt++) {
    const wait = backoff(attempt, { base: 100, cap: 5000 });
    const whole = Math.min(5000, 100 * 2 ** (attempt - 1));
    assert.ok(wait >= whole / 2 && wait <= whole);
  }
});
