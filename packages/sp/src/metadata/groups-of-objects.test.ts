/** Objects of virtual groups by pages, and what groups bring in. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { greenfieldPayment } from '@prairie/chain';
import type { BsDb } from '@prairie/store';
import fc from 'fast-check';
import { change, metadataOn, openTables } from './testing.ts';

const NOW = 1000n;
const OPERATOR = `0x${'1'.repeat(40)}`;
const addressOf = (n: number) => `0x${n.toString(16).padStart(40, '0')}`;

const BUCKETS = 3;
const stored = fc.record({
  bucket: fc.nat(BUCKETS - 1),
  lvg: fc.integer({ min: 1, max: 3 }),
  size: fc.nat(2),
  status: fc.nat(2),
  removed: fc.boolean(),
});

/** Local groups 1 and 2 of every bucket stand for the group 7, the third for 8. */
async function openGroups(): Promise<BsDb> {
  const db = await openTables();
  await change(db, async (tables) => {
    await tables.virtualGroups.putGvg({ global_virtual_group_id: 7 });
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      await tables.buckets.put({ bucket_id: BigInt(bucket), bucket_name: `bucket-${bucket}` });
      for (const lvg of [1, 2, 3]) {
        await tables.virtualGroups.putLvg({
          ...{ bucket_id: BigInt(bucket), local_virtual_group_id: lvg },
          global_virtual_group_id: lvg < 3 ? 7 : 8,
        });
      }
    }
  });
  return db;
}

test('pages of a group together are its sealed objects, by id', async () => {
  const objects = fc.array(stored, { maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(objects, fc.integer({ min: 1, max: 5 }), async (rows, limit) => {
      const db = await openGroups();
      const metadata = metadataOn(db, 1n);
      await change(db, async (tables) => {
        for (const [i, { bucket, lvg, size, ...row }] of rows.entries()) {
          const names = { bucket_name: `bucket-${bucket}`, object_name: `o${i}`, bucket_id: BigInt(bucket) };
          const id = { object_id: BigInt(i + 1), local_virtual_group_id: lvg, payload_size: BigInt(size) };
          await tables.objects.put({ ...names, ...id, ...row });
        }
      });
      const expected = (bucket?: number) =>
        rows.flatMap((row, i) => {
          const fits = row.lvg < 3 && row.size > 0 && row.status === 1 && !row.removed;
          return fits && (bucket === undefined || row.bucket === bucket) ? [BigInt(i + 1)] : [];
        });
      for (const bucket of [undefined, 0]) {
        const seen: bigint[] = [];
        for (let startAfter = 0n; ; startAfter = seen.at(-1)!) {
          const page = { gvgId: 7, startAfter, limit };
          const found =
            bucket === undefined
              ? await metadata.listObjectsInGvg(page)
              : await metadata.listObjectsInGvgAndBucket(BigInt(bucket), page);
          seen.push(...found.map(({ object }) => object.object_info.id));
          for (const one of found)
            assert.deepEqual([one.gvg?.id, one.bucket?.bucket_info.bucket_name !== ''], [7, true]);
          if (found.length < limit) break;
        }
        assert.deepEqual(seen, expected(bucket));
      }
      await db.close();
    }),
    { numRuns: 30 },
  );
});

test('what a bucket had in a group when its last move ended', async () => {
  const db = await openGroups();
  const metadata = metadataOn(db, 1n);
  const page = { gvgId: 7, startAfter: 0n, limit: 10 };
  for (const [i, create_at] of [5n, 15n, 25n].entries()) {
    const object = {
      ...{ bucket_name: 'bucket-0', object_name: `o${i}`, object_id: BigInt(i + 1), create_at },
      ...{ local_virtual_group_id: 1, payload_size: 1n, status: 1 },
    };
    await change(db, (tables) => tables.objects.put(object));
  }
  const ids = async () => (await metadata.listObjectsForGc(0n, page)).map(({ object }) => object.object_info.id);
  await assert.rejects(metadata.listObjectsForGc(9n, page), { innerCode: 90008 });
  assert.deepEqual(await ids(), []);
  const event = { bucket_id: 0n, operator: OPERATOR, bucket_name: 'bucket-0', status: 0 };
  const at = (height: bigint) => ({ create_at: height, create_tx_hash: new Uint8Array(32), create_time: height });
  const completed = { ...event, global_virtual_group_family_id: 1, src_primary_sp_id: 1 };
  await change(db, (tables) => tables.events.append('event_complete_migration_bucket', { ...completed, ...at(20n) }));
  assert.deepEqual(await ids(), [1n, 2n]);
  await change(db, (tables) => tables.events.append('event_cancel_migration_bucket', { ...event, ...at(10n) }));
  assert.deepEqual(await ids(), [1n, 2n], 'a move that was cancelled before counts no more');
  await change(db, (tables) => tables.events.append('event_cancel_migration_bucket', { ...event, ...at(30n) }));
  assert.deepEqual(await ids(), [1n, 2n, 3n]);
  await db.close();
});

test('incomes are what has flowed in until now, a share for each secondary', async () => {
  const db = await openGroups();
  const groups = [
    [7, 1n],
    [8, 3n],
    [9, 0n],
  ] as const;
  await change(db, async ({ payments, virtualGroups }) => {
    const record = (account: string, rate: bigint) =>
      payments.putStreamRecord(
        greenfieldPayment.StreamRecord.create({
          ...{ account, crud_timestamp: 900n, netflow_rate: rate, static_balance: 20n },
        }),
      );
    await virtualGroups.putFamily({
      ...{ global_virtual_group_family_id: 4, primary_sp_id: 1, virtual_payment_address: addressOf(4) },
    });
    await record(addressOf(4), 2n);
    for (const [id, rate] of groups) {
      await virtualGroups.putGvg({
        ...{
          global_virtual_group_id: id,
          secondary_sp_ids: [2, 3, 4, 5, 6, 7],
          virtual_payment_address: addressOf(id),
        },
      });
      if (rate > 0n) await record(addressOf(id), rate);
    }
  });
  const metadata = metadataOn(db, 1n, { now: () => NOW });
  const primary = await metadata.getPrimaryIncome(1);
  assert.equal(primary.current_timestamp, NOW);
  assert.deepEqual(
    primary.details.map(({ id, income }) => [id, income]),
    [[4, 220n]],
  );
  const secondary = await metadata.getSecondaryIncome(5);
  assert.deepEqual(
    secondary.details.map(({ id, income }) => [id, income]),
    [
      [8, 53n],
      [7, 20n],
    ],
  );
  await db.close();
});
