/** Groups that are recovered, in maps, for `MapTables`. */
import type { RecoverFailedObject, RecoverGvg, RecoveryTables } from '@prairie/gfsp';

/** Rows never change in their maps, so a copy of the maps is a copy of the tables. */
export class RecoveryMaps {
  readonly recoveries: Map<number, RecoverGvg>;
  readonly unrecovered: Map<bigint, RecoverFailedObject>;

  constructor(of?: RecoveryMaps) {
    this.recoveries = new Map(of?.recoveries);
    this.unrecovered = new Map(of?.unrecovered);
  }
}

export class MapRecovery implements RecoveryTables {
  readonly #maps: () => Promise<RecoveryMaps>;

  constructor(maps: () => Promise<RecoveryMaps>) {
    this.#maps = maps;
  }

  async setRecoverGvg(row: RecoverGvg): Promise<void> {
    (await this.#maps()).recoveries.set(row.virtual_group_id, row);
  }

  async listRecoverGvgs(): Promise<RecoverGvg[]> {
    return [...(await this.#maps()).recoveries.values()].sort((a, b) => a.virtual_group_id - b.virtual_group_id);
  }

  async deleteRecoverGvg(gvgId: number): Promise<void> {
    (await this.#maps()).recoveries.delete(gvgId);
  }

  async insertRecoverFailed(row: RecoverFailedObject): Promise<void> {
    const { unrecovered } = await this.#maps();
    if (!unrecovered.has(row.object_id)) unrecovered.set(row.object_id, row);
  }

  async setRecoverFailed(row: RecoverFailedObject): Promise<void> {
    (await this.#maps()).unrecovered.set(row.object_id, row);
  }

  async listRecoverFailed(limit: number, after = 0n): Promise<RecoverFailedObject[]> {
    const rows = [...(await this.#maps()).unrecovered.values()].filter(({ object_id }) => object_id > after);
    return rows.sort((a, b) => (a.object_id < b.object_id ? -1 : 1)).slice(0, limit);
  }

  async countRecoverFailed(gvgId: number): Promise<number> {
    const rows = [...(await this.#maps()).unrecovered.values()];
    return rows.filter(({ virtual_group_id }) => virtual_group_id === gvgId).length;
  }

  async deleteRecoverFailed(objectId: bigint): Promise<void> {
    (await this.#maps()).unrecovered.delete(objectId);
  }
}
