/** When a secondary takes over a family, it is the primary and a secondary of one group. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Disk } from '../testing/network.ts';
import { flipBit, type Sealed, sealedObject } from './testing.ts';

const PLACE = 4;

/** The group after the provider has taken the place; the pieces of the place are on its disk. */
async function withPlace(id: number, own: (sealed: Sealed) => Disk): Promise<Sealed & { own: Disk }> {
  const sealed = await sealedObject();
  const disk = own(sealed);
  const { chain, key } = sealed;
  chain.families.get(1)![0]!.secondary_sp_ids = [2, 3, 4, 5, id, 7];
  const before = sealed.disk(PLACE);
  for (const segment of [0, 1, 2]) {
    await disk.pieceStore.put(key(segment, PLACE), await before.pieceStore.get(key(segment, PLACE)));
  }
  await disk.spdb.setIntegrity((await before.spdb.getIntegrity(sealed.object.object_info.id, PLACE))!);
  return { ...sealed, own: disk };
}

async function lose({ disk, key }: Sealed, segment: number, indexes: readonly number[]): Promise<void> {
  for (const index of indexes) await disk(index).pieceStore.delete(key(segment, index));
}

test('a primary uses its own piece of another place beside three of others', async () => {
  const sealed = await withPlace(1, ({ disk }) => disk(-1));
  const { repairOf, object, own, key, payload } = sealed;
  await lose(sealed, 0, [-1, 0, 1]);
  await repairOf(-1).repair(object, 0, -1);
  assert.deepEqual(await own.pieceStore.get(key(0, -1)), payload.subarray(0, 1024));
});

test('a damaged piece of its own is one more that others have to replace', async () => {
  const sealed = await withPlace(1, ({ disk }) => disk(-1));
  const { repairOf, object, own, key, payload } = sealed;
  await lose(sealed, 0, [-1, 0]);
  await flipBit(own.pieceStore, key(0, PLACE));
  await repairOf(-1).repair(object, 0, -1);
  assert.deepEqual(await own.pieceStore.get(key(0, -1)), payload.subarray(0, 1024));
});

test('a primary makes its piece of another place from its own segment', async () => {
  const sealed = await withPlace(1, ({ disk }) => disk(-1));
  const { repairOf, object, own, key, disk, peers } = sealed;
  const piece = await own.pieceStore.get(key(0, PLACE));
  await own.pieceStore.delete(key(0, PLACE));
  await lose(sealed, 0, [0, 1, 2, 3]);
  peers.calls.length = 0;
  assert.equal(await repairOf(-1).ensure(object, 0, PLACE), 'missing');
  assert.deepEqual(await disk(-1).pieceStore.get(key(0, PLACE)), piece);
  assert.deepEqual(peers.calls, []);
});

test('a successor of the family uses the piece that it has as a secondary', async () => {
  const sealed = await withPlace(8, () => new Disk());
  const { repairOf, object, own, key, payload } = sealed;
  await lose(sealed, 0, [0, 1]);
  assert.equal(await repairOf(6, undefined, own).takeOver(object, 0, -1), 'missing');
  assert.deepEqual(await own.pieceStore.get(key(0, -1)), payload.subarray(0, 1024));
});

test('a primary with another place answers a secondary once: not with the piece of that place', async () => {
  const sealed = await withPlace(1, ({ disk }) => disk(-1));
  const { repairOf, object, disk, key, peers, chain } = sealed;
  await lose(sealed, 0, [-1, 0]);
  const { endpoint } = chain.providers[0]!;
  peers.calls.length = 0;
  await repairOf(0)
    .ensure(object, 0, 0)
    .catch(() => {});
  assert.equal(peers.calls.filter((called) => called === endpoint).length, 1);
  assert.equal(await disk(0).pieceStore.size(key(0, 0)), 256);
});
