import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sealedObject } from './testing.ts';

const PIECES = 32;
/** Of one segment of 1 KiB: its pieces, itself, and what it is made into. */
const REPAIR_BYTES = 2 * 1024 + 6 * 256;
const never = new Promise<void>(() => {});

test('a primary that is silent holds up nobody: its secondaries have each other, and know it after the first pieces', async () => {
  const { disk, key, repairOf, object, peers, chain } = await sealedObject(PIECES * 1024);
  const { endpoint } = chain.providers[0]!;
  peers.before = (called) => (called === endpoint ? never : undefined);
  const repair = repairOf(2, { memoryBytes: 4 * REPAIR_BYTES, hedgeMs: 50 });
  const segments = Array.from({ length: PIECES }, (_, segment) => segment);
  const pieces = await Promise.all(segments.map((segment) => disk(2).pieceStore.get(key(segment, 2))));
  await Promise.all(segments.map((segment) => disk(2).pieceStore.delete(key(segment, 2))));
  const states = await Promise.all(segments.map((segment) => repair.ensure(object, segment, 2)));
  assert.deepEqual(new Set(states), new Set(['missing']));
  for (const segment of segments) assert.deepEqual(await disk(2).pieceStore.get(key(segment, 2)), pieces[segment]);
  assert.ok(peers.calls.filter((called) => called === endpoint).length < PIECES);
});

test('a silent secondary is asked after the others', async () => {
  const { disk, key, repairOf, object, peers, chain } = await sealedObject(3 * 1024);
  const { endpoint } = chain.providers[1]!;
  peers.before = (called) => (called === endpoint ? never : undefined);
  const repair = repairOf(-1, { hedgeMs: 50 });
  for (const segment of [0, 1, 2]) {
    await disk(-1).pieceStore.delete(key(segment, -1));
    peers.calls.length = 0;
    await repair.repair(object, segment, -1);
    assert.equal(peers.calls.slice(0, 4).includes(endpoint), segment === 0);
  }
});

test('who reads does not wait for what is repaired in the background', async () => {
  const { disk, key, repairOf, object, peers, payload } = await sealedObject(PIECES * 1024);
  const gate = Promise.withResolvers<void>();
  const last = PIECES - 1;
  peers.before = (_endpoint, { segment_idx }) => (segment_idx === last ? undefined : gate.promise);
  const repair = repairOf(-1, { memoryBytes: 4 * REPAIR_BYTES, hedgeMs: 60_000 });
  const segments = Array.from({ length: PIECES }, (_, segment) => segment);
  await Promise.all(segments.map((segment) => disk(-1).pieceStore.delete(key(segment, -1))));
  const background = segments.slice(0, last).map((segment) => repair.repair(object, segment, -1));
  const { piece } = await repair.rescue(object, last, -1);
  assert.deepEqual(Buffer.from(piece), payload.subarray(last * 1024));
  gate.resolve();
  await Promise.all(background);
});
