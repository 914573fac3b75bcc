import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import fc from 'fast-check';
import { rejectsWith } from '../testing/network.ts';
import { flipBit, type Sealed, sealedObject } from './testing.ts';

let sealed: Sealed;
before(async () => {
  sealed = await sealedObject();
});

/** Every piece of every provider, to be put back. */
async function copyOf({ disk }: Sealed): Promise<() => Promise<void>> {
  const kept: { index: number; key: string; bytes: Buffer }[] = [];
  for (let index = -1; index < 6; index++) {
    for (const key of await disk(index).keys()) kept.push({ index, key, bytes: await disk(index).pieceStore.get(key) });
  }
  return async () => {
    for (const { index, key, bytes } of kept) await disk(index).pieceStore.put(key, bytes);
  };
}

const segmentOf = (payload: Buffer, segment: number) => payload.subarray(segment * 1024, (segment + 1) * 1024);

test('the primary makes a segment again of four pieces, data first, and asks nobody else', async () => {
  const { disk, key, repairOf, payload, object, peers } = sealed;
  await disk(-1).pieceStore.delete(key(1, -1));
  peers.calls.length = 0;
  const made = await repairOf(-1).repair(object, 1, -1);
  assert.deepEqual(Buffer.from(made), segmentOf(payload, 1));
  assert.deepEqual(await disk(-1).pieceStore.get(key(1, -1)), segmentOf(payload, 1));
  assert.equal(peers.calls.length, 4);
});

test('whatever two secondaries lost or damaged, the primary gets its segment back; each of them its piece', async () => {
  const { disk, key, repairOf, payload, object } = sealed;
  const restore = await copyOf(sealed);
  const harm = fc.record({ index: fc.nat(5), kind: fc.constantFrom('flip', 'lose', 'shorten'), at: fc.nat(2000) });
  await fc.assert(
    fc.asyncProperty(
      fc.nat(2),
      fc.uniqueArray(harm, { maxLength: 2, selector: ({ index }) => index }),
      async (segment, harms) => {
        const pieces = await Promise.all(
          [0, 1, 2, 3, 4, 5].map((index) => disk(index).pieceStore.get(key(segment, index))),
        );
        for (const { index, kind, at } of harms) {
          const { pieceStore } = disk(index);
          if (kind === 'flip') await flipBit(pieceStore, key(segment, index), at);
          else if (kind === 'lose') await pieceStore.delete(key(segment, index));
          else await pieceStore.put(key(segment, index), pieces[index]!.subarray(0, pieces[index]!.length - 1));
        }
        await disk(-1).pieceStore.delete(key(segment, -1));
        assert.deepEqual(Buffer.from(await repairOf(-1).repair(object, segment, -1)), segmentOf(payload, segment));
        for (const { index } of harms) {
          await disk(-1).pieceStore.delete(key(segment, -1));
          assert.notEqual(await repairOf(index).ensure(object, segment, index), 'good');
          assert.deepEqual(await disk(index).pieceStore.get(key(segment, index)), pieces[index]);
        }
        await restore();
      },
    ),
    { numRuns: 60 },
  );
});

test('with three pieces lost and the primary gone, the error says what is there; nothing is stored', async () => {
  const { disk, key, repairOf, object } = sealed;
  const restore = await copyOf(sealed);
  await disk(-1).pieceStore.delete(key(0, -1));
  for (const index of [0, 2, 5]) await disk(index).pieceStore.delete(key(0, index));
  await assert.rejects(
    repairOf(-1).repair(object, 0, -1),
    /3 of 6 secondaries have answered with a piece, 4 are needed/,
  );
  await rejectsWith(repairOf(2).repair(object, 0, 2), 45203);
  await restore();
  for (const index of [0, 2, 5]) await flipBit(disk(index).pieceStore, key(0, index));
  await disk(-1).pieceStore.delete(key(0, -1));
  await rejectsWith(repairOf(-1).repair(object, 0, -1), 45206);
  assert.equal(await disk(-1).pieceStore.size(key(0, -1)), undefined);
  await restore();
});

test('a thousand who ask at once share one run, which goes on when one of them leaves', async () => {
  const { disk, key, repairOf, object, peers } = sealed;
  await disk(-1).pieceStore.delete(key(2, -1));
  peers.calls.length = 0;
  const repair = repairOf(-1);
  const leaves = new AbortController();
  const left = repair.repair(object, 2, -1, leaves.signal);
  const all = Array.from({ length: 1000 }, () => repair.repair(object, 2, -1));
  leaves.abort(new Error('left'));
  await assert.rejects(left, /left/);
  assert.equal(new Set(await Promise.all(all)).size, 1);
  assert.equal(peers.calls.length, 4);
});

test('a holder that does not answer is not waited for', async () => {
  const { disk, key, repairOf, object, peers } = sealed;
  await disk(-1).pieceStore.delete(key(0, -1));
  const gate = Promise.withResolvers<void>();
  let held = '';
  peers.before = (endpoint) => {
    held ||= endpoint;
    return endpoint === held ? gate.promise : undefined;
  };
  await repairOf(-1, { hedgeMs: 5 }).repair(object, 0, -1);
  gate.resolve();
  peers.before = () => {};
  assert.equal(await repairOf(-1).check(object, 0, -1), 'good');
});

test('a lost integrity row is made again of what is stored and what others have, by the checksum on chain', async () => {
  const { disk, key, repairOf, object } = sealed;
  const restore = await copyOf(sealed);
  for (const index of [-1, 3]) {
    const { spdb, pieceStore } = disk(index);
    const row = await spdb.getIntegrity(object.object_info.id, index);
    await spdb.deleteIntegrity(object.object_info.id, index);
    await pieceStore.delete(key(1, index));
    await flipBit(pieceStore, key(2, index));
    assert.equal(await repairOf(index).ensure(object, 1, index), 'missing');
    assert.deepEqual(await spdb.getIntegrity(object.object_info.id, index), row);
    assert.equal(await repairOf(index).ensure(object, 2, index), 'damaged');
    assert.equal(await repairOf(index).ensure(object, 0, index), 'good');
  }
  await restore();
});

test('what cannot be repaired is refused: replicated, another version, not sealed, no such piece', async () => {
  const { repairOf, object, chain } = sealed;
  const repair = repairOf(-1);
  const other = (fields: object) => ({ ...object, object_info: { ...object.object_info, ...fields } });
  await rejectsWith(repair.repair(other({ redundancy_type: 1 }), 0, -1), 45202);
  await rejectsWith(repair.repair(object, 3, -1), 45209);
  await rejectsWith(repair.repair(object, 0, 6), 45209);
  await rejectsWith(repair.repair(other({ version: 1n }), 0, -1), 45215);
  const created = chain.addObject({ payload_size: 3n });
  await rejectsWith(repair.repair(other({ ...created }), 0, -1), 45215);
});

test('a delegated update whose first checksum on chain is that of the content before: the secondaries tell', async () => {
  for (const length of [1000, 2500]) {
    const updated = await sealedObject(length);
    const { disk, key, repairOf, payload, chain } = updated;
    const { object_info } = updated.object;
    const checksums = [Buffer.alloc(32, 1), ...object_info.checksums.slice(1)];
    const object = { ...updated.object, object_info: { ...object_info, checksums } };
    chain.objects.set(object_info.id, { ...chain.objects.get(object_info.id)!, object_info: object.object_info });
    assert.equal(await repairOf(-1).check(object, 0, -1), 'good');
    await disk(-1).pieceStore.delete(key(0, -1));
    assert.equal(await repairOf(-1).ensure(object, 0, -1), 'missing');
    await disk(-1).spdb.deleteIntegrity(object_info.id, -1);
    await flipBit(disk(-1).pieceStore, key(0, -1));
    assert.equal(await repairOf(-1).ensure(object, 0, -1), 'damaged');
    assert.deepEqual(await disk(-1).pieceStore.get(key(0, -1)), segmentOf(payload, 0));
    assert.ok(await disk(-1).spdb.getIntegrity(object_info.id, -1));
  }
});
