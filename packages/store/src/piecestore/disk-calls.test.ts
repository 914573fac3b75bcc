import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { lookup } from 'node:dns/promises';
import { closeSync, constants, openSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { DiskCalls } from './disk-calls.ts';
import { FilePieceStore } from './file-store.ts';
import { openPieceStore } from './open.ts';
import { fnv1a } from './sharded-store.ts';

async function freshFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'prairie-hanging-'));
  t.after(() => rm(folder, { recursive: true }));
  return folder;
}

/** Pipes in place of pieces: to open one hangs, as on a disk that dies, until the call that is given back. */
function hang(folder: string, keys: readonly string[]): () => () => void {
  for (const key of keys) execFileSync('mkfifo', [join(folder, key)]);
  return () => {
    const { O_RDWR, O_NONBLOCK } = constants;
    const opened = keys.map((key) => openSync(join(folder, key), O_RDWR | O_NONBLOCK));
    return () => {
      for (const fd of opened) closeSync(fd);
    };
  };
}

describe('a disk that hangs', { skip: process.platform === 'win32', timeout: 60_000 }, () => {
  test('holds up neither other disks nor the rest of the process', async (t) => {
    const root = await freshFolder(t);
    const store = await openPieceStore({ storage: 'file', bucketUrl: join(root, 'disk%d'), shards: 4 });
    const keys = Array.from({ length: 200 }, (_, index) => `s${index}_s0`);
    const ofShard = (shard: number) => keys.filter((key) => fnv1a(key) % 4 === shard);
    const [bad, good] = [ofShard(0).slice(0, 6), ofShard(1)[0]!];
    await store.put(good, Buffer.from('fine'));
    const release = hang(join(root, 'disk0'), bad);
    const hanging = bad.map((key) => store.get(key));
    const answers = Promise.all([store.get(good), lookup('localhost')]);
    const inTime = await Promise.race([answers, sleep(20_000, undefined, { ref: false })]);
    const close = release();
    await Promise.all(hanging);
    close();
    assert.equal(inTime?.[0].toString(), 'fine');
    await store.close();
  });

  test('is told to who waits for it, and is used again when it answers', async (t) => {
    const root = await freshFolder(t);
    await mkdir(join(root, 'pieces'));
    const calls = new DiskCalls('the disk', { atATime: 2, stallMs: 50 });
    const store = await FilePieceStore.open({ root: join(root, 'pieces'), calls });
    await store.put('s1_s0', Buffer.from('fine'));
    const release = hang(join(root, 'pieces'), ['s2_s0', 's3_s0']);
    const hanging = ['s2_s0', 's3_s0'].map((key) => store.get(key));
    const others = () => [
      store.get('s1_s0'),
      store.size('s1_s0'),
      store.put('s4_s0', Buffer.from('x')),
      store.delete('s1_s0'),
      store.deleteByPrefix('s1_'),
    ];
    for (const other of others()) await assert.rejects(other, /the disk: no call has ended for/);
    for (const other of others()) await assert.rejects(other, /the disk: no call has ended for/);
    const close = release();
    await Promise.all(hanging);
    close();
    assert.equal((await store.get('s1_s0')).toString(), 'fine');
    await store.close();
  });
});

describe('calls of a disk', () => {
  test('that wait for slow ones are not refused as long as some end', async () => {
    const calls = new DiskCalls('the disk', { atATime: 2, stallMs: 1000 });
    let [running, most] = [0, 0];
    const call = async () => {
      most = Math.max(most, ++running);
      await sleep(20);
      running--;
    };
    await Promise.all(Array.from({ length: 130 }, () => calls.run(call)));
    assert.equal(most, 2);
  });

  test('that fail make room too', async () => {
    const calls = new DiskCalls('the disk', { atATime: 1, stallMs: 1000 });
    const failing = Array.from({ length: 5 }, () => calls.run(() => Promise.reject(new Error('EIO'))));
    for (const each of failing) await assert.rejects(each, /EIO/);
    assert.equal(await calls.run(async () => 7), 7);
  });
});
