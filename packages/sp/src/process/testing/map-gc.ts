/** Claims of objects in maps, and what garbage collection remembers, for `MapTables`. */
import type {
  CondemnedKey,
  CondemnedPieces,
  GcObjectProgress,
  GcTables,
  IntegrityMeta,
  ObjectClaims,
  PieceHash,
  ShadowIntegrityMeta,
  UploadProgress,
} from '@prairie/gfsp';
import { MapMigrations, MigrationMaps } from './map-migrations.ts';

/** Rows never change in their maps, so a copy of the maps is a copy of the tables. */
export class ClaimMaps extends MigrationMaps {
  readonly uploads: Map<bigint, UploadProgress>;
  readonly integrity: Map<string, IntegrityMeta>;
  readonly shadows: Map<string, ShadowIntegrityMeta>;
  readonly pieces: Map<string, PieceHash>;
  readonly condemned: Map<string, CondemnedPieces>;
  readonly gcProgress: Map<string, GcObjectProgress>;

  constructor(of?: ClaimMaps) {
    super(of);
    this.uploads = new Map(of?.uploads);
    this.integrity = new Map(of?.integrity);
    this.shadows = new Map(of?.shadows);
    this.pieces = new Map(of?.pieces);
    this.condemned = new Map(of?.condemned);
    this.gcProgress = new Map(of?.gcProgress);
  }
}

export class MapGc extends MapMigrations implements GcTables {
  readonly #maps: () => Promise<ClaimMaps>;

  constructor(maps: () => Promise<ClaimMaps>) {
    super(maps);
    this.#maps = maps;
  }

  async listClaims(objectIds: readonly bigint[]): Promise<Map<bigint, ObjectClaims>> {
    const maps = await this.#maps();
    const of = <T extends { object_id: bigint }>(rows: Map<unknown, T>, id: bigint): T[] =>
      [...rows.values()].filter((row) => row.object_id === id);
    const found = new Map<bigint, ObjectClaims>();
    for (const id of objectIds) {
      const claims: ObjectClaims = {
        upload: maps.uploads.get(id),
        integrity: of(maps.integrity, id),
        shadows: of(maps.shadows, id),
        pieces: of(maps.pieces, id),
        condemned: of(maps.condemned, id),
      };
      const { upload, ...rows } = claims;
      if (upload || Object.values(rows).some((some) => some.length > 0)) found.set(id, claims);
    }
    return found;
  }

  async listClaimedObjects(after: bigint, until: bigint, limit: number): Promise<bigint[]> {
    const { integrity, shadows, pieces, condemned } = await this.#maps();
    const rows = [integrity, shadows, pieces, condemned].flatMap((one) => [...one.values()]);
    const ids = new Set(rows.map((row) => row.object_id).filter((id) => id > after && id <= until));
    return [...ids].sort((a, b) => (a < b ? -1 : 1)).slice(0, limit);
  }

  async deletePieceHashesOf(objectId: bigint, redundancyIndex: number, version: bigint): Promise<void> {
    const { pieces } = await this.#maps();
    for (const [key, row] of pieces) {
      if (row.object_id !== objectId || row.redundancy_index !== redundancyIndex) continue;
      if (row.version === version) pieces.delete(key);
    }
  }

  async listShadowIntegrity(
    limit: number,
    after: Pick<ShadowIntegrityMeta, 'object_id' | 'redundancy_index'> = { object_id: 0n, redundancy_index: -2 },
  ): Promise<ShadowIntegrityMeta[]> {
    type Key = typeof after;
    const isBefore = (a: Key, b: Key) =>
      a.object_id < b.object_id || (a.object_id === b.object_id && a.redundancy_index < b.redundancy_index);
    return [...(await this.#maps()).shadows.values()]
      .filter((row) => isBefore(after, row))
      .sort((a, b) => (isBefore(a, b) ? -1 : 1))
      .slice(0, limit);
  }

  async setCondemned(row: CondemnedPieces): Promise<void> {
    (await this.#maps()).condemned.set(keyOf(row), row);
  }

  async getCondemned(key: CondemnedKey): Promise<CondemnedPieces | undefined> {
    return (await this.#maps()).condemned.get(keyOf(key));
  }

  async deleteCondemned(key: CondemnedKey): Promise<void> {
    (await this.#maps()).condemned.delete(keyOf(key));
  }

  async listCondemned(limit: number, after = 0n): Promise<CondemnedPieces[]> {
    return [...(await this.#maps()).condemned.values()]
      .filter((row) => row.object_id > after)
      .sort((a, b) => Number(a.object_id - b.object_id))
      .slice(0, limit);
  }

  async isCondemned(key: CondemnedKey): Promise<boolean> {
    const row = await this.getCondemned(key);
    return row !== undefined && row.blocked_until > Math.floor(Date.now() / 1000);
  }

  async setGcProgress(progress: GcObjectProgress): Promise<void> {
    (await this.#maps()).gcProgress.set(progress.task_key, progress);
  }

  async deleteGcProgress(taskKey: string): Promise<void> {
    (await this.#maps()).gcProgress.delete(taskKey);
  }

  async listGcProgress(limit: number): Promise<GcObjectProgress[]> {
    return [...(await this.#maps()).gcProgress.values()].slice(0, limit);
  }
}

const keyOf = ({ object_id, redundancy_index, version }: CondemnedKey) => `${object_id} ${redundancy_index} ${version}`;
