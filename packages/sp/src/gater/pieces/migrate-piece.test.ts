import assert from 'node:assert/strict';
import { it, type TestContext } from 'node:test';
import {
  greenfieldPermission,
  greenfieldStorage as storage,
  greenfieldVirtualgroup as virtualgroup,
} from '@prairie/chain';
import { MigrateGVGTask, MigratePieceTask, newTask, nowSeconds } from '@prairie/gfsp';
import { MIGRATE_GVG_MSG_HEADER, MIGRATE_PIECE_MSG_HEADER } from './migrate-piece.ts';
import { type Facts, headerOf, object, params, segments, setUp, shards, signedHeader } from './testing.ts';

const PATH = '/greenfield/migrate/v1/migrate-piece';
const { EFFECT_ALLOW } = greenfieldPermission.Effect;
const group = (id: number) => virtualgroup.GlobalVirtualGroup.create({ id, family_id: 3, stored_size: 9n });

/** Bucket 9 migrates to provider 8; group 4 is swapped out to provider 7. */
async function source(t: TestContext, facts: Facts = {}) {
  const effects = { '9/4/8': EFFECT_ALLOW, '10/4/8': EFFECT_ALLOW, '0/4/7': EFFECT_ALLOW, '0/5/7': EFFECT_ALLOW };
  const { gateway, pieceStore, spdb } = await setUp(t, { effects, ...facts });
  const send = (migration: string, piece: string) =>
    gateway.send({
      path: PATH,
      headers: { [MIGRATE_GVG_MSG_HEADER]: migration, [MIGRATE_PIECE_MSG_HEADER]: piece },
    });
  const ask = (from: number, migration: Partial<MigrateGVGTask>, piece: Partial<MigratePieceTask> = {}) =>
    send(signedHeader(MigrateGVGTask, migrationOf(migration), from), headerOf(MigratePieceTask, pieceOf(piece)));
  return { send, ask, pieceStore, spdb };
}

const migrationOf = (fields: Partial<MigrateGVGTask>) =>
  MigrateGVGTask.create({
    ...{ task: newTask(), bucket_id: 9n, src_gvg: group(4), dest_gvg: group(6), redundancy_idx: -1 },
    ...{ expire_time: nowSeconds() + 3600n, ...fields },
  });

const pieceOf = (fields: Partial<MigratePieceTask>) =>
  MigratePieceTask.create({ object_info: object, storage_params: params, redundancy_idx: -1, ...fields });

it('every piece of a bucket that migrates: segments, and those of secondaries', async (t) => {
  const { ask, spdb } = await source(t);
  for (const [segment_idx, segment] of segments.entries()) {
    const whole = await ask(8, {}, { segment_idx });
    assert.deepEqual(whole.body, segment);
    for (let redundancy_idx = 0; redundancy_idx < 6; redundancy_idx++) {
      const { status, body } = await ask(8, {}, { segment_idx, redundancy_idx });
      assert.equal(status, 200);
      assert.deepEqual(body, Buffer.from(shards[segment_idx]![redundancy_idx]!));
    }
  }
  assert.equal(await spdb.countBucketTraffic(new Date().toISOString().slice(0, 7)), 0);
});

it('the pieces of a group that is swapped out', async (t) => {
  const { ask } = await source(t);
  const { body } = await ask(7, { bucket_id: 0n }, { redundancy_idx: 3 });
  assert.deepEqual(body, Buffer.from(shards[0]![3]!));
});

it('of a replicated object every place has whole segments', async (t) => {
  const { REDUNDANCY_REPLICA_TYPE } = storage.RedundancyType;
  const { ask } = await source(t, { object: { redundancy_type: REDUNDANCY_REPLICA_TYPE } });
  assert.deepEqual((await ask(8, {}, { redundancy_idx: 2 })).body, segments[0]);
});

it('only to whom the chain lets it go, and only what goes', async (t) => {
  const { ask } = await source(t);
  const refused = [
    await ask(7, {}),
    await ask(9, {}),
    await ask(8, { bucket_id: 0n }),
    await ask(8, { expire_time: nowSeconds() - 1n }),
    // a migration of its own, of another bucket or group
    await ask(8, { bucket_id: 10n }),
    await ask(7, { bucket_id: 0n, src_gvg: group(5) }),
  ];
  for (const { status, code } of refused) assert.deepEqual([status, code], [401, 50004]);
});

it('refusals of what cannot be read', async (t) => {
  const { send, ask, pieceStore } = await source(t);
  const good = headerOf(MigratePieceTask, pieceOf({}));
  assert.equal((await send('', good)).code, 50005);
  assert.equal((await send(signedHeader(MigrateGVGTask, migrationOf({}), 8), 'zz')).code, 50005);
  const unsigned = migrationOf({ signature: Buffer.alloc(65, 27) });
  assert.equal((await send(headerOf(MigrateGVGTask, unsigned), good)).code, 50015);
  const pieces = [
    [{ object_info: undefined }, 50009],
    [{ object_info: { ...object, object_name: 'gone' } }, 50009],
    [{ segment_idx: 2 }, 50009],
    [{ redundancy_idx: -2 }, 50035],
    [{ redundancy_idx: 6 }, 50035],
  ] as const;
  for (const [fields, code] of pieces) assert.equal((await ask(8, {}, fields as never)).code, code);
  await pieceStore.delete('s7_s0_v2');
  assert.equal((await ask(8, {})).code, 85102);
});
