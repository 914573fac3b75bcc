/** Pieces of a place that this provider takes over: there is no row yet that tells what they should be. */
import type { PieceStore, SpDb } from '@prairie/gfsp';
import { type ErasureCoder, type Hasher, pieceKey } from '@prairie/redundancy';
import { PRIMARY } from '../common/integrity.ts';
import { type StoredObject, segmentsOf } from '../common/pieces.ts';
import { recoveryErrors } from './errors.ts';
import { integrityRow, isRootOf } from './rows.ts';
import { ShardRoots } from './shard-roots.ts';
import { lengthOf, type Wanted } from './wanted.ts';

export interface TakeOverTools {
  spdb: SpDb;
  pieceStore: PieceStore;
  hasher: Hasher;
  coder: ErasureCoder;
}

/** Whether the piece came already, in an earlier attempt. */
export async function hasArrived(wanted: Wanted, { spdb, pieceStore }: TakeOverTools): Promise<boolean> {
  const rows = await hashesOf(wanted.object, wanted.index, spdb);
  if (!rows.has(wanted.segment)) return false;
  return (await pieceStore.size(wanted.key)) === lengthOf(wanted);
}

/** Row first: a piece that no row claims is collected. @throws 45201, and what the store throws */
export async function keepPiece(wanted: Wanted, piece: Uint8Array, tools: TakeOverTools): Promise<void> {
  const { object, segment, index, key } = wanted;
  const { id, version } = object.object_info;
  const checksum = await tools.hasher.sha256(piece);
  await database(object, () =>
    tools.spdb.setPieceHash({
      ...{ object_id: id, segment_index: segment, redundancy_index: index },
      ...{ piece_checksum: checksum, version },
    }),
  );
  await tools.pieceStore.put(key, piece);
}

/**
 * Once all pieces of the object came: they get their integrity row when they are those that the chain has
 * (`reference/pieces-and-redundancy.md` §10.1). false when some are missing still.
 * @throws 45206 when they are not; their rows are gone then, and all come anew
 */
export async function completeObject(object: StoredObject, index: number, tools: TakeOverTools): Promise<boolean> {
  const { spdb } = tools;
  const { id } = object.object_info;
  const hashes = await hashesOf(object, index, spdb);
  const segments = segmentsOf(object);
  const list = Array.from({ length: segments }, (_, segment) => hashes.get(segment));
  if (!list.every((one) => one !== undefined)) return false;
  const isRight = isRootOf(object, index, list) || (index === PRIMARY && (await areContent(object, tools)));
  await database(object, () =>
    spdb.transaction(async (tables) => {
      if (isRight) await tables.setIntegrity(integrityRow(object, index, list));
      await tables.deletePieceHashes(id, index);
    }),
  );
  if (isRight) return true;
  throw recoveryErrors.checksum(
    `recovery checksum not correct: the ${segments} pieces that came for object ${id} do not give the checksum that ` +
      `it has on chain for index ${index}; they are asked for again`,
  );
}

/** Whether the chain has the checksums of the pieces that are made of the segments here. */
async function areContent(object: StoredObject, tools: TakeOverTools): Promise<boolean> {
  const { id, version } = object.object_info;
  const roots = new ShardRoots(object, tools);
  for (let segment = 0; segment < segmentsOf(object); segment++) {
    await roots.add(segment, await tools.pieceStore.get(pieceKey(id, segment, PRIMARY, version)));
  }
  return roots.agree();
}

async function hashesOf({ object_info }: StoredObject, index: number, spdb: SpDb): Promise<Map<number, Uint8Array>> {
  const rows = await spdb.listPieceHashes(object_info.id, index);
  const own = rows.filter(({ version }) => version === object_info.version);
  return new Map(own.map(({ segment_index, piece_checksum }) => [segment_index, piece_checksum]));
}

/** @throws 45201 */
async function database<T>({ object_info }: StoredObject, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw recoveryErrors.database(`the rows of object ${object_info.id} could not be written`, error);
  }
}
