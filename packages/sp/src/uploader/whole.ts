/** A payload that comes in one request (`reference/pieces-and-redundancy.md` §7.1). */
import {
  Budget,
  type ByteStream,
  type Delivery,
  type Logger,
  type PieceStore,
  type SpDb,
  type UploadObjectTask,
} from '@prairie/gfsp';
import { integrityHash, type PieceMaker } from '@prairie/redundancy';
import type { Outgoing } from '../replication/outgoing.ts';
import { uploaderErrors } from './errors.ts';
import { wrongSize } from './lengths.ts';
import type { UploadMemory } from './memory.ts';
import type { AnyUploadTask, UploadRecords } from './records.ts';
import { SegmentReader } from './segments.ts';
import { type SendingTools, sendTo } from './sending.ts';
import { SegmentStore } from './store.ts';

/** What payloads are taken with. */
export interface UploadTools extends SendingTools {
  spdb: SpDb;
  pieceStore: PieceStore;
  pieceMaker: PieceMaker;
  records: UploadRecords;
  /** Of all uploads together. */
  memory: UploadMemory;
  /** Bytes of one upload's segments and shards at a time. */
  memoryOfOne: number;
  /** A sender that is silent for so long is given up. */
  idleTimeoutMs: number;
  /** The uploader is stopping. */
  signal: AbortSignal;
  logger: Logger;
}

/** A payload that is sent. */
export interface Whole {
  readonly task: UploadObjectTask;
  readonly payload: ByteStream;
  /** Aborts when the client leaves. */
  readonly gone?: AbortSignal | undefined;
}

/**
 * Stores and records it, and sends the pieces to the group of `delivery` meanwhile; what is still on its way then goes on
 * in what it resolves with. What fails leaves nothing behind. @throws uploader 110004, 110005, 110008, 115001, 115101
 */
export async function storeWhole(
  { task, payload, gone }: Whole,
  tools: UploadTools,
  delivery?: Delivery,
): Promise<Outgoing | undefined> {
  const { object_info, storage_params, is_agent_upload: isAgentUpload } = task;
  const { records } = tools;
  const isOneSegment = object_info.payload_size <= storage_params.versioned_params.max_segment_size;
  // What came of it in parts is written over: it must not count any more.
  const replaces = (await records.stored(object_info)).length;
  if (replaces > 0) await records.forget(task);
  if (isAgentUpload) await records.forgetShards(task, 0);
  const onStored = async (index: number): Promise<void> => {
    if (index === 0 && !isOneSegment) await records.begun(task);
  };
  // of one segment it is known before it goes out whether it is the right one
  const mayBeRight = (checksum: Buffer) => !isOneSegment || isExpected(task, integrityHash([checksum]));
  const outgoing = delivery && sendTo(delivery, task, tools);
  const options = { object_info, storage_params, isAgentUpload, replaces, onStored, mayBeRight };
  const store = new SegmentStore({ ...options, ...(outgoing ? { outgoing } : {}) }, tools);
  try {
    const received = await readAll({ task, payload, gone }, { store, first: 0 }, tools);
    requireSize(task, received);
    await complete(task, store.checksums, tools);
    return outgoing;
  } catch (error) {
    await outgoing?.end();
    await discard(task, store, tools);
    throw error;
  }
}

/** Bytes that came. */
export async function readAll(
  { task, payload, gone }: Pick<Whole, 'payload' | 'gone'> & { task: AnyUploadTask },
  { store, first }: { store: SegmentStore; first: number },
  { memory, memoryOfOne, idleTimeoutMs, signal }: UploadTools,
): Promise<bigint> {
  const { payload_size: payloadSize } = task.object_info;
  const segmentSize = task.storage_params.versioned_params.max_segment_size;
  const parityBytes = (length: number) => store.parityBytes(length);
  const options = { payloadSize, segmentSize, parityBytes, first, idleTimeoutMs };
  const reader = new SegmentReader(payload, options, { memory, own: new Budget(memoryOfOne), signal, gone });
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
  if (!isExpected(task, integrity)) throw uploaderErrors.integrityMismatch();
  await records.complete(task, integrity, checksums);
}

function isExpected({ is_agent_upload, object_info }: AnyUploadTask, integrity: Buffer): boolean {
  const expected = object_info.checksums[0];
  // of a delegated upload the provider computes the checksums itself
  return is_agent_upload || (expected !== undefined && integrity.equals(expected));
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
