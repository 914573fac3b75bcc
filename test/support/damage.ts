/** Pieces on the providers' disks that get lost or change silently, and whether they came back as they were. */
import { createHash } from 'node:crypto';
import { closeSync, openSync, readdirSync, readFileSync, readSync, rmSync, statSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { ObjectOnChain } from '@prairie/chain';
import { pieceKey } from '@prairie/redundancy';
import { CODE } from './account.ts';

/** Redundancy index of the primary. */
export const PRIMARY = -1;

/** Files of the pieces that one provider of the object's group has, by redundancy index, in the order of segments. */
export function pieceFiles(dataDir: string, { object_info, global_virtual_group }: ObjectOnChain, index: number) {
  const { primary_sp_id, secondary_sp_ids } = global_virtual_group!;
  const provider = index === PRIMARY ? primary_sp_id : secondary_sp_ids[index]!;
  const { id, version, payload_size } = object_info;
  const segments = Math.ceil(Number(payload_size) / CODE.segmentSize);
  return Array.from({ length: segments }, (_, segment) =>
    join(dataDir, `sp${provider}`, 'pieces', pieceKey(id, segment, index, version)),
  );
}

/** As in a snapshot: `sp1/s12_s0`. */
export function pieceName(file: string): string {
  return `${basename(dirname(dirname(file)))}/${basename(file)}`;
}

/** Deletes the file, or turns one bit of it over where it lies. */
export function spoil(file: string, random: () => number): void {
  if (random() < 0.5) rmSync(file);
  else flipBit(file, Math.floor(random() * statSync(file).size), Math.floor(random() * 8));
}

export function flipBit(file: string, at: number, bit: number): void {
  const handle = openSync(file, 'r+');
  const byte = Buffer.alloc(1);
  readSync(handle, byte, 0, 1, at);
  byte[0] = byte[0]! ^ (1 << bit);
  writeSync(handle, byte, 0, 1, at);
  closeSync(handle);
}

/** An integrity row in the provider's own file, behind its back: the checksums as hex. */
export interface ChecksumRow {
  integrity_checksum: string;
  /** Joined by commas. */
  piece_checksum_list: string;
}

/** Changes the row of an object, and returns it as it was and as it is. */
export function changeRow(
  dataDir: string,
  { object_info, global_virtual_group }: ObjectOnChain,
  index: number,
  change: (row: ChecksumRow) => ChecksumRow,
): { before: ChecksumRow; after: ChecksumRow } {
  const { primary_sp_id, secondary_sp_ids } = global_virtual_group!;
  const provider = index === PRIMARY ? primary_sp_id : secondary_sp_ids[index]!;
  const db = new DatabaseSync(join(dataDir, `sp${provider}`, 'sp.db'), { timeout: 10_000 });
  try {
    const key = [object_info.id, index];
    // ids of a devnet are below five million: all rows are in the first part
    const where = 'WHERE object_id = ? AND redundancy_index = ?';
    const query = `SELECT integrity_checksum, piece_checksum_list FROM integrity_meta_00 ${where}`;
    const before = { ...db.prepare(query).get(...key) } as unknown as ChecksumRow;
    const after = change(before);
    const update = `UPDATE integrity_meta_00 SET integrity_checksum = ?, piece_checksum_list = ? ${where}`;
    db.prepare(update).run(after.integrity_checksum, after.piece_checksum_list, ...key);
    return { before, after };
  } finally {
    db.close();
  }
}

/** SHA-256 of every piece of every provider, by `sp1/s12_s0`. */
export function snapshotOf(dataDir: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const provider of readdirSync(dataDir).filter((name) => /^sp\d+$/.test(name))) {
    const folder = join(dataDir, provider, 'pieces');
    for (const key of readdirSync(folder).filter((name) => !/^(\.|prairie-provider_)/.test(name))) {
      const digest = createHash('sha256')
        .update(readFileSync(join(folder, key)))
        .digest('hex');
      found.set(`${provider}/${key}`, digest);
    }
  }
  return found;
}

/** What is not as it was, one line each. Only of `promised` pieces it is told that they are missing; default: of all. */
export function differences(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
  promised: ReadonlySet<string> = new Set(before.keys()),
): string[] {
  const lines: string[] = [];
  for (const piece of promised) if (!after.has(piece)) lines.push(`${piece} is missing`);
  for (const [piece, digest] of after) {
    if (!before.has(piece)) lines.push(`${piece} was not there`);
    else if (before.get(piece) !== digest) lines.push(`${piece} has other bytes`);
  }
  return lines;
}
