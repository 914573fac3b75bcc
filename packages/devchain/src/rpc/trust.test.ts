import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { WebSocket } from 'ws';
import type { DevChain } from '../devchain.ts';
import { testChain } from '../testing/network.ts';

let devchain: DevChain;
before(async () => {
  devchain = await testChain({ powers: true });
});
after(() => devchain.close());

const STATUS = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'dev_status', params: {} });
const post = async (headers: Record<string, string>) =>
  (await (await fetch(devchain.rpcUrl, { method: 'POST', body: STATUS, headers })).json()) as {
    result?: object;
    error?: { code: number; data: string };
  };

test('programs and local pages may use the powers', async () => {
  const local: Record<string, string>[] = [{}, { origin: 'http://localhost:5173' }, { origin: 'http://127.0.0.1:80' }];
  for (const headers of local) {
    assert.ok((await post(headers)).result, JSON.stringify(headers));
  }
});

test('pages of other places may not, nor may a link', async () => {
  for (const origin of [
    'https://example.com',
    'http://localhost.example.com',
    'null',
    'http://127.0.0.1.example.com',
  ]) {
    const { error } = await post({ origin, 'content-type': 'text/plain' });
    assert.equal(error?.code, -32600, origin);
    assert.match(error!.data, /local pages only/);
  }
  const { height } = devchain;
  const link = await fetch(`${devchain.rpcUrl}/dev_mine?blocks=5`);
  assert.equal(link.status, 500);
  assert.match(await link.text(), /local pages only/);
  assert.equal(devchain.height, height);
});

test('a page of another place reads the chain all the same, and a socket is as its origin', async () => {
  const response = await fetch(`${devchain.rpcUrl}/status`, { headers: { origin: 'https://example.com' } });
  assert.equal(response.status, 200);
  for (const [origin, allowed] of [
    ['https://example.com', false],
    ['http://localhost:3000', true],
  ] as const) {
    const socket = new WebSocket(`${devchain.rpcUrl.replace('http', 'ws')}/websocket`, { origin });
    const answer = await new Promise<string>((resolve, reject) => {
      socket.once('open', () => socket.send(STATUS));
      socket.once('message', (data) => resolve(String(data)));
      socket.once('error', reject);
    });
    assert.equal('result' in JSON.parse(answer), allowed, origin);
    socket.close();
  }
});
