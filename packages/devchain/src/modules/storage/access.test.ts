/** Permissions as users meet them: policies, groups and public content. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { greenfieldPermission as permission, greenfieldStorage as storage } from '@prairie/chain';
import { alice, bob, carol, outline, Scenario } from './testing/scenario.ts';

const Action = permission.ActionType;
const { EFFECT_ALLOW, EFFECT_DENY } = permission.Effect;
const { PRINCIPAL_TYPE_GNFD_ACCOUNT, PRINCIPAL_TYPE_GNFD_GROUP } = permission.PrincipalType;
const { VISIBILITY_TYPE_PRIVATE, VISIBILITY_TYPE_PUBLIC_READ } = storage.VisibilityType;
const BUCKET = 'grn:b::bucket';
const OBJECT = 'grn:o::bucket/a';
const denied = { codespace: 'storage', code: 1107 };

const forBob = { type: PRINCIPAL_TYPE_GNFD_ACCOUNT, value: bob };
const statement = (effect: number, actions: number[], fields: Partial<permission.Statement> = {}) => ({
  effect,
  actions,
  ...fields,
});

function withObject(): Scenario {
  const chain = new Scenario();
  chain.createBucket('bucket');
  chain.createObject('bucket', 'a');
  return chain;
}

const put = (
  chain: Scenario,
  resource: string,
  statements: ReturnType<typeof statement>[],
  fields: Partial<storage.MsgPutPolicy> = {},
) => chain.run(storage.MsgPutPolicy, { operator: alice, principal: forBob, resource, statements, ...fields });

const createAs = (chain: Scenario, creator: string, object_name: string, payload_size = 100n) =>
  chain.createObject('bucket', object_name, { creator, payload_size });

test('anyone reads public content, and nobody else but the owner private content', () => {
  const chain = withObject();
  assert.ok(chain.may(alice, Action.ACTION_GET_OBJECT, 'bucket', 'a'));
  assert.ok(!chain.may(bob, Action.ACTION_GET_OBJECT, 'bucket', 'a'));
  const update = { operator: alice, bucket_name: 'bucket', visibility: VISIBILITY_TYPE_PUBLIC_READ };
  chain.run(storage.MsgUpdateBucketInfo, update);
  assert.ok(chain.may(bob, Action.ACTION_GET_OBJECT, 'bucket', 'a'), 'inherited');
  assert.ok(chain.may('', Action.ACTION_GET_OBJECT, 'bucket', 'a'), 'anonymous');
  assert.ok(chain.may('', Action.ACTION_LIST_OBJECT, 'bucket'));
  assert.ok(!chain.may('', Action.ACTION_DELETE_OBJECT, 'bucket', 'a'));
  const hide = { operator: alice, bucket_name: 'bucket', object_name: 'a', visibility: VISIBILITY_TYPE_PRIVATE };
  chain.run(storage.MsgUpdateObjectInfo, hide);
  assert.ok(!chain.may(bob, Action.ACTION_GET_OBJECT, 'bucket', 'a'), 'private in a public bucket');
});

test('a bucket policy reaches objects only through its resources', () => {
  const chain = withObject();
  put(chain, BUCKET, [statement(EFFECT_ALLOW, [Action.ACTION_GET_OBJECT])]);
  assert.ok(!chain.may(bob, Action.ACTION_GET_OBJECT, 'bucket', 'a'));
  put(chain, BUCKET, [statement(EFFECT_ALLOW, [Action.ACTION_GET_OBJECT], { resources: ['grn:o::bucket/*'] })]);
  assert.ok(chain.may(bob, Action.ACTION_GET_OBJECT, 'bucket', 'a'));
  put(chain, OBJECT, [statement(EFFECT_DENY, [Action.ACTION_TYPE_ALL])]);
  assert.ok(!chain.may(bob, Action.ACTION_GET_OBJECT, 'bucket', 'a'), 'a denial anywhere wins');
});

test('creating objects uses a size limit up, and says so', () => {
  const chain = withObject();
  const limit = { limit_size: { value: 150n } };
  put(chain, BUCKET, [statement(EFFECT_ALLOW, [Action.ACTION_CREATE_OBJECT], limit)]);
  const { events } = chain.run(storage.MsgCreateObject, {
    creator: bob,
    bucket_name: 'bucket',
    object_name: 'b',
    payload_size: 100n,
    visibility: VISIBILITY_TYPE_PRIVATE,
    primary_sp_approval: {},
    expect_checksums: Array.from({ length: 7 }, () => new Uint8Array(32)),
  });
  assert.deepEqual(outline(events), ['PutPolicy', 'stream', 'CreateObject']);
  assert.throws(() => createAs(chain, bob, 'c'), denied, '50 bytes are left');
  createAs(chain, bob, 'd', 50n);
  const object = chain.object('bucket', 'd')!;
  assert.deepEqual([object.owner, object.creator], [alice, bob], 'the bucket owner owns it');
});

test('policies of groups hold for members, while they are members', () => {
  const chain = withObject();
  chain.run(storage.MsgCreateGroup, { creator: alice, group_name: 'friends' });
  const group = { group_owner: alice, group_name: 'friends' };
  const until = (seconds: bigint) => ({ seconds: chain.time.seconds + seconds, nanos: 0 });
  const members_to_add = [{ member: bob, expiration_time: until(10n) }];
  chain.run(storage.MsgUpdateGroupMember, { operator: alice, ...group, members_to_add });
  const principal = { type: PRINCIPAL_TYPE_GNFD_GROUP, value: `grn:g:${alice}:friends` };
  const { events } = put(chain, OBJECT, [statement(EFFECT_ALLOW, [Action.ACTION_GET_OBJECT])], { principal });
  const written = events[0]!.attributes.find(({ key }) => key === 'principal')!.value;
  assert.equal(written, '{"type":"PRINCIPAL_TYPE_GNFD_GROUP","value":"1"}', 'by its id');
  assert.ok(chain.may(bob, Action.ACTION_GET_OBJECT, 'bucket', 'a'));
  assert.ok(!chain.may(carol, Action.ACTION_GET_OBJECT, 'bucket', 'a'));
  chain.nextBlock(10n);
  assert.ok(!chain.may(bob, Action.ACTION_GET_OBJECT, 'bucket', 'a'), 'the membership has ended');
  chain.run(storage.MsgRenewGroupMember, {
    operator: alice,
    ...group,
    members: [{ member: bob, expiration_time: until(10n) }, { member: carol }],
  });
  assert.ok(chain.may(bob, Action.ACTION_GET_OBJECT, 'bucket', 'a'));
  assert.ok(chain.may(carol, Action.ACTION_GET_OBJECT, 'bucket', 'a'), 'renewing adds');
  chain.run(storage.MsgDeleteGroup, { operator: alice, group_name: 'friends' });
  assert.ok(!chain.may(bob, Action.ACTION_GET_OBJECT, 'bucket', 'a'));
});

test('members: adding twice, removing who is not there, leaving, and who may change them', () => {
  const chain = new Scenario();
  chain.run(storage.MsgCreateGroup, { creator: alice, group_name: 'friends' });
  assert.throws(() => chain.run(storage.MsgCreateGroup, { creator: alice, group_name: 'friends' }), { code: 1106 });
  const group = { group_owner: alice, group_name: 'friends' };
  const add = (operator: string, member: string) =>
    chain.run(storage.MsgUpdateGroupMember, { operator, ...group, members_to_add: [{ member }] });
  add(alice, bob);
  assert.throws(() => add(alice, bob), { codespace: 'storage', code: 1110 });
  const members_to_delete = [carol];
  assert.throws(() => chain.run(storage.MsgUpdateGroupMember, { operator: alice, ...group, members_to_delete }), {
    code: 1103,
    message: 'No such group member',
  });
  assert.throws(() => add(bob, carol), denied);
  put(chain, `grn:g:${alice}:friends`, [statement(EFFECT_ALLOW, [Action.ACTION_UPDATE_GROUP_MEMBER])]);
  add(bob, carol);
  chain.run(storage.MsgLeaveGroup, { member: carol, ...group });
  assert.throws(() => chain.run(storage.MsgLeaveGroup, { member: carol, ...group }), { code: 1103 });
  const tooMany = Array.from({ length: 21 }, () => bob);
  assert.throws(
    () => chain.run(storage.MsgUpdateGroupMember, { operator: alice, ...group, members_to_delete: tooMany }),
    { codespace: 'greenfield', code: 1009 },
  );
});

test('what a policy may not say', () => {
  const chain = withObject();
  const invalid = { codespace: 'permission', code: 1101 };
  const get = [Action.ACTION_GET_OBJECT];
  assert.throws(() => put(chain, OBJECT, [statement(0, get)]), invalid);
  assert.throws(() => put(chain, OBJECT, [statement(EFFECT_ALLOW, [Action.ACTION_DELETE_BUCKET])]), invalid);
  assert.throws(() => put(chain, OBJECT, [statement(EFFECT_ALLOW, get, { resources: [OBJECT] })]), invalid);
  assert.throws(() => put(chain, BUCKET, [statement(EFFECT_ALLOW, get, { resources: ['grn:o::bucket/('] })]), invalid);
  assert.throws(() => put(chain, BUCKET, [statement(EFFECT_ALLOW, get, { limit_size: { value: 1n } })]), invalid);
  const past = { expiration_time: { seconds: chain.time.seconds - 1n, nanos: 0 } };
  assert.throws(() => put(chain, OBJECT, [statement(EFFECT_ALLOW, get)], past), {
    codespace: 'permission',
    code: 1103,
  });
  const self = { principal: { type: PRINCIPAL_TYPE_GNFD_ACCOUNT, value: alice } };
  assert.throws(() => put(chain, OBJECT, [], self), { codespace: 'greenfield', code: 1007 });
  const untyped = { principal: { type: 0, value: bob } };
  assert.throws(() => put(chain, OBJECT, [], untyped), { codespace: 'permission', code: 1100 });
  const group = { principal: { type: PRINCIPAL_TYPE_GNFD_GROUP, value: '7' } };
  assert.throws(() => put(chain, OBJECT, [], group), { codespace: 'storage', code: 1102 });
  assert.throws(() => put(chain, OBJECT, [], { operator: bob, principal: { type: 1, value: carol } }), denied);
});

test('writing again keeps the id, deleting what is not there is no error', () => {
  const chain = withObject();
  const allow = [statement(EFFECT_ALLOW, [Action.ACTION_GET_OBJECT])];
  assert.equal(put(chain, OBJECT, allow).response.policy_id, 1n);
  assert.equal(put(chain, OBJECT, allow).response.policy_id, 0n);
  const remove = { operator: alice, principal: forBob, resource: OBJECT };
  assert.equal(chain.run(storage.MsgDeletePolicy, remove).response.policy_id, 1n);
  assert.equal(chain.run(storage.MsgDeletePolicy, remove).response.policy_id, 0n);
  assert.equal(put(chain, OBJECT, allow).response.policy_id, 2n);
});

test('a policy goes with its time, and with its resource', () => {
  const chain = withObject();
  const end = { seconds: chain.time.seconds + 5n, nanos: 0 };
  put(chain, OBJECT, [statement(EFFECT_ALLOW, [Action.ACTION_GET_OBJECT])], { expiration_time: end });
  assert.ok(chain.may(bob, Action.ACTION_GET_OBJECT, 'bucket', 'a'));
  assert.deepEqual(outline(chain.nextBlock(5n)), []);
  assert.deepEqual(outline(chain.nextBlock()), ['DeletePolicy']);
  assert.ok(!chain.may(bob, Action.ACTION_GET_OBJECT, 'bucket', 'a'));
  put(chain, OBJECT, [statement(EFFECT_ALLOW, [Action.ACTION_GET_OBJECT])]);
  chain.run(storage.MsgCancelCreateObject, { operator: alice, bucket_name: 'bucket', object_name: 'a' });
  const events = chain.nextBlock();
  assert.deepEqual(outline(events), ['StalePolicyCleanup', 'DeletePolicy']);
  const info = events[0]!.attributes.find(({ key }) => key === 'delete_info')!.value;
  assert.match(info, /"object_ids":\{"id":\["1"\]\}/);
  assert.deepEqual(outline(chain.nextBlock()), []);
});

test('tags are set by who may update the resource', () => {
  const chain = withObject();
  const tags = { tags: [{ key: 'k', value: 'v' }] };
  chain.run(storage.MsgSetTag, { operator: alice, resource: OBJECT, tags });
  assert.deepEqual(chain.object('bucket', 'a')!.tags, tags);
  assert.throws(() => chain.run(storage.MsgSetTag, { operator: bob, resource: BUCKET, tags }), denied);
  const missing = { operator: alice, resource: `grn:g:${alice}:nobody`, tags };
  assert.throws(() => chain.run(storage.MsgSetTag, missing), { codespace: 'storage', code: 1100 });
});
