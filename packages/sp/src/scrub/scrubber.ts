/** Looks at all pieces of one integrity row, and repairs what is damaged. */
import {
  type Consensus,
  GfSpError,
  type IntegrityMeta,
  type Logger,
  type PieceStore,
  retry,
  type ScrubFault,
  type ScrubFinding,
  type SpDb,
} from '@prairie/gfsp';
import { type Hasher, integrityHash } from '@prairie/redundancy';
import { PieceMemory } from '../common/piece-memory.ts';
import { segmentsOf } from '../common/pieces.ts';
import type { PieceRepair, PieceState } from '../recovery/index.ts';
import {
  contentOf,
  hasSealedContent,
  isListRight,
  isPlaceOf,
  isRowWrong,
  isSameContent,
  isSameRow,
  pieceKeyOf,
  pieceSizeOf,
  type StoredContent,
} from './content.ts';
import type { Pace } from './pace.ts';
import { type Look, lookAtPiece } from './piece-look.ts';
import type { Row } from './rows.ts';

export interface ScrubberOptions {
  /** This provider's operator. */
  operatorAddress: string;
  /** Of pieces in hand, of all passes together. Default 64 MiB: four segments of the networks there are. */
  memoryBytes?: number;
}

export interface ScrubberDependencies {
  /** The chain itself: damage is told only by what it says now. For pieces that are whole, metadata's word is enough. */
  consensus: Consensus;
  spdb: Pick<SpDb, 'getIntegrity' | 'getShadowIntegrity' | 'transaction'>;
  /** The backend itself, without a cache. */
  pieceStore: Pick<PieceStore, 'get'>;
  hasher: Hasher;
  repair: Pick<PieceRepair, 'repair' | 'ensure'>;
  logger: Logger;
}

/** One piece that was looked at, or a wrong row. */
export interface Scrubbed {
  pieces: 0 | 1;
  bytes: number;
  finding?: ScrubFinding;
}

type Key = Pick<IntegrityMeta, 'object_id' | 'redundancy_index'>;

/** The chain and the tables may be away for a moment. About a minute, then the row is told as unchecked. */
const AGAIN = { attempts: 8, baseMs: 200, maxMs: 20_000 };
/** What changes that often while it is looked at is left to the next pass. */
const MAX_LOOKS = 3;

export class Scrubber {
  readonly #operatorAddress: string;
  readonly #dependencies: ScrubberDependencies & { memory: PieceMemory };

  constructor({ operatorAddress, memoryBytes = 64 << 20 }: ScrubberOptions, dependencies: ScrubberDependencies) {
    this.#operatorAddress = operatorAddress;
    this.#dependencies = { ...dependencies, memory: new PieceMemory(memoryBytes) };
  }

  /**
   * All pieces of the row, one after the other. A row or a piece that is replaced or removed meanwhile, by an update or
   * a deletion, is no damage. @throws the signal's reason, nothing else
   */
  async *look(key: Row, pace: Pace, signal: AbortSignal): AsyncGenerator<Scrubbed> {
    try {
      const { consensus, spdb } = this.#dependencies;
      let content = await again(signal, () => contentOf(key, this.#knowing(key), spdb));
      if (!content) return;
      if (isRowWrong(content)) {
        yield* this.#lookAtRow(key, pace, signal);
        content = await again(signal, () => contentOf(key, consensus, spdb));
        if (!content || isRowWrong(content)) return;
      }
      for (let segment = 0; segment < segmentsOf(content.object); segment++) {
        await pace.take(pieceSizeOf(content, segment), signal);
        yield await this.#lookAtPiece(content, segment, { pace, signal });
      }
    } catch (error) {
      signal.throwIfAborted();
      yield { pieces: 0, bytes: 0, finding: this.#unchecked(key, error) };
    }
  }

  /** The chain, which is not asked for the object of the row where metadata knows it as sealed. */
  #knowing({ object: object_info }: Row): Pick<Consensus, 'objectById' | 'storageParams'> {
    const { consensus } = this.#dependencies;
    if (!object_info || !hasSealedContent(object_info)) return consensus;
    return {
      objectById: async () => ({ object_info, global_virtual_group: undefined }),
      storageParams: (timestamp) => consensus.storageParams(timestamp),
    };
  }

  async #lookAtPiece(
    content: StoredContent,
    segment: number,
    { pace, signal }: { pace: Pace; signal: AbortSignal },
  ): Promise<Scrubbed> {
    const { bytes, fault } = await this.#readPiece(content, segment, signal);
    if (!fault) return { pieces: 1, bytes };
    const confirmed = await this.#confirm(content.row, signal, async (now) =>
      segment < segmentsOf(now.object) ? (await this.#readPiece(now, segment, signal)).fault : undefined,
    );
    if (!confirmed) return { pieces: 1, bytes };
    await pace.take(pieceSizeOf(content, segment), signal);
    const error = await this.#repairPiece(confirmed.content, segment, signal);
    return { pieces: 1, bytes, finding: this.#found(confirmed.content, { segment, fault: confirmed.fault, error }) };
  }

  /** What is wrong with the row itself, if the chain says so too. */
  async *#lookAtRow(key: Key, pace: Pace, signal: AbortSignal): AsyncGenerator<Scrubbed> {
    const confirmed = await this.#confirm(key, signal, async (now) => (isRowWrong(now) ? 'row' : undefined));
    if (!confirmed) return;
    const { content } = confirmed;
    if (segmentsOf(content.object) > 0) await pace.take(pieceSizeOf(content, 0), signal);
    const { first, error } = await this.#repairRow(content, signal);
    yield { pieces: 0, bytes: 0, finding: this.#found(content, { segment: -1, fault: 'row', error }) };
    // it was looked at, and repaired, on the way: nobody finds it again
    if (first !== 'good') {
      yield { pieces: 0, bytes: 0, finding: this.#found(content, { segment: 0, fault: first, error: '' }) };
    }
  }

  /** What the first piece was on the way, and why the row is not repaired; empty when it is. */
  async #repairRow(content: StoredContent, signal: AbortSignal): Promise<{ first: PieceState; error: string }> {
    const { object, row } = content;
    const { consensus, spdb, repair } = this.#dependencies;
    const { redundancy_index: index, piece_checksum_list: list } = row;
    try {
      if (isListRight(object, index, list)) {
        await this.#replaceRow(row, { ...row, integrity_checksum: integrityHash(list) });
        return { first: 'good', error: '' };
      }
      // a row that is whole in itself would be believed; one without checksums is found again after a crash
      const blank = { ...row, integrity_checksum: new Uint8Array(0), piece_checksum_list: [] };
      await this.#replaceRow(row, blank);
      const first = await repair.ensure(object, 0, index, signal).catch(async (reason: unknown) => {
        await this.#replaceRow(blank, row);
        throw reason;
      });
      const now = await again(signal, () => contentOf(row, consensus, spdb));
      return { first, error: now && isRowWrong(now) ? 'it was made again, and reads back wrong' : '' };
    } catch (reason) {
      signal.throwIfAborted();
      return { first: 'good', error: GfSpError.from(reason).message };
    }
  }

  /** Unless it has changed, or is that of an update which has not taken its place yet. */
  async #replaceRow(before: IntegrityMeta, after: IntegrityMeta): Promise<void> {
    const { object_id, redundancy_index, object_size } = before;
    await this.#dependencies.spdb.transaction(async (tables) => {
      if (!isSameRow(before, await tables.getIntegrity(object_id, redundancy_index))) return;
      const { integrity_checksum, piece_checksum_list } = after;
      await tables.setIntegrity({ object_id, redundancy_index, object_size, integrity_checksum, piece_checksum_list });
    });
  }

  /**
   * Whether there is a fault by what the chain and the tables say now, both before and after the look: what is deleted
   * or replaced goes through the tables first. undefined when there is none, or the piece is no business of ours.
   */
  async #confirm<F extends ScrubFault>(
    key: Key,
    signal: AbortSignal,
    faultOf: (content: StoredContent) => Promise<F | undefined>,
  ): Promise<{ content: StoredContent; fault: F } | undefined> {
    const { consensus, spdb } = this.#dependencies;
    const ask = () => again(signal, () => contentOf(key, consensus, spdb));
    for (let looks = 0; looks < MAX_LOOKS; looks++) {
      const content = await ask();
      if (!content || !(await this.#isOurs(content, signal))) return undefined;
      const fault = await faultOf(content);
      if (!fault) return undefined;
      if (isSameContent(content, await ask())) return { content, fault };
    }
    return undefined;
  }

  /** What another group's place is in is left to garbage collection. */
  async #isOurs(content: StoredContent, signal: AbortSignal): Promise<boolean> {
    const self = await again(signal, () => this.#dependencies.consensus.spByOperator(this.#operatorAddress));
    return self !== undefined && isPlaceOf(content, self.id);
  }

  #readPiece(content: StoredContent, segment: number, signal: AbortSignal): Promise<Look> {
    return again(signal, () => lookAtPiece(content, segment, this.#dependencies, signal));
  }

  /** Why it is not repaired; empty when it is, and reads back. */
  async #repairPiece(content: StoredContent, segment: number, signal: AbortSignal): Promise<string> {
    const { consensus, spdb, repair } = this.#dependencies;
    try {
      await repair.repair(content.object, segment, content.row.redundancy_index, signal);
      // a primary's row that was wrong is made again with the piece; content may have been replaced, or removed
      const now = await again(signal, () => contentOf(content.row, consensus, spdb));
      if (!now || isRowWrong(now) || segment >= segmentsOf(now.object)) return '';
      const { fault } = await this.#readPiece(now, segment, signal);
      return fault ? `it was made again and stored, and reads back ${fault}` : '';
    } catch (error) {
      signal.throwIfAborted();
      return GfSpError.from(error).message;
    }
  }

  #found(
    content: StoredContent,
    { segment, fault, error }: { segment: number; fault: ScrubFault; error: string },
  ): ScrubFinding {
    const { object_info } = content.object;
    return this.#told({
      object_id: object_info.id,
      bucket_name: object_info.bucket_name,
      object_name: object_info.object_name,
      redundancy_index: content.row.redundancy_index,
      segment_index: segment,
      piece_key: segment < 0 ? '' : pieceKeyOf(content, segment),
      fault,
      repaired: error === '',
      error,
    });
  }

  #unchecked({ object_id, redundancy_index }: Key, error: unknown): ScrubFinding {
    return this.#told({
      ...{ object_id, redundancy_index, bucket_name: '', object_name: '', segment_index: -1, piece_key: '' },
      ...{ fault: 'unchecked', repaired: false, error: GfSpError.from(error).message },
    });
  }

  #told(finding: ScrubFinding): ScrubFinding {
    const { repaired, error, ...found } = finding;
    const { logger } = this.#dependencies;
    if (repaired) logger.warn('a stored piece was damaged and is repaired', { ...found });
    else logger.error('a stored piece is damaged and could not be repaired', { ...found, reason: error });
    return finding;
  }
}

function again<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  return retry({ ...AGAIN, signal }, work);
}
