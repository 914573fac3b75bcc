/** Deletes rows as they were looked at. What has changed since is somebody's new claim, and stays. */
import { isDeepStrictEqual } from 'node:util';
import type { SpDbTables } from '@prairie/gfsp';
import type { DoomedRow } from './rules.ts';

/** Thrown within a transaction: nothing of it is done. */
export class ChangedRow extends Error {
  override readonly name = 'ChangedRow';
}

/** @throws ChangedRow when it is not what it was */
export async function deleteSame(tables: SpDbTables, doomed: DoomedRow): Promise<void> {
  if (doomed.table === 'integrity_meta') {
    const { object_id, redundancy_index } = doomed.row;
    requireSame(await tables.getIntegrity(object_id, redundancy_index), doomed.row);
    await tables.deleteIntegrity(object_id, redundancy_index);
  } else if (doomed.table === 'shadow_integrity_meta') {
    const { object_id, redundancy_index } = doomed.row;
    requireSame(await tables.getShadowIntegrity(object_id, redundancy_index), doomed.row);
    await tables.deleteShadowIntegrity(object_id, redundancy_index);
  } else if (doomed.table === 'piece_hash') {
    const { object_id, redundancy_index, version } = doomed.rows[0]!;
    const now = await tables.listPieceHashes(object_id, redundancy_index);
    const same = now.filter((row) => row.version === version);
    requireSame(sorted(same), sorted(doomed.rows));
    await tables.deletePieceHashesOf(object_id, redundancy_index, version);
  }
}

/** As findings show it: `table key`. What the collection itself has noted is nothing that was found. */
export function rowNames(doomed: DoomedRow): string[] {
  if (doomed.table === 'condemned_pieces') return [];
  if (doomed.table === 'piece_hash') {
    return doomed.rows.map(
      ({ object_id, segment_index, redundancy_index }) =>
        `piece_hash ${object_id} ${segment_index} ${redundancy_index}`,
    );
  }
  const { object_id, redundancy_index } = doomed.row;
  return [`${doomed.table} ${object_id} ${redundancy_index}`];
}

const sorted = <T extends { segment_index: number }>(rows: readonly T[]): T[] =>
  [...rows].sort((a, b) => a.segment_index - b.segment_index);

function requireSame(now: unknown, seen: unknown): void {
  if (!isDeepStrictEqual(now, seen)) throw new ChangedRow('a row has changed since it was looked at');
}
