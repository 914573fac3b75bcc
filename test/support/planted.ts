/** Pieces and rows that a provider should not have, put into its folder while it does not run. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { ObjectOnChain } from '@prairie/chain';
import type { SpDb } from '@prairie/gfsp';
import { pieceKey } from '@prairie/redundancy';
import { openSpDb } from '@prairie/store';

/** Works on the tables of a provider, and closes them. */
export async function withTables<T>(dataDir: string, provider: number, work: (db: SpDb) => Promise<T>): Promise<T> {
  const db = await openSpDb({ engine: 'sqlite', path: join(dataDir, `sp${provider}`, 'sp.db') });
  try {
    return await work(db);
  } finally {
    await db.close();
  }
}

const CHECKSUM = new Uint8Array(32).fill(7);
const CONTENT = Buffer.alloc(1000, 7);

export function plantPiece(dataDir: string, provider: number, key: string): void {
  writeFileSync(join(dataDir, `sp${provider}`, 'pieces', key), CONTENT);
}

/** An object that is said to be here whole, with one segment, and its piece. Its key. */
async function plantWhole(dataDir: string, provider: number, objectId: bigint, index: number): Promise<string> {
  const key = pieceKey(objectId, 0, index);
  plantPiece(dataDir, provider, key);
  await withTables(dataDir, provider, (db) =>
    db.setIntegrity({
      ...{ object_id: objectId, redundancy_index: index, object_size: 1000n },
      ...{ integrity_checksum: CHECKSUM, piece_checksum_list: [CHECKSUM] },
    }),
  );
  return key;
}

/** A piece that came, of an object that never did. Its key. */
async function plantArrived(dataDir: string, provider: number, objectId: bigint, index: number): Promise<string> {
  const key = pieceKey(objectId, 0, index);
  plantPiece(dataDir, provider, key);
  await withTables(dataDir, provider, (db) =>
    db.setPieceHash({
      ...{ object_id: objectId, segment_index: 0, redundancy_index: index, version: 0n },
      piece_checksum: CHECKSUM,
    }),
  );
  return key;
}

/** The first version after the object's own, of an update that is not under way. Its key. */
async function plantUpdate(dataDir: string, provider: number, objectId: bigint, index: number): Promise<string> {
  const key = pieceKey(objectId, 0, index, 1n);
  plantPiece(dataDir, provider, key);
  await withTables(dataDir, provider, (db) =>
    db.setShadowIntegrity({
      ...{ object_id: objectId, redundancy_index: index, object_size: 1000n, version: 1n, updated_at: 1n },
      ...{ integrity_checksum: CHECKSUM, piece_checksum_list: [CHECKSUM] },
    }),
  );
  return key;
}

/** Read quota of a month, and reads of a time, that nobody asks about any more; reads are numbered as they come. */
function plantOldMeta(dataDir: string, provider: number, records: number): void {
  const db = new DatabaseSync(join(dataDir, `sp${provider}`, 'sp.db'));
  db.exec(
    `INSERT INTO bucket_traffic VALUES (1, '2020-01', 'old', 0, 0, 0, 0, 0, 0, ${Date.now()});` +
      // the numbers of the reads that there are make room for earlier ones
      'UPDATE read_record SET read_record_id = -read_record_id;' +
      `UPDATE read_record SET read_record_id = ${records} - read_record_id;` +
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${records}) ` +
      'INSERT INTO read_record (read_record_id, bucket_id, object_id, user_address, read_timestamp_us, bucket_name, object_name, read_size) ' +
      `SELECT i, 1, 1, '0x0', 1500000000000000 + i, 'old', 'old', 1 FROM n`,
  );
  db.close();
}

/** Lets time pass for uploads that nobody has gone on with. */
export function ageUploads(dataDir: string, provider: number, seconds: number): void {
  const db = new DatabaseSync(join(dataDir, `sp${provider}`, 'sp.db'));
  db.exec(`UPDATE upload_object_progress SET update_timestamp_second = update_timestamp_second - ${seconds}`);
  db.close();
}

/** Rows of a table of a provider that runs. */
export function countRows(dataDir: string, provider: number, table: string, where = 'true'): number {
  const db = new DatabaseSync(join(dataDir, `sp${provider}`, 'sp.db'), { readOnly: true });
  try {
    return Number(
      (db.prepare(`SELECT count(*) AS count FROM ${table} WHERE ${where}`).get() as { count: number }).count,
    );
  } finally {
    db.close();
  }
}

export const isThere = (dataDir: string, provider: number, key: string): boolean => {
  try {
    return readFileSync(join(dataDir, `sp${provider}`, 'pieces', key)).length > 0;
  } catch {
    return false;
  }
};

/** Keys of what should not be at a provider. */
export interface Leftovers {
  provider: number;
  keys: string[];
}

/**
 * Of an object that is gone (`lost`) a piece with its row, a row with its piece, and a piece that no row knows; of one that
 * lives the content of an update that was cancelled, and the whole of it at a provider without a place in its group; at
 * the first provider rows of years ago.
 */
export async function plantLeftovers(
  dataDir: string,
  { lost, living, providers }: { lost: bigint; living: ObjectOnChain; providers: number },
): Promise<Leftovers[]> {
  const { object_info, global_virtual_group: group } = living;
  const holders = [group!.primary_sp_id, ...group!.secondary_sp_ids];
  const outside = Array.from({ length: providers }, (_, index) => index + 1).find((id) => !holders.includes(id))!;
  const [first] = group!.secondary_sp_ids as [number];
  plantOldMeta(dataDir, 1, 250);
  const nobodys = pieceKey(lost, 0, 3);
  plantPiece(dataDir, 1, nobodys);
  const at = (provider: number, ...keys: string[]): Leftovers => ({ provider, keys });
  return [
    at(1, await plantWhole(dataDir, 1, lost, -1), nobodys),
    at(first, await plantArrived(dataDir, first, lost, 5), await plantUpdate(dataDir, first, object_info.id, 0)),
    at(outside, await plantWhole(dataDir, outside, object_info.id, 0), await plantWhole(dataDir, outside, lost, 1)),
  ];
}
