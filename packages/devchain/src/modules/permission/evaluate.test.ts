import assert from 'node:assert/strict';
import { test } from 'node:test';
import { greenfieldPermission as permission } from '@prairie/chain';
import { evaluatePolicy, type Question } from './evaluate.ts';

const Action = permission.ActionType;
const { EFFECT_ALLOW, EFFECT_DENY, EFFECT_UNSPECIFIED } = permission.Effect;
const now = { seconds: 1000n, nanos: 500 };
const at = (seconds: bigint, nanos = 0) => ({ seconds, nanos });

const policy = (
  statements: Parameters<typeof permission.Statement.create>[0][],
  expiration_time?: { seconds: bigint; nanos: number },
) =>
  permission.Policy.create({
    id: 1n,
    statements: statements.map((s) => permission.Statement.create(s)),
    expiration_time,
  });

const effectOf = (given: permission.Policy, question: Question) => evaluatePolicy(given, question, now).effect;
const get = { action: Action.ACTION_GET_OBJECT };
const allow = { effect: EFFECT_ALLOW, actions: [Action.ACTION_GET_OBJECT] };
const deny = { effect: EFFECT_DENY, actions: [Action.ACTION_GET_OBJECT] };

test('a statement about the action, or about all actions, decides', () => {
  assert.equal(effectOf(policy([]), get), EFFECT_UNSPECIFIED);
  assert.equal(effectOf(policy([allow]), get), EFFECT_ALLOW);
  assert.equal(effectOf(policy([allow]), { action: Action.ACTION_DELETE_OBJECT }), EFFECT_UNSPECIFIED);
  assert.equal(effectOf(policy([{ ...allow, actions: [Action.ACTION_TYPE_ALL] }]), get), EFFECT_ALLOW);
  assert.equal(effectOf(policy([deny, allow]), get), EFFECT_DENY);
  assert.equal(effectOf(policy([allow, deny]), get), EFFECT_DENY);
});

test('what expired before now says nothing; at that very moment it still holds', () => {
  assert.equal(effectOf(policy([allow], at(1000n, 499)), get), EFFECT_UNSPECIFIED);
  assert.equal(effectOf(policy([allow], at(1000n, 500)), get), EFFECT_ALLOW);
  assert.equal(effectOf(policy([{ ...deny, expiration_time: at(999n) }, allow]), get), EFFECT_ALLOW);
});

test('a question about an object needs a matching resource', () => {
  const question = { ...get, subResource: 'grn:o::b/a' };
  assert.equal(effectOf(policy([allow]), question), EFFECT_UNSPECIFIED);
  assert.equal(effectOf(policy([{ ...allow, resources: ['grn:o::b/b', 'grn:o::b/.*'] }]), question), EFFECT_ALLOW);
  assert.equal(effectOf(policy([{ ...allow, resources: ['grn:o::b/b'] }]), question), EFFECT_UNSPECIFIED);
  assert.equal(
    effectOf(policy([{ ...allow, resources: ['grn:o::b/b'] }]), get),
    EFFECT_ALLOW,
    'bucket level: not asked',
  );
});

test('a size limit is used up, and too little of it denies', () => {
  const limited = { effect: EFFECT_ALLOW, actions: [Action.ACTION_CREATE_OBJECT], limit_size: { value: 100n } };
  const create = (wantedSize?: bigint) => ({ action: Action.ACTION_CREATE_OBJECT, wantedSize });
  const verdict = evaluatePolicy(policy([limited]), create(30n), now);
  assert.equal(verdict.effect, EFFECT_ALLOW);
  assert.equal(verdict.updated!.statements[0]!.limit_size!.value, 70n);
  assert.deepEqual(evaluatePolicy(policy([limited]), create(101n), now), { effect: EFFECT_DENY });
  assert.deepEqual(evaluatePolicy(policy([limited]), create(), now), { effect: EFFECT_ALLOW }, 'a query uses nothing');
});
