/** Stored pieces, through the downloader. */
import type { greenfieldStorage } from '@prairie/chain';
import { type ByteStream, DownloadPieceTask, newTask } from '@prairie/gfsp';
import { ecPieceSize, segmentSizeAt } from '@prairie/redundancy';
import { gatewayErrors } from '../errors.ts';
import type { Gateway } from '../http/handler.ts';

/** A segment of an object that is on chain. */
export interface Segment {
  readonly object_info: greenfieldStorage.ObjectInfo;
  /** Of the time when the content was last changed. */
  readonly storage_params: greenfieldStorage.Params;
  readonly index: number;
  /** Bytes. */
  readonly length: number;
}

/** @throws gateway 50009 when the object has no such segment */
export function segmentOf(
  object_info: greenfieldStorage.ObjectInfo,
  storage_params: greenfieldStorage.Params,
  index: number,
): Segment {
  const { max_segment_size } = storage_params.versioned_params;
  try {
    const length = segmentSizeAt(object_info.payload_size, max_segment_size, index);
    return { object_info, storage_params, index, length };
  } catch (error) {
    throw gatewayErrors.invalidHeader((error as Error).message, error);
  }
}

/** Bytes of each of the segment's erasure-coded pieces. */
export function pieceSizeOf({ length, storage_params }: Segment): number {
  return ecPieceSize(length, storage_params.versioned_params.redundant_data_chunk_num);
}

/** Bytes of a stored piece of a segment. */
export interface Part {
  readonly key: string;
  /** From there on. Default 0. */
  readonly offset?: number;
  readonly length: number;
  /** Who asks: an operator's address. */
  readonly reader: string;
}

/** What is read at a time: a slow reader holds so much, not a whole segment. */
const SLICE_BYTES = 1 << 20;

/** As the reader takes them; no quota is charged. @throws what the downloader throws */
export async function* readPart(gateway: Gateway, segment: Segment, part: Part): ByteStream {
  const { key, offset = 0, length, reader } = part;
  for (let at = 0; at < length; at += SLICE_BYTES) {
    const slice = { key, reader, offset: offset + at, length: Math.min(SLICE_BYTES, length - at) };
    yield await fetchPart(gateway, segment, slice);
  }
}

/** All of them at once. @throws what the downloader throws */
export function fetchPart(
  gateway: Gateway,
  { object_info, storage_params }: Segment,
  { key, offset = 0, length, reader }: Part,
): Promise<Uint8Array> {
  const task = DownloadPieceTask.create({
    task: newTask({ user_address: reader }),
    object_info,
    storage_params,
    enable_check: false,
    total_size: BigInt(length),
    piece_key: key,
    piece_offset: BigInt(offset),
    piece_length: BigInt(length),
  });
  return gateway.dependencies.client.downloader.downloadPiece(task);
}
