import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TaskState } from '@prairie/gfsp';
import { openSpDb } from './spdb.ts';
import { clock, inEachEngine } from './testing/engines.ts';

const BIG = 2n ** 64n - 1n;

inEachEngine('the provider’s tables', ({ engine, shared, fresh }) => {
  test('upload progress: only what is given changes', async () => {
    const db = await shared();
    const begun = clock.now;
    await db.insertUploadProgress(BIG, true);
    clock.now += 100;
    await db.insertUploadProgress(BIG, false);
    const secondary_signatures = [Buffer.alloc(96, 1), Buffer.alloc(96, 2)];
    const secondary_endpoints = ['http://a.test', 'http://b.test:9034'];
    await db.updateUploadProgress(BIG, {
      ...{ task_state: TaskState.SEAL_OBJECT_DOING, secondary_signatures, secondary_endpoints, content_time: 5n },
    });
    assert.deepEqual(await db.getUploadProgress(BIG), {
      ...{ object_id: BIG, task_state: TaskState.SEAL_OBJECT_DOING, secondary_signatures, secondary_endpoints },
      ...{ task_state_description: 'TASK_STATE_SEAL_OBJECT_DOING', error_description: '', global_virtual_group_id: 0 },
      ...{ create_timestamp_second: begun, update_timestamp_second: begun + 100 },
      ...{ is_agent_upload: true, content_time: 5n },
    });
    await db.updateUploadProgress(BIG, { error_description: '', task_state: TaskState.INIT, secondary_endpoints: [] });
    const row = await db.getUploadProgress(BIG);
    assert.equal(row?.task_state_description, 'TASK_STATE_INIT_UNSPECIFIED');
    assert.deepEqual(row?.secondary_endpoints, []);
    await assert.rejects(db.updateUploadProgress(1n, {}), /object 1 has no upload progress/);
    await db.deleteUploadProgress(BIG);
    assert.equal(await db.getUploadProgress(BIG), undefined);
  });

  test('upload progress is listed by state, page by page', async () => {
    const db = await shared();
    for (let i = 1n; i <= 9n; i++) {
      await db.insertUploadProgress(i, false);
      await db.updateUploadProgress(i, { task_state: Number(i % 3n) });
    }
    const ids = async (after?: bigint) => (await db.listUploadProgress([1, 2], 4, after)).map((row) => row.object_id);
    assert.deepEqual(await ids(), [1n, 2n, 4n, 5n]);
    assert.deepEqual(await ids(5n), [7n, 8n]);
    assert.deepEqual(await db.listUploadProgress([], 4), []);
    const all = Object.values(TaskState);
    assert.equal((await db.listUploadProgress(all, 100)).length, 9);
  });

  test('checksums of objects and of single pieces', async () => {
    const db = await shared();
    const meta = {
      object_id: 2n ** 63n - 1n,
      redundancy_index: -1,
      integrity_checksum: Buffer.alloc(32, 1),
      piece_checksum_list: [Buffer.alloc(32, 2), Buffer.alloc(32, 3)],
      object_size: BIG,
    };
    const { object_id } = meta;
    assert.equal(await db.getIntegrity(object_id, -1), undefined);
    await db.deleteIntegrity(object_id, -1);
    await db.setIntegrity({ ...meta, integrity_checksum: new Uint8Array(0), piece_checksum_list: [] });
    assert.deepEqual((await db.getIntegrity(object_id, -1))?.piece_checksum_list, []);
    await db.setIntegrity(meta);
    assert.deepEqual(await db.getIntegrity(object_id, -1), meta);
    assert.equal(await db.getIntegrity(object_id, 0), undefined);
    await db.deleteIntegrity(object_id, -1);
    assert.equal(await db.getIntegrity(object_id, -1), undefined);

    for (const segment_index of [10, 2, 1, 2]) {
      const piece_checksum = Buffer.alloc(32, segment_index);
      await db.setPieceHash({ object_id: 5n, segment_index, redundancy_index: 3, piece_checksum, version: 0n });
    }
    assert.deepEqual(
      (await db.listPieceHashes(5n, 3)).map((row) => row.segment_index),
      [1, 2, 10],
    );
    await db.deletePieceHashes(5n, 3);
    assert.deepEqual(await db.listPieceHashes(5n, 3), []);
  });

  test('an update has its checksums beside those of the sealed content', async () => {
    const db = await shared();
    const row = {
      object_id: 77n,
      redundancy_index: 2,
      integrity_checksum: Buffer.alloc(32, 1),
      piece_checksum_list: [Buffer.alloc(32, 2)],
      object_size: BIG,
    };
    const shadow = { ...row, integrity_checksum: Buffer.alloc(32, 9), version: 3n, updated_at: 1_795_000_000n };
    await db.setIntegrity(row);
    await db.setShadowIntegrity({ ...shadow, object_size: 1n });
    await db.setShadowIntegrity(shadow);
    assert.deepEqual(await db.getShadowIntegrity(77n, 2), shadow);
    assert.equal(await db.getShadowIntegrity(77n, -1), undefined);
    await db.deleteShadowIntegrity(77n, 2);
    assert.equal(await db.getShadowIntegrity(77n, 2), undefined);
    assert.deepEqual(await db.getIntegrity(77n, 2), row);
  });

  test('a transaction is whole, sees itself, and is there after opening again', async () => {
    const address = await fresh();
    const db = await openSpDb(address);
    await db.transaction(async (tables) => {
      await tables.insertUploadProgress(1n, false);
      assert.ok(await tables.getUploadProgress(1n));
    });
    await db.transaction((tables) => tables.insertUploadProgress(3n, false), { durable: false });
    await assert.rejects(
      db.transaction(async (tables) => {
        await tables.insertUploadProgress(2n, false);
        throw new Error('stop');
      }),
      /stop/,
    );
    await db.close();
    const again = await openSpDb(address);
    assert.deepEqual(
      (await again.listUploadProgress([TaskState.INIT], 10)).map((row) => row.object_id),
      [1n, 3n],
    );
    await again.close();
  });

  test('nobody else writes a row between reading and writing it, in two processes', async () => {
    const address = await fresh();
    const databases = [await openSpDb(address), await openSpDb(address)];
    const tries = 20;
    const count = (i: number) =>
      databases[i % 2]!.transaction(
        async (tables) => {
          const row = await tables.getUploadProgress(1n);
          // whoever finds no row begins it; nobody else may find none
          if (!row) await tables.insertUploadProgress(1n, false);
          await tables.updateUploadProgress(1n, { content_time: (row?.content_time ?? 0n) + 1n });
        },
        { durable: i % 3 === 0 },
      );
    await Promise.all(Array.from({ length: tries }, (_, i) => count(i)));
    assert.equal((await databases[0]!.getUploadProgress(1n))?.content_time, BigInt(tries));
    await Promise.all(databases.map((db) => db.close()));
  });

  test('one connection is enough', async () => {
    const address = await fresh();
    const db = await openSpDb(address.engine === 'sqlite' ? address : { ...address, maxConnections: 1 });
    const ids = Array.from({ length: 20 }, (_, i) => BigInt(i + 1));
    await Promise.all(
      ids.map((id) =>
        db.transaction(async (tables) => {
          if (!(await tables.getUploadProgress(id))) await tables.insertUploadProgress(id, false);
        }),
      ),
    );
    assert.equal((await db.listUploadProgress([TaskState.INIT], 100)).length, ids.length);
    await db.close();
  });

  test('the database is named without its password, and says what is in use', async () => {
    const db = await shared();
    assert.match(db.location, engine === 'sqlite' ? /\.db$/ : new RegExp(`^${engine} database prairie_`));
    assert.doesNotMatch(db.location, /password/);
    assert.equal(db.pool().waiting, 0);
  });
});
