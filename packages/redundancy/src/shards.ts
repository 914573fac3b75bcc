import { ecPieceSize } from './segments.ts';

/** The data shards of a segment: views, except those that need padding. */
export function dataShards(segment: Uint8Array, data: number): Uint8Array[] {
  return Array.from({ length: data }, (_, index) => dataShard(segment, data, index));
}

/** One data shard: a view, or a padded copy of the segment's end. */
export function dataShard(segment: Uint8Array, data: number, index: number): Uint8Array {
  const size = ecPieceSize(segment.length, data);
  const view = segment.subarray(index * size, (index + 1) * size);
  if (view.length === size) return view;
  const padded = new Uint8Array(size);
  padded.set(view);
  return padded;
}

/** @throws RangeError when one of the indexes is that of no shard */
export function requireIndexes(wanted: readonly number[], shards: number): void {
  const odd = wanted.find((index) => !Number.isInteger(index) || index < 0 || index >= shards);
  if (odd === undefined) return;
  throw new RangeError(`shard ${odd} is wanted: a code of ${shards} shards has 0 to ${shards - 1}`);
}
