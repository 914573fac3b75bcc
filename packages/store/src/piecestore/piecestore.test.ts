import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { DirectorySync } from './directory-sync.ts';
import { FilePieceStore, type SyncPolicy } from './file-store.ts';
import { MemoryPieceStore } from './memory-store.ts';
import { tempName } from './temp-files.ts';
import { describePieceStore } from './testing/contract.ts';

const base = await mkdtemp(join(tmpdir(), 'prairie-pieces-'));
after(() => rm(base, { recursive: true }));
const fresh = () => mkdtemp(join(base, 'root-'));

describePieceStore('memory', async () => new MemoryPieceStore());
for (const sync of ['batch', 'always', 'never'] satisfies SyncPolicy[]) {
  describePieceStore(`files, sync ${sync}`, async () => FilePieceStore.open({ root: await fresh(), sync }));
}

test('pieces are files named by their keys, and are there when opened again', async () => {
  const root = join(await fresh(), 'deep', 'pieces');
  const store = await FilePieceStore.open({ root });
  await store.put('s12_s3_v1', Buffer.from('text'));
  await store.close();
  assert.deepEqual(await readdir(root), ['s12_s3_v1']);
  assert.equal((await stat(join(root, 's12_s3_v1'))).mode & 0o777, 0o644);
  const again = await FilePieceStore.open({ root });
  assert.equal((await again.get('s12_s3_v1')).toString(), 'text');
  await again.close();
});

test('only temporary files that nobody writes are removed', async () => {
  const root = await fresh();
  const old = new Date(Date.now() - 2 * 3_600_000);
  const mine = tempName('s1_s0');
  // 4194305 is above what Linux gives to a process.
  const abandoned = ['.s1_s0.tmp4194305-0a', '.s2_s0.tmp12345678'];
  const kept = [mine, '.s3_s0.tmp87654321', '.hidden', 's1_s0'];
  for (const name of [...abandoned, ...kept]) await writeFile(join(root, name), 'x');
  await utimes(join(root, '.s2_s0.tmp12345678'), old, old);
  await mkdir(join(root, 'directory'));
  const store = await FilePieceStore.open({ root });
  assert.deepEqual((await readdir(root)).sort(), [...kept, 'directory'].sort());
  const keys: string[] = [];
  for await (const key of store.list('')) keys.push(key);
  assert.deepEqual(keys, ['s1_s0']);
  await store.close();
});

test('a put that fails leaves nothing behind', async () => {
  const root = await fresh();
  const store = await FilePieceStore.open({ root });
  // A directory in the place of the file makes the rename fail, for root too.
  await mkdir(join(root, 's1_s0'));
  await assert.rejects(store.put('s1_s0', Buffer.from('x')), /EISDIR|ENOTEMPTY|EEXIST|EPERM/);
  assert.deepEqual(await readdir(root), ['s1_s0']);
  await store.close();
});

test('closing waits for puts under way', async () => {
  const root = await fresh();
  const store = await FilePieceStore.open({ root });
  const put = store.put('s1_s0', Buffer.alloc(1 << 20, 3));
  await store.close();
  await put;
  assert.equal((await stat(join(root, 's1_s0'))).size, 1 << 20);
});

test('one directory sync serves all that wait for it', async () => {
  const directory = await DirectorySync.open(await fresh());
  const first = directory.sync();
  const waiting = [directory.sync(), directory.sync()];
  assert.equal(waiting[0], waiting[1]);
  assert.notEqual(first, waiting[0]);
  await Promise.all([first, ...waiting]);
  await directory.close();
});

test('a memory store is bounded', async () => {
  const store = new MemoryPieceStore({ maxBytes: 10 });
  await store.put('a', Buffer.alloc(8));
  await store.put('a', Buffer.alloc(10));
  await assert.rejects(store.put('b', Buffer.alloc(1)), /full: 11 bytes with b, 10 allowed/);
  await store.delete('a');
  await store.put('b', Buffer.alloc(10));
});
