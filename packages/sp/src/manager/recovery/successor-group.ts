/** One group of which this provider takes over an index, brought here object by object (§13.4–13.6). */
import {
  type Backoff,
  backoffMs,
  type Consensus,
  type GfSpError,
  type Logger,
  type Modules,
  type RecoverFailedObject,
  type RecoverGvg,
  RecoverStatus,
  type SpDb,
} from '@prairie/gfsp';
import { pause } from '../../common/pause.ts';
import { type StoredObject, segmentsOf } from '../../common/pieces.ts';
import { knownChecksums } from '../../recovery/index.ts';
import type { RecoverJobs } from './jobs.ts';
import { heldObject, recoverTask } from './object.ts';
import { together } from './together.ts';

export interface SuccessorGroupDependencies {
  client: Pick<Modules, 'metadata'>;
  consensus: Consensus;
  spdb: SpDb;
  jobs: RecoverJobs;
  logger: Logger;
}

/** Objects of a batch, and of a page of failed ones (`reference/tasks-and-manager.md` §13.2). */
export const BATCH = 50;
const OBJECTS_AT_ONCE = 8;
const PIECES_AT_ONCE = 16;
/** An object is tried again so often after its batch (§13.2). */
const MAX_RETRY = 5;
/** Before what failed is tried again: the others may be back then. */
const TRY_AGAIN: Backoff = { baseMs: 2000, maxMs: 60_000 };

export interface SuccessorGroupOptions {
  /** Pauses before what failed is tried again. Default: from 2 s to a minute. */
  tryAgain?: Backoff;
}

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

  /** true when all is here and verified; false when what is left was tried too often. @throws the signal's reason */
  async run(signal: AbortSignal): Promise<boolean> {
    while (this.#row.status === RecoverStatus.PROCESSING) await this.#batch(signal);
    for (let round = 1; this.#row.status === RecoverStatus.PROCESSED; round++) {
      await this.#verify(signal);
      const left = await this.#failed(signal);
      if (left.length === 0) await this.#set({ status: RecoverStatus.COMPLETED });
      else if (left.every(({ retry }) => retry >= MAX_RETRY)) return false;
      else {
        if (round > 1) await pause(backoffMs(round - 1, this.#tryAgainAfter), signal);
        await together(left, OBJECTS_AT_ONCE, (row) => this.#tryAgain(row, signal));
      }
    }
    return true;
  }

  async #batch(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const ids = await this.#page(this.#row.start_after);
    const last = ids.at(-1);
    if (last === undefined) return this.#set({ status: RecoverStatus.PROCESSED });
    await this.#set({ next_start_after: last });
    await together(ids, OBJECTS_AT_ONCE, async (id) => {
      const error = await this.#bring(id, signal);
      if (error) await this.#note(id, error);
    });
    await this.#set({ start_after: last, object_count: this.#row.object_count + BigInt(ids.length) });
  }

  /** What has no integrity row is to be tried again: it failed, or was sealed after its batch. */
  async #verify(signal: AbortSignal): Promise<void> {
    for (let after = 0n; ; ) {
      signal.throwIfAborted();
      const ids = await this.#page(after);
      for (const id of ids) {
        const object = await this.#object(id);
        if (object && !(await this.#isHere(object))) await this.#note(id);
      }
      const last = ids.at(-1);
      if (last === undefined || ids.length < BATCH) return;
      after = last;
    }
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

  /** All pieces of the object. Why one of them did not come; undefined when all are here, or the object is gone. */
  async #bring(id: bigint, signal: AbortSignal): Promise<GfSpError | undefined> {
    const object = await this.#object(id);
    if (!object || (await this.#isHere(object))) return undefined;
    const { redundancy_index: index, virtual_group_id: gvg_id } = this.#row;
    const segments = Array.from({ length: segmentsOf(object) }, (_, segment) => segment);
    let failure: GfSpError | undefined;
    await together(segments, PIECES_AT_ONCE, async (segment) => {
      const task = recoverTask(object, segment, index, { by_successor_sp: true, gvg_id });
      const { error } = await this.#dependencies.jobs.run(task, signal);
      failure ??= error;
    });
    return failure;
  }

  async #isHere(object: StoredObject): Promise<boolean> {
    if (segmentsOf(object) === 0) return true;
    return (await knownChecksums(this.#dependencies.spdb, object, this.#row.redundancy_index)) !== undefined;
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

  async #page(startAfter: bigint): Promise<bigint[]> {
    const { metadata } = this.#dependencies.client;
    const page = { gvgId: this.#row.virtual_group_id, startAfter, limit: BATCH };
    return (await metadata.listObjectsInGvg(page)).map(({ object }) => object.object_info.id);
  }

  async #set(change: Partial<RecoverGvg>): Promise<void> {
    this.#row = { ...this.#row, ...change };
    await this.#dependencies.spdb.setRecoverGvg(this.#row);
  }
}
