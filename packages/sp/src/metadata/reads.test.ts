/** What an answer costs: reads of the tables, each of which is a round trip where they are on a server. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { greenfieldPayment } from '@prairie/chain';
import type { BsDbReader, Metadata } from '@prairie/gfsp';
import type { BsDb, BsDbTables } from '@prairie/store';
import { change, metadataOn, openTables } from './testing.ts';

const OWNER = '0x047e776b864432ED57E923DdF639e02Cf8b5eA3F';
const READER = '0xf1843e4CC26d56678fF153A18ca2569eB8D97d0B';
const GET_OBJECT = 6;
const addressOf = (n: number) => `0x${n.toString(16).padStart(40, '0')}`;
const stamp = { create_at: 5n, create_tx_hash: new Uint8Array(32), create_time: 5n };

/** `size` of everything, all of it in the answers below. */
async function fill(
  { buckets, objects, groups, payments, permissions, virtualGroups, events }: BsDbTables,
  size: number,
) {
  await virtualGroups.putGvg({ global_virtual_group_id: 1, secondary_sp_ids: [2, 3], virtual_payment_address: OWNER });
  for (let i = 1; i <= size; i++) {
    const [id, name] = [BigInt(i), `bucket-${i}`];
    const account = addressOf(i);
    await virtualGroups.putFamily({
      global_virtual_group_family_id: i,
      primary_sp_id: 1,
      virtual_payment_address: account,
    });
    await payments.putStreamRecord(greenfieldPayment.StreamRecord.create({ account, static_balance: 7n }));
    await payments.putAccount({ addr: account, owner: OWNER, refundable: true, update_at: 0n, update_time: 0n });
    await buckets.put({
      bucket_id: id,
      bucket_name: name,
      owner: OWNER,
      payment_address: OWNER,
      global_virtual_group_family_id: i,
    });
    await virtualGroups.putLvg({ bucket_id: id, local_virtual_group_id: 1, global_virtual_group_id: 1 });
    const stored = { local_virtual_group_id: 1, payload_size: 1n, status: 1, owner: OWNER, visibility: 2 };
    await objects.put({ bucket_id: id, bucket_name: name, object_name: 'o', object_id: id, ...stored });
    await objects.put({
      bucket_id: 1n,
      bucket_name: 'bucket-1',
      object_name: `p${i}`,
      object_id: 1000n + id,
      ...stored,
    });
    await groups.put({ group_id: id, owner: OWNER, group_name: `group-${i}` });
    await groups.put({ group_id: id, owner: OWNER, account_id: READER });
    await groups.put({ group_id: 1n, owner: OWNER, account_id: addressOf(100 + i) });
    await permissions.put(
      {
        ...{ policy_id: id, resource_type: 2, resource_id: 1n, principal_type: 2, principal_value: String(i) },
        ...{ create_timestamp: 0n, update_timestamp: 0n, expiration_time: 0n, removed: false },
      },
      [{ effect: 1, action_value: 1 << (i === size ? GET_OBJECT : 4) }],
    );
    await events.append('event_migration_bucket', {
      ...{ bucket_id: id, operator: OWNER, bucket_name: name, status: 0, dst_primary_sp_id: 9, ...stamp },
    });
  }
}

const ids = Array.from({ length: 40 }, (_, i) => BigInt(i + 1));
const page = { gvgId: 1, startAfter: 0n, limit: 1000 };
const names = { max_keys: 1000, start_after: '', continuation_token: '', prefix: '', include_removed: false };

const queries: Readonly<Record<string, (metadata: Metadata) => Promise<unknown>>> = {
  getUserBuckets: (m) => m.getUserBuckets(OWNER, false),
  listObjectsByBucket: (m) => m.listObjectsByBucket({ ...names, bucket_name: 'bucket-1', delimiter: '' }),
  listFolder: (m) => m.listObjectsByBucket({ ...names, bucket_name: 'bucket-1', delimiter: '/' }),
  listObjectsByIds: (m) => m.listObjectsByIds(ids),
  listBucketsByIds: (m) => m.listBucketsByIds(ids),
  listGroupsByIds: (m) => m.listGroupsByIds(ids),
  listGroups: (m) => m.listGroups({ prefix: 'group', name: '-', source_type: undefined, limit: 1000, offset: 0 }),
  getUserGroups: (m) => m.getUserGroups(READER, 0n, 1000),
  getGroupMembers: (m) => m.getGroupMembers(1n, addressOf(0), 1000),
  verifyPermission: (m) => m.verifyPermission(READER, 'bucket-1', 'o', GET_OBJECT),
  listObjectPolicies: (m) =>
    m.listObjectPolicies({ bucket_name: 'bucket-1', object_name: 'o', action: 4, start_after: 0n, limit: 1000 }),
  listUserPaymentAccounts: (m) => m.listUserPaymentAccounts(OWNER),
  getPrimaryIncome: (m) => m.getPrimaryIncome(1),
  listExpiredBuckets: (m) => m.listExpiredBuckets(1n, 1, 1000),
  listObjectsInGvg: (m) => m.listObjectsInGvg(page),
  listGvgsOfBucket: (m) => m.listGvgsOfBucket(1n),
  listMigrateBucketEvents: (m) => m.listMigrateBucketEvents(9, 10n),
  verifyMigrateGvgPermission: (m) => m.verifyMigrateGvgPermission(0n, 1, 9),
};

/** The same tables, and the names of what was asked. */
function counted(db: BsDb): { reader: BsDbReader; reads: string[] } {
  const reads: string[] = [];
  const watch = <T extends object>(part: T, under: string): T =>
    new Proxy(part, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) => {
          reads.push(`${under}.${String(name)}`);
          return (value as (...given: unknown[]) => unknown).apply(target, args);
        };
      },
    });
  const reader = new Proxy(db, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'object' && value !== null ? watch(value, String(name)) : value;
    },
  });
  return { reader, reads };
}

async function readsOf(size: number): Promise<Record<string, string[]>> {
  const db = await openTables();
  await change(db, (tables) => fill(tables, size));
  const { reader, reads } = counted(db);
  const metadata = metadataOn(reader, 10n, { now: () => 1000n });
  const found: Record<string, string[]> = {};
  for (const [name, ask] of Object.entries(queries)) {
    reads.length = 0;
    assert.ok(await ask(metadata), name);
    found[name] = [...reads];
  }
  await db.close();
  return found;
}

test('the reads of an answer are few, however many rows it has', async () => {
  const [few, many] = [await readsOf(2), await readsOf(40)];
  assert.deepEqual(many, few);
  for (const [name, reads] of Object.entries(few))
    assert.ok(reads.length > 0 && reads.length <= 4, `${name}: ${reads}`);
});
