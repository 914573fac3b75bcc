/**
 * A delegated object has no checksums on chain before its seal: the provider that stores it computes them
 * (`reference/pieces-and-redundancy.md` §9.6). Those of the shards are kept in rows, so that neither a retry nor a seal
 * after a restart has to encode again.
 */
import type { greenfieldStorage as storage } from '@prairie/chain';
import type { SpDbTables } from '@prairie/gfsp';
import { integrityHash } from '@prairie/redundancy';
import { incomingIntegrity, PRIMARY } from '../common/integrity.ts';
import { type StoredObject, segmentsOf } from '../common/pieces.ts';
import type { Piece } from './receive-tasks.ts';

export async function keepChecksums(
  spdb: SpDbTables,
  { id, version }: storage.ObjectInfo,
  pieces: readonly Piece[],
): Promise<void> {
  for (const { segment, index, checksum } of pieces) {
    await spdb.setPieceHash({
      ...{ object_id: id, segment_index: segment, redundancy_index: index },
      ...{ piece_checksum: checksum, version },
    });
  }
}

/** What the chain is to be told: of the primary's content, then of each secondary's. undefined while some are missing. */
export async function agentChecksums(
  spdb: SpDbTables,
  object: StoredObject,
  secondaries: number,
): Promise<Uint8Array[] | undefined> {
  const own = (await incomingIntegrity(spdb, object.object_info, PRIMARY))?.integrity_checksum;
  if (!own?.length) return undefined;
  const list: Uint8Array[] = [own];
  for (let index = 0; index < secondaries; index++) {
    const kept = await keptChecksums(spdb, object, index);
    if (!kept) return undefined;
    list.push(integrityHash(kept));
  }
  return list;
}

async function keptChecksums(spdb: SpDbTables, object: StoredObject, index: number): Promise<Uint8Array[] | undefined> {
  const { id, version } = object.object_info;
  const rows = (await spdb.listPieceHashes(id, index)).filter((row) => row.version === version);
  const whole = rows.length === segmentsOf(object) && rows.every((row, segment) => row.segment_index === segment);
  return whole ? rows.map((row) => row.piece_checksum) : undefined;
}
