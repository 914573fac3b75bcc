/** A payload that comes in one request (`reference/pieces-and-redundancy.md` §7.1). */
import type { Budget, ByteStream, Logger, PieceStore, UploadObjectTask } from '@prairie/gfsp';
import { type Hasher, integrityHash } from '@prairie/redundancy';
import { uploaderErrors } from './errors.ts';
import { wrongSize } from './lengths.ts';
import type { AnyUploadTask, UploadRecords } from './records.ts';
import type { SegmentMemory } from './segment-memory.ts';
import { SegmentReader } from './segments.ts';
import { SegmentStore } from './store.ts';

/** What payloads are taken with. */
export interface UploadTools {
  pieceStore: PieceStore;
  hasher: Hasher;
  records: UploadRecords;
  /** Memory of all uploads together. */
  budget: Budget;
  memory: SegmentMemory;
  /** A sender that is silent for so long is given up. */
  idleTimeoutMs: number;
  /** The uploader is stopping. */
  signal: AbortSignal;
  logger: Logger;
}

/** Stores and records it; what fails leaves nothing behind. @throws uploader 110004, 110005, 110008, 115001, 115101 */
export async function storeWhole(task: UploadObjectTask, payload: ByteStream, tools: UploadTools): Promise<void> {
  const { object_info } = task;
  const { records } = tools;
  const isOneSegment = object_info.payload_size <= task.storage_params.versioned_params.max_segment_size;
  // What came of it in parts is written over: it must not count any more.
  const replaces = (await records.stored(object_info)).length;
  if (replaces > 0) await records.forget(task);
  const onStored = async (index: number): Promise<void> => {
    if (index === 0 && !isOneSegment) await records.begun(task);
  };
  const store = new SegmentStore({ objectId: object_info.id, version: object_info.version, replaces, onStored }, tools);
  try {
    const received = await readAll(task, payload, { store, first: 0 }, tools);
    requireSize(task, received);
    await complete(task, store.checksums, tools);
  } catch (error) {
    await discard(task, store, tools);
    throw error;
  }
}

/** Bytes that came. */
export async function readAll(
  { object_info, storage_params }: AnyUploadTask,
  payload: ByteStream,
  { store, first }: { store: SegmentStore; first: number },
  { budget, memory, idleTimeoutMs, signal }: UploadTools,
): Promise<bigint> {
  const { payload_size: payloadSize } = object_info;
  const segmentSize = storage_params.versioned_params.max_segment_size;
  const options = { payloadSize, segmentSize, first, idleTimeoutMs };
  const reader = new SegmentReader(payload, options, { budget, memory, signal });
  try {
    await store.storeAll(reader);
    return reader.received;
  } finally {
    reader.close();
  }
}

/** All segments are there: are they what the chain says? @throws 110004, 110005, 115001 */
export async function complete(task: AnyUploadTask, checksums: Buffer[], { records }: UploadTools): Promise<void> {
  const integrity = integrityHash(checksums);
  const expected = task.object_info.checksums[0];
  // of a delegated upload the provider computes the checksums itself
  if (!task.is_agent_upload && !(expected && integrity.equals(expected))) throw uploaderErrors.integrityMismatch();
  await records.complete(task, integrity, checksums);
}

/** Nothing of a refused upload stays, unless another uploader has taken over: then the pieces are his. */
export async function discard(task: AnyUploadTask, store: SegmentStore, tools: UploadTools): Promise<void> {
  try {
    if (await tools.records.isOurs(task)) await store.discard();
  } catch (error) {
    tools.logger.warn('pieces of a refused upload are left', { object_id: task.object_info.id, error });
  }
}

function requireSize(task: AnyUploadTask, received: bigint): void {
  const { payload_size } = task.object_info;
  if (received !== payload_size)
    throw wrongSize(task, `${received} bytes came, the object on chain has ${payload_size}`);
}
