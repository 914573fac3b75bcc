import assert from 'node:assert/strict';
import { test } from 'node:test';
import { greenfieldStorage as storage } from '@prairie/chain';
import { type Metadata, type ObjectOnChain, TaskState } from '@prairie/gfsp';
import type { BsDb, BsDbTables } from '@prairie/store';
import { memorySpDb } from '../testing/memory-spdb.ts';
import { change, metadataOn, openTables } from './testing.ts';

const OWNER = '0x047e776b864432ED57E923DdF639e02Cf8b5eA3F';
const READER = '0xf1843e4CC26d56678fF153A18ca2569eB8D97d0B';
const GET_OBJECT = 6;
const [ALLOW, DENY] = [1, 2];

/** A chain at some height, and tables that follow it when told to. */
class Fixture {
  readonly bsdb: BsDb;
  readonly spdb = memorySpDb();
  readonly metadata: Metadata;
  head = 10n;
  heads = 0;
  object: ObjectOnChain | undefined;
  chainIsAway = false;
  /** What the next blocks do to the tables. */
  blocks: () => Promise<unknown> = async () => {};
  readonly progress = {
    height: 10n,
    waitForHeight: async (height: bigint, timeoutMs: number) => {
      assert.equal(timeoutMs, 2000);
      await new Promise(setImmediate);
      await this.blocks();
      this.progress.height = height;
      return true;
    },
  };

  constructor(bsdb: BsDb) {
    this.bsdb = bsdb;
    const chain = {
      currentHeight: async () => {
        this.heads++;
        if (this.chainIsAway) throw new Error('connection refused');
        await new Promise(setImmediate);
        return this.head;
      },
      bucketById: async () => undefined,
      spPrice: async () => undefined,
      objectById: async () => {
        if (this.chainIsAway) throw new Error('connection refused');
        return this.object;
      },
    };
    const { spdb, progress } = this;
    this.metadata = metadataOn(bsdb, this.head, { now: () => 1000n }, { chain, spdb, progress });
  }

  static async open(): Promise<Fixture> {
    return new Fixture(await openTables());
  }

  change(work: (tables: BsDbTables) => Promise<unknown>): Promise<void> {
    return change(this.bsdb, work);
  }

  putBucket(visibility = 2): Promise<void> {
    const row = { bucket_id: 1n, bucket_name: 'b', owner: OWNER, visibility };
    return this.change((tables) => tables.buckets.put(row));
  }

  putObject(visibility = 3): Promise<void> {
    const names = { bucket_id: 1n, bucket_name: 'b', object_name: 'o', object_id: 7n };
    return this.change((tables) => tables.objects.put({ ...names, owner: OWNER, visibility }));
  }

  putPolicy(
    resource: [type: number, id: bigint],
    principal: [type: number, value: string],
    ...statements: object[]
  ): Promise<void> {
    const policy = {
      policy_id: resource[1] * 100n + BigInt(principal[0]),
      resource_type: resource[0],
      resource_id: resource[1],
      principal_type: principal[0],
      principal_value: principal[1],
      create_timestamp: 0n,
      update_timestamp: 0n,
      expiration_time: 0n,
      removed: false,
    };
    const rows = statements.map((one) => ({ effect: ALLOW!, action_value: 1 << GET_OBJECT, ...one }));
    return this.change((tables) => tables.permissions.put(policy, rows));
  }

  mayRead(operator = READER, object = 'o'): Promise<number> {
    return this.metadata.verifyPermission(operator, 'b', object, GET_OBJECT);
  }
}

test('what a client has just made is waited for', async () => {
  const f = await Fixture.open();
  f.head = 12n;
  f.blocks = async () => {
    await f.putBucket();
    await f.putObject();
  };
  const [object, bucket] = await Promise.all([f.metadata.getObjectMeta('b', 'o'), f.metadata.getBucketMeta('b')]);
  assert.equal(object?.object_info.id, 7n);
  assert.equal(bucket?.bucket_info.id, 1n);
  // the second asked while the first's answer was under way: it may be of before
  assert.equal(f.heads, 2);
});

test('what is known, and what nobody made, is answered at once', async () => {
  const f = await Fixture.open();
  await f.putBucket();
  await f.putObject();
  assert.ok(await f.metadata.getObjectMeta('b', 'o'));
  assert.equal(f.heads, 0);
  f.progress.waitForHeight = async () => assert.fail('it is at the head');
  assert.equal(await f.metadata.getObjectMeta('b', 'none'), undefined);
  f.chainIsAway = true;
  assert.equal(await f.metadata.getObjectMeta('b', 'none'), undefined);
  assert.deepEqual(await f.metadata.getUserBuckets(READER, false), []);
});

test('many who ask at once share two questions to the chain', async () => {
  const f = await Fixture.open();
  await Promise.all(Array.from({ length: 50 }, () => f.metadata.getUserBuckets(OWNER, false)));
  assert.equal(f.heads, 2);
});

test('a right that was granted a block ago holds', async () => {
  const f = await Fixture.open();
  await f.putBucket();
  await f.putObject();
  assert.equal(await f.mayRead(), DENY);
  f.head = 11n;
  f.blocks = () => f.putPolicy([2, 7n], [1, READER], {});
  assert.equal(await f.mayRead(), ALLOW);
});

test('errors of permission', async () => {
  const f = await Fixture.open();
  await assert.rejects(f.mayRead(), {
    innerCode: 90008,
    httpStatus: 404,
    message: 'the specified bucket does not exist',
  });
  await f.putBucket();
  await assert.rejects(f.mayRead(), { innerCode: 90010, message: 'the specified object does not exist' });
});

test('visibility and ownership', async () => {
  const {
    VISIBILITY_TYPE_PUBLIC_READ: PUBLIC,
    VISIBILITY_TYPE_PRIVATE: PRIVATE,
    VISIBILITY_TYPE_INHERIT: INHERIT,
  } = storage.VisibilityType;
  for (const [bucket, object, expected] of [
    [PUBLIC, INHERIT, ALLOW],
    [PUBLIC, PRIVATE, DENY],
    [PRIVATE, PUBLIC, ALLOW],
    [PRIVATE, INHERIT, DENY],
  ] as const) {
    const f = await Fixture.open();
    await f.putBucket(bucket);
    await f.putObject(object);
    assert.equal(await f.mayRead(''), expected);
    assert.equal(await f.mayRead(OWNER.toLowerCase()), ALLOW);
    assert.equal(await f.metadata.verifyPermission('', 'b', '', 8), bucket === PUBLIC ? ALLOW : DENY);
    assert.equal(await f.metadata.verifyPermission('', 'b', 'o', 4), DENY);
  }
});

test("a bucket's policy needs a resource that is found in the object's name", async () => {
  for (const [resources, expected] of [
    [[], DENY],
    [['grn:o::b/*'], ALLOW],
    [['grn:o::other/*'], DENY],
    [['(unclosed'], DENY],
    [['grn:b::b', 'b/o$'], ALLOW],
  ] as const) {
    const f = await Fixture.open();
    await f.putBucket();
    await f.putObject();
    await f.putPolicy([1, 1n], [1, READER], { resources });
    assert.equal(await f.mayRead(), expected, String(resources));
    // about the bucket itself resources do not matter
    assert.equal(await f.mayRead(READER, ''), ALLOW);
  }
});

test('expiry, the bit for all actions, and denial', async () => {
  for (const [statement, expected] of [
    [{ expiration_time: 1000n }, ALLOW],
    [{ expiration_time: 999n }, DENY],
    [{ action_value: 1 }, ALLOW],
    [{ action_value: 1 << 7 }, DENY],
    [{ effect: DENY }, DENY],
  ] as const) {
    const f = await Fixture.open();
    await f.putBucket();
    await f.putObject();
    await f.putPolicy([2, 7n], [1, READER], statement);
    assert.equal(await f.mayRead(), expected);
  }
});

test('groups: of members only, after the account itself', async () => {
  const f = await Fixture.open();
  await f.putBucket();
  await f.putObject();
  await f.change((tables) => tables.groups.put({ group_id: 5n, owner: OWNER, group_name: 'g' }));
  await f.putPolicy([2, 7n], [2, '5'], {});
  assert.equal(await f.mayRead(), DENY);
  await f.change((tables) => tables.groups.put({ group_id: 5n, account_id: READER }));
  assert.equal(await f.mayRead(), ALLOW);
  await f.putPolicy([2, 7n], [1, READER], { effect: DENY });
  assert.equal(await f.mayRead(), DENY);
  await f.putPolicy([1, 1n], [1, READER], { resources: ['.'] });
  assert.equal(await f.mayRead(), DENY);
});

test('policies on an object: a row for each statement in force that allows the action, by id', async () => {
  const f = await Fixture.open();
  await f.putBucket();
  await f.putObject();
  const expired = { expiration_time: 999n };
  await f.putPolicy([2, 7n], [1, READER], {}, expired, { expiration_time: 2000n }, { effect: DENY });
  await f.putPolicy([2, 7n], [2, '5'], { action_value: 1 << 7 }, { action_value: 1 });
  const ask = async (start_after: bigint, limit: number) => {
    const page = { bucket_name: 'b', object_name: 'o', action: GET_OBJECT, start_after, limit };
    const rows = await f.metadata.listObjectPolicies(page);
    return rows.map((row) => [row.principal_value, row.expiration_time]);
  };
  const all = [
    [READER, 0n],
    [READER, 2000n],
    ['5', 0n],
  ];
  assert.deepEqual(await ask(0n, 1000), all);
  assert.deepEqual(await ask(0n, 2), all.slice(0, 2));
  assert.deepEqual(await ask(701n, 1000), all.slice(2));
  await assert.rejects(
    f.metadata.listObjectPolicies({ bucket_name: 'b', object_name: 'x', action: 6, start_after: 0n, limit: 1 }),
    { innerCode: 90010 },
  );
});

test('deleted objects are those of blocks that the answer says it has', async () => {
  const f = await Fixture.open();
  await f.putObject();
  await f.change((tables) => tables.objects.update(7n, { removed: true, update_at: 11n }));
  // the block is written, and about to be told
  assert.deepEqual(await f.metadata.listDeletedObjects(5n, 20n), { objects: [], end_block_number: 10n });
  f.progress.height = 11n;
  const told = await f.metadata.listDeletedObjects(5n, 20n);
  assert.deepEqual([told.objects.map(({ object_info }) => object_info.id), told.end_block_number], [[7n], 11n]);
  assert.equal((await f.metadata.listDeletedObjects(5n, 11n)).end_block_number, 11n);
  assert.deepEqual((await f.metadata.listDeletedObjects(12n, 20n)).objects, []);
});

test('a provider that only the SPDB knows has its endpoint from there', async () => {
  const f = await Fixture.open();
  await assert.rejects(f.metadata.getEndpointBySpId(3), { innerCode: 90004 });
  const names = { moniker: '', identity: '', website: '', security_contact: '', details: '' };
  const addresses = {
    operator_address: READER,
    funding_address: READER,
    seal_address: READER,
    approval_address: READER,
  };
  const numbers = { id: 3, total_deposit: 0n, status: 0, is_own: false };
  await f.spdb.setSpInfo([{ ...names, ...addresses, ...numbers, endpoint: 'https://sp3.test' }]);
  assert.equal(await f.metadata.getEndpointBySpId(3), 'https://sp3.test');
  const row = { sp_id: 3, operator_address: READER, endpoint: 'https://new.test' };
  await f.change((tables) => tables.storageProviders.put(row));
  assert.equal(await f.metadata.getEndpointBySpId(3), 'https://new.test');
});

test('the progress of an upload is the chain’s word, then the job’s', async () => {
  const f = await Fixture.open();
  const text = async () => (await f.metadata.getUploadProgress(7n)).progress_description;
  const object = (object_status: number, is_updating = false) => {
    f.object = {
      object_info: storage.ObjectInfo.create({ id: 7n, object_status, is_updating }),
      global_virtual_group: undefined,
    };
  };
  object(0);
  assert.deepEqual(await f.metadata.getUploadProgress(7n), {
    progress_description: 'object meta is created onto the chain',
    error_description: 'failed to query upload table',
    state: 0,
  });
  await f.spdb.insertUploadProgress(7n, false);
  await f.spdb.updateUploadProgress(7n, { task_state: TaskState.UPLOAD_OBJECT_ERROR, error_description: 'why' });
  assert.deepEqual(await f.metadata.getUploadProgress(7n), {
    progress_description: 'something is wrong in uploading to primary',
    error_description: 'why',
    state: 3,
  });
  object(1, true);
  assert.equal(await text(), 'something is wrong in uploading to primary');
  object(1);
  assert.equal(await text(), 'object is succeed to upload and seal onto the chain');
  object(2);
  assert.equal(await text(), 'object has been discontinued');
  f.chainIsAway = true;
  await f.putObject();
  await f.change((tables) => tables.objects.update(7n, { status: 1 }));
  assert.equal(await text(), 'object is succeed to upload and seal onto the chain');
});

test('segments that are stored already, of the content that comes in', async () => {
  const f = await Fixture.open();
  const segments = (updatedAt: bigint) => f.metadata.getUploadedSegments(7n, updatedAt);
  const nothing = { innerCode: 90003, httpStatus: 404, message: 'no uploading record' };
  await assert.rejects(segments(0n), nothing);
  const row = (segments: number) => ({
    object_id: 7n,
    redundancy_index: -1,
    integrity_checksum: Buffer.alloc(32),
    piece_checksum_list: Array.from({ length: segments }, () => Buffer.alloc(32)),
    object_size: 1n,
  });
  await f.spdb.setIntegrity(row(5));
  assert.equal(await segments(0n), 5);
  await assert.rejects(segments(100n), nothing);
  await f.spdb.setShadowIntegrity({ ...row(2), version: 1n, updated_at: 100n });
  assert.equal(await segments(100n), 2);
  await assert.rejects(segments(101n), nothing);
});

test('a page is cut at 1000, and begins with its token', async () => {
  const f = await Fixture.open();
  await f.change(async ({ objects }) => {
    for (let i = 0n; i < 1002n; i++) {
      await objects.put({ bucket_name: 'b', object_name: `n${String(i).padStart(4, '0')}`, object_id: i });
    }
  });
  const query = {
    bucket_name: 'b',
    max_keys: 5000,
    start_after: 'n0001',
    continuation_token: '',
    delimiter: '' as const,
    prefix: '',
    include_removed: false,
  };
  const page = await f.metadata.listObjectsByBucket(query);
  assert.equal(page.objects.length, 1000);
  assert.equal(page.objects[0]?.object_info.object_name, 'n0001');
  assert.equal(page.next_continuation_token, 'n1001');
  const last = await f.metadata.listObjectsByBucket({ ...query, continuation_token: 'n1001' });
  assert.deepEqual([last.objects.length, last.is_truncated, last.next_continuation_token], [1, false, '']);
});

test('a database that fails is an error with a code', async () => {
  const f = await Fixture.open();
  await f.bsdb.close();
  await assert.rejects(f.metadata.getObjectMeta('b', 'o'), { innerCode: 95202, httpStatus: 500 });
});
