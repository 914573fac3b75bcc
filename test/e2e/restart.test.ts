/** State is kept: a devnet that was stopped or killed comes back with all that it acknowledged, and carries on. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { UserClient } from '@prairie/client';
import { TestAccount } from '../support/account.ts';
import { type DevnetProcess, startDevnet } from '../support/devnet-process.ts';

const bucket = 'restart-bucket';
const contents = new Map(
  [1, 65_536, 5_000_000, 17_000_000].map((size) => [`object-${size}`, Buffer.alloc(size, size % 251)] as const),
);

describe('a restart', () => {
  let dataDir: string;
  let devnet: DevnetProcess;
  let owner: TestAccount;
  let client: UserClient;

  async function start(): Promise<void> {
    devnet = await startDevnet(['--data-dir', dataDir, '--rpc-port', '0', '--sp-port', '0', '--block-time', '300']);
    owner = new TestAccount(devnet);
    client = new UserClient({ endpoint: devnet.sps[0]!.endpoint, privateKey: owner.privateKey });
  }

  async function stop(signal: NodeJS.Signals): Promise<number | null> {
    const code = await devnet.end(signal);
    owner.close();
    client.close();
    return code;
  }

  before(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'prairie-restart-'));
    await start();
    await owner.createBucket(bucket);
  });

  after(async () => {
    await stop('SIGKILL');
    rmSync(dataDir, { recursive: true, force: true });
  });

  const put = (object: string, content: Buffer) =>
    client.putObject({ bucket, object, size: content.length, body: inChunks(content) });

  async function read(object: string): Promise<Buffer> {
    const { stream } = await client.getObject(bucket, object);
    const chunks: Uint8Array[] = [];
    for await (const chunk of stream) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  async function expectAllSealed(prefix: string): Promise<void> {
    for (const [name, content] of contents) {
      await owner.sealed(bucket, prefix + name, 90);
      assert.ok((await read(prefix + name)).equals(content), prefix + name);
    }
  }

  const named = (prefix: string) => new Map([...contents].map(([name, content]) => [prefix + name, content]));

  it('by Ctrl-C ends with code 0 and keeps everything', async (t) => {
    await owner.createObjects(bucket, named('stopped/'));
    for (const [name, content] of named('stopped/')) await put(name, content);
    const height = await owner.chain.currentHeight();
    const began = performance.now();
    assert.equal(await stop('SIGINT'), 0, devnet.log());
    t.diagnostic(`stopped within ${Math.round(performance.now() - began)} ms`);
    await start();
    assert.ok((await owner.chain.currentHeight()) >= height);
    await expectAllSealed('stopped/');
  });

  it('after kill -9 loses nothing that was acknowledged', async () => {
    await owner.createObjects(bucket, named('killed/'));
    await Promise.all([...named('killed/')].map(([name, content]) => put(name, content)));
    await stop('SIGKILL');
    await start();
    await expectAllSealed('killed/');
    await expectAllSealed('stopped/');
  });

  it('in the middle of an upload lets the client upload again', async () => {
    const content = contents.get('object-17000000')!;
    await owner.createObjects(bucket, new Map([['cut-off', content]]));
    const half = async function* () {
      yield content.subarray(0, 9_000_000);
      await stop('SIGKILL');
    };
    await assert.rejects(client.putObject({ bucket, object: 'cut-off', size: content.length, body: half() }));
    await start();
    await put('cut-off', content);
    await owner.sealed(bucket, 'cut-off');
    assert.ok((await read('cut-off')).equals(content));
  });
});

async function* inChunks(content: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < content.length; at += 256 * 1024) yield content.subarray(at, at + 256 * 1024);
}
