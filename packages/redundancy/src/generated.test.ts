import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { buildKernel } from '../scripts/build-kernel.ts';
import { buildWorker } from '../scripts/build-worker.ts';

const built = [
  ['kernel-module.ts', 'build-kernel.ts', buildKernel],
  ['worker-source.ts', 'build-worker.ts', buildWorker],
] as const;

for (const [file, script, build] of built) {
  test(`generated/${file} is made of today's source`, async () => {
    const committed = await readFile(new URL(`./generated/${file}`, import.meta.url), 'utf8');
    const hint = `src/generated/${file} is stale; run: npm run node -- packages/redundancy/scripts/${script}`;
    assert.ok(committed === (await build()), hint);
  });
}
