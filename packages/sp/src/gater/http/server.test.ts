/** The server on a real socket; modules and chain are small stand-ins that say what a test needs. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  greenfieldPermission,
  greenfieldSp,
  greenfieldVirtualgroup,
  greenfieldStorage as storage,
} from '@prairie/chain';
import type { Consensus, Modules } from '@prairie/gfsp';
import { silentLogger } from '@prairie/gfsp';
import { createErasureCoder } from '@prairie/redundancy';
import { GaterModule } from './server.ts';

const content = Buffer.alloc(1 << 20, 5);
const object = storage.ObjectInfo.create({ id: 7n, payload_size: BigInt(content.length), content_type: 'image/png' });
let closedEarly = false;

const client = {
  metadata: {
    verifyPermission: async () => greenfieldPermission.Effect.EFFECT_ALLOW,
  },
  downloader: {
    downloadObject: async ({ low, high }: { low: bigint; high: bigint }) => endlessly(Number(low), Number(high)),
  },
} as unknown as Modules;

/** The bytes asked for, in chunks; tells when its reader went away before the end. */
async function* endlessly(low: number, high: number): AsyncGenerator<Uint8Array> {
  let done = false;
  try {
    for (let at = low; at <= high; at += 4096) {
      yield content.subarray(at, Math.min(at + 4096, high + 1));
      await sleep(1);
    }
    done = true;
  } finally {
    closedEarly = !done;
  }
}

const consensus = {
  chainId: 'greenfield_9000-121',
  currentHeight: async () => 5n,
  object: async () => ({ object_info: object, global_virtual_group: undefined }),
  bucket: async () => ({ bucket_info: storage.BucketInfo.create(), is_rate_limited: false }),
  verifyPermission: async () => true,
  storageParams: async () => storage.Params.create(),
  spByOperator: async () => greenfieldSp.StorageProvider.create({ id: 1 }),
  family: async () => greenfieldVirtualgroup.GlobalVirtualGroupFamily.create({ primary_sp_id: 1 }),
} as unknown as Consensus;

const coder = createErasureCoder();

describe('the gateway on a socket', () => {
  let gater: GaterModule;
  let url: string;

  before(async () => {
    const options = { host: '127.0.0.1', port: 0, domains: ['sp1.test'], operatorAddress: '0x', version: '0' };
    gater = new GaterModule(options, { client, consensus, recent: consensus, coder, logger: silentLogger });
    await gater.start();
    url = `http://127.0.0.1:${gater.port}`;
  });

  after(() => gater.stop());

  it('answers a path that nothing serves with 404 and XML, with CORS headers and an id', async () => {
    const response = await fetch(`${url}/photos`);
    assert.equal(response.status, 404);
    assert.match(await response.text(), /^<Error><Code>404<\/Code><Message>[^<]+<\/Message><\/Error>$/);
    assert.equal(response.headers.get('access-control-allow-origin'), '*');
    assert.match(response.headers.get('x-gnfd-request-id') ?? '', /^[0-9a-f-]{36}$/);
  });

  it('answers another method with 405 and nothing, and OPTIONS with 204', async () => {
    const deletion = await fetch(`${url}/photos/a`, { method: 'DELETE' });
    assert.deepEqual([deletion.status, await deletion.text()], [405, '']);
    const options = await fetch(`${url}/photos/a`, { method: 'OPTIONS' });
    assert.equal(options.status, 204);
    assert.match(options.headers.get('access-control-allow-headers') ?? '', /X-Gnfd-Expiry-Timestamp/);
  });

  it('refuses what is no request, and headers above a mebibyte, in XML and with CORS headers', async () => {
    const cases: [string, number][] = [
      ['nonsense\r\n\r\n', 400],
      [`GET / HTTP/1.1\r\nHost: a\r\nX-Long: ${'x'.repeat(1 << 20)}\r\n\r\n`, 431],
    ];
    for (const [text, status] of cases) {
      const answer = await exchangeRaw(gater.port, text);
      assert.match(
        answer,
        new RegExp(`^HTTP/1.1 ${status} [^]*access-control-allow-origin: \\*[^]*<Code>${status}</Code>`, 'i'),
      );
    }
  });

  it('a refusal on a connection that ends with it is read by who still sends', async () => {
    const head = `PUT /photos/a HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 300000\r\n\r\n`;
    const answer = await exchangeRaw(gater.port, `${head}${'x'.repeat(300_000)}`);
    assert.match(answer, /^HTTP\/1.1 400 [\s\S]*<Code>50023<\/Code>/);
  });

  it('answers a broken escape with plain text', async () => {
    const response = await fetch(`${url}/photos/%zz`);
    assert.deepEqual([response.status, response.headers.get('content-type')], [400, 'text/plain; charset=utf-8']);
  });

  it('sends an object whole with 200, a range with 206', async () => {
    const whole = await fetch(`${url}/photos/a`);
    assert.deepEqual([whole.status, whole.headers.get('content-type')], [200, 'image/png']);
    assert.equal(whole.headers.get('content-length'), String(content.length));
    assert.ok(Buffer.from(await whole.arrayBuffer()).equals(content));
    const part = await fetch(`${url}/photos/a`, { headers: { range: 'bytes=10-19' } });
    assert.deepEqual([part.status, part.headers.get('content-range')], [206, `bytes 10-19/${content.length}`]);
    assert.equal((await part.arrayBuffer()).byteLength, 10);
  });

  it('ends the read when the client goes away', async () => {
    const abort = new AbortController();
    const response = await fetch(`${url}/photos/a`, { signal: abort.signal });
    await response.body!.getReader().read();
    abort.abort();
    for (let waited = 0; !closedEarly && waited < 5000; waited += 20) await sleep(20);
    assert.ok(closedEarly, 'the stream was not closed');
  });

  for (const [how, head] of [
    ['an announced', `Content-Length: ${20_000_000}`],
    ['a chunked', 'Transfer-Encoding: chunked'],
  ]) {
    it(`lets a client read the refusal of ${how} body of 20 MB`, async () => {
      const socket = connect(gater.port, '127.0.0.1');
      await once(socket, 'connect');
      let answer = '';
      socket.on('data', (chunk) => {
        answer += chunk;
      });
      socket.on('error', () => {});
      socket.write(`PUT /photos/a HTTP/1.1\r\nHost: sp1.test\r\n${head}\r\n\r\n`);
      const chunk = Buffer.alloc(64 * 1024);
      const sent = head!.startsWith('C')
        ? chunk
        : Buffer.concat([Buffer.from('10000\r\n'), chunk, Buffer.from('\r\n')]);
      for (let bytes = 0; bytes < 20_000_000 && !answer.includes('</Error>'); bytes += chunk.length) {
        if (!socket.write(sent)) await Promise.race([once(socket, 'drain'), once(socket, 'close'), sleep(1000)]);
      }
      for (let waited = 0; !answer.includes('</Error>') && waited < 5000; waited += 20) await sleep(20);
      assert.match(answer, /^HTTP\/1\.1 400 .*<Code>50023<\/Code>/s);
      socket.destroy();
    });
  }

  it('stops within its drain time while a client still reads', async () => {
    const other = new GaterModule(gater.options, { client, consensus, recent: consensus, coder, logger: silentLogger });
    await other.start();
    const { port } = other;
    const response = await fetch(`http://127.0.0.1:${port}/photos/a`);
    const rest = response.arrayBuffer().catch(() => undefined);
    await other.stop();
    await rest;
    await assert.rejects(fetch(`http://127.0.0.1:${port}/status`));
  });
});

async function exchangeRaw(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.on('error', () => {});
  socket.write(text);
  await once(socket, 'close');
  return Buffer.concat(chunks).toString();
}
