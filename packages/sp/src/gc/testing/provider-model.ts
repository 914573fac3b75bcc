/**
 * What a provider does beside collecting, one step after the other, in the order of rows and pieces that the modules
 * keep: a row that claims a piece before the piece, rows away before pieces.
 */
import { PieceCondemnedError, type PieceStore, type SpDb, TaskState } from '@prairie/gfsp';
import { parsePieceKey, pieceKey, piecePrefixes } from '@prairie/redundancy';
import { awaitedContent } from '../../common/awaited-content.ts';
import { PRIMARY, promoteIntegrity, setIncomingIntegrity } from '../../common/integrity.ts';
import { awaitsContent, updateTime } from '../../common/pieces.ts';
import { type ChainModel, SEGMENT } from './chain-model.ts';
import { inTurns, storeInTurns, type Turns } from './turns.ts';

/** A piece that was stored, and for what: a content (`c…`), a move (`m…`), a takeover (`r…`). */
export interface Stored {
  objectId: bigint;
  index: number;
  version: bigint;
  segment: number;
  reason: string;
}

interface Disk {
  spdb: SpDb;
  pieceStore: PieceStore;
}

const { UPLOAD_OBJECT_DONE } = TaskState;

export class ProviderModel {
  /** By key, the last that was stored under it. */
  readonly stored: Map<string, Stored>;
  readonly #chain: ChainModel;
  readonly #turns: Turns;
  readonly #spdb: SpDb;
  readonly #pieceStore: PieceStore;
  readonly #consensus: ChainModel['consensus'];

  constructor(chain: ChainModel, disk: Disk, turns: Turns, stored: Map<string, Stored>) {
    this.#chain = chain;
    this.#turns = turns;
    this.stored = stored;
    this.#spdb = inTurns(disk.spdb, turns);
    this.#pieceStore = storeInTurns(disk.pieceStore, turns);
    this.#consensus = inTurns(chain.consensus, turns);
  }

  /** As the primary: from the first byte to the seal. */
  async upload(id: bigint, secondaries: number[]): Promise<void> {
    const content = await this.#awaited(id);
    if (!content || this.#chain.object(id)?.primary !== 1) return;
    const key = { object_id: id, redundancy_index: PRIMARY, version: content.version };
    const content_time = updateTime(content);
    const isBegun = await this.#spdb.transaction(async (tables) => {
      if ((await tables.getUploadProgress(id)) || (await tables.isCondemned(key))) return false;
      await tables.insertUploadProgress(id, false);
      await tables.updateUploadProgress(id, { content_time });
      return true;
    });
    if (!isBegun) return;
    for (let segment = 0; segment < segmentsOf(content); segment++) {
      await this.#put({ objectId: id, index: PRIMARY, version: content.version, segment, reason: `c${content_time}` });
    }
    await this.#spdb.transaction(async (tables) => {
      await setIncomingIntegrity(tables, content, PRIMARY, checksumsOf(segmentsOf(content), content_time));
      await tables.updateUploadProgress(id, { task_state: UPLOAD_OBJECT_DONE });
    });
    await this.#finish(id, content.version, content_time, secondaries);
  }

  /** After a crash, of every object that was being uploaded. */
  async revive(id: bigint, secondaries: number[]): Promise<void> {
    const row = await this.#spdb.getUploadProgress(id);
    const object = this.#chain.object(id);
    if (!row) return;
    if (row.task_state === UPLOAD_OBJECT_DONE && object?.pending?.time === row.content_time) {
      return this.#finish(id, object.pending.version, row.content_time, secondaries);
    }
    // also when the next update has begun since
    if (object?.sealed?.time === row.content_time) return this.#promote(id, object.sealed.version);
    await this.#discard(id);
  }

  async #finish(id: bigint, version: bigint, time: bigint, secondaries: number[]): Promise<void> {
    const isSealed = await this.#turns.step(() => this.#chain.seal(id, time, secondaries));
    if (isSealed) await this.#promote(id, version);
    else await this.#discard(id);
  }

  async #promote(id: bigint, version: bigint): Promise<void> {
    await this.#spdb.transaction(async (tables) => {
      await promoteIntegrity(tables, { id, version }, PRIMARY);
      await tables.deleteUploadProgress(id);
    });
  }

  /** While its row stands nobody uploads anew. */
  async #discard(id: bigint): Promise<void> {
    const sealed = this.#chain.object(id)?.sealed;
    await this.#spdb.transaction(async (tables) => {
      await tables.deleteShadowIntegrity(id, PRIMARY);
      if (!sealed) await tables.deleteIntegrity(id, PRIMARY);
    });
    const keys: string[] = [];
    for await (const key of this.#pieceStore.list(piecePrefixes(id).segments)) keys.push(key);
    for (const key of keys) {
      if (sealed && parsePieceKey(key)!.version <= sealed.version) continue;
      // given up: not missed
      this.stored.delete(key);
      await this.#pieceStore.delete(key);
    }
    await this.#spdb.deleteUploadProgress(id);
  }

  /** As a secondary: pieces, and the done call; the primary seals into the group it was sent to, or another. */
  async receive(id: bigint, index: number, secondaries: number[]): Promise<void> {
    const content = await this.#awaited(id);
    if (!content || this.#chain.object(id)?.primary === 1) return;
    const { version, is_updating } = content;
    const time = updateTime(content);
    const segments = segmentsOf(content);
    if (!(await this.#receive({ objectId: id, index, version, segment: segments, reason: `c${time}` }))) return;
    const isWhole = await this.#spdb.transaction(async (tables) => {
      if (is_updating) await promoteIntegrity(tables, { id, version: version - 1n }, index);
      const rows = (await tables.listPieceHashes(id, index)).filter((row) => row.version === version);
      if (rows.length !== segments) return false;
      await setIncomingIntegrity(tables, content, index, checksumsOf(segments, time));
      await tables.deletePieceHashes(id, index);
      return true;
    });
    if (isWhole) await this.#turns.step(() => this.#chain.seal(id, time, secondaries));
  }

  /** A bucket that comes. */
  async moveIn(id: bigint, isDone: boolean): Promise<void> {
    const name = await this.#turns.step(() => this.#chain.beginMove(id, 1));
    if (name === undefined) return;
    const isHere = await this.#fetch(id, PRIMARY, name);
    await this.#turns.step(() => this.#chain.endMove(id, name, isDone && isHere));
  }

  /** A place that is taken over. What is here of an earlier time is not asked for again. */
  async takeOver(id: bigint, index: number, isDone: boolean): Promise<void> {
    const name = await this.#turns.step(() => this.#chain.reserve(id, index));
    if (name === undefined) return;
    const version = this.#chain.object(id)?.sealed?.version;
    const isHere = (await this.#has(id, index, name)) || (await this.#fetch(id, index, name));
    const isSame = this.#chain.object(id)?.sealed?.version === version;
    await this.#turns.step(() => this.#chain.endReserve(id, name, isDone && isHere && isSame));
  }

  /** By its row; from then on it is there for `reason`. */
  async #has(objectId: bigint, index: number, reason: string): Promise<boolean> {
    const sealed = this.#chain.object(objectId)?.sealed;
    if (!sealed) return false;
    const { version, segments, time } = sealed;
    const key = { object_id: objectId, redundancy_index: index, version };
    if (await this.#spdb.isCondemned(key)) return false;
    const row = await this.#spdb.getIntegrity(objectId, index);
    const [first] = checksumsOf(segments, time).piece_checksum_list;
    if (row?.piece_checksum_list.length !== segments || !first?.equals(row.piece_checksum_list[0]!)) return false;
    for (let segment = 0; segment < segments; segment++) {
      this.stored.set(pieceKey(objectId, segment, index, version), { objectId, index, version, segment, reason });
    }
    return true;
  }

  async #fetch(objectId: bigint, index: number, reason: string): Promise<boolean> {
    const sealed = this.#chain.object(objectId)?.sealed;
    if (!sealed) return false;
    const { version, segments, time } = sealed;
    if (!(await this.#receive({ objectId, index, version, segment: segments, reason }))) return false;
    await this.#spdb.transaction(async (tables) => {
      const row = { object_id: objectId, redundancy_index: index, object_size: BigInt(segments * SEGMENT) };
      await tables.setIntegrity({ ...row, ...checksumsOf(segments, time) });
      await tables.deletePieceHashesOf(objectId, index, version);
    });
    return true;
  }

  /** Rows and pieces of all segments up to that one. false when they are being deleted, and may not come yet. */
  async #receive({ segment: segments, ...of }: Stored): Promise<boolean> {
    for (let segment = 0; segment < segments; segment++) {
      const { objectId: object_id, index: redundancy_index, version } = of;
      const row = {
        object_id,
        redundancy_index,
        version,
        segment_index: segment,
        piece_checksum: Buffer.alloc(32, segment),
      };
      try {
        await this.#spdb.setPieceHash(row);
      } catch (error) {
        if (error instanceof PieceCondemnedError) return false;
        throw error;
      }
      await this.#put({ ...of, segment });
    }
    return true;
  }

  async #put(piece: Stored): Promise<void> {
    const key = pieceKey(piece.objectId, piece.segment, piece.index, piece.version);
    await this.#pieceStore.put(key, Buffer.from(key));
    this.stored.set(key, piece);
  }

  async #awaited(id: bigint) {
    const found = await this.#consensus.objectById(id);
    if (!found || !awaitsContent(found.object_info)) return undefined;
    return awaitedContent(found.object_info, { consensus: this.#consensus });
  }
}

const segmentsOf = ({ payload_size }: { payload_size: bigint }): number => Number(payload_size) / SEGMENT;

/** No two contents have the same. */
function checksumsOf(segments: number, time: bigint) {
  const piece_checksum_list = Array.from({ length: segments }, (_, i) => Buffer.alloc(32, `${time} ${i} `));
  return { integrity_checksum: Buffer.alloc(32, 9), piece_checksum_list };
}
