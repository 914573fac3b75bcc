/** Sums that the syncer keeps as it goes, against the recorded rows that they are of. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { greenfieldStorage as storage } from '@prairie/chain';
import { BsDb } from '@prairie/store';
import { readRecording } from '../chain/recording.ts';
import { blocksUntil, RecordedSource } from './blocks.ts';
import { readDatabase } from './recorded.ts';
import { sync } from './sync.ts';

const FIXTURES = fileURLToPath(new URL('../../fixtures', import.meta.url));
const { rows } = readDatabase(FIXTURES, 'sp0');
const { OBJECT_STATUS_SEALED } = storage.ObjectStatus;
const SMALLEST_CHARGE = 128_000n;

let db: BsDb;
before(async () => {
  db = await BsDb.open({ engine: 'sqlite', path: ':memory:' });
  const recording = readRecording(FIXTURES);
  const height = Number(rows.get('epoch')![0]!.block_height);
  await sync(db, new RecordedSource(recording, blocksUntil(recording, height)));
});
after(() => db.close());

test('objects are counted as they come, are sealed, and go', async () => {
  const { total, sealed } = await db.statistics.objectCounts();
  for (let shard = 0; shard < 64; shard++) {
    const objects = rows.get(`objects_${String(shard).padStart(2, '0')}`) ?? [];
    assert.equal(Number(total[shard]), objects.length);
    assert.equal(Number(sealed[shard]), objects.filter(({ status }) => status === 'OBJECT_STATUS_SEALED').length);
  }
});

test("a bucket's sums are those of its live objects", async () => {
  const sum = (sizes: bigint[]): bigint => sizes.reduce((all, size) => all + size, 0n);
  for (const { bucket_name } of rows.get('buckets')!) {
    const bucket = (await db.buckets.byName(bucket_name!))!;
    const objects = await db.objects.list({ bucket: bucket_name!, prefix: '', from: '', limit: 1000 }, false);
    const sizes = objects.filter(({ status }) => status === OBJECT_STATUS_SEALED).map((row) => row.payload_size);
    const charged = sizes.map((size) => (size > SMALLEST_CHARGE ? size : SMALLEST_CHARGE));
    assert.deepEqual([bucket.storage_size, bucket.charge_size], [sum(sizes), sum(charged)]);
  }
});
