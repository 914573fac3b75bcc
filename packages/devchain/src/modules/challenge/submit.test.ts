import assert from 'node:assert/strict';
import { test } from 'node:test';
import { greenfieldSp, greenfieldStorage as storage } from '@prairie/chain';
import { attributesOf } from '../payment/test-support.ts';
import { alice, bob, providerAddress } from '../storage/testing/scenario.ts';
import { BUCKET, ChallengeWorld } from './test-support.ts';

const SEGMENT = 16_777_216n;
const code = (number: number) => ({ codespace: 'challenge', code: number });
const { STATUS_IN_MAINTENANCE, STATUS_GRACEFUL_EXITING } = greenfieldSp.Status;

function withObject(size = 100n): ChallengeWorld {
  const world = new ChallengeWorld();
  world.sealedObject('a', size);
  return world;
}

test('a challenge of the primary, with the fields of the recorded one', () => {
  const world = withObject();
  world.height = 2969n;
  world.challenge.setLastId(9976n);
  const { response, events } = world.submit();
  assert.equal(response.challenge_id, 9977n);
  assert.deepEqual(
    events.map(({ type }) => type),
    ['greenfield.challenge.EventStartChallenge'],
  );
  assert.deepEqual(attributesOf(events[0]!), {
    challenge_id: '"9977"',
    challenger_address: JSON.stringify(alice),
    expired_height: '"2979"',
    object_id: '"1"',
    redundancy_index: '-1',
    segment_index: '0',
    sp_id: '1',
    sp_operator_address: JSON.stringify(providerAddress(1, 'operator')),
  });
});

test('a secondary is challenged under the id of the primary', () => {
  const attributes = attributesOf(
    withObject().submit({ sp_operator_address: providerAddress(4, 'operator') }).events[0]!,
  );
  assert.equal(attributes.sp_id, '1');
  assert.equal(attributes.redundancy_index, '2');
  assert.equal(attributes.sp_operator_address, JSON.stringify(providerAddress(4, 'operator')));
});

test('every reason to refuse has its code', () => {
  const world = withObject(SEGMENT + 1n);
  world.sealedObject('empty', 0n);
  world.createObject(BUCKET, 'created');
  assert.throws(() => world.submit({ bucket_name: 'other' }), code(2));
  assert.throws(() => world.submit({ object_name: 'other' }), code(2));
  assert.throws(() => world.submit({ object_name: 'created' }), code(4));
  assert.throws(() => world.submit({ object_name: 'empty' }), code(7));
  assert.throws(() => world.submit({ segment_index: 2 }), code(7));
  assert.throws(() => world.submit({ sp_operator_address: bob }), code(1));
  world.sp.set({ ...world.sp.byId(7)!, id: 8, operator_address: bob });
  assert.throws(() => world.submit({ sp_operator_address: bob }), code(5));
  world.challenge.store.recordSlash({ spId: 1, objectId: 1n }, world.height);
  assert.throws(() => world.submit(), code(6));
  assert.throws(() => world.submit({ challenger: 'x' }), { codespace: 'sdk', code: 7 });
  assert.throws(() => world.submit({ bucket_name: 'A' }), { codespace: 'greenfield', code: 1000 });
  assert.throws(() => world.submit({ object_name: '' }), { codespace: 'greenfield', code: 1001 });
});

test('a provider that leaves still answers, one in maintenance does not', () => {
  const world = withObject();
  const primary = () => world.sp.byId(1)!;
  world.sp.setStatus(primary(), STATUS_IN_MAINTENANCE);
  assert.throws(() => world.submit(), code(3));
  world.sp.setStatus(primary(), STATUS_GRACEFUL_EXITING);
  world.submit();
});

test('a random segment is one of the object’s, and the same for the same randomness', () => {
  const world = withObject(SEGMENT * 4n);
  const segmentFor = (byte: number) => {
    const fields = { object_name: 'a', random_index: true, segment_index: 99 };
    const msg = { challenger: alice, sp_operator_address: providerAddress(1, 'operator'), bucket_name: BUCKET };
    const type = world.modules
      .flatMap((module) => module.messages)
      .find((m) => m.type.name.endsWith('MsgSubmit'))!.type;
    const { events } = world.run(type, { ...msg, ...fields }, { randaoMix: new Uint8Array(64).fill(byte) });
    return Number(attributesOf(events[0]!).segment_index);
  };
  const segments = Array.from({ length: 40 }, (_, byte) => segmentFor(byte));
  assert.deepEqual([...new Set(segments)].sort(), [0, 1, 2, 3]);
  assert.equal(segmentFor(7), segments[7]);
});

test('an object that waits for its new content is challenged for the one it has', () => {
  const world = withObject();
  world.run(storage.MsgUpdateObjectContent, {
    ...{ operator: alice, bucket_name: BUCKET, object_name: 'a', payload_size: SEGMENT * 9n },
    expect_checksums: Array.from({ length: 7 }, () => new Uint8Array(32)),
  });
  assert.throws(() => world.submit({ segment_index: 1 }), code(7));
  world.submit({ segment_index: 0 });
});
