/** Keys of pieces in a piece store (`reference/pieces-and-redundancy.md` §4). */

/** Key of a segment; `version` is the object's, 0 until its content is updated. */
export function segmentKey(objectId: bigint, segment: number, version = 0n): string {
  return `s${objectId}_s${segment}${version === 0n ? '' : `_v${version}`}`;
}

/** Key of an erasure-coded piece: shard `redundancyIndex` of a segment. */
export function ecPieceKey(objectId: bigint, segment: number, redundancyIndex: number, version = 0n): string {
  return `e${objectId}_s${segment}_p${redundancyIndex}${version === 0n ? '' : `_v${version}`}`;
}

/** The key a redundancy index stands for: -1 is the primary's whole segment. */
export function pieceKey(objectId: bigint, segment: number, redundancyIndex: number, version = 0n): string {
  return redundancyIndex < 0
    ? segmentKey(objectId, segment, version)
    : ecPieceKey(objectId, segment, redundancyIndex, version);
}

/** Prefixes of all pieces of an object, in all versions. */
export function piecePrefixes(objectId: bigint): { segments: string; ecPieces: string } {
  return { segments: `s${objectId}_`, ecPieces: `e${objectId}_` };
}

export interface PieceKey {
  kind: 'segment' | 'ec';
  objectId: bigint;
  segment: number;
  /** -1 for a segment. */
  redundancyIndex: number;
  version: bigint;
}

const KEY = /^(?:s(\d{1,20})_s(\d{1,10})|e(\d{1,20})_s(\d{1,10})_p(\d{1,10}))(?:_v(\d{1,20}))?$/;
const MAX_UINT64 = 0xffff_ffff_ffff_ffffn;
const MAX_UINT32 = 0xffff_ffff;

/** What a key says, or undefined when it is no piece key: a store may hold other things. */
export function parsePieceKey(key: string): PieceKey | undefined {
  const match = KEY.exec(key);
  if (!match) return undefined;
  const [, segmentObject, segmentIndex, ecObject, ecIndex, shard, version] = match;
  const parsed: PieceKey = {
    kind: segmentObject === undefined ? 'ec' : 'segment',
    objectId: BigInt(segmentObject ?? ecObject ?? 0),
    segment: Number(segmentIndex ?? ecIndex),
    redundancyIndex: shard === undefined ? -1 : Number(shard),
    version: BigInt(version ?? 0),
  };
  const fits =
    parsed.objectId <= MAX_UINT64 &&
    parsed.version <= MAX_UINT64 &&
    parsed.segment <= MAX_UINT32 &&
    parsed.redundancyIndex <= MAX_UINT32;
  return fits ? parsed : undefined;
}
