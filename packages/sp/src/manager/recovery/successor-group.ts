/** One group of which this provider takes over an index, brought here object by object (§13.4–13.6). */
import type { greenfieldStorage as storage } from '@prairie/chain';
import {
  type Backoff,
  backoffMs,
  type Consensus,
  contentTime,
  type GfSpError,
  type Logger,
  type Modules,
  type PieceStore,
  type RecoverFailedObject,
  type RecoverGvg,
  RecoverStatus,
  type SpDb,
} from '@prairie/gfsp';
import { pause } from '../../common/pause.ts';
import { type StoredObject, segmentsOf } from '../../common/pieces.ts';
import { together } from '../../common/together.ts';
import { isRootOf, knownChecksums, recoveryErrors } from '../../recovery/index.ts';
import type { RecoverJobs } from './jobs.ts';
import { hasLength, heldObject, recoverTask } from './object.ts';

export interface SuccessorGroupDependencies {
  client: Pick<Modules, 'metadata'>;
  consensus: Consensus;
  spdb: SpDb;
  pieceStore: PieceStore;
  jobs: RecoverJobs;
  logger: Logger;
}

/** Objects of a batch, and of a page of failed ones (`reference/tasks-and-manager.md` §13.2). */
export const BATCH = 50;
const OBJECTS_AT_ONCE = 8;
const PIECES_AT_ONCE = 16;
/** An object is tried again so often after its batch (§13.2). */
const MAX_RETRY = 5;
/** Looks at pieces that garbage collection is about to delete here, with those pauses: longer than it holds any. */
const MAX_LOOKS = 20;
/** Before what failed is tried again: the others may be back then. */
const TRY_AGAIN: Backoff = { baseMs: 2000, maxMs: 60_000 };

export interface SuccessorGroupOptions {
  /** Pauses before what failed is tried again. Default: from 2 s to a minute. */
  tryAgain?: Backoff;
}

/** What a run of a group found: all was here already, is here now, or something was tried too often. */
export type GroupState = 'whole' | 'brought' | 'left';

/** Every step is written down: a new manager goes on where the last one ended. */
export class SuccessorGroup {
  readonly #dependencies: SuccessorGroupDependencies;
  readonly #tryAgainAfter: Backoff;
  #row: RecoverGvg;

  constructor(row: RecoverGvg, options: SuccessorGroupOptions, dependencies: SuccessorGroupDependencies) {
    this.#row = row;
    this.#tryAgainAfter = options.tryAgain ?? TRY_AGAIN;
    this.#dependencies = dependencies;
  }

  /** Looks for what is not here, and brings it; what comes meanwhile is for the next run. @throws the signal's reason */
  async run(signal: AbortSignal): Promise<GroupState> {
    let state: GroupState = 'whole';
    for (; this.#row.status === RecoverStatus.PROCESSING; state = 'brought') await this.#batch(signal);
    await this.#verify(signal);
    for (let round = 1; ; round++) {
      const left = await this.#failed(signal);
      if (left.length === 0) return state;
      if (left.every(({ retry }) => retry >= MAX_RETRY)) return 'left';
      state = 'brought';
      if (round > 1) await pause(backoffMs(round - 1, this.#tryAgainAfter), signal);
      await together(left, OBJECTS_AT_ONCE, (row) => this.#tryAgain(row, signal));
    }
  }

  /** This provider has the place on chain, and all of it here. */
  completed(): Promise<void> {
    return this.#set({ status: RecoverStatus.COMPLETED });
  }

  async #batch(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const ids = (await this.#page(this.#row.start_after)).map(({ id }) => id);
    const last = ids.at(-1);
    if (last === undefined) return this.#set({ status: RecoverStatus.PROCESSED });
    await this.#set({ next_start_after: last });
    await together(ids, OBJECTS_AT_ONCE, async (id) => {
      const error = await this.#bring(id, signal);
      if (error) await this.#note(id, error);
    });
    await this.#set({ start_after: last, object_count: this.#row.object_count + BigInt(ids.length) });
  }

  /** What is not here is to be tried again: it failed, or was sealed, or updated, after its batch. */
  async #verify(signal: AbortSignal): Promise<void> {
    const { consensus } = this.#dependencies;
    for (let after = 0n; ; ) {
      signal.throwIfAborted();
      const page = await this.#page(after);
      for (const object_info of page) {
        const storage_params = await consensus.storageParams(contentTime(object_info));
        // nearly all are: the chain is asked for the others
        if (!(await this.#isHere({ object_info, storage_params }))) await this.#noteUnlessHere(object_info.id);
      }
      const last = page.at(-1);
      if (last === undefined || page.length < BATCH) return;
      after = last.id;
    }
  }

  async #noteUnlessHere(id: bigint): Promise<void> {
    const object = await this.#object(id);
    if (object && !(await this.#isHere(object))) await this.#note(id);
  }

  /** Rows of this group whose object is still to come. */
  async #failed(signal: AbortSignal): Promise<RecoverFailedObject[]> {
    const { spdb } = this.#dependencies;
    const left: RecoverFailedObject[] = [];
    for (let after = 0n; ; ) {
      signal.throwIfAborted();
      const rows = await spdb.listRecoverFailed(BATCH, after);
      for (const row of rows) {
        if (row.virtual_group_id !== this.#row.virtual_group_id) continue;
        const object = await this.#object(row.object_id);
        if (!object || (await this.#isHere(object))) await spdb.deleteRecoverFailed(row.object_id);
        else if (left.length < BATCH || row.retry < MAX_RETRY) left.push(row);
      }
      const last = rows.at(-1);
      // the rest has its turn when these are done
      if (!last || rows.length < BATCH || left.some(({ retry }) => retry < MAX_RETRY)) return left;
      after = last.object_id;
    }
  }

  async #tryAgain(row: RecoverFailedObject, signal: AbortSignal): Promise<void> {
    if (row.retry >= MAX_RETRY) return;
    const { spdb, logger } = this.#dependencies;
    const error = await this.#bring(row.object_id, signal);
    if (!error) return spdb.deleteRecoverFailed(row.object_id);
    logger.warn('an object could not be recovered again', { object_id: row.object_id, retry: row.retry + 1, error });
    await spdb.setRecoverFailed({ ...row, retry: row.retry + 1 });
  }

  /** All pieces of the object. Why they are not all here afterwards; undefined when they are, or the object is gone. */
  async #bring(id: bigint, signal: AbortSignal): Promise<GfSpError | undefined> {
    const object = await this.#staying(id, signal);
    if (!object || (await this.#isHere(object))) return undefined;
    const { spdb } = this.#dependencies;
    const { redundancy_index: index, virtual_group_id: gvg_id } = this.#row;
    // of the content before an update: what comes would be compared with it
    if (await knownChecksums(spdb, object, index)) await spdb.deleteIntegrity(id, index);
    const segments = Array.from({ length: segmentsOf(object) }, (_, segment) => segment);
    let failure: GfSpError | undefined;
    await together(segments, PIECES_AT_ONCE, async (segment) => {
      const task = recoverTask(object, segment, index, { by_successor_sp: true, gvg_id });
      const { error } = await this.#dependencies.jobs.run(task, signal);
      failure ??= error;
    });
    return failure ?? (await this.#missed(id));
  }

  /** When what is here of it is not about to be deleted: it stays from then on, because the chain tells the successor. */
  async #staying(id: bigint, signal: AbortSignal): Promise<StoredObject | undefined> {
    for (let looks = 1; ; looks++) {
      const object = await this.#object(id);
      if (!object || looks > MAX_LOOKS || !(await this.#isCondemned(object))) return object;
      await pause(backoffMs(looks, this.#tryAgainAfter), signal);
    }
  }

  #isCondemned({ object_info: { id, version } }: StoredObject): Promise<boolean> {
    const { redundancy_index } = this.#row;
    return this.#dependencies.spdb.isCondemned({ object_id: id, redundancy_index, version });
  }

  /** Each piece came; that they are the right ones shows when all are there. */
  async #missed(id: bigint): Promise<GfSpError | undefined> {
    const object = await this.#object(id);
    if (!object || (await this.#isHere(object))) return undefined;
    return recoveryErrors.checksum(
      `recovery checksum not correct: the pieces that came for object ${id} do not give the checksum that it has on ` +
        `chain for index ${this.#row.redundancy_index}, or it was updated meanwhile`,
    );
  }

  /** There is a row of this content. A primary's need not be what the chain says: then its pieces tell. */
  async #isHere(object: StoredObject): Promise<boolean> {
    const { spdb, pieceStore } = this.#dependencies;
    const { redundancy_index: index } = this.#row;
    if (segmentsOf(object) === 0) return true;
    if (await this.#isCondemned(object)) return false;
    const known = await knownChecksums(spdb, object, index);
    if (known === undefined || isRootOf(object, index, known)) return known !== undefined;
    for (let segment = 0; segment < known.length; segment++) {
      if (!(await hasLength(object, segment, index, pieceStore))) return false;
    }
    return true;
  }

  #object(id: bigint): Promise<StoredObject | undefined> {
    // the place is not this provider's yet, so what it holds now says nothing
    return heldObject(id, 0, this.#dependencies.consensus);
  }

  async #note(object_id: bigint, error?: GfSpError): Promise<void> {
    const { spdb, logger } = this.#dependencies;
    const { virtual_group_id, redundancy_index } = this.#row;
    if (error) logger.warn('an object could not be recovered', { object_id, virtual_group_id, error });
    await spdb.insertRecoverFailed({ object_id, virtual_group_id, redundancy_index, retry: 0 });
  }

  async #page(startAfter: bigint): Promise<storage.ObjectInfo[]> {
    const { metadata } = this.#dependencies.client;
    const page = { gvgId: this.#row.virtual_group_id, startAfter, limit: BATCH };
    return (await metadata.listObjectsInGvg(page)).map(({ object }) => object.object_info);
  }

  async #set(change: Partial<RecoverGvg>): Promise<void> {
    this.#row = { ...this.#row, ...change };
    await this.#dependencies.spdb.setRecoverGvg(this.#row);
  }
}
