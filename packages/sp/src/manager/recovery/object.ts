/** One object's pieces at this provider, as tasks. */
import { greenfieldStorage as storage } from '@prairie/chain';
import { type Consensus, contentTime, newTask, type PieceStore, RecoverPieceTask } from '@prairie/gfsp';
import { ecPieceSize, pieceKey, segmentSizeAt } from '@prairie/redundancy';
import { PRIMARY } from '../../common/integrity.ts';
import { isReplicated, type StoredObject, segmentsOf } from '../../common/pieces.ts';

/** Of tasks that operators and successors cause (`reference/tasks-and-manager.md` §13.1). */
const PRIORITY = 85;

/** A sealed object, and the redundancy indexes that this provider has of it. */
export interface HeldObject extends StoredObject {
  indexes: number[];
}

/** undefined when the object is not there any more, or has no sealed content. */
export async function heldObject(
  objectId: bigint,
  ownId: number,
  consensus: Pick<Consensus, 'objectById' | 'storageParams'>,
): Promise<HeldObject | undefined> {
  const found = await consensus.objectById(objectId);
  const object_info = found?.object_info;
  if (object_info?.object_status !== storage.ObjectStatus.OBJECT_STATUS_SEALED) return undefined;
  const group = found?.global_virtual_group;
  const places = group?.secondary_sp_ids.flatMap((id, index) => (id === ownId ? [index] : [])) ?? [];
  const indexes = group?.primary_sp_id === ownId ? [PRIMARY, ...places] : places;
  return { object_info, storage_params: await consensus.storageParams(contentTime(object_info)), indexes };
}

export function recoverTask(
  { object_info, storage_params }: StoredObject,
  segment_idx: number,
  ec_idx: number,
  successor: Partial<Pick<RecoverPieceTask, 'by_successor_sp' | 'gvg_id'>> = {},
): RecoverPieceTask {
  return {
    ...RecoverPieceTask.create(),
    task: newTask({ task_priority: PRIORITY }),
    ...{ object_info, storage_params, segment_idx, ec_idx },
    piece_size: storage_params.versioned_params.max_segment_size,
    ...successor,
  };
}

/** Segment by segment; one alone when it is named, none when the object has not so many. */
export function segmentsAsked(object: StoredObject, segment: number): number[] {
  const count = segmentsOf(object);
  if (segment >= 0) return segment < count ? [segment] : [];
  return Array.from({ length: count }, (_, at) => at);
}

/** Whether there is a piece of the right length. */
export async function hasLength(
  { object_info, storage_params }: StoredObject,
  segment: number,
  index: number,
  pieceStore: Pick<PieceStore, 'size'>,
): Promise<boolean> {
  const { max_segment_size, redundant_data_chunk_num: data } = storage_params.versioned_params;
  const length = segmentSizeAt(object_info.payload_size, max_segment_size, segment);
  const isWhole = index === PRIMARY || isReplicated(object_info);
  const key = pieceKey(object_info.id, segment, isWhole ? PRIMARY : index, object_info.version);
  return (await pieceStore.size(key)) === (isWhole ? length : ecPieceSize(length, data));
}
