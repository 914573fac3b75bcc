import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { greenfieldStorage as storage } from '@prairie/chain';
import fc from 'fast-check';
import { Bench, bucketTask, codeOf, objectTask } from './testing.ts';

describe('the same question again', () => {
  it('gets the same answer while it lives, then a new one', async () => {
    const bench = new Bench();
    const first = await bench.module.createBucketApproval(bucketTask());
    bench.height = 599n;
    const again = await bench.module.createBucketApproval(bucketTask());
    assert.deepEqual(again.create_bucket_info, first.create_bucket_info);
    bench.height = 600n;
    const later = await bench.module.createBucketApproval(bucketTask());
    assert.equal(later.create_bucket_info.primary_sp_approval?.expired_height, 700n);
    assert.equal(bench.count('sign'), 2);
  });

  it('at the same time is one', async () => {
    const bench = new Bench();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => bench.module.createObjectApproval(objectTask())),
    );
    assert.equal(bench.count('sign'), 1);
    for (const { create_object_info } of answers) assert.deepEqual(create_object_info, answers[0]?.create_object_info);
  });

  it('at the same time, when the answer has just died, is one', async () => {
    const bench = new Bench();
    await bench.module.createBucketApproval(bucketTask());
    bench.height = 600n;
    await Promise.all(Array.from({ length: 20 }, () => bench.module.createBucketApproval(bucketTask())));
    assert.equal(bench.count('sign'), 2);
  });

  it('after a failure is asked anew, by all who waited', async () => {
    const bench = new Bench();
    bench.broken.add('sign');
    const both = await Promise.all([1, 2].map(() => codeOf(bench.module.createObjectApproval(objectTask()))));
    assert.deepEqual(both, [
      [11001, 500],
      [11001, 500],
    ]);
    bench.broken.clear();
    assert.deepEqual(await codeOf(bench.module.createObjectApproval(objectTask())), [0, 200]);
  });

  it('in another spelling is another one', async () => {
    const bench = new Bench();
    for (const byte of [1, 2, 1]) {
      await bench.module.createBucketApproval({ ...bucketTask(), fingerprint: new Uint8Array(32).fill(byte) });
    }
    assert.equal(bench.count('sign'), 2);
  });

  it('property: is the same only when every field is', async () => {
    const fields = fc.record({
      bucket_name: fc.constantFrom('a', 'b'),
      visibility: fc.constantFrom(
        storage.VisibilityType.VISIBILITY_TYPE_PUBLIC_READ,
        storage.VisibilityType.VISIBILITY_TYPE_PRIVATE,
      ),
      charged_read_quota: fc.constantFrom(0n, 1n),
      primary_sp_approval: fc.record({ expired_height: fc.constantFrom(0n, 1n) }),
    });
    const keyOf = (value: unknown) => JSON.stringify(value, (_, v) => (typeof v === 'bigint' ? String(v) : v));
    await fc.assert(
      fc.asyncProperty(fc.array(fields, { maxLength: 12 }), async (asked) => {
        const bench = new Bench();
        const given = new Map<string, Set<string>>();
        for (const one of asked) {
          const { create_bucket_info } = await bench.module.createBucketApproval(bucketTask(one));
          const answers = given.get(keyOf(one)) ?? new Set();
          given.set(keyOf(one), answers.add(keyOf(create_bucket_info)));
        }
        assert.equal(bench.count('sign'), given.size);
        for (const answers of given.values()) assert.equal(answers.size, 1);
        const all = [...given.values()].flatMap((answers) => [...answers]);
        assert.equal(new Set(all).size, all.length);
      }),
      { numRuns: 40 },
    );
  });
});

describe('the queue', () => {
  const ask = (bench: Bench, name: string) =>
    codeOf(bench.module.createObjectApproval(objectTask({ object_name: name })));

  it('of approvals in work and kept has its bound; those of an age of 60 s give way', async (t) => {
    t.mock.timers.enable({ apis: ['Date'], now: 1_700_000_000_000 });
    const bench = new Bench({ maxObjectApprovals: 2 });
    const codes = await Promise.all(['a', 'b', 'c', 'a'].map((name) => ask(bench, name)));
    assert.deepEqual(
      codes.map(([code]) => code),
      [0, 0, 970002, 0],
    );
    assert.deepEqual(await ask(bench, 'c'), [970002, 400]);
    assert.deepEqual(await codeOf(bench.module.createBucketApproval(bucketTask())), [0, 200], 'buckets have their own');
    t.mock.timers.tick(60_001);
    assert.deepEqual(await ask(bench, 'c'), [0, 200]);
    assert.equal(bench.count('sign'), 4);
    assert.deepEqual(await ask(bench, 'b'), [0, 200], 'only one had to go');
    assert.equal(bench.count('sign'), 4);
  });

  it('of objects has those that the provider is to create, too', async () => {
    const bench = new Bench({ maxObjectApprovals: 2 });
    const create = (object_name: string) =>
      codeOf(
        bench.module.delegateCreateObjectApproval({
          ...objectTask(),
          delegate_create_object: storage.MsgDelegateCreateObject.create({ bucket_name: 'bucket', object_name }),
        }),
      );
    assert.deepEqual(await Promise.all(['a', 'a', 'b'].map(create)), [
      [0, 200],
      [0, 200],
      [0, 200],
    ]);
    assert.deepEqual(await ask(bench, 'c'), [970002, 400]);
    assert.deepEqual(await create('b'), [0, 200]);
    assert.equal((await bench.module.queryTasks('object:')).length, 2);
    assert.deepEqual([bench.count('sign'), bench.count('height')], [0, 3]);
  });

  it('keeps no place for what failed', async () => {
    const bench = new Bench({ maxObjectApprovals: 1 });
    bench.broken.add('sign');
    for (const name of ['a', 'b', 'c']) assert.deepEqual(await ask(bench, name), [11001, 500]);
    bench.broken.clear();
    assert.deepEqual(await ask(bench, 'd'), [0, 200]);
  });

  it('can be looked at', async () => {
    const bench = new Bench();
    await bench.module.createBucketApproval(bucketTask({ bucket_name: 'photos' }));
    const running = bench.module.createObjectApproval(objectTask({ bucket_name: 'photos', object_name: 'cat' }));
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    const lines = await bench.module.queryTasks('bucket:photos');
    await running;
    assert.match(
      lines[0]!,
      /^CreateBucketApproval-bucket:photos-account:0x\w+-fingerprint:\w{64} .* APPROVED expires=600 /,
    );
    assert.match(
      lines[1]!,
      /^CreateObjectApproval-bucket:photos-object:cat-.* create-object-approval APPROVING age=0s$/,
    );
    assert.equal(lines.length, 2);
    assert.deepEqual(await bench.module.queryTasks('object:dog'), []);
  });
});
