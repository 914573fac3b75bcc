import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, test } from 'node:test';
import { lockKey } from './key-lock.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function folderOfLocks(): string {
  const folder = mkdtempSync(join(tmpdir(), 'key-lock-'));
  cleanups.push(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** Another process that takes the key and keeps it. Resolves with what it says first: `owns it`, or why not. */
async function otherProcess(folder: string, waitMs = 0): Promise<{ child: ChildProcess; said: string }> {
  const program = `
    import { lockKey } from ${JSON.stringify(new URL('key-lock.ts', import.meta.url).href)};
    const [folder, waitMs] = process.argv.slice(1);
    await lockKey({ name: 'chain-0xA', folder, waitMs: Number(waitMs) }).then(
      () => { console.log('owns it'); setInterval(() => {}, 1 << 30); },
      (error) => console.log(error.message),
    );`;
  const args = ['--input-type=module', '-e', program, folder, String(waitMs)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  cleanups.push(() => child.kill('SIGKILL'));
  const [said] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string];
  return { child, said: said.trim() };
}

test('of two processes the second is refused, with the key and the folder', async () => {
  const folder = folderOfLocks();
  const first = await otherProcess(folder);
  assert.equal(first.said, 'owns it');
  const second = await otherProcess(folder);
  assert.match(second.said, /^another signer owns the key chain-0xA \(lock folder .*key-lock-.*\): only one may send/);
  assert.ok(second.said.includes(folder));
  await assert.rejects(lockKey({ name: 'chain-0xA', folder, waitMs: 0 }), /another signer owns the key/);
  (await lockKey({ name: 'chain-0xB', folder, waitMs: 0 })).release();
});

test('a killed owner owns nothing: the next one starts at once, or as soon as it waits', async () => {
  const folder = folderOfLocks();
  const first = await otherProcess(folder);
  const waiting = otherProcess(folder, 10_000);
  first.child.kill('SIGKILL');
  await once(first.child, 'exit');
  const { child, said } = await waiting;
  assert.equal(said, 'owns it');
  child.kill('SIGKILL');
  await once(child, 'exit');
  (await lockKey({ name: 'chain-0xA', folder, waitMs: 0 })).release();
});

test('who gives the key up makes room in the same process, with a folder and without', async () => {
  for (const folder of [folderOfLocks(), undefined]) {
    const options = { name: 'chain-0xA', folder, waitMs: 0 };
    const first = await lockKey(options);
    await assert.rejects(lockKey(options), /another signer owns the key/);
    const second = lockKey({ ...options, waitMs: 5000 });
    first.release();
    (await second).release();
  }
});
