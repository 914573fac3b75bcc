/** Sizes and positions of segments and erasure-coded pieces (`reference/pieces-and-redundancy.md` §2, §6). */

/** Segments of a payload; 0 for an empty one. @throws RangeError when there are more than a number can count. */
export function segmentCount(payloadSize: bigint, segmentSize: bigint): number {
  requireSizes(payloadSize, segmentSize);
  const count = (payloadSize + segmentSize - 1n) / segmentSize;
  if (count > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new RangeError(`a payload of ${payloadSize} bytes has too many segments of ${segmentSize} bytes`);
  }
  return Number(count);
}

/** Bytes of segment `index`: `segmentSize`, the last one what is left. @throws RangeError when there is no such segment. */
export function segmentSizeAt(payloadSize: bigint, segmentSize: bigint, index: number): number {
  const count = segmentCount(payloadSize, segmentSize);
  if (!Number.isInteger(index) || index < 0 || index >= count) {
    throw new RangeError(`segment ${index} of a payload with ${count} segments`);
  }
  const size = index === count - 1 ? payloadSize - segmentSize * BigInt(count - 1) : segmentSize;
  return Number(size);
}

/** Bytes of each of the shards of a segment: data and parity shards are equally long. */
export function ecPieceSize(segmentLength: number, data: number): number {
  return Math.ceil(segmentLength / data);
}

/** A part of a segment. */
export interface SegmentRange {
  segment: number;
  offset: number;
  length: number;
}

/**
 * The parts of segments that make up the bytes `low` to `high` (inclusive) of a payload, in order.
 * @throws RangeError unless `0 <= low <= high < payloadSize`; so always for an empty payload.
 */
export function splitRange(low: bigint, high: bigint, payloadSize: bigint, segmentSize: bigint): SegmentRange[] {
  requireSizes(payloadSize, segmentSize);
  if (low < 0n || low > high || high >= payloadSize) {
    throw new RangeError(`bytes ${low}-${high} of a payload of ${payloadSize}: expected 0 <= low <= high < size`);
  }
  const ranges: SegmentRange[] = [];
  for (let segment = low / segmentSize; segment <= high / segmentSize; segment++) {
    const start = segment * segmentSize;
    const from = low > start ? low : start;
    const to = high < start + segmentSize - 1n ? high : start + segmentSize - 1n;
    ranges.push({ segment: Number(segment), offset: Number(from - start), length: Number(to - from + 1n) });
  }
  return ranges;
}

function requireSizes(payloadSize: bigint, segmentSize: bigint): void {
  if (payloadSize < 0n) throw new RangeError(`payload size ${payloadSize}: expected 0 or more`);
  if (segmentSize <= 0n || segmentSize > 0x7fff_ffffn) {
    throw new RangeError(`segment size ${segmentSize}: expected 1 to 2147483647`);
  }
}
