import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { describe, it, type TestContext } from 'node:test';
import { addressOf } from '@prairie/chain';
import fc from 'fast-check';
import { hexBytes, parseAuthorization, signersOf } from './auth/authorization.ts';
import { EXPIRY_HEADER, isExpiryValid } from './auth/expiry.ts';
import { bodyOf, errorXml, listen } from './testing/server.ts';
import { objectTarget, UserClient } from './user-client.ts';

const privateKey = Buffer.from(`${'00'.repeat(31)}01`, 'hex');
const NAMES = [
  'plain.txt',
  'a b.txt',
  'ünïcödé 文件 📄.txt',
  '100%.txt',
  '%41%2F',
  'a+b=c&d;e?f#g',
  'dir/sub//x',
  '../up',
  'quote\'"<>`{}|\\^~',
  ' leading and trailing ',
];

function clientOf(t: TestContext, endpoint: string, key: Uint8Array | undefined = privateKey): UserClient {
  const client = new UserClient({ endpoint, privateKey: key });
  t.after(() => client.close());
  return client;
}

/** Who signed the request as it arrived, as a gateway finds out. */
function signerOf({ method = '', url = '', rawHeaders, headers }: IncomingMessage): string | undefined {
  const parsed = parseAuthorization(headers.authorization ?? '');
  if (!parsed.ok) return undefined;
  const request = { method, target: url, rawHeaders, host: headers.host ?? '' };
  return [...signersOf(request, hexBytes(parsed.signature)!)][0];
}

/** The text of a recorded answer, by the part of the request's address that tells it from others. */
function recorded(file: string, match: (url: string) => boolean): string {
  const path = new URL(`../../../test/fixtures/http/${file}.jsonl`, import.meta.url);
  const lines = readFileSync(path, 'utf8').trim().split('\n');
  for (const line of lines) {
    const { url, status, response_body } = JSON.parse(line);
    if (status === 200 && match(url)) return response_body.text;
  }
  throw new Error(`${file}: nothing recorded`);
}

async function* chunks(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

describe('signatures', () => {
  it('are of the key, valid for a while, over every kind of call', async (t) => {
    const { endpoint, requests } = await listen(t, async (request, response) => {
      await bodyOf(request);
      response.end('<A/>');
    });
    const client = clientOf(t, endpoint);
    for (const object of NAMES) {
      await client.putObject({
        bucket: 'bucket',
        object,
        size: 5,
        body: chunks('hel', 'lo'),
        contentType: 'text/a;  b',
      });
      const { stream } = await client.getObject('bucket', object, { from: 1, to: 3 });
      for await (const _ of stream);
      await client.uploadProgress('bucket', object);
      await client.listObjects({ bucket: 'bucket', prefix: object, delimiter: '/', token: 'a+/=' });
    }
    await client.listBuckets(addressOf(privateKey));
    assert.equal(requests.length, 4 * NAMES.length + 1);
    for (const request of requests) {
      assert.equal(signerOf(request), addressOf(privateKey), `${request.method} ${request.url}`);
      assert.ok(isExpiryValid(String(request.headers[EXPIRY_HEADER.toLowerCase()])));
    }
  });

  it('are left out without a key', async (t) => {
    const { endpoint, requests } = await listen(t, (_, response) => response.end('<A/>'));
    const client = new UserClient({ endpoint });
    t.after(() => client.close());
    await client.uploadProgress('bucket', 'object');
    assert.equal(requests[0]?.headers.authorization, undefined);
  });
});

describe('targets', () => {
  it('carry any name', () => {
    assert.equal(objectTarget('bucket', '100% a+b/ü?'), '/bucket/100%25%20a%2Bb/%C3%BC%3F');
    for (const name of NAMES) assert.equal(decodeURIComponent(objectTarget('b', name)), `/b/${name}`);
  });

  it('property: decode to the name, and are nothing but path', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        const target = objectTarget('bucket', name);
        assert.match(target, /^\/bucket\/[A-Za-z0-9\-_.~/%]*$/);
        assert.equal(decodeURIComponent(target), `/bucket/${name}`);
      }),
    );
  });

  it('arrive as they were made', async (t) => {
    const { endpoint, requests } = await listen(t, (_, response) => response.end('<A/>'));
    const client = clientOf(t, `${endpoint}/`);
    for (const object of NAMES) {
      await client.uploadProgress('bucket', object);
      assert.equal(requests.at(-1)?.url, `${objectTarget('bucket', object)}?upload-progress`);
    }
  });
});

describe('objects', () => {
  it('are put with their length and type', async (t) => {
    let received = '';
    const { endpoint, requests } = await listen(t, async (request, response) => {
      received = (await bodyOf(request)).toString();
      response.end();
    });
    await clientOf(t, endpoint).putObject({ bucket: 'b', object: 'o', size: 5, body: chunks('hel', 'lo') });
    assert.equal(received, 'hello');
    assert.equal(requests[0]?.headers['content-length'], '5');
    assert.equal(requests[0]?.headers['content-type'], 'application/octet-stream');
  });

  for (const [texts, why] of [
    [['hell'], /ended after 4 bytes, 5 were announced/],
    [['hello', '!'], /longer than the 5 bytes/],
  ] as const) {
    it(`of another length than announced are not sent as if they were whole: ${texts.join('')}`, async (t) => {
      let whole = false;
      const { endpoint } = await listen(t, (request) => {
        bodyOf(request).then(
          () => (whole = true),
          () => {},
        );
      });
      const put = { bucket: 'b', object: 'o', size: 5, body: chunks(...texts) };
      await assert.rejects(clientOf(t, endpoint).putObject(put), why);
      assert.equal(whole && texts.length === 1, false);
    });
  }

  it('are got whole or in part', async (t) => {
    const { endpoint, requests } = await listen(t, (_, response) =>
      response.writeHead(206, { 'Content-Length': 5, 'Content-Type': 'text/plain' }).end('hello'),
    );
    const client = clientOf(t, endpoint);
    for (const [range, header] of [
      [undefined, undefined],
      [{ from: 2 }, 'bytes=2-'],
      [{ from: 2, to: 6 }, 'bytes=2-6'],
    ] as const) {
      const got = await client.getObject('b', 'o', range);
      assert.deepEqual([got.size, got.contentType], [5, 'text/plain']);
      let text = '';
      for await (const chunk of got.stream) text += Buffer.from(chunk).toString();
      assert.equal(text, 'hello');
      assert.equal(requests.at(-1)?.headers.range, header);
    }
  });

  it('that are refused say why', async (t) => {
    const { endpoint } = await listen(t, (_, response) =>
      response.writeHead(401).end(errorXml(50004, 'no permission')),
    );
    const put = { bucket: 'b', object: 'o', size: 5, body: chunks('hello') };
    const client = clientOf(t, endpoint);
    const refusal = { name: 'GfSpError', innerCode: 50004, message: 'no permission' };
    await assert.rejects(client.putObject(put), refusal);
    await assert.rejects(client.getObject('b', 'o'), refusal);
  });
});

describe('recorded answers', () => {
  it('are read', async (t) => {
    let answer = '';
    const { endpoint, requests } = await listen(t, (_, response) => response.end(answer));
    const client = clientOf(t, endpoint);

    answer = recorded('list-objects', (url) => url.includes('delimiter=') && !url.includes('delimiter=&'));
    const listing = await client.listObjects({ bucket: 'fx-pub', prefix: 'a b/', delimiter: '/', maxKeys: 10 });
    assert.equal(listing.objects.length, answer.split('<Objects>').length - 1);
    assert.equal(listing.commonPrefixes.length, answer.split('<CommonPrefixes>').length - 1);
    assert.ok(listing.objects.every(({ name, createdAt }) => name !== '' && createdAt > 0n));
    const query = new URL(`http://x${requests.at(-1)?.url}`).searchParams;
    assert.deepEqual(Object.fromEntries(query), {
      prefix: 'a b/',
      delimiter: '/',
      'max-keys': '10',
      'continuation-token': '',
    });

    answer = recorded('list-user-buckets', () => true);
    const buckets = await client.listBuckets(addressOf(privateKey));
    assert.equal(buckets.length, answer.split('<Buckets>').length - 1);
    assert.ok(buckets.length > 0 && buckets.every(({ name, id }) => name !== '' && id > 0n));
    assert.equal(requests.at(-1)?.headers['x-gnfd-user-address'], addressOf(privateKey));

    answer = `<QueryUploadProgress version="1.0"><ProgressDescription>object meta is created onto the chain</ProgressDescription><ErrorDescription></ErrorDescription></QueryUploadProgress>`;
    const progress = await client.uploadProgress('fx-pub', 'a.txt');
    assert.deepEqual(progress, { description: 'object meta is created onto the chain', error: '' });
  });

  it('that are no XML are refused', async (t) => {
    const { endpoint } = await listen(t, (_, response) => response.end('<html><br></html>'));
    await assert.rejects(clientOf(t, endpoint).listObjects({ bucket: 'b' }), /closes nothing/);
  });
});

describe('an object’s meta data', () => {
  it('is read as recorded', async (t) => {
    const text = recorded('object-meta', (url) => url.includes('object-meta'));
    const { endpoint, requests } = await listen(t, (_, response) => response.end(text));
    const head = await clientOf(t, endpoint).headObject('bucket', 'a b.txt');
    assert.equal(requests[0]?.url, '/bucket/a%20b.txt?object-meta');
    for (const [element, value] of [
      ['Id', head.id],
      ['Owner', head.owner],
      ['ObjectName', head.name],
      ['PayloadSize', head.size],
      ['SealTxHash', head.sealTxHash],
    ]) {
      assert.ok(text.includes(`<${element}>${value}</${element}>`), `${element} ${value}`);
    }
  });
});

describe('an approval', () => {
  const msg = { creator: addressOf(privateKey), bucket_name: 'bucket', primary_sp_approval: {} };
  const decoded = (hex: string) => Buffer.from(hex, 'hex').toString();

  it('is the message as the provider signed it', async (t) => {
    const { endpoint, requests } = await listen(t, (request, response) => {
      const json = JSON.parse(decoded(String(request.headers['x-gnfd-unsigned-msg'])));
      json.primary_sp_approval = { expired_height: '906', global_virtual_group_family_id: 1, sig: 'AQI=' };
      response.setHeader('X-Gnfd-Signed-Msg', Buffer.from(JSON.stringify(json)).toString('hex')).end();
    });
    const signed = await clientOf(t, endpoint).createBucketApproval(msg);
    assert.equal(requests[0]?.url, '/greenfield/admin/v1/get-approval?action=CreateBucket');
    assert.equal(signerOf(requests[0]!), addressOf(privateKey));
    const approval = { expired_height: 906n, global_virtual_group_family_id: 1, sig: Uint8Array.of(1, 2) };
    assert.deepEqual(
      { ...signed.primary_sp_approval, sig: Uint8Array.from(signed.primary_sp_approval!.sig) },
      approval,
    );
    assert.deepEqual([signed.creator, signed.bucket_name], [msg.creator, 'bucket']);
  });

  it('that is refused is an error, though its status is 200', async (t) => {
    const { endpoint } = await listen(t, (_, response) => response.end(errorXml(50007, 'refused')));
    const client = clientOf(t, endpoint);
    const work = client.createObjectApproval({ ...msg, object_name: 'a' });
    await assert.rejects(work, { innerCode: 50007, httpStatus: 200, message: 'refused' });
  });
});
