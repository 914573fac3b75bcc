/**
 * Which pieces a provider may hold, found out from the chain and the provider's own tables alone: nothing of the
 * collection's code is used. A test compares that with the files.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { greenfieldStorage, type ObjectOnChain } from '@prairie/chain';
import { pieceKey } from '@prairie/redundancy';
import { CODE } from './account.ts';

/** Rows that claim a piece. */
interface Claims {
  /** Object ids of rows, whatever their table. */
  objects: Set<bigint>;
  /** `<object> <redundancy index>` of integrity rows. */
  integrity: Set<string>;
  /** Keys of single pieces that came. */
  pieces: Set<string>;
}

export interface Unrightful {
  /** `sp3: e12_s0_p1 …`: files that nothing entitles the provider to. */
  orphans: string[];
  /** Files that it must have and lacks. */
  missing: string[];
  /** Rows about objects that the chain does not have. */
  rows: string[];
}

export interface Network {
  dataDir: string;
  /** Ids from 1 to this. */
  providers: number;
}

/**
 * A sealed object's pieces are at the primary and the secondaries of its group, each at its place. Of an object that
 * awaits its content the primary has nothing, because nothing was acknowledged; a secondary may keep what its rows claim
 * until the object is sealed or gone from the chain. Of an object that is gone nobody has anything.
 */
export function unrightful({ dataDir, providers }: Network, objects: readonly ObjectOnChain[]): Unrightful {
  const found: Unrightful = { orphans: [], missing: [], rows: [] };
  const ids = new Set(objects.map(({ object_info }) => object_info.id));
  for (let provider = 1; provider <= providers; provider++) {
    const folder = join(dataDir, `sp${provider}`);
    const claims = claimsIn(join(folder, 'sp.db'));
    const needed = new Set(objects.flatMap((object) => neededBy(provider, object)));
    const tolerated = new Set(objects.flatMap((object) => toleratedAt(provider, object, claims)));
    const files = new Set(pieceFiles(join(folder, 'pieces')));
    for (const key of files) if (!needed.has(key) && !tolerated.has(key)) found.orphans.push(`sp${provider}: ${key}`);
    for (const key of needed) if (!files.has(key)) found.missing.push(`sp${provider}: ${key}`);
    for (const id of claims.objects) if (!ids.has(id)) found.rows.push(`sp${provider}: object ${id}`);
  }
  return found;
}

/** Keys of all pieces; files that are still being written have none, and the provider's note is none. */
export function pieceFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/^(\.|prairie-provider_)/.test(entry.name))
    .map(({ name }) => name);
}

/** Redundancy index of a provider's place in the object's group: -1 of the primary; undefined without a place. */
function placeOf(provider: number, { global_virtual_group: group }: ObjectOnChain): number | undefined {
  if (!group) return undefined;
  const at = [group.primary_sp_id, ...group.secondary_sp_ids].indexOf(provider);
  return at < 0 ? undefined : at - 1;
}

function neededBy(provider: number, object: ObjectOnChain): string[] {
  const place = isSealed(object) ? placeOf(provider, object) : undefined;
  return place === undefined ? [] : keysOf(object, place);
}

function toleratedAt(provider: number, object: ObjectOnChain, claims: Claims): string[] {
  if (isSealed(object) || provider === PRIMARY_SP) return [];
  const shards = Array.from({ length: CODE.data + CODE.parity }, (_, index) => index);
  return shards.flatMap((index) => {
    const isWhole = claims.integrity.has(`${object.object_info.id} ${index}`);
    return keysOf(object, index).filter((key) => isWhole || claims.pieces.has(key));
  });
}

/** Buckets of tests are at the first provider. */
const PRIMARY_SP = 1;

const isSealed = ({ object_info }: ObjectOnChain) =>
  object_info.object_status === greenfieldStorage.ObjectStatus.OBJECT_STATUS_SEALED;

function keysOf({ object_info: { id, version, payload_size } }: ObjectOnChain, index: number): string[] {
  const segments = Math.ceil(Number(payload_size) / CODE.segmentSize);
  return Array.from({ length: segments }, (_, segment) => pieceKey(id, segment, index, version));
}

function claimsIn(file: string): Claims {
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    const tables = (db.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all() as { name: string }[])
      .map(({ name }) => name)
      .filter((name) => TABLES.test(name));
    const rowsOf = (name: string) =>
      db
        .prepare(`SELECT * FROM ${name}`)
        .all()
        .map((row) => ({ name, row }));
    const rows = tables.flatMap(rowsOf);
    const idOf = (row: Row) => BigInt(row.object_id as number);
    const of = (kind: RegExp) => rows.filter(({ name }) => kind.test(name)).map(({ row }) => row);
    return {
      objects: new Set(rows.map(({ row }) => idOf(row))),
      integrity: new Set(of(/integrity_meta/).map((row) => `${idOf(row)} ${row.redundancy_index}`)),
      pieces: new Set(
        of(/^piece_hash$/).map((row) =>
          pieceKey(idOf(row), Number(row.segment_index), Number(row.redundancy_index), BigInt(row.version as number)),
        ),
      ),
    };
  } finally {
    db.close();
  }
}

type Row = Readonly<Record<string, unknown>>;

const TABLES = /^(upload_object_progress|piece_hash|integrity_meta_\d\d|shadow_integrity_meta)$/;
