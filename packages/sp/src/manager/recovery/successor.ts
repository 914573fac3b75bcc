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
import {
  BATCH,
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
      const isWhole = own.every(({ status }) => status === RecoverStatus.COMPLETED);
      // all may be here and the chain not have been told; what it was told is not there any more
      if (!isWhole || (await this.#successorOf(swap).then(isReserved, () => true))) this.#start(swap);
    }
  }

  /** Resolves when nothing runs any more. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#running.values());
  }

  /** @throws manager 60001, 60002, 65201 */
  async trigger(familyId: number, gvgId: number, redundancyIndex: number): Promise<void> {
    const swap = { familyId, gvgId };
    await this.#requireSuccessor(swap);
    if (this.#running.has(nameOf(swap))) throw managerErrors.repeated(`the recovery of ${nameOf(swap)} runs already`);
    const { consensus } = this.#dependencies;
    const groups = familyId > 0 ? await consensus.gvgsOfFamily(familyId) : [{ id: gvgId }];
    await this.#forgetFailed(groups.map(({ id }) => id));
    for (const { id } of groups) {
      await this.#write({
        ...{ virtual_group_id: id, virtual_group_family_id: familyId },
        redundancy_index: familyId > 0 ? PRIMARY : redundancyIndex,
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
    let isWhole = true;
    for (const row of rows) {
      const group = new SuccessorGroup(row, this.#options, this.#dependencies);
      isWhole = (await group.run(this.#signal)) && isWhole;
    }
    if (isWhole) return this.#complete(swap);
    logger.error('a recovery has ended with objects that could not be recovered: the swap is not completed', {
      swap: nameOf(swap),
    });
  }

  /** On chain: from then on this provider has the place. */
  async #complete(swap: Swap): Promise<void> {
    const { client, logger } = this.#dependencies;
    // a swap that was completed or given up meanwhile is not there any more
    await this.#requireSuccessor(swap);
    const hash = await client.signer.broadcast('complete_swap_in', {
      storage_provider: this.#options.operatorAddress,
      global_virtual_group_family_id: swap.familyId,
      global_virtual_group_id: swap.gvgId,
    });
    logger.info('a place was taken over', { swap: nameOf(swap), hash });
  }

  /** @throws manager 60001 */
  async #requireSuccessor(swap: Swap): Promise<void> {
    if (swap.familyId > 0 === swap.gvgId > 0) throw managerErrors.requestLost('a family or a group: name one of them');
    const { own, successor } = await this.#successorOf(swap);
    if (isReserved({ own, successor })) return;
    const whose = successor === undefined ? 'nobody has reserved it' : `provider ${successor} is`;
    throw managerErrors.requestLost(`this provider is not the successor of ${nameOf(swap)}: ${whose}`);
  }

  /** Ids of this provider, and of who has reserved the place. */
  async #successorOf({ familyId, gvgId }: Swap): Promise<{ own: number | undefined; successor: number | undefined }> {
    const { consensus } = this.#dependencies;
    const [self, info] = await Promise.all([
      consensus.spByOperator(this.#options.operatorAddress),
      consensus.swapInInfo(familyId, gvgId),
    ]);
    return { own: self?.id, successor: info?.successor_sp_id };
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

const isReserved = ({ own, successor }: { own: number | undefined; successor: number | undefined }): boolean =>
  own !== undefined && own === successor;

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
