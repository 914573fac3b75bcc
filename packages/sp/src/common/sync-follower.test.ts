import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Modules, silentLogger } from '@prairie/gfsp';
import { SyncFollower } from './sync-follower.ts';

/** A block syncer whose streams of heights end as they are told to. */
function clientOf(...streams: (bigint | Error)[][]): Modules {
  const heights = async function* (signal: AbortSignal) {
    for (const each of streams.shift() ?? []) {
      if (each instanceof Error) throw each;
      yield each;
    }
    if (streams.length === 0) await new Promise((_, reject) => signal.addEventListener('abort', reject));
  };
  return { blocksyncer: { heights } } as unknown as Modules;
}

test('a height is told once all is ready for it, also after the stream broke', async () => {
  const ready: bigint[] = [];
  const onHeight = async (height: bigint) => {
    await new Promise((wait) => setImmediate(wait));
    ready.push(height);
  };
  const client = clientOf([1n, 2n, new Error('gone')], [3n, 4n]);
  const follower = new SyncFollower({ client, logger: silentLogger, onHeight });
  await follower.start();
  assert.equal(await follower.waitForHeight(2n, 60_000), true);
  assert.ok(ready.includes(2n));
  assert.equal(await follower.waitForHeight(4n, 60_000), true);
  assert.deepEqual(ready, [1n, 2n, 3n, 4n]);
  await follower.stop();
});

test('a height that nothing could be made ready for is not told', async () => {
  let failures = 1;
  const onHeight = async () => {
    if (failures-- > 0) throw new Error('the database is away');
  };
  const follower = new SyncFollower({ client: clientOf([5n], [6n]), logger: silentLogger, onHeight });
  await follower.start();
  assert.equal(await follower.waitForHeight(5n, 60_000), true);
  assert.equal(follower.height, 6n);
  await follower.stop();
});
