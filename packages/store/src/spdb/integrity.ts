/** Checksums of stored pieces: of whole objects, of updates, and of pieces on their way (`reference/block-syncer-and-db.md` §11.2). */
import { type IntegrityMeta, PieceCondemnedError, type PieceHash, type ShadowIntegrityMeta } from '@prairie/gfsp';
import { integrityShard } from '../shards.ts';
import { ShardedTable } from '../sql/sharded-table.ts';
import { Table } from '../sql/table.ts';
import { isCondemned } from './gc.ts';
import type { Ground } from './ground.ts';
import { integrityPage } from './integrity-pages.ts';
import { integrityTable, pieceHashTable, shadowIntegrityTable } from './schema/integrity.ts';

type Key = Pick<IntegrityMeta, 'object_id' | 'redundancy_index'>;

/** Below every row: index -1 is the primary's. */
const BEFORE_ALL: Key = { object_id: 0n, redundancy_index: -2 };

export class IntegrityRows {
  readonly #ground: Ground;
  readonly #shards: ShardedTable<typeof integrityTable.columns>;
  readonly #shadows: Table<typeof shadowIntegrityTable.columns>;
  readonly #pieces: Table<typeof pieceHashTable.columns>;

  constructor(ground: Ground) {
    this.#ground = ground;
    this.#shards = new ShardedTable(ground.session, integrityTable);
    this.#shadows = new Table(ground.session, shadowIntegrityTable);
    this.#pieces = new Table(ground.relaxed, pieceHashTable);
  }

  set(meta: IntegrityMeta): Promise<void> {
    return this.#of(meta.object_id).put(meta);
  }

  get(objectId: bigint, redundancyIndex: number): Promise<IntegrityMeta | undefined> {
    return this.#of(objectId).get({ object_id: objectId, redundancy_index: redundancyIndex }, this.#ground);
  }

  async delete(objectId: bigint, redundancyIndex: number): Promise<void> {
    await this.#of(objectId).delete({ object_id: objectId, redundancy_index: redundancyIndex });
  }

  list(
    after: Pick<IntegrityMeta, 'object_id' | 'redundancy_index'> | undefined,
    limit: number,
  ): Promise<IntegrityMeta[]> {
    return integrityPage(this.#shards, after, limit);
  }

  setShadow(meta: ShadowIntegrityMeta): Promise<void> {
    return this.#shadows.put(meta);
  }

  getShadow(objectId: bigint, redundancyIndex: number): Promise<ShadowIntegrityMeta | undefined> {
    return this.#shadows.get({ object_id: objectId, redundancy_index: redundancyIndex }, this.#ground);
  }

  async deleteShadow(objectId: bigint, redundancyIndex: number): Promise<void> {
    await this.#shadows.delete({ object_id: objectId, redundancy_index: redundancyIndex });
  }

  async setPiece(row: PieceHash): Promise<void> {
    if (await isCondemned(this.#ground.session, row, this.#ground.now())) throw new PieceCondemnedError(row);
    await this.#pieces.put(row);
  }

  listShadows(limit: number, after = BEFORE_ALL): Promise<ShadowIntegrityMeta[]> {
    return this.#shadows.select(
      'after',
      (query, mark) =>
        query
          .where('object_id', '>=', mark.of('object_id'))
          .where(({ or, eb }) =>
            or([eb('object_id', '>', mark.of('object_id')), eb('redundancy_index', '>', mark.of('redundancy_index'))]),
          )
          .orderBy('object_id')
          .orderBy('redundancy_index')
          .limit(mark.limit('limit')),
      { object_id: after.object_id, redundancy_index: after.redundancy_index, limit },
    );
  }

  listPieces(objectId: bigint, redundancyIndex: number): Promise<PieceHash[]> {
    return this.#pieces.select(
      'of object',
      (query, mark) =>
        query
          .where('object_id', '=', mark.of('object_id'))
          .where('redundancy_index', '=', mark.of('redundancy_index'))
          .orderBy('segment_index'),
      { object_id: objectId, redundancy_index: redundancyIndex },
    );
  }

  async deletePieces(objectId: bigint, redundancyIndex: number): Promise<void> {
    await this.#pieces.delete({ object_id: objectId, redundancy_index: redundancyIndex });
  }

  #of(objectId: bigint): Table<typeof integrityTable.columns> {
    return this.#shards.of(integrityShard(objectId));
  }
}
