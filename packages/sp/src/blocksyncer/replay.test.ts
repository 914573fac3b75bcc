/** The tables after the recorded chain, against the rows of the reference provider at the same height. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLogger } from '@prairie/gfsp';
import { BsDb } from '@prairie/store';
import { BlockSyncerModule } from './module.ts';
import { RecordedChain, recordedBlocks, recordedRows } from './testing.ts';

type Row = Record<string, unknown>;

const RECORDED_HEIGHT = 5357n;

/** Amounts: a byte for the sign (3 is negative) and the magnitude. */
const amounts = /rate$|balance$|deposit$/;

/** A recorded column as it is written here. */
function translated(column: string, value: unknown): unknown {
  if (amounts.test(column)) {
    const [, sign, magnitude] = /^0([23])(.*)$/.exec(String(value))!;
    return String(BigInt(`0x0${magnitude}`) * (sign === '3' ? -1n : 1n));
  }
  if (column === 'checksums') return [...String(value).matchAll(/[0-9a-f]{64}/g)].map(([hex]) => hex).join(',');
  if (column === 'resources') return value === null ? '[]' : String(value).replace(/^\{/, '[').replace(/\}$/, ']');
  if (column === 'tags') return value === null ? null : JSON.stringify(value);
  return value;
}

/** A row of SQLite as the recording writes it. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  return typeof value === 'bigint' ? Number(value) : value;
}

const sorted = (rows: Row[]) => rows.map((row) => JSON.stringify(row, Object.keys(row).sort())).sort();

function compare(db: BsDb, table: string, expect: (row: Row) => Row = (row) => row): void {
  const expected = recordedRows(table).map(({ id: _auto, ...row }) =>
    expect(Object.fromEntries(Object.entries(row).map(([column, value]) => [column, translated(column, value)]))),
  );
  const actual = db.sqlite
    .all(`SELECT * FROM "${table}"`)
    .map(({ id: _auto, ...row }) => Object.fromEntries(Object.entries(row).map(([key, value]) => [key, plain(value)])));
  assert.deepEqual(sorted(actual), sorted(expected), table);
}

async function replayed(): Promise<BsDb> {
  const db = new BsDb({ path: ':memory:' });
  const chain = new RecordedChain(recordedBlocks(RECORDED_HEIGHT));
  const syncer = new BlockSyncerModule({}, { db, chain, logger: silentLogger });
  await syncer.start();
  assert.equal(await syncer.waitForHeight(RECORDED_HEIGHT, 60_000), true);
  await syncer.stop();
  return db;
}

test('the recorded chain gives the recorded rows', async (t) => {
  const db = await replayed();
  t.after(() => db.close());

  await t.test('rows that are the same', () => {
    for (const table of ['epoch', 'object_id_map', 'global_virtual_groups', 'local_virtual_groups']) compare(db, table);
    for (const table of ['permission', 'statements', 'payment_accounts', 'stream_records']) compare(db, table);
    for (const shard of [15, 30, 32, 38, 57]) compare(db, `slash_prefix_tree_nodes_${shard}`);
    for (const shard of [15, 32, 38, 57]) compare(db, `objects_${shard}`);
    for (const kind of ['migration', 'complete_migration', 'cancel_migration']) compare(db, `event_${kind}_bucket`);
    compare(db, 'event_sp_exit');
    compare(db, 'event_sp_exit_complete');
  });

  await t.test('objects: the group of an empty one is kept, and that an update is pending', () => {
    const groups = new Map(db.sqlite.all('SELECT * FROM objects_30').map((row) => [row.object_name, row]));
    compare(db, 'objects_30', (row) => {
      const own = groups.get(String(row.object_name));
      if (row.payload_size === 0) return { ...row, local_virtual_group_id: 1 };
      // its update was announced without names, so that the reference lost it
      if (row.object_name !== 'delegated.txt') return row;
      const { operator, update_at, update_tx_hash, update_time } = own!;
      assert.deepEqual([own!.is_updating, update_at], [1n, 2035n]);
      const announced = { operator, update_at, update_tx_hash, update_time };
      return {
        ...row,
        is_updating: 1,
        ...Object.fromEntries(Object.entries(announced).map(([k, v]) => [k, plain(v)])),
      };
    });
  });

  await t.test('buckets: an empty object is charged for from its creation on', () => {
    const empty = recordedRows('objects_30').filter((row) => row.payload_size === 0 && row.removed === 0).length;
    const removed = db.buckets.byName('fx-pay')!;
    compare(db, 'buckets', (row) => {
      if (row.bucket_name === 'fx-pub') return { ...row, charge_size: Number(row.charge_size) + empty * 128_000 };
      // the reference zeroes the hash when a bucket is force-deleted at the end of a block
      return row.bucket_name === 'fx-pay' ? { ...row, update_tx_hash: plain(removed.update_tx_hash) } : row;
    });
  });

  await t.test('families know their groups, groups their changed extra', () => {
    compare(db, 'global_virtual_group_families', (row) => ({
      ...row,
      global_virtual_group_ids: String(row.global_virtual_group_family_id),
    }));
    compare(db, 'groups', (row) => ({
      ...row,
      source_type: 'SOURCE_TYPE_ORIGIN',
      extra: row.extra === 'some extra' ? 'changed' : row.extra,
    }));
  });
});

test('objects are counted as they come, are sealed, and go', async () => {
  const db = await replayed();
  const { total, sealed } = db.statistics.objectCounts();
  for (const shard of [15, 30, 32, 38, 57]) {
    const rows = recordedRows(`objects_${shard}`);
    assert.equal(Number(total[shard]), rows.length);
    assert.equal(Number(sealed[shard]), rows.filter((row) => row.status === 'OBJECT_STATUS_SEALED').length);
  }
  assert.equal(
    total.reduce((sum, n) => sum + n),
    BigInt(recordedRows('object_id_map').length),
  );
  db.close();
});

test("a bucket's sums are those of its live objects", async () => {
  const db = await replayed();
  for (const { bucket_name } of recordedRows('buckets')) {
    const query = { bucket: String(bucket_name), prefix: '', from: '', limit: 1000 };
    const sealed = db.objects.list(query, false).filter((row) => row.status === 1);
    const bucket = db.buckets.byName(String(bucket_name))!;
    const charge = (size: bigint) => (size > 128_000n ? size : 128_000n);
    assert.equal(
      bucket.storage_size,
      sealed.reduce((sum, row) => sum + row.payload_size, 0n),
    );
    assert.equal(
      bucket.charge_size,
      sealed.reduce((sum, row) => sum + charge(row.payload_size), 0n),
    );
  }
  db.close();
});
