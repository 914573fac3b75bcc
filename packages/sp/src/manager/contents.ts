import { GfSpError, type Logger, type PieceStore, type SpDb, type SpDbTables } from '@prairie/gfsp';
import { parsePieceKey, piecePrefixes } from '@prairie/redundancy';
import { PRIMARY } from '../common/integrity.ts';
import { managerErrors } from './errors.ts';

export interface ContentsDependencies {
  spdb: SpDb;
  pieceStore: PieceStore;
  logger: Logger;
}

/** Takes away what came of contents that will never be sealed (`reference/pieces-and-redundancy.md` §11). */
export class Contents {
  readonly #dependencies: ContentsDependencies;

  constructor(dependencies: ContentsDependencies) {
    this.#dependencies = dependencies;
  }

  /** Of an object without sealed content: all versions are nobody's. */
  async drop(objectId: bigint): Promise<void> {
    const { pieceStore } = this.#dependencies;
    await this.#change(async (tables) => {
      await tables.deleteIntegrity(objectId, PRIMARY);
      await tables.deleteShadowIntegrity(objectId, PRIMARY);
    });
    await pieceStore.deleteByPrefix(piecePrefixes(objectId).segments);
  }

  /** What is newer than the version that is sealed: an update that was cut off, cancelled or rejected. */
  async dropAfter({ id, version }: { id: bigint; version: bigint }): Promise<void> {
    const { pieceStore, logger } = this.#dependencies;
    await this.#change((tables) => tables.deleteShadowIntegrity(id, PRIMARY));
    for await (const key of pieceStore.list(piecePrefixes(id).segments)) {
      const piece = parsePieceKey(key);
      if (!piece || piece.version <= version) continue;
      await pieceStore.delete(key).catch((error: unknown) => {
        logger.warn('a piece of a dropped update is left', { key, reason: GfSpError.from(error).message });
      });
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
