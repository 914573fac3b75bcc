/** The page on which a wallet signs for a private object, in a real browser (`reference/gateway-http.md` §5.8). */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { after, before, beforeEach, describe, it } from 'node:test';
import { UserClient } from '@prairie/client';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { TestAccount } from '../support/account.ts';
import { type DevnetProcess, startDevnet } from '../support/devnet-process.ts';
import { errorsOf, launchBrowser, noBrowser } from './chromium.ts';
import { giveWallet, type Wallet } from './wallet.ts';

const bucket = 'sign-page-bucket';
const objects = new Map([
  ['letter.txt', Buffer.from('what only the owner may read')],
  ['odd/</script>\'" &+% ü.txt', Buffer.from('an odd name')],
  ['sheet.pdf', Buffer.from('no pdf, but named like one')],
]);

describe('the sign page in a browser', { skip: noBrowser }, () => {
  let dataDir: string;
  let devnet: DevnetProcess;
  let browser: Browser;
  let owner: TestAccount;
  let context: BrowserContext;
  let page: Page;
  let wallet: Wallet;
  let errors: string[];

  before(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'prairie-sign-page-'));
    devnet = await startDevnet(['--data-dir', dataDir, '--rpc-port', '0', '--sp-port', '0', '--block-time', '200']);
    browser = await launchBrowser();
    owner = new TestAccount(devnet);
    await owner.createBucket(bucket);
    await owner.createObjects(bucket, objects, 'text/plain; charset=utf-8');
    const client = new UserClient({ endpoint: devnet.sps[0]!.endpoint, privateKey: owner.privateKey });
    for (const [object, content] of objects) {
      await client.putObject({ bucket, object, size: content.length, body: Readable.from([content]) });
    }
    for (const object of objects.keys()) await owner.sealed(bucket, object);
  });

  after(async () => {
    await browser?.close();
    owner?.close();
    await devnet?.end();
    if (dataDir) rmSync(dataDir, { recursive: true, force: true });
  });

  beforeEach(async () => {
    await context?.close();
    context = await browser.newContext({ acceptDownloads: true });
    page = await context.newPage();
    errors = errorsOf(page);
    wallet = await giveWallet(page, devnet.accounts[0]!);
  });

  const urlOf = (object: string, kind = 'view', sp = 0) =>
    `${devnet.sps[sp]!.endpoint}/${kind}/${bucket}/${object.split('/').map(encodeURIComponent).join('/')}`;
  const signButton = () => page.getByRole('button', { name: /^Sign with/ });
  /** Of our pages, and of a text that the browser shows by itself. */
  const shown = async () => (await page.locator('main, pre').textContent()) ?? '';

  it('shows the content once the owner has signed, at whichever provider the link begins', async () => {
    const answer = await page.goto(urlOf('letter.txt', 'view', 3));
    assert.equal(answer?.status(), 200);
    assert.match(await shown(), /This file is private[\s\S]*letter\.txt/);
    await signButton().click();
    await page.waitForURL(/signature=0x/);
    assert.equal(await shown(), 'what only the owner may read');
    assert.match(
      wallet.signed[0]!,
      new RegExp(`^Sign this message to access the file:\ngnfd://${bucket}/letter.txt\n`),
    );
    assert.deepEqual(errors, []);
  });

  for (const name of [...objects.keys()].slice(1)) {
    it(`opens ${JSON.stringify(name)}`, async () => {
      await page.goto(urlOf(name));
      await signButton().click();
      await page.waitForURL(/signature=0x/);
      assert.equal(await shown(), objects.get(name)!.toString());
      assert.deepEqual(errors, []);
    });
  }

  it('lets the owner keep the file', async () => {
    await page.goto(urlOf('letter.txt', 'download'));
    const [download] = await Promise.all([page.waitForEvent('download'), signButton().click()]);
    assert.equal(download.suggestedFilename(), 'letter.txt');
    const chunks: Buffer[] = [];
    for await (const chunk of await download.createReadStream()) chunks.push(chunk);
    assert.deepEqual(Buffer.concat(chunks), objects.get('letter.txt'));
    assert.deepEqual(errors, []);
  });

  it('says so when the wallet declines, and lets the owner try again', async () => {
    await page.goto(urlOf('letter.txt'));
    wallet.declines = true;
    await signButton().click();
    await page.getByText('You declined in your wallet').waitFor();
    wallet.declines = false;
    await signButton().click();
    await page.waitForURL(/signature=0x/);
    assert.equal(await shown(), 'what only the owner may read');
    assert.deepEqual(errors, []);
  });

  it('shows another account that it may not, and lets it sign again', async () => {
    wallet.identity = devnet.accounts[1]!;
    await page.goto(urlOf('letter.txt'));
    await signButton().click();
    await page.waitForURL(/signature=0x/);
    assert.match(await shown(), /NO_PERMISSION/);
    wallet.identity = devnet.accounts[0]!;
    await page.getByRole('link', { name: 'Sign again' }).click();
    await signButton().click();
    await page.waitForURL(/signature=0x/);
    assert.equal(await shown(), 'what only the owner may read');
    assert.deepEqual(errors, []);
  });

  it('shows what is not there as a page', async () => {
    const answer = await page.goto(urlOf('nothing.txt'));
    assert.equal(answer?.status(), 200);
    assert.match(await shown(), /There is no such file[\s\S]*nothing\.txt[\s\S]*FILE_NOT_FOUND/);
    assert.deepEqual(errors, []);
  });

  it('says what is missing in a browser without a wallet', async () => {
    const other = await browser.newPage();
    await other.goto(urlOf('letter.txt'));
    await other.getByText('There is no wallet in this browser').waitFor();
    await other.close();
  });
});
