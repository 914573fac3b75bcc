import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Init, greenfieldStorage as storage } from '@prairie/chain';
import fc from 'fast-check';
import { estimateOf } from './estimates.ts';
import { type TaskKind, type TaskMessages, taskKindNames, taskKinds } from './kinds.ts';
import { fits, limitOf, NO_LIMIT } from './limit.ts';
import { bandOf, TaskPriority } from './priorities.ts';

const MIB = 1024n * 1024n;
const REPLICA = storage.RedundancyType.REDUNDANCY_REPLICA_TYPE;

const storage_params = {
  max_payload_size: 2048n * MIB,
  versioned_params: { max_segment_size: 16n * MIB, redundant_data_chunk_num: 4, redundant_parity_chunk_num: 2 },
};

function estimate<K extends TaskKind>(kind: K, init: Init<TaskMessages[K]>) {
  return estimateOf(kind, taskKinds[kind].table.create(init));
}

function memory<K extends TaskKind>(kind: K, init: Init<TaskMessages[K]>): bigint {
  return estimate(kind, init).memory;
}

test('memory by kind (§1.8)', () => {
  const small = { object_info: { payload_size: MIB }, storage_params };
  const large = { object_info: { payload_size: 100n * MIB }, storage_params };
  assert.equal(memory('upload', small), 2n * MIB);
  assert.equal(memory('upload', large), 32n * MIB);
  assert.equal(memory('resumable-upload', large), 32n * MIB);
  assert.equal(memory('replicate', large), 24n * MIB);
  assert.equal(memory('receive', { piece_size: 4n * MIB }), 4n * MIB);
  assert.equal(memory('download', { low: 10n, high: 19n }), 10n);
  assert.equal(memory('download', { low: 10n, high: 9n }), 0n);
  assert.equal(memory('download', { low: 10n, high: 0n }), 0n);
  assert.equal(memory('download-piece', { piece_length: 77n }), 77n);
  assert.equal(memory('recover', large), 32n * MIB);
  for (const kind of ['seal', 'gc-object', 'migrate-gvg', 'create-bucket-approval'] as const) {
    assert.equal(memory(kind, {}), 0n);
  }
});

test('a replica is the payload, or a segment of what is too large', () => {
  const replica = (payload_size: bigint) =>
    memory('replicate', { object_info: { payload_size, redundancy_type: REPLICA }, storage_params });
  assert.equal(replica(100n * MIB), 100n * MIB);
  assert.equal(replica(2048n * MIB), 16n * MIB);
});

test('shards of a segment that its data shards do not divide are rounded up', () => {
  const odd = { max_segment_size: 10n, redundant_data_chunk_num: 3, redundant_parity_chunk_num: 1 };
  assert.equal(memory('replicate', { storage_params: { versioned_params: odd } }), 14n);
});

test('a challenge takes the challenged segment, or the piece of it', () => {
  const challenge = (segment_idx: number, redundancy_idx: number, redundancy_type = 0) =>
    memory('challenge', {
      ...{ object_info: { payload_size: 20n * MIB + 1n, redundancy_type }, storage_params },
      ...{ segment_idx, redundancy_idx },
    });
  assert.equal(challenge(0, -1), 16n * MIB);
  assert.equal(challenge(1, -1), 4n * MIB + 1n);
  assert.equal(challenge(0, 2), 4n * MIB);
  assert.equal(challenge(1, 2), MIB + 1n);
  assert.equal(challenge(1, 2, REPLICA), 4n * MIB + 1n);
  assert.equal(challenge(2, -1), 0n, 'there is no such segment');
});

test('one slot, in the band of the priority that the task has, or of its kind', () => {
  assert.deepEqual(estimate('recover', { task: { task_priority: 85 } }), slot('medium'));
  assert.deepEqual(estimate('recover', { task: { task_priority: 21 } }), slot('low'));
  for (const kind of taskKindNames) {
    assert.deepEqual({ ...estimate(kind, {}), memory: 0n }, slot(bandOf(TaskPriority[kind])), kind);
  }
});

function slot(band: 'low' | 'medium' | 'high') {
  return limitOf({ tasks: 1, [`tasks_${band}_priority`]: 1 });
}

test('property: an estimate is never below 0 nor above what the wire carries, whatever a task says', () => {
  const uint64 = fc.bigInt(0n, 2n ** 64n - 1n);
  const int64 = fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n);
  const uint32 = fc.nat({ max: 2 ** 31 - 1 });
  const versioned_params = fc.record({
    max_segment_size: uint64,
    redundant_data_chunk_num: uint32,
    redundant_parity_chunk_num: uint32,
  });
  const anything = fc.record({
    object_info: fc.record({ payload_size: uint64, redundancy_type: fc.nat({ max: 2 }) }),
    storage_params: fc.record({ max_payload_size: uint64, versioned_params }),
    ...{ segment_idx: uint32, redundancy_idx: fc.integer({ min: -1, max: 9 }) },
    ...{ piece_size: int64, piece_length: uint64, low: int64, high: int64 },
  });
  fc.assert(
    fc.property(fc.constantFrom(...taskKindNames), anything, (kind, init) => {
      const value = estimate(kind, init as Init<TaskMessages[typeof kind]>);
      assert.ok(fits(NO_LIMIT, value) && fits(value, limitOf({})));
      assert.equal(value.tasks, 1);
    }),
  );
});
