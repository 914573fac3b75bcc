import assert from 'node:assert/strict';
import { Agent, request } from 'node:http';
import { after, test } from 'node:test';
import { MAX_BODY, readBody } from './body.ts';
import { HttpPort } from './port.ts';

const port = new HttpPort((incoming, response) => {
  void readBody(incoming).then((body) => response.end(String(body?.length ?? 'too long')));
});
await port.listen({ port: 0, host: '127.0.0.1' });
after(() => port.close());

/** One connection for all requests. */
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
after(() => agent.destroy());

function post(size: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request({ port: port.port, method: 'POST', agent }, (answer) => {
      answer.setEncoding('utf8').once('data', resolve);
    });
    sent.on('error', reject);
    sent.end(Buffer.alloc(size));
  });
}

test('a body up to the limit is read, a longer one is refused', async () => {
  assert.equal(await post(MAX_BODY), String(MAX_BODY));
  assert.equal(await post(MAX_BODY + 1), 'too long');
});

test('behind a body that was far too long, the connection goes on', async () => {
  assert.equal(await post(20 * MAX_BODY), 'too long');
  assert.equal(await post(3), '3');
});
