/** State is kept: a devnet that was stopped or killed comes back with all that it acknowledged, and carries on. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import type { UserClient } from '@prairie/client';
import type { TestAccount } from '../support/account.ts';
import type { DevnetProcess } from '../support/devnet-process.ts';
import { abandonedFiles } from '../support/pieces.ts';
import { expectSealed as expectAllSealed } from '../support/sealed.ts';
import { contentOf, inChunks } from '../support/uploads.ts';
import { startUsedDevnet, stopUsedDevnet } from '../support/used-devnet.ts';

const bucket = 'restart-bucket';
/** One byte, small, large, and two segments. */
const SIZES = [1, 65_536, 5_000_000, 17_000_000];
/** A process that takes so long to stop hangs. */
const HANGS_MS = 5_000;

describe('a restart', () => {
  let dataDir: string;
  let devnet: DevnetProcess;
  let owner: TestAccount;
  let client: UserClient;

  async function start(): Promise<void> {
    ({ devnet, owner, client } = await startUsedDevnet(dataDir));
  }

  const stop = (signal: NodeJS.Signals) => stopUsedDevnet({ devnet, owner, client }, signal);

  before(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'prairie-restart-'));
    await start();
    await owner.createBucket(bucket);
  });

  after(async () => {
    if (devnet) await stop('SIGKILL');
    rmSync(dataDir, { recursive: true, force: true });
  });

  const put = (object: string, content: Buffer) =>
    client.putObject({ bucket, object, size: content.length, body: inChunks(content) });

  const putAll = (contents: ReadonlyMap<string, Buffer>) =>
    Promise.all([...contents].map(([name, content]) => put(name, content)));

  /** Begins an upload, and calls `onHalf` when half of it is with the provider; the rest never comes. */
  function putHalf(object: string, content: Buffer, onHalf: () => Promise<unknown>): Promise<void> {
    const body = async function* () {
      yield* inChunks(content.subarray(0, content.length / 2));
      await onHalf();
    };
    return client.putObject({ bucket, object, size: content.length, body: body() });
  }

  const expectSealed = (contents: ReadonlyMap<string, Buffer>) =>
    expectAllSealed({ owner, client, bucket, dataDir, log: devnet.log }, contents);

  async function countUnsealed(t: TestContext, when: string, contents: ReadonlyMap<string, Buffer>): Promise<void> {
    const sealed = await Promise.all([...contents.keys()].map((name) => owner.isSealed(bucket, name)));
    t.diagnostic(`${when}: ${sealed.filter((is) => !is).length} of ${sealed.length} acknowledged objects not sealed`);
  }

  /** Of the funded accounts; the owner's is the first. */
  const accounts = () => Promise.all(devnet.accounts.map(({ address }) => owner.chain.account(address)));
  const balances = () => Promise.all(devnet.accounts.map(({ address }) => owner.chain.balance(address)));

  const blockAt = async (height: bigint) => (await owner.chain.rpc.block(height)).block_id.hash;

  it('by Ctrl-C ends with code 0 during an upload, and keeps everything', async (t) => {
    const contents = contentsOf('stopped');
    const half = contentOf(17_000_000, 99);
    await owner.createObjects(bucket, new Map([...contents, ['half', half]]));
    const before = [await accounts(), await balances()] as const;
    const height = await owner.chain.currentHeight();
    const block = await blockAt(height);
    await putAll(contents);
    await countUnsealed(t, 'at Ctrl-C', contents);
    let ending: Promise<number> | undefined;
    const end = async () => {
      const began = performance.now();
      assert.equal(await devnet.end('SIGINT'), 0, devnet.log());
      return performance.now() - began;
    };
    // the upload breaks off before the process has ended
    await assert.rejects(
      putHalf('half', half, () => {
        ending = end();
        return ending;
      }),
    );
    const took = await ending!;
    t.diagnostic(`stopped within ${Math.round(took)} ms`);
    assert.ok(took > 0 && took < HANGS_MS, `${took} ms until the process had ended`);
    await stop('SIGINT');
    const restarted = Date.now();
    await start();
    assert.equal(await blockAt(height), block, 'the same chain');
    await owner.chain.waitForHeight(height + 5n, AbortSignal.timeout(HANGS_MS));
    assert.deepEqual(await accounts(), before[0]);
    // a seal may draw on the bank balance of who pays for the object
    assert.deepEqual((await balances()).slice(1), before[1].slice(1));
    await expectSealed(contents);
    await put('half', half);
    await expectSealed(new Map([['half', half]]));
    assert.deepEqual(abandonedFiles(dataDir, restarted), []);
  });

  it('after kill -9 right after the acknowledgement loses nothing', async (t) => {
    const contents = contentsOf('killed');
    await owner.createObjects(bucket, contents);
    const height = await owner.chain.currentHeight();
    const block = await blockAt(height);
    await putAll(contents);
    await stop('SIGKILL');
    await start();
    await countUnsealed(t, 'after kill -9', contents);
    assert.equal(await blockAt(height), block, 'the same chain');
    await expectSealed(contents);
    await expectSealed(contentsOf('stopped'));
  });

  it('after kill -9 in the middle of an upload lets the client upload again', async () => {
    const content = contentOf(17_000_000, 100);
    const contents = new Map([['cut-off', content]]);
    await owner.createObjects(bucket, contents);
    // all earlier objects are sealed, and this one cannot be: nothing moves
    const before = [await accounts(), await balances()];
    await assert.rejects(putHalf('cut-off', content, () => stop('SIGKILL')));
    const restarted = Date.now();
    await start();
    assert.deepEqual([await accounts(), await balances()], before);
    assert.equal(await owner.isSealed(bucket, 'cut-off'), false);
    await put('cut-off', content);
    await expectSealed(contents);
    assert.deepEqual(abandonedFiles(dataDir, restarted), []);
  });
});

const contentsOf = (prefix: string): Map<string, Buffer> =>
  new Map(SIZES.map((size) => [`${prefix}/${size}`, contentOf(size, size)]));
