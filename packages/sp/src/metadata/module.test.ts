import assert from 'node:assert/strict';
import { test } from 'node:test';
import { greenfieldStorage as storage } from '@prairie/chain';
import { type ObjectOnChain, silentLogger, TaskState } from '@prairie/gfsp';
import { BsDb, SqliteSpDb } from '@prairie/store';
import { metadataModule } from './module.ts';

const OWNER = '0x047e776b864432ED57E923DdF639e02Cf8b5eA3F';
const READER = '0xf1843e4CC26d56678fF153A18ca2569eB8D97d0B';
const GET_OBJECT = 6;
const [ALLOW, DENY] = [1, 2];

/** A chain at some height, and tables that follow it when told to. */
class Fixture {
  readonly bsdb = new BsDb({ path: ':memory:' });
  readonly spdb = new SqliteSpDb({ path: ':memory:' });
  head = 10n;
  heads = 0;
  object: ObjectOnChain | undefined;
  chainIsAway = false;
  /** What the next blocks do to the tables. */
  blocks: () => void = () => {};
  readonly progress = {
    height: 10n,
    waitForHeight: async (height: bigint, timeoutMs: number) => {
      assert.equal(timeoutMs, 2000);
      await new Promise(setImmediate);
      this.blocks();
      this.progress.height = height;
      return true;
    },
  };
  readonly metadata = metadataModule(
    { now: () => 1000n, operatorAddress: `0x${'00'.repeat(20)}` },
    {
      bsdb: this.bsdb,
      spdb: this.spdb,
      progress: this.progress,
      logger: silentLogger,
      chain: {
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
      },
    },
  );

  putBucket(visibility = 2): void {
    this.bsdb.buckets.put({ bucket_id: 1n, bucket_name: 'b', owner: OWNER, visibility });
  }

  putObject(visibility = 3): void {
    this.bsdb.objects.put({
      bucket_id: 1n,
      bucket_name: 'b',
      object_name: 'o',
      object_id: 7n,
      owner: OWNER,
      visibility,
    });
  }

  putPolicy(resource: [type: number, id: bigint], principal: [type: number, value: string], statement: object): void {
    this.bsdb.permissions.put(
      {
        policy_id: resource[1] * 100n + BigInt(principal[0]),
        resource_type: resource[0],
        resource_id: resource[1],
        principal_type: principal[0],
        principal_value: principal[1],
        create_timestamp: 0n,
        update_timestamp: 0n,
        expiration_time: 0n,
        removed: false,
      },
      [{ effect: ALLOW!, action_value: 1 << GET_OBJECT, ...statement }],
    );
  }

  mayRead(operator = READER, object = 'o'): Promise<number> {
    return this.metadata.verifyPermission(operator, 'b', object, GET_OBJECT);
  }
}

test('what a client has just made is waited for', async () => {
  const f = new Fixture();
  f.head = 12n;
  f.blocks = () => {
    f.putBucket();
    f.putObject();
  };
  const [object, bucket] = await Promise.all([f.metadata.getObjectMeta('b', 'o'), f.metadata.getBucketMeta('b')]);
  assert.equal(object?.object_info.id, 7n);
  assert.equal(bucket?.bucket_info.id, 1n);
  // the second asked while the first's answer was under way: it may be of before
  assert.equal(f.heads, 2);
});

test('what is known, and what nobody made, is answered at once', async () => {
  const f = new Fixture();
  f.putBucket();
  f.putObject();
  assert.ok(await f.metadata.getObjectMeta('b', 'o'));
  assert.equal(f.heads, 0);
  f.progress.waitForHeight = async () => assert.fail('it is at the head');
  assert.equal(await f.metadata.getObjectMeta('b', 'none'), undefined);
  f.chainIsAway = true;
  assert.equal(await f.metadata.getObjectMeta('b', 'none'), undefined);
  assert.deepEqual(await f.metadata.getUserBuckets(READER, false), []);
});

test('many who ask at once share two questions to the chain', async () => {
  const f = new Fixture();
  await Promise.all(Array.from({ length: 50 }, () => f.metadata.getUserBuckets(OWNER, false)));
  assert.equal(f.heads, 2);
});

test('a right that was granted a block ago holds', async () => {
  const f = new Fixture();
  f.putBucket();
  f.putObject();
  assert.equal(await f.mayRead(), DENY);
  f.head = 11n;
  f.blocks = () => f.putPolicy([2, 7n], [1, READER], {});
  assert.equal(await f.mayRead(), ALLOW);
});

test('errors of permission', async () => {
  const f = new Fixture();
  await assert.rejects(f.mayRead(), {
    innerCode: 90008,
    httpStatus: 404,
    message: 'the specified bucket does not exist',
  });
  f.putBucket();
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
    const f = new Fixture();
    f.putBucket(bucket);
    f.putObject(object);
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
    const f = new Fixture();
    f.putBucket();
    f.putObject();
    f.putPolicy([1, 1n], [1, READER], { resources });
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
    const f = new Fixture();
    f.putBucket();
    f.putObject();
    f.putPolicy([2, 7n], [1, READER], statement);
    assert.equal(await f.mayRead(), expected);
  }
});

test('groups: of members only, after the account itself', async () => {
  const f = new Fixture();
  f.putBucket();
  f.putObject();
  f.bsdb.groups.put({ group_id: 5n, owner: OWNER, group_name: 'g' });
  f.putPolicy([2, 7n], [2, '5'], {});
  assert.equal(await f.mayRead(), DENY);
  f.bsdb.groups.put({ group_id: 5n, account_id: READER });
  assert.equal(await f.mayRead(), ALLOW);
  f.putPolicy([2, 7n], [1, READER], { effect: DENY });
  assert.equal(await f.mayRead(), DENY);
  f.putPolicy([1, 1n], [1, READER], { resources: ['.'] });
  assert.equal(await f.mayRead(), DENY);
});

test('the progress of an upload is the chain’s word, then the job’s', async () => {
  const f = new Fixture();
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
  f.spdb.insertUploadProgress(7n, false);
  f.spdb.updateUploadProgress(7n, { task_state: TaskState.UPLOAD_OBJECT_ERROR, error_description: 'why' });
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
  f.putObject();
  f.bsdb.objects.update(7n, { status: 1 });
  assert.equal(await text(), 'object is succeed to upload and seal onto the chain');
});

test('segments that are stored already, of the content that comes in', async () => {
  const f = new Fixture();
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
  f.spdb.setIntegrity(row(5));
  assert.equal(await segments(0n), 5);
  await assert.rejects(segments(100n), nothing);
  f.spdb.setShadowIntegrity({ ...row(2), version: 1n, updated_at: 100n });
  assert.equal(await segments(100n), 2);
  await assert.rejects(segments(101n), nothing);
});

test('a page is cut at 1000, and begins with its token', async () => {
  const f = new Fixture();
  for (let i = 0n; i < 1002n; i++) {
    f.bsdb.objects.put({ bucket_name: 'b', object_name: `n${String(i).padStart(4, '0')}`, object_id: i });
  }
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
  const f = new Fixture();
  f.bsdb.close();
  await assert.rejects(f.metadata.getObjectMeta('b', 'o'), { innerCode: 95202, httpStatus: 500 });
});
