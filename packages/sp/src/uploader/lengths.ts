/** What a payload's length has to be: refused before a byte is read where it is announced, and afterwards where not. */
import { type ResumableUploadObjectTask, sharedGatewayErrors, type UploadObjectTask } from '@prairie/gfsp';
import { uploaderErrors } from './errors.ts';
import type { AnyUploadTask } from './records.ts';

const SIZES = 'The file payload size is inconsistent with the parameter payload size';

/**
 * A wrong length of the whole. The code is the one that the whole body would have got: 110004, or 110008 where there is
 * no checksum to miss (`reference/gateway-http.md` §6.1 a, b).
 */
export function wrongSize({ is_agent_upload }: AnyUploadTask, detail: string): Error {
  if (!is_agent_upload) return uploaderErrors.integrityMismatch(`invalid payload data integrity hash: ${detail}`);
  return uploaderErrors.sizeMismatch(`${SIZES}: ${detail}`);
}

/** @throws 110004, 110008 */
export function requireLength(task: UploadObjectTask, contentLength: bigint | undefined): void {
  const { payload_size } = task.object_info;
  if (contentLength === undefined || contentLength === payload_size) return;
  throw wrongSize(task, `${contentLength} bytes were announced, the object on chain has ${payload_size}`);
}

/**
 * A part begins at a segment's border, at the end of what is stored or before it: what it repeats is compared.
 * @throws gateway 50028
 */
export function requireOffset(
  { object_info, storage_params, offset }: ResumableUploadObjectTask,
  stored: number,
): void {
  const segment = storage_params.versioned_params.max_segment_size;
  const end = BigInt(stored) * segment;
  const isAtEnd = offset === object_info.payload_size && end >= offset;
  if (isAtEnd || (offset % segment === 0n && offset <= end)) return;
  throw sharedGatewayErrors.invalidOffset(
    `invalid offset: ${offset} came; ${end} is expected, where the stored segments of ${segment} bytes end, or an ` +
      'earlier border of segments',
  );
}

/**
 * A part of `length` bytes has to lie within the object, to reach its end when it completes it, and to end with a
 * segment otherwise. @throws 110004, 110008; gateway 50028
 */
export function requirePartLength(task: ResumableUploadObjectTask, length: bigint): void {
  const { object_info, storage_params, offset, completed } = task;
  const segment = storage_params.versioned_params.max_segment_size;
  const end = offset + length;
  const { payload_size } = object_info;
  if (end > payload_size) {
    throw wrongSize(task, `the part ends at ${end}, the object on chain has ${payload_size} bytes`);
  }
  if (end === payload_size) return;
  if (completed) throw wrongSize(task, `complete after ${end} bytes, the object on chain has ${payload_size}`);
  if (end % segment === 0n) return;
  throw sharedGatewayErrors.invalidOffset(
    `invalid offset: a part of ${length} bytes at ${offset} ends at ${end}; a part has to end where a segment of ` +
      `${segment} bytes does, or the object`,
  );
}
