import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, it, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { GfSpError } from '@prairie/gfsp';
import { connectAll } from './testing/server.ts';

const program = fileURLToPath(new URL('testing/server-process.ts', import.meta.url));

async function run(t: TestContext, address = '127.0.0.1:0'): Promise<{ child: ChildProcess; address: string }> {
  const child = spawn(process.execPath, [program, address], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  const [line] = await once(child.stdout!, 'data');
  return { child, address: String(line).trim() };
}

/** A busy machine takes its time to start a process. */
const PATIENT = { waitMs: 60_000 };

const isTransport = (error: unknown): boolean => error instanceof GfSpError && error.innerCode === 999999;
const task = { object_info: {} } as never;

describe('a peer that is killed', () => {
  it('breaks what is held and what streams, and is found again', async (t) => {
    const { child, address } = await run(t);
    const client = connectAll(t, [address], PATIENT);
    const [before] = await client.manager.queryTasks('');
    const { signal } = new AbortController();
    const isUploading = Promise.withResolvers<void>();
    // more than is sent before the peer takes it: then the calls before it are there too
    const endless = (async function* () {
      for (let chunks = 0; ; chunks++) {
        yield Buffer.alloc(65_536);
        if (chunks === 64) isUploading.resolve();
      }
    })();
    const bytes = await client.downloader.downloadObject(task);
    const download = (async () => {
      for await (const _ of bytes);
    })();
    const broken = [
      assert.rejects(client.manager.attend('me', signal), isTransport),
      assert.rejects(client.uploader.uploadObject(task, endless), isTransport),
      assert.rejects(download, isTransport),
    ];
    await isUploading.promise;
    child.kill('SIGKILL');
    await Promise.all(broken);
    const waiting = client.manager.queryTasks('');
    const second = await run(t, address);
    assert.deepEqual(await waiting, [String(second.child.pid)]);
    assert.notEqual(before, String(second.child.pid));
  });

  it('is replaced by another endpoint at once', async (t) => {
    const [a, b] = await Promise.all([run(t), run(t)]);
    const client = connectAll(t, [a.address, b.address], PATIENT);
    await client.manager.queryTasks('');
    a.child.kill('SIGKILL');
    for (let i = 0; i < 5; i++) await client.manager.queryTasks('');
    assert.deepEqual(await client.manager.queryTasks(''), [String(b.child.pid)]);
  });
});
