/** A payload that comes in parts (`reference/pieces-and-redundancy.md` §7.2). */
import { type ByteStream, GfSpError, type ResumableUploadObjectTask } from '@prairie/gfsp';
import { segmentCount } from '@prairie/redundancy';
import type { Outgoing } from '../replication/outgoing.ts';
import { uploaderErrors } from './errors.ts';
import { requireOffset, requirePartLength } from './lengths.ts';
import { SegmentStore } from './store.ts';
import { complete, discard, readAll, type UploadTools } from './whole.ts';

export interface Part {
  readonly task: ResumableUploadObjectTask;
  readonly payload: ByteStream;
  /** What the sender announced, if it did. */
  readonly contentLength: bigint | undefined;
  /** Aborts when the client leaves. */
  readonly gone?: AbortSignal | undefined;
}

/**
 * Stores the part's segments, each durable before its checksum is: after a break, of the line or of this process, the
 * upload goes on behind the last one. What is stored already is compared instead, so that a part whose answer got lost
 * may come again. The object's last segment is recorded with the whole: a client that asks where to go on then always
 * has something to send. The pieces go where `outgoing` goes, part after part; it ends with an upload that is given up.
 * @throws gateway 50028; uploader 110004, 110005, 110008, 115001, 115101
 */
export async function storePart(part: Part, tools: UploadTools, outgoing?: Outgoing): Promise<void> {
  const { task } = part;
  const { object_info, completed } = task;
  const { records } = tools;
  const stored = await records.stored(object_info);
  if (task.is_agent_upload) await records.forgetShards(task, stored.length);
  const last = segmentsOf(task) - 1;
  const onStored = async (index: number, checksum: Buffer): Promise<void> => {
    if (!completed || index < last) await records.grow(task, index, checksum);
  };
  const options = { ...task, isAgentUpload: task.is_agent_upload, stored, onStored };
  const store = new SegmentStore({ ...options, ...(outgoing ? { outgoing } : {}) }, tools);
  try {
    await read(part, store, stored.length, tools);
    if (!completed) return;
    const known = (index: number) => store.checksums[index] ?? Buffer.from(stored[index]!);
    await complete(
      task,
      Array.from({ length: last + 1 }, (_, index) => known(index)),
      tools,
    );
  } catch (error) {
    if (isHopeless(part, error, store)) {
      // nobody can tell which part was wrong, or the object itself is: it begins anew
      await outgoing?.end();
      await records.forget(task);
      await discard(task, store, tools);
    }
    throw error;
  }
}

/** A part of an upload that was acknowledged: the answer got lost, and it came again. @throws 110006 for other bytes */
export async function compareAgain(part: Part, tools: UploadTools): Promise<void> {
  const stored = await tools.records.stored(part.task.object_info);
  try {
    await read(part, new SegmentStore({ ...part.task, stored }, tools), stored.length, tools);
  } catch (error) {
    throw uploaderErrors.alreadyUploaded(undefined, error);
  }
}

async function read(
  { task, payload, contentLength, gone }: Part,
  store: SegmentStore,
  stored: number,
  tools: UploadTools,
): Promise<void> {
  requireOffset(task, stored);
  if (contentLength !== undefined) requirePartLength(task, contentLength);
  const { object_info, storage_params, offset } = task;
  const isAtEnd = offset >= object_info.payload_size;
  const first = isAtEnd ? segmentsOf(task) : Number(offset / storage_params.versioned_params.max_segment_size);
  requirePartLength(task, await readAll({ task, payload, gone }, { store, first }, tools));
}

/** All is there and has another checksum than the chain says, or a delegated object was made with a wrong size. */
function isHopeless({ task }: Part, error: unknown, store: SegmentStore): boolean {
  if (!(error instanceof GfSpError)) return false;
  if (task.is_agent_upload) return error.is(uploaderErrors.sizeMismatch);
  const isWhole = store.checksums.length === segmentsOf(task);
  return task.completed && isWhole && error.is(uploaderErrors.integrityMismatch);
}

function segmentsOf({ object_info, storage_params }: ResumableUploadObjectTask): number {
  return segmentCount(object_info.payload_size, storage_params.versioned_params.max_segment_size);
}
