import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { GfSpError } from '@prairie/gfsp';
import { bytesOf, type HttpCall, HttpCaller, readBody, TransportError } from './http.ts';
import { bodyOf, errorXml, listen } from './testing/server.ts';

function callerOf(t: TestContext): HttpCaller {
  const caller = new HttpCaller();
  t.after(() => caller.close());
  return caller;
}

const call = (endpoint: string, fields: Partial<HttpCall> = {}): HttpCall => ({
  method: 'GET',
  endpoint,
  target: '/bucket/object?key=secret',
  headers: {},
  idleTimeoutMs: 5000,
  ...fields,
});

/** A megabyte at a time, `count` times. */
async function* megabytes(count: number, produced: { bytes: number }): AsyncGenerator<Buffer> {
  for (let i = 0; i < count; i++) {
    produced.bytes += 1 << 20;
    yield Buffer.alloc(1 << 20, i);
  }
}

describe('answers', () => {
  it('of 2xx are given with their body', async (t) => {
    for (const status of [200, 206]) {
      const { endpoint, requests } = await listen(t, (_, response) => response.writeHead(status).end('hello'));
      const response = await callerOf(t).send(call(endpoint));
      assert.equal(response.statusCode, status);
      assert.equal((await readBody(response, 5)).toString(), 'hello');
      assert.equal(requests[0]?.url, '/bucket/object?key=secret');
      assert.equal(requests[0]?.headers.host, new URL(endpoint).host);
    }
  });

  it('with an error body are that error', async (t) => {
    const { endpoint } = await listen(t, (_, response) =>
      response.writeHead(406).end(errorXml(30004, 'bucket quota &lt;overflow&gt;')),
    );
    await assert.rejects(callerOf(t).send(call(endpoint)), (error: unknown) => {
      assert.ok(error instanceof GfSpError);
      assert.deepEqual(error.toJSON(), {
        code_space: 'remote',
        http_status_code: 406,
        inner_code: 30004,
        description: 'bucket quota <overflow>',
      });
      return true;
    });
  });

  for (const [name, body] of [
    ['nothing', ''],
    ['text', '404 page not found'],
    ['broken XML', '<Error><Code>1</Code>'],
    ['a code that is none', errorXml(-1, '')],
    ['more than anyone reads', errorXml(50004, 'x'.repeat(1 << 20))],
  ] as const) {
    it(`with ${name} are 999999 with their status, and name no secrets`, async (t) => {
      const { endpoint } = await listen(t, (_, response) => response.writeHead(404).end(body));
      await assert.rejects(callerOf(t).send(call(endpoint)), {
        name: 'GfSpError',
        innerCode: 999999,
        httpStatus: 404,
        message: `GET ${endpoint}/bucket/object answered 404`,
      });
    });
  }

  it('longer than wanted are refused', async (t) => {
    const { endpoint } = await listen(t, (_, response) => response.end('x'.repeat(100)));
    const response = await callerOf(t).send(call(endpoint));
    await assert.rejects(readBody(response, 99), /longer than 99 bytes/);
  });

  it('may have very large headers', async (t) => {
    const large = 'ab'.repeat(200_000);
    const { endpoint } = await listen(t, (request, response) =>
      response.setHeader('X-Large', String(request.headers['x-large'])).end(),
    );
    const response = await callerOf(t).send(call(endpoint, { headers: { 'X-Large': large } }));
    assert.equal(response.headers['x-large'], large);
    await readBody(response, 0);
  });
});

describe('what does not answer', () => {
  const failsWith = (work: Promise<unknown>, text: RegExp) =>
    assert.rejects(work, (error: unknown) => {
      assert.ok(error instanceof TransportError, String(error));
      assert.match(error.message, text);
      assert.doesNotMatch(error.message, /secret/);
      return true;
    });

  it('is not there', async (t) => {
    const { endpoint, server } = await listen(t, () => {});
    server.close();
    await failsWith(callerOf(t).send(call(endpoint)), /ECONNREFUSED/);
  });

  it('stays silent', async (t) => {
    const { endpoint } = await listen(t, () => {});
    await failsWith(callerOf(t).send(call(endpoint, { idleTimeoutMs: 30 })), /no byte for 30 ms/);
  });

  it('stays silent on a connection that was used before', async (t) => {
    const { endpoint, requests } = await listen(t, (_, response) => {
      if (requests.length === 1) response.end();
    });
    const caller = callerOf(t);
    await readBody(await caller.send(call(endpoint)), 0);
    await failsWith(caller.send(call(endpoint, { idleTimeoutMs: 30 })), /no byte for 30 ms/);
  });

  it('stops in the middle of an answer', async (t) => {
    const { endpoint } = await listen(t, (_, response) =>
      response.writeHead(200, { 'Content-Length': 10 }).write('12345'),
    );
    // long enough for the head of the answer on a busy machine
    const response = await callerOf(t).send(call(endpoint, { idleTimeoutMs: 500 }));
    await failsWith(readBody(response, 10), /broke off: no byte for 500 ms/);
  });

  it('breaks the connection', async (t) => {
    const { endpoint } = await listen(t, (request) => request.socket.destroy());
    await failsWith(callerOf(t).send(call(endpoint)), /socket hang up/);
  });

  it('breaks the connection in the middle of an answer', async (t) => {
    const { endpoint } = await listen(t, (_, response) => {
      response.writeHead(200, { 'Content-Length': 10 });
      response.write('12345', () => response.destroy());
    });
    const response = await callerOf(t).send(call(endpoint));
    await failsWith(readBody(response, 10), /broke off/);
  });

  it('speaks something else', async (t) => {
    const server = createServer((socket) => socket.on('error', () => {}).end('SSH-2.0-nope\r\n'));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    t.after(() => server.close());
    const { port } = server.address() as { port: number };
    await failsWith(callerOf(t).send(call(`http://127.0.0.1:${port}`)), /Parse Error/);
  });

  it('has no address', async (t) => {
    for (const endpoint of ['', 'sp.example.com:9033', 'ftp://sp.example.com', '/path']) {
      await assert.rejects(callerOf(t).send(call(endpoint)), /scheme http or https/);
    }
  });

  it('is not waited for after the signal', async (t) => {
    const { endpoint } = await listen(t, () => {});
    const stop = new AbortController();
    const caller = callerOf(t);
    const sending = caller.send(call(endpoint, { signal: stop.signal }));
    setTimeout(() => stop.abort(), 10);
    await failsWith(sending, /aborted/);
    await failsWith(caller.send(call(endpoint, { signal: stop.signal })), /aborted/);
  });
});

describe('connections', () => {
  it('are used again', async (t) => {
    const { endpoint, server } = await listen(t, (_, response) => response.end('x'));
    let connections = 0;
    server.on('connection', () => connections++);
    const caller = callerOf(t);
    for (let i = 0; i < 3; i++) await readBody(await caller.send(call(endpoint)), 1);
    assert.equal(connections, 1);
  });

  it('that were closed in the meantime are replaced, when that is safe', async (t) => {
    for (const [fields, safe] of [
      [{}, true],
      [{ method: 'PUT', body: Buffer.from('x') }, true],
      [{ method: 'POST', body: Buffer.from('x') }, false],
    ] as [Partial<HttpCall>, boolean][]) {
      const { endpoint, requests } = await listen(t, (request, response) => {
        // as a server that closes a kept connection while the next request is on its way
        if (requests.length === 2) request.socket.destroy();
        else response.end();
      });
      const caller = callerOf(t);
      await readBody(await caller.send(call(endpoint)), 0);
      const second = caller.send(call(endpoint, fields)).then((response) => readBody(response, 0));
      if (safe) await second;
      else await assert.rejects(second, TransportError);
      assert.equal(requests.length, safe ? 3 : 2);
    }
  });

  it('lead to this machine for any name below localhost', async (t) => {
    const { port, requests } = await listen(t, (_, response) => response.end());
    for (const host of ['localhost', 'bucket.sp0.localhost', 'X.LocalHost.']) {
      await readBody(await callerOf(t).send(call(`http://${host}:${port}`)), 0);
      assert.equal(requests.at(-1)?.headers.host, `${host.toLowerCase()}:${port}`);
    }
  });

  it('ask below an endpoint that has a path', async (t) => {
    const { endpoint, requests } = await listen(t, (_, response) => response.end());
    for (const path of ['', '/', '/base', '/base/']) {
      await readBody(await callerOf(t).send(call(endpoint + path, { target: '/x' })), 0);
      assert.equal(requests.at(-1)?.url, `${path.replace(/\/$/, '')}/x`);
    }
  });
});

describe('bodies', () => {
  it('of bytes have their length', async (t) => {
    const bodies: string[] = [];
    const { endpoint, requests } = await listen(t, async (request, response) => {
      bodies.push((await bodyOf(request)).toString());
      response.end();
    });
    for (const text of ['', 'hello']) {
      await readBody(await callerOf(t).send(call(endpoint, { method: 'PUT', body: Buffer.from(text) })), 0);
      assert.equal(requests.at(-1)?.headers['content-length'], String(text.length));
    }
    assert.deepEqual(bodies, ['', 'hello']);
  });

  it('are held back by who reads slowly', async (t) => {
    const total = 64;
    let resume: () => void = () => {};
    const held = new Promise<void>((resolve) => {
      resume = resolve;
    });
    const { endpoint } = await listen(t, async (request, response) => {
      await held;
      response.end(String((await bodyOf(request)).length));
    });
    const produced = { bytes: 0 };
    const sending = callerOf(t).send(call(endpoint, { method: 'PUT', body: megabytes(total, produced) }));
    let before = -1;
    while (before !== produced.bytes) {
      before = produced.bytes;
      await sleep(50);
    }
    assert.ok(before > 0 && before < (total << 20) / 2, `${before} bytes were taken though nobody read`);
    resume();
    assert.equal((await readBody(await sending, 20)).toString(), String(total << 20));
  });

  it('that are refused end, and the answer is the refusal', async (t) => {
    const { endpoint } = await listen(t, (_, response) => response.writeHead(403).end(errorXml(50016, 'too large')));
    const produced = { bytes: 0 };
    const source = megabytes(10_000, produced);
    const sending = callerOf(t).send(call(endpoint, { method: 'PUT', body: source }));
    await assert.rejects(sending, { name: 'GfSpError', innerCode: 50016 });
    await sleep(20);
    const after = produced.bytes;
    await sleep(50);
    assert.equal(produced.bytes, after);
    assert.deepEqual(await source.next(), { done: true, value: undefined });
  });

  it('that break off break the request, and say why', async (t) => {
    let ended = '';
    const { endpoint } = await listen(t, (request) => {
      bodyOf(request).then(
        () => (ended = 'whole'),
        () => (ended = 'broken'),
      );
    });
    async function* broken() {
      yield Buffer.from('some');
      await sleep(20);
      throw new Error('the disk is gone');
    }
    await assert.rejects(callerOf(t).send(call(endpoint, { method: 'PUT', body: broken() })), /the disk is gone/);
    await sleep(20);
    assert.equal(ended, 'broken');
  });

  it('of answers are held back by who reads slowly, and may be left', async (t) => {
    let sent = 0;
    let closed: () => void = () => {};
    const left = new Promise<void>((resolve) => {
      closed = resolve;
    });
    const { endpoint } = await listen(t, async (_, response) => {
      response.once('close', closed);
      for (let i = 0; i < 64 && !response.destroyed; i++) {
        sent += 1 << 20;
        if (!response.write(Buffer.alloc(1 << 20))) await Promise.race([once(response, 'drain'), left]);
      }
      response.end();
    });
    const response = await callerOf(t).send(call(endpoint));
    for await (const chunk of bytesOf(response)) {
      assert.ok(chunk.length > 0);
      await sleep(50);
      break;
    }
    await left;
    assert.ok(sent < 48 << 20);
  });
});

describe('memory of a body', () => {
  const MIB = 1 << 20;

  /** Answers when the first bytes are there, and reads on once the sender has changed its memory. */
  async function early(t: TestContext, answer: string) {
    const got = { own: 0, foreign: 0 };
    const begun = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<void>();
    const changed = Promise.withResolvers<void>();
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', async () => {
        socket.write(answer);
        socket.pause();
        begun.resolve();
        await changed.promise;
        socket.resume();
      });
      socket.on('data', (bytes: Buffer) => {
        got.own += bytes.filter((byte) => byte === 0xaa).length;
        got.foreign += bytes.filter((byte) => byte === 0xbb).length;
      });
      socket.on('close', () => ended.resolve());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    t.after(() => server.close());
    const { port } = server.address() as AddressInfo;
    return { got, begun: begun.promise, changed, ended: ended.promise, endpoint: `http://127.0.0.1:${port}` };
  }

  for (const [name, answer] of [
    ['an answer that comes too early', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'],
    ['a refusal that comes early', 'HTTP/1.1 406 Not Acceptable\r\nContent-Length: 0\r\n\r\n'],
    ['a caller who gives up', ''],
    ['a peer that stops reading', ''],
  ] as const) {
    it(`is read no more after ${name}`, async (t) => {
      const { got, begun, changed, ended, endpoint } = await early(t, answer);
      const body = new Uint8Array(64 * MIB).fill(0xaa);
      const leaving = new AbortController();
      const idleTimeoutMs = name === 'a peer that stops reading' ? 1000 : 30_000;
      const sent = callerOf(t).send(call(endpoint, { method: 'PUT', body, idleTimeoutMs, signal: leaving.signal }));
      if (name === 'a caller who gives up') void begun.then(() => leaving.abort(new Error('gives up')));
      await assert.rejects(sent, name === 'a refusal that comes early' ? GfSpError : TransportError);
      body.fill(0xbb);
      changed.resolve();
      await ended;
      assert.ok(got.own > 0 && got.own < body.length);
      assert.equal(got.foreign, 0);
    });
  }
});
