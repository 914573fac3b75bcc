import {
  backoffMs,
  type Consensus,
  GfSpError,
  type Logger,
  type Modules,
  type RecoverGvg,
  type RecoverProcess,
  type RecoverProcesses,
  RecoverStatus,
  type SpDb,
} from '@prairie/gfsp';
import { PRIMARY } from '../../common/integrity.ts';
import { pause } from '../../common/pause.ts';
import { managerErrors } from '../errors.ts';
import { recoverPass } from './pass.ts';
import {
  BATCH,
  type GroupState,
  SuccessorGroup,
  type SuccessorGroupDependencies,
  type SuccessorGroupOptions,
} from './successor-group.ts';

export interface SuccessorOptions extends SuccessorGroupOptions {
  /** This provider's operator. */
  operatorAddress: string;
}

export interface SuccessorDependencies extends SuccessorGroupDependencies {
  client: Pick<Modules, 'metadata' | 'signer'>;
  consensus: Consensus;
  spdb: SpDb;
  logger: Logger;
}

/** A family that is taken over, or with family 0 a place in a group. */
interface Swap {
  familyId: number;
  gvgId: number;
}

/** What failed for a reason outside, like a chain that is away, is begun again. */
const BEGIN_AGAIN = { baseMs: 5000, maxMs: 60_000 };
/** Looks through all groups at most: where uploads never pause, the rest comes once this provider has the place. */
const MAX_LOOKS = 5;

/** Families and places in groups that this provider takes over (`reference/tasks-and-manager.md` §13). */
export class Successor {
  readonly #options: SuccessorOptions;
  readonly #dependencies: SuccessorDependencies;
  readonly #running = new Map<string, Promise<void>>();
  readonly #signal: AbortSignal;

  constructor(options: SuccessorOptions, dependencies: SuccessorDependencies, signal: AbortSignal) {
    this.#options = options;
    this.#dependencies = dependencies;
    this.#signal = signal;
  }

  /** Goes on with what a manager before had begun. */
  async resume(): Promise<void> {
    const rows = await this.#dependencies.spdb.listRecoverGvgs();
    for (const swap of swapsOf(rows)) {
      const own = rows.filter((row) => belongsTo(row, swap));
      if (!own.every(({ status }) => status === RecoverStatus.COMPLETED)) this.#start(swap);
    }
  }

  /** Resolves when nothing runs any more. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#running.values());
  }

  /** @throws manager 60001, 60002, 65201 */
  async trigger(familyId: number, gvgId: number, redundancyIndex: number): Promise<void> {
    const swap = { familyId, gvgId };
    const place = await this.#placeOf(swap);
    if (redundancyIndex !== PRIMARY && redundancyIndex !== place) {
      throw managerErrors.requestLost(
        `the place that is taken over of ${nameOf(swap)} is ${place}, not ${redundancyIndex}`,
      );
    }
    if (this.#running.has(nameOf(swap))) throw managerErrors.repeated(`the recovery of ${nameOf(swap)} runs already`);
    const { consensus } = this.#dependencies;
    const groups = familyId > 0 ? await consensus.gvgsOfFamily(familyId) : [{ id: gvgId }];
    await this.#forgetFailed(groups.map(({ id }) => id));
    for (const { id } of groups) {
      await this.#write({
        ...{ virtual_group_id: id, virtual_group_family_id: familyId },
        redundancy_index: place,
        ...{ start_after: 0n, next_start_after: 0n, limit: BATCH, status: RecoverStatus.PROCESSING, object_count: 0n },
      });
    }
    this.#start(swap);
  }

  /** @throws manager 65201 */
  async processes(familyId: number, gvgId: number): Promise<RecoverProcesses> {
    const { spdb } = this.#dependencies;
    const isAll = familyId === 0 && gvgId === 0;
    const rows = (await database(spdb.listRecoverGvgs())).filter((row) => isAll || belongsTo(row, { familyId, gvgId }));
    const failed = await database(spdb.listRecoverFailed(BATCH));
    const recover_processes = await Promise.all(
      rows.map(async ({ next_start_after: _, limit, ...row }): Promise<RecoverProcess> => {
        const own = failed.filter(({ virtual_group_id }) => virtual_group_id === row.virtual_group_id);
        return {
          ...{ ...row, limit: BigInt(limit) },
          failed_object_total_count: BigInt(await database(spdb.countRecoverFailed(row.virtual_group_id))),
          recover_failed_object: own.map(({ retry: retry_time, ...object }) => ({ ...object, retry_time })),
        };
      }),
    );
    const names = new Set(swapsOf(rows).map(nameOf));
    return { recover_processes, executing: [...this.#running.keys()].some((name) => names.has(name)) };
  }

  #start(swap: Swap): void {
    const name = nameOf(swap);
    if (this.#running.has(name)) return;
    const run = this.#run(swap)
      .catch((error: unknown) => {
        if (!this.#signal.aborted) this.#dependencies.logger.error('a recovery has ended', { swap: name, error });
      })
      .finally(() => this.#running.delete(name));
    this.#running.set(name, run);
  }

  async #run(swap: Swap): Promise<void> {
    const { logger } = this.#dependencies;
    for (let failures = 0; !this.#signal.aborted; ) {
      try {
        return await this.#recover(swap);
      } catch (error) {
        if (error instanceof GfSpError && error.is(managerErrors.requestLost)) throw error;
        if (!this.#signal.aborted) logger.warn('a recovery is begun again', { swap: nameOf(swap), error });
      }
      failures += 1;
      await pause(backoffMs(failures, BEGIN_AGAIN), this.#signal);
    }
  }

  async #recover(swap: Swap): Promise<void> {
    const { spdb, logger } = this.#dependencies;
    const rows = (await spdb.listRecoverGvgs()).filter((row) => belongsTo(row, swap));
    const groups = rows.map((row) => new SuccessorGroup(row, this.#options, this.#dependencies));
    // otherwise a manager before has completed the swap
    if (!(await this.#hasPlace(swap, rows[0]?.redundancy_index))) {
      await this.#placeOf(swap);
      if (!(await this.#bringAll(groups))) {
        const left = 'a recovery has ended with objects that could not be recovered: the swap is not completed';
        return logger.error(left, { swap: nameOf(swap) });
      }
      await this.#complete(swap);
    }
    await this.#lookOnceMore(swap);
    for (const group of groups) await group.completed();
  }

  /** Looks until nothing came meanwhile. false when something was tried too often. */
  async #bringAll(groups: readonly SuccessorGroup[]): Promise<boolean> {
    for (let looks = 0; looks < MAX_LOOKS; looks++) {
      const states: GroupState[] = [];
      for (const group of groups) states.push(await group.run(this.#signal));
      if (states.includes('left')) return false;
      if (states.every((state) => state === 'whole')) return true;
    }
    return true;
  }

  /** On chain: from then on this provider has the place. */
  async #complete(swap: Swap): Promise<void> {
    const { client, logger } = this.#dependencies;
    // a swap that was completed or given up meanwhile is not there any more
    await this.#placeOf(swap);
    const hash = await client.signer.broadcast('complete_swap_in', {
      storage_provider: this.#options.operatorAddress,
      global_virtual_group_family_id: swap.familyId,
      global_virtual_group_id: swap.gvgId,
    });
    logger.info('a place was taken over', { swap: nameOf(swap), hash });
  }

  /** What was sealed after the last look, and before this provider had the place, came to whoever had it. */
  async #lookOnceMore(swap: Swap): Promise<void> {
    const request = { objects: [], bucket: '', gvg_id: swap.gvgId, family_id: swap.familyId };
    const looking = { ...request, segment: -1, verify: false, after: '' };
    for await (const one of recoverPass(looking, this.#signal, this.#options, this.#dependencies)) {
      const { object_id, failed, error } = one;
      if (failed > 0) {
        this.#dependencies.logger.error('an object of a place that was taken over is not whole', { object_id, error });
      }
    }
  }

  /** The place that this provider has reserved: the redundancy index. @throws manager 60001 */
  async #placeOf(swap: Swap): Promise<number> {
    const { familyId, gvgId } = swap;
    if (familyId > 0 === gvgId > 0) throw managerErrors.requestLost('a family or a group: name one of them');
    const { consensus } = this.#dependencies;
    const [own, info] = await Promise.all([this.#ownId(), consensus.swapInInfo(familyId, gvgId)]);
    if (own === undefined || info?.successor_sp_id !== own) {
      const whose = info === undefined ? 'nobody has reserved it' : `provider ${info.successor_sp_id} is`;
      throw managerErrors.requestLost(`this provider is not the successor of ${nameOf(swap)}: ${whose}`);
    }
    if (familyId > 0) return PRIMARY;
    const place = (await consensus.gvg(gvgId))?.secondary_sp_ids.indexOf(info.target_sp_id) ?? -1;
    if (place < 0) throw managerErrors.requestLost(`provider ${info.target_sp_id} has no place in ${nameOf(swap)}`);
    return place;
  }

  async #hasPlace({ familyId, gvgId }: Swap, index = PRIMARY): Promise<boolean> {
    const { consensus } = this.#dependencies;
    const own = await this.#ownId();
    if (own === undefined) return false;
    if (familyId > 0) return (await consensus.family(familyId))?.primary_sp_id === own;
    return (await consensus.gvg(gvgId))?.secondary_sp_ids[index] === own;
  }

  async #ownId(): Promise<number | undefined> {
    return (await this.#dependencies.consensus.spByOperator(this.#options.operatorAddress))?.id;
  }

  /** What was tried too often is tried anew. */
  async #forgetFailed(gvgIds: readonly number[]): Promise<void> {
    const { spdb } = this.#dependencies;
    for (let after = 0n; ; ) {
      const rows = await database(spdb.listRecoverFailed(BATCH, after));
      for (const { object_id, virtual_group_id } of rows) {
        if (gvgIds.includes(virtual_group_id)) await database(spdb.deleteRecoverFailed(object_id));
      }
      const last = rows.at(-1);
      if (!last || rows.length < BATCH) return;
      after = last.object_id;
    }
  }

  #write(row: RecoverGvg): Promise<void> {
    return database(this.#dependencies.spdb.setRecoverGvg(row));
  }
}

function nameOf({ familyId, gvgId }: Swap): string {
  return familyId > 0 ? `family ${familyId}` : `group ${gvgId}`;
}

function belongsTo({ virtual_group_family_id, virtual_group_id }: RecoverGvg, { familyId, gvgId }: Swap): boolean {
  if (familyId > 0) return virtual_group_family_id === familyId;
  return virtual_group_family_id === 0 && virtual_group_id === gvgId;
}

function swapsOf(rows: readonly RecoverGvg[]): Swap[] {
  const swaps = rows.map(({ virtual_group_family_id: familyId, virtual_group_id }) => ({
    familyId,
    gvgId: familyId > 0 ? 0 : virtual_group_id,
  }));
  return [...new Map(swaps.map((swap) => [nameOf(swap), swap])).values()];
}

/** @throws manager 65201 */
async function database<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw managerErrors.database('the progress of recoveries could not be read or written', error);
  }
}
