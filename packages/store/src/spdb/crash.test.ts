import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { TaskState } from '@prairie/gfsp';
import type { DatabaseAddress } from '../sql/engine.ts';
import { openSpDb } from './spdb.ts';
import { inEachEngine } from './testing/engines.ts';

const WRITER = fileURLToPath(new URL('./testing/crash-writer.ts', import.meta.url));

/** Lets the writer acknowledge so many objects, then kills it. The last one acknowledged. */
async function writeAndKill(address: DatabaseAddress, from: bigint, acknowledgements: number): Promise<bigint> {
  const child = spawn(process.execPath, [WRITER, JSON.stringify(address), String(from)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (text: string) => {
    output += text;
    if (output.split('\n').length > acknowledgements) child.kill('SIGKILL');
  });
  await once(child, 'close');
  assert.equal(child.signalCode, 'SIGKILL');
  return BigInt(output.slice(0, output.lastIndexOf('\n')).split('\n').at(-1)!);
}

inEachEngine('a killed writer', ({ fresh }) => {
  test('leaves what it had acknowledged, and nothing by halves', async () => {
    const address = await fresh();
    let next = 1n;
    // what a writer had begun and not acknowledged
    const skipped = new Set<bigint>();
    for (const acknowledgements of [3, 40]) {
      const last = await writeAndKill(address, next, acknowledgements);
      const db = await openSpDb(address);
      const rows = await db.listUploadProgress([TaskState.INIT, TaskState.UPLOAD_OBJECT_DONE], 1000);
      const whole = new Set<bigint>();
      // a server may still be ending what the writer began: its rows are locked until then
      for (const { object_id } of rows) {
        await db.transaction(async (tables) => {
          const row = await tables.getUploadProgress(object_id);
          const isDone = row?.task_state === TaskState.UPLOAD_OBJECT_DONE;
          assert.equal((await tables.getIntegrity(object_id, -1)) !== undefined, isDone, `${object_id}`);
          if (isDone) whole.add(object_id);
        });
      }
      for (let id = 1n; id <= last; id++) assert.ok(whole.has(id) || skipped.has(id), `${id} of ${last}`);
      await db.transaction(async (tables) => {
        const traffic = await tables.getBucketTraffic(1n, '2026-11');
        const reads = await tables.listReadRecords(1n, 0n, 2n ** 62n, 1000);
        assert.equal(traffic?.read_consumed_size, BigInt(reads.length));
        assert.ok(reads.length >= Number(last) - skipped.size);
      });
      skipped.add(last + 1n);
      next = last + 2n;
      await db.close();
    }
  });
});
