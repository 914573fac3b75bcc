import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Init, greenfieldStorage as storage } from '@prairie/chain';
import {
  BucketMigrationState,
  createResourceManager,
  type DelegateCreateObjectApprovalTask,
  newTask,
  sharedGatewayErrors,
} from '@prairie/gfsp';
import { ApproverModule } from './module.ts';
import { Bench, bucketTask, codeOf, migrateTask, objectTask } from './testing.ts';

const delegatedTask = (fields: Init<storage.MsgDelegateCreateObject> = {}): DelegateCreateObjectApprovalTask => ({
  task: newTask(),
  delegate_create_object: storage.MsgDelegateCreateObject.create(fields),
  fingerprint: new Uint8Array(),
});

describe('a bucket', () => {
  it('gets a family, a height and a signature; all else stays', async () => {
    const task = bucketTask({ charged_read_quota: 9n, visibility: 2 });
    const { create_bucket_info } = await new Bench().module.createBucketApproval(task);
    const primary_sp_approval = { expired_height: 600n, global_virtual_group_family_id: 7, sig: Uint8Array.of(1) };
    assert.deepEqual(create_bucket_info, { ...task.create_bucket_info, primary_sp_approval });
  });

  it('is refused to an account with too many, before a family is made for it', async () => {
    const bench = new Bench({ maxBucketsPerAccount: 2 });
    bench.owned = 2;
    assert.deepEqual(await codeOf(bench.module.createBucketApproval(bucketTask())), [10002, 406]);
    assert.deepEqual(bench.calls, ['count']);
    bench.owned = 1;
    assert.deepEqual(await codeOf(bench.module.createBucketApproval(bucketTask())), [0, 200]);
    bench.owned = 2;
    assert.deepEqual(await codeOf(bench.module.createBucketApproval(bucketTask())), [0, 200], 'what was given stays');
  });

  it('says what failed', async () => {
    for (const [broken, code] of [
      ['sign', 11001],
      ['height', 55001],
      ['family', 999999],
    ] as const) {
      const bench = new Bench();
      bench.broken.add(broken);
      assert.deepEqual(await codeOf(bench.module.createBucketApproval(bucketTask())), [code, 500]);
      bench.broken.clear();
      assert.deepEqual(await codeOf(bench.module.createBucketApproval(bucketTask())), [0, 200]);
    }
  });
});

describe('an object', () => {
  it('gets a height and a signature, and keeps its family', async () => {
    const bench = new Bench({ objectTimeoutHeight: 5n });
    const task = objectTask({ payload_size: 9n, primary_sp_approval: { global_virtual_group_family_id: 3 } });
    const { create_object_info } = await bench.module.createObjectApproval(task);
    const primary_sp_approval = { expired_height: 505n, global_virtual_group_family_id: 3, sig: Uint8Array.of(1) };
    assert.deepEqual(create_object_info, { ...task.create_object_info, primary_sp_approval });
    assert.deepEqual(bench.calls, ['stats', 'height', 'sign']);
  });

  it('is refused while as many uploads are in work as there may be, its creation by the provider too', async () => {
    const bench = new Bench();
    bench.stats = { ...bench.stats, upload_count: 2, replicate_count: 3, seal_count: 4, resumable_upload_count: 1 };
    assert.deepEqual(await codeOf(bench.module.createObjectApproval(objectTask())), [10003, 406]);
    assert.deepEqual(await codeOf(bench.module.delegateCreateObjectApproval(delegatedTask())), [10003, 406]);
    assert.equal(bench.count('stats'), 1);
    assert.equal(bench.count('sign'), 0);
  });

  it('is not refused because nothing is known of the uploads yet', async () => {
    const bench = new Bench();
    bench.broken.add('stats');
    assert.deepEqual(await codeOf(bench.module.createObjectApproval(objectTask())), [0, 200]);
    assert.deepEqual(await codeOf(bench.module.delegateCreateObjectApproval(delegatedTask())), [0, 200]);
  });
});

describe('a migration', () => {
  const { INIT_UNSPECIFIED, SRC_SP_PRE_DEDUCT_QUOTA_DONE, DEST_SP_GC_DOING, MIGRATION_FINISHED } = BucketMigrationState;

  it('gets a height and a signature once its source has the quota', async () => {
    const bench = new Bench();
    const task = migrateTask({ dst_primary_sp_approval: { global_virtual_group_family_id: 0 } });
    const { migrate_bucket_info } = await bench.module.migrateBucketApproval(task);
    const dst_primary_sp_approval = { expired_height: 600n, global_virtual_group_family_id: 0, sig: Uint8Array.of(1) };
    assert.deepEqual(migrate_bucket_info, { ...task.migrate_bucket_info, dst_primary_sp_approval });
    assert.deepEqual(bench.calls, ['stats', 'bucket', 'sign question', 'ask http://sp1.test enough', 'height', 'sign']);
  });

  it('is refused when another provider was meant, with the text of the reference', async () => {
    const { module } = new Bench();
    await assert.rejects(module.migrateBucketApproval(migrateTask({ dst_primary_sp_id: 5 })), {
      message: 'current SP is not the correct one to ask for approval',
    });
  });

  it('is refused while too many groups wait', async () => {
    const bench = new Bench({ maxMigrations: 3 });
    bench.stats = { ...bench.stats, migrate_gvg_count: 3 };
    assert.deepEqual(await codeOf(bench.module.migrateBucketApproval(migrateTask())), [10003, 406]);
  });

  it('is refused while an earlier one of the bucket is under way', async () => {
    for (const [migration_state, code] of [
      [INIT_UNSPECIFIED, 0],
      [SRC_SP_PRE_DEDUCT_QUOTA_DONE, 10004],
      [DEST_SP_GC_DOING, 10004],
      [MIGRATION_FINISHED, 0],
    ] as const) {
      const bench = new Bench();
      await bench.spdb.updateBucketMigration(3n, { migration_state });
      assert.equal((await codeOf(bench.module.migrateBucketApproval(migrateTask())))[0], code);
      const isLeft = (await bench.spdb.getBucketMigration(3n)) !== undefined;
      assert.equal(isLeft, migration_state !== MIGRATION_FINISHED);
    }
  });

  it('is refused when its source has no quota for it, or does not answer', async () => {
    const bench = new Bench();
    bench.allowed = false;
    assert.deepEqual(await codeOf(bench.module.migrateBucketApproval(migrateTask())), [11001, 500]);
    bench.broken.add('source');
    assert.deepEqual(await codeOf(bench.module.migrateBucketApproval(migrateTask())), [11001, 500]);
    bench.broken.clear();
    bench.allowed = true;
    assert.deepEqual(await codeOf(bench.module.migrateBucketApproval(migrateTask())), [0, 200]);
  });
});

it('a task without its message is 10001', async () => {
  const { module } = new Bench();
  const nothing = { task: newTask() } as never;
  assert.deepEqual(await codeOf(module.createBucketApproval(nothing)), [10001, 400]);
  assert.deepEqual(await codeOf(module.createObjectApproval(nothing)), [10001, 400]);
  assert.deepEqual(await codeOf(module.migrateBucketApproval(nothing)), [10001, 400]);
  assert.deepEqual(await codeOf(module.delegateCreateObjectApproval(nothing)), [10001, 400]);
});

it('more in work than the module may have are 990102', async () => {
  const resources = createResourceManager({ services: { approver: { tasks: 2, tasks_medium_priority: 2 } } });
  const bench = new Bench({}, { resources: resources.openService('approver') });
  const ask = (name: string) => codeOf(bench.module.createObjectApproval(objectTask({ object_name: name })));
  const codes = await Promise.all(['a', 'b', 'c'].map(ask));
  assert.deepEqual(
    codes.map(([code]) => code),
    [0, 0, 990102],
  );
  assert.deepEqual(await ask('c'), [0, 200]);
  assert.equal(resources.system.stat().tasks_medium_priority, 0);
});

describe('the steps', () => {
  /** Every step of every kind is noted. */
  class Noting extends ApproverModule {
    readonly steps: string[] = [];
    refused = '';
  }
  const NAMES = ['CreateBucket', 'CreateObject', 'MigrateBucket', 'DelegateCreateObject'] as const;
  for (const name of NAMES) {
    for (const step of ['pre', 'handle', 'post'] as const) {
      const method = `${step}${name}Approval` as const;
      const own = ApproverModule.prototype[method] as (...args: unknown[]) => Promise<unknown>;
      Object.defineProperty(Noting.prototype, method, {
        async value(this: Noting, ...args: unknown[]) {
          this.steps.push(method);
          if (this.refused === method) throw sharedGatewayErrors.approvalRefused('not on Sundays');
          return own.apply(this, args);
        },
      });
    }
  }
  const ask = (module: ApproverModule): Record<(typeof NAMES)[number], () => Promise<unknown>> => ({
    CreateBucket: () => module.createBucketApproval(bucketTask()),
    CreateObject: () => module.createObjectApproval(objectTask()),
    MigrateBucket: () => module.migrateBucketApproval(migrateTask()),
    DelegateCreateObject: () => module.delegateCreateObjectApproval(delegatedTask()),
  });

  for (const name of NAMES) {
    it(`${name}: each can be replaced, and may refuse`, async () => {
      const module = new Bench().as(Noting);
      const steps = [`pre${name}Approval`, `handle${name}Approval`, `post${name}Approval`];
      await ask(module)[name]();
      assert.deepEqual(module.steps.splice(0), steps);
      module.refused = steps[0]!;
      assert.deepEqual(await codeOf(ask(module)[name]()), [50007, 200]);
      assert.deepEqual(module.steps.splice(0), steps.slice(0, 1));
      module.refused = steps[2]!;
      assert.deepEqual(await codeOf(ask(module)[name]()), [50007, 200]);
    });
  }
});
