/** The checksums that pieces of this provider are known by. */
import type { IntegrityMeta, SpDb } from '@prairie/gfsp';
import { integrityHash } from '@prairie/redundancy';
import { PRIMARY, storedIntegrity } from '../common/integrity.ts';
import { type StoredObject, segmentsOf } from '../common/pieces.ts';
import { recoveryErrors } from './errors.ts';
import { rootOf } from './wanted.ts';

/**
 * Of each piece of the index, in the order of segments, when they are those that the chain has; a primary's also when
 * they are those that the row itself has the hash of: of some objects the chain has another one (see `ShardRoots`). Then
 * the row may be right, or that of another content. undefined without a row, or with one that does not fit: then nothing
 * here tells what a piece should be. @throws 45201
 */
export async function knownChecksums(
  spdb: Pick<SpDb, 'getIntegrity' | 'getShadowIntegrity'>,
  object: StoredObject,
  index: number,
): Promise<Buffer[] | undefined> {
  let row: IntegrityMeta | undefined;
  try {
    row = await storedIntegrity(spdb, object.object_info, index);
  } catch (error) {
    throw recoveryErrors.database(`failed to read the integrity row of object ${object.object_info.id}`, error);
  }
  if (row?.piece_checksum_list.length !== segmentsOf(object)) return undefined;
  const { piece_checksum_list: list, integrity_checksum: own } = row;
  const isWhole = isRootOf(object, index, list) || (index === PRIMARY && isHashOf(own, list));
  return isWhole ? list.map((one) => Buffer.from(one)) : undefined;
}

/** Whether the list is the one that the chain has the hash of; without one on chain there is nothing to doubt it by. */
export function isRootOf({ object_info }: StoredObject, index: number, list: readonly Uint8Array[]): boolean {
  const root = rootOf(object_info, index);
  return root === undefined || isHashOf(root, list);
}

function isHashOf(hash: Uint8Array, list: readonly Uint8Array[]): boolean {
  try {
    return integrityHash(list).equals(hash);
  } catch {
    // a checksum of another length
    return false;
  }
}

/** As the tables keep it of an object whose pieces are all here. */
export function integrityRow({ object_info }: StoredObject, index: number, list: Uint8Array[]): IntegrityMeta {
  return {
    ...{ object_id: object_info.id, redundancy_index: index, object_size: object_info.payload_size },
    ...{ integrity_checksum: integrityHash(list), piece_checksum_list: list },
  };
}

/** @throws 45201 */
export async function setChecksums(
  spdb: Pick<SpDb, 'setIntegrity'>,
  object: StoredObject,
  index: number,
  list: Uint8Array[],
): Promise<void> {
  try {
    await spdb.setIntegrity(integrityRow(object, index, list));
  } catch (error) {
    throw recoveryErrors.database(`failed to write the integrity row of object ${object.object_info.id}`, error);
  }
}
