import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { PageMemory } from '@prairie/gfsp';
import fc from 'fast-check';
import { NewFiles } from './new-files.ts';

const KiB = 1024;
const folder = await mkdtemp(join(tmpdir(), 'prairie-new-files-'));
after(() => rm(folder, { recursive: true, force: true }));

describe('new files', () => {
  const files = new NewFiles();
  const memory = new PageMemory();
  let count = 0;

  it('hold what was written, from any memory and of any length', async () => {
    const length = fc.oneof(
      fc.integer({ min: 0, max: 8 * KiB }),
      fc.integer({ min: 255 * KiB, max: 600 * KiB }),
      fc.integer({ min: 60, max: 80 }).map((blocks) => blocks * 4 * KiB),
    );
    const place = fc.constantFrom('page', 'inside', 'heap');
    await fc.assert(
      fc.asyncProperty(length, place, fc.boolean(), async (size, where, isSynced) => {
        const room = memory.take(size + 100);
        const data =
          where === 'heap' ? new Uint8Array(size) : room.subarray(where === 'page' ? 0 : 100).subarray(0, size);
        for (let i = 0; i < size; i++) data[i] = (i * 31 + size) & 255;
        const path = join(folder, `file-${count++}`);
        await files.write(path, data, isSynced);
        assert.deepEqual(await readFile(path), Buffer.from(data));
        assert.equal((await stat(path)).mode & 0o777, 0o644 & ~process.umask());
        memory.give(room);
      }),
      { numRuns: 60 },
    );
  });

  it('do not replace what is there', async () => {
    for (const size of [10, 300 * KiB]) {
      const path = join(folder, `taken-${size}`);
      await files.write(path, memory.take(size).fill(1), false);
      await assert.rejects(files.write(path, memory.take(size).fill(2), false), { code: 'EEXIST' });
      assert.deepEqual(await readFile(path), Buffer.alloc(size, 1));
    }
  });
});
