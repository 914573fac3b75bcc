/** What running a task takes: memory, and one slot of its band (`reference/tasks-and-manager.md` §1.8). */
import { greenfieldStorage } from '@prairie/chain';
import type { ExecutorTaskKind, ExecutorTasks } from './executor-task.ts';
import type { TaskKind, TaskMessages } from './kinds.ts';
import { type Limit, limitOf, NO_LIMIT } from './limit.ts';
import { type Band, bandOf, TaskPriority } from './priorities.ts';

/** Bytes. Sizes are unsigned on the wire, or signed where nothing is below 0: {@link estimateOf} keeps the bounds. */
const memories: { readonly [K in TaskKind]: (task: TaskMessages[K]) => bigint } = {
  'create-bucket-approval': none,
  'migrate-bucket-approval': none,
  'create-object-approval': none,
  'delegate-create-object-approval': none,
  'replicate-approval': none,
  upload: uploadMemory,
  'resumable-upload': uploadMemory,
  replicate: replicateMemory,
  seal: none,
  receive: ({ piece_size }) => piece_size,
  download: ({ low, high }) => high - low + 1n,
  'download-piece': ({ piece_length }) => piece_length,
  challenge: challengeMemory,
  'gc-object': none,
  'gc-zombie': none,
  'gc-meta': none,
  'gc-bucket-migration': none,
  'gc-stale-version': none,
  // a piece at a time; the reference counts the whole payload, which for a large object fits nowhere
  recover: uploadMemory,
  'migrate-gvg': none,
  // Part of a group's migration, which has the slot.
  'migrate-piece': none,
};

const slots: { readonly [B in Band]: Partial<Limit> } = {
  low: { tasks: 1, tasks_low_priority: 1 },
  medium: { tasks: 1, tasks_medium_priority: 1 },
  high: { tasks: 1, tasks_high_priority: 1 },
};

/**
 * The estimate of a task with the priority that it carries, or its kind's. A task without the object or the parameters
 * that it needs is estimated without them: it is refused as soon as somebody looks at it.
 */
export function estimateOf<K extends ExecutorTaskKind>(kind: K, task: ExecutorTasks[K]): Limit;
export function estimateOf<K extends TaskKind>(kind: K, task: TaskMessages[K]): Limit;
export function estimateOf<K extends TaskKind>(kind: K, task: TaskMessages[K]): Limit {
  const memory = memories[kind](task);
  const band = bandOf(task.task?.task_priority ?? TaskPriority[kind]);
  return limitOf({ ...slots[band], memory: memory < 0n ? 0n : least(memory, NO_LIMIT.memory) });
}

type Subject = Partial<{ object_info: greenfieldStorage.ObjectInfo; storage_params: greenfieldStorage.Params }>;

function none(): bigint {
  return 0n;
}

/** Twice a segment: one is read while the other is written, or made of its pieces. */
function uploadMemory({ object_info, storage_params }: Subject): bigint {
  return 2n * least(payloadOf(object_info), sizesOf(storage_params).segment);
}

function replicateMemory({ object_info, storage_params }: Subject): bigint {
  const { segment, data, parity } = sizesOf(storage_params);
  if (object_info?.redundancy_type === greenfieldStorage.RedundancyType.REDUNDANCY_REPLICA_TYPE) {
    const payload = payloadOf(object_info);
    return payload < (storage_params?.max_payload_size ?? 0n) ? payload : segment;
  }
  return divideUp(segment * (data + parity), data);
}

/** The challenged segment, or its piece at one secondary. */
function challengeMemory(task: Subject & { segment_idx: number; redundancy_idx: number }): bigint {
  const { segment, data } = sizesOf(task.storage_params);
  const left = payloadOf(task.object_info) - BigInt(task.segment_idx) * segment;
  const length = least(left < 0n ? 0n : left, segment);
  const whole =
    task.redundancy_idx < 0 ||
    task.object_info?.redundancy_type === greenfieldStorage.RedundancyType.REDUNDANCY_REPLICA_TYPE;
  return whole ? length : divideUp(length, data);
}

/** Segment length, and shards of a segment; at least one holds data. */
function sizesOf(params: greenfieldStorage.Params | undefined): { segment: bigint; data: bigint; parity: bigint } {
  const versioned = params?.versioned_params;
  return {
    segment: versioned?.max_segment_size ?? 0n,
    data: BigInt(versioned?.redundant_data_chunk_num || 1),
    parity: BigInt(versioned?.redundant_parity_chunk_num ?? 0),
  };
}

function payloadOf(object: greenfieldStorage.ObjectInfo | undefined): bigint {
  return object?.payload_size ?? 0n;
}

function divideUp(value: bigint, by: bigint): bigint {
  return (value + by - 1n) / by;
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
