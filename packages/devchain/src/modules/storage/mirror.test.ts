/** Messages that would bring something to another chain. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { greenfieldStorage as storage } from '@prairie/chain';
import type { MirrorQueue } from './mirror.ts';
import { alice, bob, outline, Scenario } from './testing/scenario.ts';

const { SOURCE_TYPE_MIRROR_PENDING } = storage.SourceType;
const notSupported = { codespace: 'storage', code: 3004 };

/** With a bucket of id 1, a sealed object of id 1 and a group of id 1. */
function withContent(mirrorQueue?: MirrorQueue): Scenario {
  const chain = new Scenario({ ...(mirrorQueue && { mirrorQueue }) });
  chain.createBucket('bucket');
  chain.createObject('bucket', 'a');
  chain.seal('bucket', 'a');
  chain.run(storage.MsgCreateGroup, { creator: alice, group_name: 'group' });
  return chain;
}

const toBsc = { operator: alice, dest_chain_id: 714 };

test('without a relayer a mirror is refused, after what can be checked was checked', () => {
  const chain = withContent();
  const refused = { ...notSupported, message: /no relayer/ };
  assert.throws(() => chain.run(storage.MsgMirrorBucket, { ...toBsc, bucket_name: 'bucket' }), refused);
  assert.throws(() => chain.run(storage.MsgMirrorBucket, { ...toBsc, id: '1' }), refused);
  const object = { ...toBsc, bucket_name: 'bucket', object_name: 'a' };
  assert.throws(() => chain.run(storage.MsgMirrorObject, object), refused);
  assert.throws(() => chain.run(storage.MsgMirrorObject, { ...toBsc, id: '1' }), refused);
  assert.throws(() => chain.run(storage.MsgMirrorGroup, { ...toBsc, group_name: 'group' }), refused);
  assert.throws(() => chain.run(storage.MsgMirrorGroup, { ...toBsc, id: '1' }), refused);

  const bucket = { ...toBsc, bucket_name: 'bucket' };
  assert.throws(() => chain.run(storage.MsgMirrorBucket, { ...bucket, dest_chain_id: 1 }), {
    ...notSupported,
    message: /no channel to chain 1/,
  });
  assert.throws(() => chain.run(storage.MsgMirrorBucket, { ...bucket, operator: bob }), { code: 1107 });
  assert.throws(() => chain.run(storage.MsgMirrorBucket, { ...toBsc, bucket_name: 'nothing' }), { code: 1100 });
  assert.throws(() => chain.run(storage.MsgMirrorBucket, { ...toBsc, id: '9' }), { code: 1100 });
  assert.throws(() => chain.run(storage.MsgMirrorBucket, { ...toBsc, id: 'x' }), { code: 1014 });
  assert.throws(() => chain.run(storage.MsgMirrorObject, { ...object, object_name: 'b' }), { code: 1101 });
  assert.throws(() => chain.run(storage.MsgMirrorGroup, { ...toBsc, group_name: 'nothing' }), { code: 1102 });
  chain.createObject('bucket', 'unsealed');
  assert.throws(() => chain.run(storage.MsgMirrorObject, { ...object, object_name: 'unsealed' }), { code: 1113 });
});

test('a queue takes the fees, and what is mirrored waits and can not be deleted', () => {
  const charged: [string, bigint][] = [];
  const chain = withContent({ charge: (_ctx, payer, fee) => charged.push([payer, fee]) });
  const bucket = { ...toBsc, bucket_name: 'bucket' };
  assert.deepEqual(outline(chain.run(storage.MsgMirrorBucket, bucket).events), ['MirrorBucket']);
  const object = { operator: alice, dest_chain_id: 2320, bucket_name: 'bucket', object_name: 'a' };
  assert.deepEqual(outline(chain.run(storage.MsgMirrorObject, object).events), ['MirrorObject']);
  assert.deepEqual(outline(chain.run(storage.MsgMirrorGroup, { ...toBsc, id: '1' }).events), ['MirrorGroup']);
  assert.deepEqual(charged, [
    [alice, 1_550_000n],
    [alice, 155_000n],
    [alice, 1_550_000n],
  ]);
  const group = chain.storage.store.group(alice, 'group');
  for (const { source_type } of [chain.bucket('bucket')!, chain.object('bucket', 'a')!, group]) {
    assert.equal(source_type, SOURCE_TYPE_MIRROR_PENDING);
  }
  assert.throws(() => chain.run(storage.MsgMirrorBucket, bucket), { codespace: 'storage', code: 3001 });
  const origin = { codespace: 'storage', code: 1114 };
  assert.throws(() => chain.run(storage.MsgDeleteObject, object), origin);
  assert.throws(() => chain.run(storage.MsgDeleteBucket, bucket), origin);
  assert.throws(() => chain.run(storage.MsgDeleteGroup, { operator: alice, group_name: 'group' }), origin);
});
