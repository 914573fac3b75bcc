import type { greenfieldStorage as storage } from '@prairie/chain';
import { greenfieldStorage } from '@prairie/chain';
import { ecPieceKey, segmentCount, segmentKey } from '@prairie/redundancy';

/** What a task says about an object: enough to name and measure its pieces. */
export interface StoredObject {
  object_info: storage.ObjectInfo;
  storage_params: storage.Params;
}

export function segmentsOf({ object_info, storage_params }: StoredObject): number {
  return segmentCount(object_info.payload_size, storage_params.versioned_params.max_segment_size);
}

/** Key of a secondary's piece: of a replicated object it holds whole segments (`reference/pieces-and-redundancy.md` §4). */
export function secondaryPieceKey(object: storage.ObjectInfo, segment: number, redundancyIndex: number): string {
  return isReplicated(object)
    ? segmentKey(object.id, segment, object.version)
    : ecPieceKey(object.id, segment, redundancyIndex, object.version);
}

export function isReplicated(object: storage.ObjectInfo): boolean {
  return object.redundancy_type === greenfieldStorage.RedundancyType.REDUNDANCY_REPLICA_TYPE;
}

/** An object that awaits its first content, or the content of an update. */
export function awaitsContent(object: storage.ObjectInfo): boolean {
  return object.is_updating || object.object_status === greenfieldStorage.ObjectStatus.OBJECT_STATUS_CREATED;
}

/**
 * Which content a task is about: when its update was begun on chain, unix seconds; 0 for the first content. The chain
 * gives a version again when an update was cancelled, so the version does not tell.
 */
export function updateTime(object: storage.ObjectInfo): bigint {
  return object.is_updating ? object.updated_at : 0n;
}

/** Sealed, and no update of its content under way. */
export function isSealed(object: storage.ObjectInfo): boolean {
  return !object.is_updating && object.object_status === greenfieldStorage.ObjectStatus.OBJECT_STATUS_SEALED;
}

/** Sealed in this version or a later one, whether or not the next update has begun. */
export function isSealedIn(object: storage.ObjectInfo, version: bigint): boolean {
  return object.object_status === greenfieldStorage.ObjectStatus.OBJECT_STATUS_SEALED && object.version >= version;
}
