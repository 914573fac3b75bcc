import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BsDb, EventRow } from '@prairie/store';
import { type Change, change, metadataOn, openTables } from './testing.ts';

const OPERATOR = `0x${'1'.repeat(40)}`;
const HEAD = 100n;
const [ALLOW, DENY] = [1, 2];
const txHash = new Uint8Array(32);

const stamp = (height: bigint) => ({ create_at: height, create_tx_hash: txHash, create_time: height });

class Chain {
  readonly db: BsDb;
  readonly metadata;

  constructor(db: BsDb) {
    this.db = db;
    this.metadata = metadataOn(db, HEAD);
  }

  static async open(): Promise<Chain> {
    return new Chain(await openTables());
  }

  migrate(bucketId: bigint, dst: number, height: bigint): Promise<void> {
    const row = { ...this.#ofBucket(bucketId, height), dst_primary_sp_id: dst };
    return this.change((tables) => tables.events.append('event_migration_bucket', row));
  }

  end(kind: 'cancel_migration' | 'reject_migrate', bucketId: bigint, height: bigint): Promise<void> {
    return this.change((tables) => tables.events.append(`event_${kind}_bucket`, this.#ofBucket(bucketId, height)));
  }

  complete(bucketId: bigint, src: number, height: bigint): Promise<void> {
    const row = { ...this.#ofBucket(bucketId, height), global_virtual_group_family_id: 9, src_primary_sp_id: src };
    return this.change((tables) => tables.events.append('event_complete_migration_bucket', row));
  }

  swap(
    kind: 'swap_out' | 'cancel_swap_out',
    fields: Partial<EventRow<'event_swap_out'>>,
    height: bigint,
  ): Promise<void> {
    const row = { ...swapRow, ...fields, ...stamp(height) };
    return this.change((tables) => tables.events.append(`event_${kind}`, row));
  }

  change(work: Change): Promise<void> {
    return change(this.db, work);
  }

  #ofBucket(bucket_id: bigint, height: bigint) {
    return { bucket_id, operator: OPERATOR, bucket_name: `b${bucket_id}`, status: 2, ...stamp(height) };
  }
}

const swapRow = {
  storage_provider_id: 1,
  global_virtual_group_family_id: 0,
  global_virtual_group_ids: [] as number[],
  successor_sp_id: 2,
};

test('moves of buckets: the latest of each, until it is completed', async () => {
  const chain = await Chain.open();
  for (const bucket of [1n, 2n, 3n]) await chain.migrate(bucket, 2, 9n + bucket);
  await chain.migrate(4n, 3, 13n);
  await chain.complete(1n, 1, 20n);
  await chain.end('cancel_migration', 2n, 21n);
  await chain.end('reject_migrate', 3n, 22n);
  const { metadata } = chain;
  const events = await metadata.listMigrateBucketEvents(2, HEAD);
  assert.deepEqual(
    events.map(({ event, cancel_event, reject_event }) => [event.bucket_id, !!cancel_event, !!reject_event]),
    [
      [2n, true, false],
      [3n, false, true],
    ],
  );
  assert.equal(events[0]!.event.status, 0, 'it is not told');
  // at a height before the ends
  assert.equal((await metadata.listMigrateBucketEvents(2, 19n)).length, 3);
  assert.equal(await metadata.countMigratingBuckets(2), 0);
  await chain.migrate(2n, 2, 30n);
  assert.equal(await metadata.countMigratingBuckets(2), 1, 'an end is of what went before it');
  assert.deepEqual(
    (await metadata.listCompleteMigrationEvents(1, 20n)).map(({ bucket_name }) => bucket_name),
    ['b1'],
  );
  assert.deepEqual(await metadata.listCompleteMigrationEvents(1, 21n), []);
});

test('a height that the tables do not have is refused', async () => {
  const { metadata } = await Chain.open();
  for (const ask of [
    metadata.listMigrateBucketEvents(1, HEAD + 1n),
    metadata.listCompleteMigrationEvents(1, HEAD + 1n),
    metadata.listSwapOutEvents(1, HEAD + 1n),
    metadata.getSpExitEvents(1, HEAD + 1n),
  ]) {
    await assert.rejects(ask, { innerCode: 90005, httpStatus: 400 });
  }
  assert.deepEqual(await metadata.getSpExitEvents(1, HEAD), { event: undefined, complete_event: undefined });
});

test('swaps stay in the list, with what ended them', async () => {
  const chain = await Chain.open();
  const { metadata } = chain;
  await chain.swap('swap_out', { global_virtual_group_family_id: 5 }, 10n);
  await chain.swap('swap_out', { global_virtual_group_ids: [7, 8] }, 11n);
  await chain.swap('swap_out', { global_virtual_group_ids: [7] }, 12n);
  await chain.change((tables) =>
    tables.events.append('event_swap_out_complete', {
      ...{ storage_provider_id: 2, src_storage_provider_id: 1, global_virtual_group_family_id: 5 },
      ...{ global_virtual_group_ids: [], ...stamp(20n) },
    }),
  );
  await chain.swap('cancel_swap_out', { global_virtual_group_family_id: 5 }, 20n);
  await chain.swap('cancel_swap_out', { global_virtual_group_ids: [7, 8] }, 21n);
  const events = await metadata.listSwapOutEvents(1, HEAD);
  assert.deepEqual(
    events.map(({ event, cancel_event, complete_event }) => [
      event.global_virtual_group_family_id || event.global_virtual_group_ids.join(),
      cancel_event !== undefined,
      complete_event !== undefined,
    ]),
    [
      [5, false, true],
      ['7,8', true, false],
      ['7', false, false],
    ],
  );
});

test('who may fetch pieces of a bucket that moves', async () => {
  const chain = await Chain.open();
  const may = (dst: number) => chain.metadata.verifyMigrateGvgPermission(1n, 1, dst);
  assert.equal(await may(2), DENY);
  await chain.migrate(1n, 2, 10n);
  assert.deepEqual([await may(2), await may(3)], [ALLOW, DENY]);
  await chain.complete(1n, 1, 11n);
  assert.equal(await may(2), ALLOW);
  await chain.migrate(1n, 3, 12n);
  assert.deepEqual([await may(2), await may(3)], [DENY, ALLOW]);
  await chain.end('cancel_migration', 1n, 13n);
  assert.equal(await may(3), DENY);
  await chain.migrate(1n, 3, 14n);
  await chain.end('reject_migrate', 1n, 15n);
  assert.equal(await may(3), DENY);
});

test('who may fetch pieces of a group that is swapped', async () => {
  const chain = await Chain.open();
  const may = (gvg: number, dst: number) => chain.metadata.verifyMigrateGvgPermission(0n, gvg, dst);
  await chain.change((tables) =>
    tables.virtualGroups.putGvg({
      ...{ global_virtual_group_id: 7, family_id: 5, primary_sp_id: 1, secondary_sp_ids: [4, 6] },
    }),
  );
  assert.equal(await may(7, 2), DENY);
  await chain.swap('swap_out', { global_virtual_group_family_id: 5 }, 10n);
  assert.deepEqual([await may(7, 2), await may(7, 3), await may(8, 2)], [ALLOW, DENY, DENY]);
  const ofSecondary = { storage_provider_id: 4, global_virtual_group_ids: [7], successor_sp_id: 3 };
  await chain.swap('swap_out', ofSecondary, 11n);
  assert.deepEqual([await may(7, 2), await may(7, 3)], [DENY, ALLOW]);
  await chain.swap('cancel_swap_out', ofSecondary, 12n);
  assert.equal(await may(7, 3), DENY);
});
