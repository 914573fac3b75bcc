/** `kill -9` at random moments of a sync: what is on disk then is continued to the same tables. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { DatabaseAddress } from '@prairie/store';
import { dumpOf, syncKilled } from './testing/kills.ts';

const OPTIONS = { seed: 7, blocks: 240, events: 16 };
const KILLS = 12;

test('killed at any moment, it goes on as if nothing had happened', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'bsdb-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const [whole, killed] = ['whole', 'killed'].map(
    (name): DatabaseAddress => ({ engine: 'sqlite', path: join(folder, `${name}.db`) }),
  );
  await syncKilled(whole!, OPTIONS, { kills: 0 });
  const kills = await syncKilled(killed!, OPTIONS, { kills: KILLS });
  t.diagnostic(`killed ${kills} times`);
  assert.ok(kills > 0);
  assert.deepEqual(await dumpOf(killed!), await dumpOf(whole!));
});
