import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLogger } from '@prairie/gfsp';
import { BsDb, type EventRow, SqliteSpDb } from '@prairie/store';
import { metadataModule } from './module.ts';

const OPERATOR = `0x${'1'.repeat(40)}`;
const HEAD = 100n;
const [ALLOW, DENY] = [1, 2];
const txHash = new Uint8Array(32);

function metadataOf(db: BsDb) {
  return metadataModule(
    { operatorAddress: OPERATOR },
    {
      bsdb: db,
      spdb: new SqliteSpDb({ path: ':memory:' }),
      chain: {
        currentHeight: async () => HEAD,
        objectById: async () => undefined,
        bucketById: async () => undefined,
        spPrice: async () => undefined,
      },
      progress: { height: HEAD, waitForHeight: async () => false },
      logger: silentLogger,
    },
  );
}

const stamp = (height: bigint) => ({ create_at: height, create_tx_hash: txHash, create_time: height });

class Chain {
  readonly db = new BsDb({ path: ':memory:' });
  readonly metadata = metadataOf(this.db);

  migrate(bucketId: bigint, dst: number, height: bigint): this {
    this.db.events.append('event_migration_bucket', { ...this.#ofBucket(bucketId, height), dst_primary_sp_id: dst });
    return this;
  }

  end(kind: 'cancel_migration' | 'reject_migrate', bucketId: bigint, height: bigint): this {
    this.db.events.append(`event_${kind}_bucket`, this.#ofBucket(bucketId, height));
    return this;
  }

  complete(bucketId: bigint, src: number, height: bigint): this {
    const row = { ...this.#ofBucket(bucketId, height), global_virtual_group_family_id: 9, src_primary_sp_id: src };
    this.db.events.append('event_complete_migration_bucket', row);
    return this;
  }

  swap(kind: 'swap_out' | 'cancel_swap_out', fields: Partial<EventRow<'event_swap_out'>>, height: bigint): this {
    this.db.events.append(`event_${kind}`, { ...swapRow, ...fields, ...stamp(height) });
    return this;
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
  const chain = new Chain();
  chain.migrate(1n, 2, 10n).migrate(2n, 2, 11n).migrate(3n, 2, 12n).migrate(4n, 3, 13n);
  chain.complete(1n, 1, 20n).end('cancel_migration', 2n, 21n).end('reject_migrate', 3n, 22n);
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
  chain.migrate(2n, 2, 30n);
  assert.equal(await metadata.countMigratingBuckets(2), 1, 'an end is of what went before it');
  assert.deepEqual(
    (await metadata.listCompleteMigrationEvents(1, 20n)).map(({ bucket_name }) => bucket_name),
    ['b1'],
  );
  assert.deepEqual(await metadata.listCompleteMigrationEvents(1, 21n), []);
});

test('a height that the tables do not have is refused', async () => {
  const { metadata } = new Chain();
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
  const chain = new Chain();
  const { db, metadata } = chain;
  chain.swap('swap_out', { global_virtual_group_family_id: 5 }, 10n);
  chain.swap('swap_out', { global_virtual_group_ids: [7, 8] }, 11n);
  chain.swap('swap_out', { global_virtual_group_ids: [7] }, 12n);
  db.events.append('event_swap_out_complete', {
    ...{ storage_provider_id: 2, src_storage_provider_id: 1, global_virtual_group_family_id: 5 },
    ...{ global_virtual_group_ids: [], ...stamp(20n) },
  });
  chain.swap('cancel_swap_out', { global_virtual_group_family_id: 5 }, 20n);
  chain.swap('cancel_swap_out', { global_virtual_group_ids: [7, 8] }, 21n);
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
  const chain = new Chain();
  const may = (dst: number) => chain.metadata.verifyMigrateGvgPermission(1n, 1, dst);
  assert.equal(await may(2), DENY);
  chain.migrate(1n, 2, 10n);
  assert.deepEqual([await may(2), await may(3)], [ALLOW, DENY]);
  chain.complete(1n, 1, 11n);
  assert.equal(await may(2), ALLOW);
  chain.migrate(1n, 3, 12n);
  assert.deepEqual([await may(2), await may(3)], [DENY, ALLOW]);
  chain.end('cancel_migration', 1n, 13n);
  assert.equal(await may(3), DENY);
  chain.migrate(1n, 3, 14n).end('reject_migrate', 1n, 15n);
  assert.equal(await may(3), DENY);
});

test('who may fetch pieces of a group that is swapped', async () => {
  const chain = new Chain();
  const may = (gvg: number, dst: number) => chain.metadata.verifyMigrateGvgPermission(0n, gvg, dst);
  chain.db.virtualGroups.putGvg({
    ...{ global_virtual_group_id: 7, family_id: 5, primary_sp_id: 1, secondary_sp_ids: [4, 6] },
  });
  assert.equal(await may(7, 2), DENY);
  chain.swap('swap_out', { global_virtual_group_family_id: 5 }, 10n);
  assert.deepEqual([await may(7, 2), await may(7, 3), await may(8, 2)], [ALLOW, DENY, DENY]);
  const ofSecondary = { storage_provider_id: 4, global_virtual_group_ids: [7], successor_sp_id: 3 };
  chain.swap('swap_out', ofSecondary, 11n);
  assert.deepEqual([await may(7, 2), await may(7, 3)], [DENY, ALLOW]);
  chain.swap('cancel_swap_out', ofSecondary, 12n);
  assert.equal(await may(7, 3), DENY);
});
