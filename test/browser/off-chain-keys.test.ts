/**
 * An application in a browser, at an origin of its own: the JavaScript SDK registers a key off the chain, and stores and
 * reads with it. Every call crosses origins, so the browser asks beforehand whether it may, and hides what it may not.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Client } from '@bnb-chain/greenfield-js-sdk';
import type { Browser, Page } from 'playwright-core';
import { TestAccount } from '../support/account.ts';
import { type DevnetProcess, startDevnet } from '../support/devnet-process.ts';
import { bundle } from './bundle.ts';
import { errorsOf, launchBrowser, noBrowser } from './chromium.ts';
import { giveWallet, type Wallet } from './wallet.ts';

const bucket = 'app-bucket';
const object = 'notes/ü + 1.txt';
const content = 'what the application stores';

/** What the page keeps between the steps. */
interface App {
  greenfield: { Client: typeof Client };
  ethereum: unknown;
  client: Client;
  auth: { type: 'EDDSA'; seed: string; domain: string; address: string };
  origin: string;
}

describe('the JavaScript SDK in a browser, with keys off the chain', { skip: noBrowser }, () => {
  let dataDir: string;
  let devnet: DevnetProcess;
  let browser: Browser;
  let owner: TestAccount;
  let server: Server;
  let page: Page;
  let errors: string[];
  let wallet: Wallet;

  before(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'prairie-app-'));
    devnet = await startDevnet(['--data-dir', dataDir, '--rpc-port', '0', '--sp-port', '0', '--block-time', '200']);
    owner = new TestAccount(devnet);
    await owner.createBucket(bucket);
    await owner.createObjects(bucket, new Map([[object, Buffer.from(content)]]), 'text/plain');
    server = await serveApplication();
    browser = await launchBrowser();
    page = await browser.newPage();
    errors = errorsOf(page);
    wallet = await giveWallet(page, devnet.accounts[0]!);
    await page.goto(`http://app.localhost:${(server.address() as { port: number }).port}/`);
  });

  after(async () => {
    await browser?.close();
    server?.close();
    owner?.close();
    await devnet?.end();
    if (dataDir) rmSync(dataDir, { recursive: true, force: true });
  });

  it('registers a key with every provider, the wallet signing once', async () => {
    const result = await page.evaluate(
      async ({ rpc, chainId, sps, address }) => {
        const app = globalThis as unknown as App;
        app.client = app.greenfield.Client.create(rpc, String(chainId));
        const domain = app.origin;
        const request = { sps, address, domain, expirationMs: 3600_000, chainId };
        const { code, message, body } = await app.client.offchainauth.genOffChainAuthKeyPairAndUpload(
          request,
          app.ethereum,
        );
        app.auth = { type: 'EDDSA', seed: body?.seedString ?? '', domain, address };
        return {
          code,
          message: String(message ?? ''),
          failed: body?.failedSpAddresses,
          registered: body?.spAddresses.length,
        };
      },
      {
        rpc: devnet.rpc,
        chainId: devnet.evmChainId,
        sps: devnet.sps.map(({ operatorAddress, endpoint }) => ({ address: operatorAddress, endpoint })),
        address: owner.address,
      },
    );
    assert.equal(result.code, 0, result.message);
    assert.deepEqual([result.failed, result.registered], [[], devnet.sps.length]);
    assert.equal(wallet.signed.length, 1);
  });

  it('stores an object with the key', async () => {
    const result = await page.evaluate(
      async ({ bucketName, objectName, text, txnHash }) => {
        const app = globalThis as unknown as App;
        const body = new File([text], 'notes.txt', { type: 'text/plain' });
        const { code, message } = await app.client.object.uploadObject(
          { bucketName, objectName, body, txnHash },
          app.auth,
        );
        return { code, message };
      },
      { bucketName: bucket, objectName: object, text: content, txnHash: '00'.repeat(32) },
    );
    assert.equal(result.code, 0, result.message);
    await owner.sealed(bucket, object);
  });

  it('reads it with the key, and by a link', async () => {
    const texts = await page.evaluate(
      async ({ bucketName, objectName }) => {
        const { client, auth } = globalThis as unknown as App;
        const whole = await client.object.getObject({ bucketName, objectName }, auth);
        const url = await client.object.getObjectPreviewUrl(
          {
            bucketName,
            objectName,
            queryMap: {
              view: '1',
              'X-Gnfd-User-Address': auth.address,
              'X-Gnfd-App-Domain': auth.domain,
              'X-Gnfd-Expiry-Timestamp': new Date(Date.now() + 60_000).toISOString(),
            },
          },
          auth,
        );
        const linked = await fetch(url);
        return {
          whole: await whole.body?.text(),
          linked: await linked.text(),
          headers: ['content-length', 'content-disposition'].map((name) => linked.headers.get(name)),
        };
      },
      { bucketName: bucket, objectName: object },
    );
    const length = String(content.length);
    assert.deepEqual(texts, { whole: content, linked: content, headers: [length, 'inline'] });
  });

  it('can tell why it is refused', async () => {
    const refusal = await page.evaluate(
      async ({ bucketName, objectName }) => {
        const { client, auth } = globalThis as unknown as App;
        const { code, message } = await client.object.getObject(
          { bucketName, objectName },
          { ...auth, domain: 'https://other.example' },
        );
        return { code, message };
      },
      { bucketName: bucket, objectName: object },
    );
    assert.notEqual(refusal.code, 0);
    assert.match(String(refusal.message), /register/);
    // the browser itself says that an answer was not 2xx
    assert.deepEqual(
      errors.filter((text) => !text.includes('400 (Bad Request)')),
      [],
    );
  });
});

async function serveApplication(): Promise<Server> {
  const shims = {
    buffer: readFileSync(new URL('./page/buffer.js', import.meta.url), 'utf8'),
    crypto: 'module.exports = { webcrypto: globalThis.crypto };',
    // a large part of another curve library, which nothing here signs with
    'libsodium-wrappers-sumo': '',
    events: 'module.exports = { EventEmitter: class {} };',
  };
  const from = fileURLToPath(import.meta.url);
  const script = bundle('@bnb-chain/greenfield-js-sdk', { name: 'greenfield', from, shims });
  const html =
    '<!doctype html><link rel="icon" href="data:,"><title>An application</title><script src="/sdk.js"></script>';
  const server = createServer(({ url }, response) => {
    const isScript = url === '/sdk.js';
    response.setHeader('Content-Type', isScript ? 'text/javascript; charset=utf-8' : 'text/html; charset=utf-8');
    response.end(isScript ? script : html);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}
