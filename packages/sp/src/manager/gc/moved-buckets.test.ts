import assert from 'node:assert/strict';
import { test } from 'node:test';
import { greenfieldStorage as storage } from '@prairie/chain';
import { BucketMigrationState, type Consensus } from '@prairie/gfsp';
import { MovedBuckets, type MovedBucketsDependencies } from './moved-buckets.ts';
import { allOf, GcBench } from './testing.ts';

const { BUCKET_STATUS_CREATED, BUCKET_STATUS_MIGRATING } = storage.BucketStatus;
const SELF = 1;
const OTHER = 2;

interface Bucket {
  status: number;
  primary: number;
}

async function open(t: { after: (work: () => Promise<void>) => void }) {
  const bench = await GcBench.open();
  t.after(() => bench.close());
  const buckets = new Map<bigint, Bucket>();
  const consensus = {
    bucketById: async (id: bigint) => {
      const bucket = buckets.get(id);
      return (
        bucket && {
          bucket_info: { bucket_status: bucket.status, global_virtual_group_family_id: bucket.primary },
          is_rate_limited: false,
        }
      );
    },
    family: async (id: number) => ({ id, primary_sp_id: id }),
    spByOperator: async () => ({ id: SELF }),
  } as unknown as Pick<Consensus, 'bucketById' | 'family' | 'spByOperator'>;
  const dependencies: MovedBucketsDependencies = { ...bench, queues: bench.queues, spdb: bench.spdb, consensus };
  const moved = new MovedBuckets({ operatorAddress: '0x1' }, dependencies);
  const state = async (id: bigint) => (await bench.spdb.getBucketMigration(id))?.migration_state;
  const begin = (id: bigint, migration_state: number) => bench.spdb.updateBucketMigration(id, { migration_state });
  return { bench, buckets, moved, state, begin };
}

const LEAVING = BucketMigrationState.SRC_SP_PRE_DEDUCT_QUOTA_DONE;

test('a bucket that leaves is collected when it is somewhere else for good', async (t) => {
  const { bench, buckets, moved, state, begin } = await open(t);
  await begin(5n, LEAVING);
  buckets.set(5n, { status: BUCKET_STATUS_MIGRATING, primary: SELF });
  await moved.round();
  assert.equal(await bench.take('gc-bucket-migration'), undefined, 'it is still under way');
  buckets.set(5n, { status: BUCKET_STATUS_CREATED, primary: SELF });
  await moved.round();
  assert.equal(await bench.take('gc-bucket-migration'), undefined, 'it was cancelled: the bucket stayed');
  assert.equal(await state(5n), LEAVING);
  buckets.set(5n, { status: BUCKET_STATUS_CREATED, primary: OTHER });
  await moved.round();
  assert.equal(await state(5n), BucketMigrationState.SRC_SP_GC_DOING);
  assert.equal((await bench.take('gc-bucket-migration'))?.value.bucket_id, 5n);
  await moved.round();
  assert.equal(await bench.queues.of('gc-bucket-migration').size(), 1, 'once');
});

test('progress is kept over a restart, and the end is the end of the migration', async (t) => {
  const { bench, buckets, moved, state, begin } = await open(t);
  await begin(5n, LEAVING);
  buckets.set(5n, { status: BUCKET_STATUS_CREATED, primary: OTHER });
  await moved.round();
  const task = (await bench.take('gc-bucket-migration'))!;
  const value = {
    ...task.value,
    last_gc_gvg_id: 3n,
    last_gc_object_id: 77n,
    total_gvg_num: 4n,
    gc_finished_gvg_num: 2n,
  };
  await moved.reported({ ...task, value });
  const row = await bench.spdb.getBucketMigration(5n);
  assert.deepEqual([row?.last_gc_gvg_id, row?.last_gc_object_id, row?.gc_finished_gvg_num], [3n, 77n, 2]);
  const tasks = await allOf(moved.all());
  assert.deepEqual(
    tasks.map(({ bucket_id, last_gc_object_id }) => [bucket_id, last_gc_object_id]),
    [[5n, 77n]],
  );
  await moved.reported({ ...task, value: { ...value, finished: true } });
  assert.equal(await state(5n), BucketMigrationState.MIGRATION_FINISHED);
  await assert.rejects(moved.reported({ ...task, value }), { name: 'GfSpError', innerCode: 60004 });
  assert.deepEqual(await allOf(moved.all()), []);
});

test('the destination of a move that was given up collects what came', async (t) => {
  const { bench, buckets, moved, state, begin } = await open(t);
  await begin(6n, BucketMigrationState.WAIT_CANCEL_TX_EVENT_DONE);
  buckets.set(6n, { status: BUCKET_STATUS_CREATED, primary: OTHER });
  await moved.round();
  assert.equal(await state(6n), BucketMigrationState.DEST_SP_GC_DOING);
  assert.equal((await bench.take('gc-bucket-migration'))?.value.bucket_id, 6n);
});

test('a bucket that is gone, and one whose quota was settled, are left alone', async (t) => {
  const { bench, moved, begin } = await open(t);
  await begin(7n, LEAVING);
  await begin(8n, BucketMigrationState.MIGRATION_FINISHED);
  await moved.round();
  assert.equal(await bench.take('gc-bucket-migration'), undefined);
});
