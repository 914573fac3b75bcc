import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { greenfieldSp, greenfieldStorage as storage } from '@prairie/chain';
import { randomPicks } from './random.ts';
import { BUCKET, ChallengeWorld } from './test-support.ts';

/** Of the recorded block at height 853. */
const MIX_853 =
  '8772cb89cf8c62dfb1c6da45abfd0f648445dd299e9217a15ee3befc5953915b' +
  '5b53227b3c454c74a35ed4350d5a78d07d29767f02280a99bbfa2875a6843602';

const mixOf = (label: unknown): Buffer => createHash('sha512').update(String(label)).digest();

function picks(world: ChallengeWorld, mix: Uint8Array, needed = 5n) {
  return [...randomPicks(world.challenge, { needed, mix })];
}

test('the recorded challenges of block 853, which had one object', () => {
  const world = new ChallengeWorld();
  world.sealedObject('a');
  const mix = Buffer.from(MIX_853, 'hex');
  assert.deepEqual(
    picks(world, mix).map(({ objectId, redundancyIndex, spId, segmentIndex }) => [
      ...[objectId, redundancyIndex, spId, segmentIndex],
    ]),
    [
      [1n, 5, 7, 0],
      [1n, 1, 3, 0],
      [1n, 0, 2, 0],
      [1n, 2, 4, 0],
      [1n, -1, 1, 0],
    ],
  );
});

test('there is nothing to pick without objects, nor of those that are not sealed or empty', () => {
  const world = new ChallengeWorld();
  assert.deepEqual(picks(world, mixOf(1)), []);
  world.createObject(BUCKET, 'created');
  world.sealedObject('empty', 0n);
  assert.deepEqual(picks(world, mixOf(1)), []);
});

test('no object twice on one provider; attempts end at ten times what is needed', () => {
  const world = new ChallengeWorld();
  world.sealedObject('a');
  const all = picks(world, mixOf(1), 10n);
  assert.equal(all.length, 7, 'one object is on seven providers');
  assert.equal(new Set(all.map(({ spId }) => spId)).size, 7);
  assert.ok(picks(world, mixOf(1), 7n).length <= 7);
});

test('providers that do not serve, and slashed ones, are left out', () => {
  const world = new ChallengeWorld();
  world.sealedObject('a');
  world.sp.setStatus(world.sp.byId(3)!, greenfieldSp.Status.STATUS_IN_MAINTENANCE);
  world.sp.setStatus(world.sp.byId(4)!, greenfieldSp.Status.STATUS_FORCED_EXITING);
  world.challenge.store.recordSlash({ spId: 5, objectId: 1n }, world.height);
  const found = new Set(
    Array.from({ length: 20 }, (_, i) => picks(world, mixOf(i), 10n))
      .flat()
      .map((p) => p.spId),
  );
  assert.deepEqual([...found].sort(), [1, 2, 4, 6, 7]);
});

test('all objects and segments are met sooner or later', () => {
  const world = new ChallengeWorld();
  const segments = 3n * 16_777_216n;
  for (const name of ['a', 'b', 'c']) world.sealedObject(name, segments);
  const found = Array.from({ length: 60 }, (_, i) => picks(world, mixOf(i))).flat();
  assert.equal(new Set(found.map(({ objectId, segmentIndex }) => `${objectId}/${segmentIndex}`)).size, 9);
});

test('a block fills up what accounts submitted, and its challenges end in time', () => {
  const world = new ChallengeWorld({ params: { challenge_count_per_block: 5n, challenge_keep_alive_period: 10n } });
  world.sealedObject('a');
  const start = world.challenge.store.lastId;
  world.submit();
  world.submit();
  const events = world.endBlock().filter(({ type }) => type.endsWith('EventStartChallenge'));
  assert.equal(events.length, 3);
  assert.equal(world.challenge.store.lastId, start + 5n);
  const bornAt = world.height;
  world.height = bornAt + 9n;
  world.beginBlock();
  assert.ok(world.challenge.store.isOpen(start + 1n));
  world.height = bornAt + 10n;
  world.beginBlock();
  for (let id = start + 1n; id <= start + 5n; id++) assert.ok(!world.challenge.store.isOpen(id));
  assert.equal(world.endBlock().filter(({ type }) => type.endsWith('EventStartChallenge')).length, 5);
  world.submit({ object_name: 'a' });
});

test('more than are submitted than a block has: none is added', () => {
  const world = new ChallengeWorld({ params: { challenge_count_per_block: 1n } });
  world.sealedObject('a');
  world.submit();
  world.submit();
  assert.deepEqual(
    world.endBlock().filter(({ type }) => type.endsWith('EventStartChallenge')),
    [],
  );
});

test('an object that is discontinued is left out', () => {
  const world = new ChallengeWorld();
  const id = world.sealedObject('a');
  const object = world.storage.store.objectById(id)!;
  world.storage.store.setObject({ ...object, object_status: storage.ObjectStatus.OBJECT_STATUS_DISCONTINUED });
  assert.deepEqual(picks(world, mixOf(1)), []);
});
