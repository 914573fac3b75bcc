/** Events whose effect the reference gets wrong, or that come several in one block (§5, §15). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type ChainEvent,
  type Init,
  greenfieldPermission as permission,
  greenfieldStorage as storage,
  greenfieldVirtualgroup as virtualgroup,
} from '@prairie/chain';
import type { BsDb } from '@prairie/store';
import { applyBlocks } from '../apply-blocks.ts';
import { blockOf, eventOf, inMemory, OWNER } from '../testing/index.ts';

const MEMBER = '0x19E7E376E7C213B7E7e7e46cc70A5dD086DAff2A';
const NAMES = { bucket_name: 'photos', object_name: 'a/b.txt', object_id: 7n };

/** A block whose one transaction has those events. */
async function apply(db: BsDb, height: bigint, ...events: ChainEvent[]): Promise<void> {
  await applyBlocks(db, [blockOf(height, [events])]);
}

const bucketCreated = eventOf(storage.EventCreateBucket, {
  ...{ bucket_id: 1n, bucket_name: 'photos', owner: OWNER, payment_address: OWNER, charged_read_quota: 5n },
  create_at: 1_700_000_000n,
});

const objectCreated = (fields: Init<storage.EventCreateObject> = {}) =>
  eventOf(storage.EventCreateObject, {
    ...NAMES,
    ...{ bucket_id: 1n, owner: OWNER, creator: OWNER, payload_size: 1000n, create_at: 1_700_000_000n },
    ...fields,
  });

const objectSealed = eventOf(storage.EventSealObject, {
  ...NAMES,
  ...{ operator: MEMBER, status: storage.ObjectStatus.OBJECT_STATUS_SEALED, local_virtual_group_id: 3 },
});

test('values that are zero are written: quota, tags, flags', async () => {
  const db = await inMemory();
  const tagged = (tags: storage.ResourceTags_Tag[]) =>
    eventOf(storage.EventSetTag, { resource: 'grn:o::photos/a/b.txt', tags: { tags } });
  await apply(db, 1n, bucketCreated, objectCreated(), objectSealed, tagged([{ key: 'k', value: 'v' }]));
  assert.deepEqual((await db.objects.byId(7n))?.tags, { tags: [{ key: 'k', value: 'v' }] });
  const { object_id } = NAMES;
  await apply(
    db,
    2n,
    tagged([]),
    eventOf(storage.EventUpdateBucketInfo, { bucket_id: 1n, bucket_name: 'photos', payment_address: OWNER }),
    eventOf(storage.EventUpdateObjectContent, { object_id, operator: OWNER, payload_size: 9n }),
    eventOf(storage.EventCancelUpdateObjectContent, { ...NAMES, operator: OWNER }),
  );
  const row = (await db.objects.byId(7n))!;
  assert.deepEqual([row.tags?.tags ?? [], row.is_updating, row.payload_size], [[], false, 1000n]);
  assert.equal((await db.buckets.liveByName('photos'))?.charged_read_quota, 0n);
});

test('what happens to an object in one block happens in order', async () => {
  const db = await inMemory();
  const deleted = eventOf(storage.EventDeleteObject, { ...NAMES, operator: OWNER });
  const again = objectCreated({ object_id: 8n });
  await apply(db, 1n, bucketCreated, objectCreated(), objectSealed, deleted, again);
  assert.deepEqual([(await db.objects.byId(7n))?.removed, (await db.objects.byId(8n))?.removed], [true, false]);
  assert.equal((await db.objects.live('photos', 'a/b.txt'))?.object_id, 8n);
  const page = { bucket: 'photos', prefix: 'a/', from: '', limit: 10 };
  assert.deepEqual(
    (await db.prefixTree.list(page)).map(({ object }) => object?.object_id),
    [8n],
  );
  const rejected = eventOf(storage.EventRejectSealObject, { ...NAMES, object_id: 8n, for_update: false });
  await apply(db, 2n, rejected);
  assert.deepEqual(await db.prefixTree.list({ ...page, prefix: '' }), []);
  assert.equal((await db.buckets.liveByName('photos'))?.storage_size, 0n);
});

test('a refused update leaves the object and its folder', async () => {
  const db = await inMemory();
  const announced = eventOf(storage.EventUpdateObjectContent, { object_id: 7n, operator: OWNER, payload_size: 9n });
  await apply(db, 1n, bucketCreated, objectCreated(), objectSealed, announced);
  assert.equal((await db.objects.byId(7n))?.is_updating, true);
  await apply(db, 2n, eventOf(storage.EventRejectSealObject, { ...NAMES, operator: OWNER, for_update: true }));
  const row = (await db.objects.live('photos', 'a/b.txt'))!;
  assert.deepEqual([row.is_updating, row.removed, row.payload_size], [false, false, 1000n]);
  assert.equal((await db.prefixTree.list({ bucket: 'photos', prefix: '', from: '', limit: 10 })).length, 1);
});

test('an object is copied into the bucket that it is copied to', async () => {
  const db = await inMemory();
  const other = eventOf(storage.EventCreateBucket, { bucket_id: 2n, bucket_name: 'copies', owner: OWNER });
  const copied = eventOf(storage.EventCopyObject, {
    ...{ operator: OWNER, src_bucket_name: 'photos', src_object_name: 'a/b.txt', src_object_id: 7n },
    ...{ dst_bucket_name: 'copies', dst_object_name: 'c/d.txt', dst_object_id: 9n, local_virtual_group_id: 1 },
  });
  await apply(db, 1n, bucketCreated, other, objectCreated(), objectSealed, copied);
  const row = (await db.objects.byId(9n))!;
  assert.deepEqual(
    [row.bucket_id, row.bucket_name, row.object_name, row.payload_size],
    [2n, 'copies', 'c/d.txt', 1000n],
  );
  const listed = await db.prefixTree.list({ bucket: 'copies', prefix: '', from: '', limit: 10 });
  assert.deepEqual(
    listed.map(({ name }) => name),
    ['c/'],
  );
});

test('of two flags that change in one block none is lost', async () => {
  const db = await inMemory();
  const bucket = { bucket_name: 'photos', bucket_id: 1n };
  const limited = (is_limited: boolean) => eventOf(storage.EventBucketFlowRateLimitStatus, { ...bucket, is_limited });
  const agent = eventOf(storage.EventToggleSPAsDelegatedAgent, { ...bucket, sp_as_delegated_agent_disabled: true });
  await apply(db, 1n, bucketCreated, limited(true), agent);
  assert.equal((await db.buckets.byName('photos'))?.off_chain_status, 3);
  await apply(db, 2n, limited(false));
  assert.equal((await db.buckets.byName('photos'))?.off_chain_status, 2);
});

test('a policy that takes the place of another has its own statements only', async () => {
  const db = await inMemory();
  const put = (...actions: number[]) =>
    eventOf(permission.EventPutPolicy, {
      ...{ policy_id: 4n, principal: { type: 1, value: MEMBER.toLowerCase() }, resource_type: 1, resource_id: 1n },
      statements: actions.map((action) => ({ effect: 1, actions: [action] })),
    });
  await apply(db, 1n, put(6, 8), put(3));
  assert.deepEqual(await actionsOf(db), [1 << 3]);
  await apply(db, 2n, eventOf(permission.EventDeletePolicy, { policy_id: 4n }));
  assert.deepEqual(await actionsOf(db), []);
});

async function actionsOf(db: BsDb): Promise<number[]> {
  return (await db.permissions.statementsOf([4n])).map((statement) => statement.action_value);
}

test("groups: members come, are renewed and go, and the group's text changes", async () => {
  const db = await inMemory();
  const group = { owner: OWNER, group_id: 3n, group_name: 'friends', operator: OWNER };
  const until = (seconds: bigint) => ({ member: MEMBER, expiration_time: { seconds, nanos: 0 } });
  await apply(
    db,
    1n,
    eventOf(storage.EventCreateGroup, { owner: OWNER, group_id: 3n, group_name: 'friends', extra: 'old' }),
    eventOf(storage.EventUpdateGroupMember, { ...group, members_to_add: [until(100n)] }),
    eventOf(storage.EventRenewGroupMember, { ...group, members: [until(900n)] }),
    eventOf(storage.EventUpdateGroupExtra, { ...group, extra: 'new' }),
  );
  assert.equal((await db.groups.live(3n))?.extra, 'new');
  const members = async () =>
    (await db.groups.membersOf(3n, `0x${'0'.repeat(40)}`, 10)).map((row) => row.expiration_time);
  assert.deepEqual(await members(), [900n]);
  const { operator: _operator, ...left } = group;
  await apply(db, 2n, eventOf(storage.EventLeaveGroup, { ...left, member_address: MEMBER }));
  assert.deepEqual(await members(), []);
});

test('a family knows its groups, and a withdrawal does not take their providers', async () => {
  const db = await inMemory();
  const gvg = { id: 11, family_id: 5, primary_sp_id: 1, secondary_sp_ids: [2, 3, 4], stored_size: 0n };
  await apply(
    db,
    1n,
    eventOf(virtualgroup.EventCreateGlobalVirtualGroup, { ...gvg, virtual_payment_address: OWNER }),
    eventOf(virtualgroup.EventCreateGlobalVirtualGroupFamily, {
      id: 5,
      primary_sp_id: 1,
      virtual_payment_address: OWNER,
    }),
    eventOf(virtualgroup.EventCreateGlobalVirtualGroup, { ...gvg, id: 12, virtual_payment_address: OWNER }),
    eventOf(virtualgroup.EventUpdateGlobalVirtualGroup, { id: 11, store_size: 40n, total_deposit: 5n }),
  );
  assert.deepEqual((await db.virtualGroups.family(5))?.global_virtual_group_ids, [11, 12]);
  const { primary_sp_id, secondary_sp_ids, stored_size, total_deposit } = (await db.virtualGroups.gvg(11))!;
  assert.deepEqual([primary_sp_id, secondary_sp_ids, stored_size, total_deposit], [1, [2, 3, 4], 40n, 5n]);
  await apply(db, 2n, eventOf(virtualgroup.EventDeleteGlobalVirtualGroup, { id: 11, primary_sp_id: 1 }));
  assert.deepEqual((await db.virtualGroups.family(5))?.global_virtual_group_ids, [12]);
});
