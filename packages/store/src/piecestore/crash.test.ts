import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { FilePieceStore } from './file-store.ts';
import { crashPiece, crashVersion } from './testing/crash-pieces.ts';

const WRITER = fileURLToPath(new URL('./testing/crash-writer.ts', import.meta.url));

/** Lets the writer acknowledge so many puts, then kills it. Returns the last version acknowledged of each key. */
async function writeAndKill(root: string, acknowledgements: number): Promise<Map<string, number>> {
  const child = spawn(process.execPath, [WRITER, root], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (text: string) => {
    output += text;
    if (output.split('\n').length > acknowledgements) child.kill('SIGKILL');
  });
  await once(child, 'close');
  assert.equal(child.signalCode, 'SIGKILL');
  const lines = output.slice(0, output.lastIndexOf('\n')).split('\n');
  return new Map(lines.map((line) => [line.split(' ')[0]!, Number(line.split(' ')[1])]));
}

test('what was acknowledged before kill -9 is there, and nothing is torn', async () => {
  const root = await mkdtemp(join(tmpdir(), 'prairie-crash-'));
  try {
    for (const acknowledgements of [1, 37, 90]) {
      const acknowledged = await writeAndKill(root, acknowledgements);
      const store = await FilePieceStore.open({ root });
      for await (const key of store.list('')) {
        const piece = await store.get(key);
        const version = crashVersion(piece);
        assert.ok(piece.equals(crashPiece(key, version)), `${key} is torn`);
      }
      for (const [key, version] of acknowledged) {
        const found = crashVersion(await store.get(key));
        assert.ok(found === version || found === version + 1, `${key}: acknowledged ${version}, found ${found}`);
      }
      await store.close();
      const left = (await readdir(root)).filter((name) => name.startsWith('.'));
      assert.deepEqual(left, [], 'temporary files of the killed process are gone');
    }
  } finally {
    await rm(root, { recursive: true });
  }
});
