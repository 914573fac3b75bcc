import { GfSpError, type Logger, type PieceStore, type SpDb, type SpDbTables } from '@prairie/gfsp';
import { segmentKey } from '@prairie/redundancy';
import { PRIMARY } from '../common/integrity.ts';
import { managerErrors } from './errors.ts';

export interface ContentsDependencies {
  spdb: SpDb;
  pieceStore: PieceStore;
  logger: Logger;
}

/** Names that are asked for together: more than an upload writes at a time. */
const PROBED = 16;

/** Takes away what came of contents that will never be sealed (`reference/pieces-and-redundancy.md` §11). */
export class Contents {
  readonly #dependencies: ContentsDependencies;

  constructor(dependencies: ContentsDependencies) {
    this.#dependencies = dependencies;
  }

  /** Of an object without sealed content, or that is gone: no version of it is anybody's. */
  async drop(objectId: bigint): Promise<void> {
    const versions = new Set([0n]);
    await this.#change(async (tables) => {
      // what is in the rows is the update's content, and the one before
      const shadow = await tables.getShadowIntegrity(objectId, PRIMARY);
      for (const version of shadow ? [shadow.version, shadow.version - 1n] : []) versions.add(version);
      await tables.deleteIntegrity(objectId, PRIMARY);
      await tables.deleteShadowIntegrity(objectId, PRIMARY);
    });
    for (const version of versions) await this.#deleteSegments(objectId, version);
  }

  /** What is newer than the version that is sealed: an update that was cut off, cancelled or rejected. */
  async dropAfter({ id, version }: { id: bigint; version: bigint }): Promise<void> {
    await this.#change((tables) => tables.deleteShadowIntegrity(id, PRIMARY));
    await this.#deleteSegments(id, version + 1n).catch((error: unknown) => {
      const reason = GfSpError.from(error).message;
      this.#dependencies.logger.warn('pieces of a dropped update are left', { object_id: id, reason });
    });
  }

  /**
   * Until some names in a row are not there: segments come in order, a few at a time. A directory of a million pieces is
   * not read from end to end for each of many uploads that a crash cut off.
   */
  async #deleteSegments(objectId: bigint, version: bigint): Promise<void> {
    const { pieceStore } = this.#dependencies;
    for (let first = 0; ; first += PROBED) {
      const keys = Array.from({ length: PROBED }, (_, i) => segmentKey(objectId, first + i, version));
      const sizes = await Promise.all(keys.map((key) => pieceStore.size(key)));
      const found = keys.filter((_, i) => sizes[i] !== undefined);
      if (found.length === 0) return;
      await Promise.all(found.map((key) => pieceStore.delete(key)));
    }
  }

  async #change(work: (tables: SpDbTables) => Promise<void>): Promise<void> {
    try {
      await this.#dependencies.spdb.transaction(work);
    } catch (error) {
      throw managerErrors.database(
        `failed to drop the integrity of a content: ${GfSpError.from(error).message}`,
        error,
      );
    }
  }
}
