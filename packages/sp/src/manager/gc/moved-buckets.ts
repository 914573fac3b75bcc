/** What buckets that moved left here (`reference/tasks-and-manager.md` §7, §11.3, §11.9; features 11.19). */
import { greenfieldStorage as storage } from '@prairie/chain';
import {
  type BucketMigrationProgress,
  BucketMigrationState,
  type Consensus,
  type ExecutorTask,
  type GCBucketMigrationTask,
  keyOf,
  type Logger,
  newTask,
  type SpDb,
} from '@prairie/gfsp';
import { managerErrors } from '../errors.ts';
import type { JobQueues } from '../job-queues.ts';

export interface MovedBucketsDependencies {
  queues: JobQueues;
  spdb: Pick<SpDb, 'listBucketMigrations' | 'updateBucketMigration'>;
  consensus: Pick<Consensus, 'bucketById' | 'family' | 'spByOperator'>;
  logger: Logger;
}

const {
  SRC_SP_PRE_DEDUCT_QUOTA_DONE: LEAVING,
  WAIT_REJECT_TX_EVENT_DONE: REJECTED,
  WAIT_CANCEL_TX_EVENT_DONE: CANCELLED,
  SRC_SP_GC_DOING: SOURCE_GC,
  DEST_SP_GC_DOING: DESTINATION_GC,
  MIGRATION_FINISHED: FINISHED,
} = BucketMigrationState;

/** States in which something may be to do here, and the one that a collection of theirs is in. */
const COLLECTING = new Map<number, number>([
  [LEAVING, SOURCE_GC],
  [SOURCE_GC, SOURCE_GC],
  [REJECTED, DESTINATION_GC],
  [CANCELLED, DESTINATION_GC],
  [DESTINATION_GC, DESTINATION_GC],
]);

/** Buckets looked at in one round. */
const PAGE = 100;

/**
 * A bucket that leaves has a row from the notice of its destination on, so that a round has to look at those few
 * buckets alone, and asks the chain what has become of them; the reference asks for the events of every block.
 */
export class MovedBuckets {
  readonly #operatorAddress: string;
  readonly #dependencies: MovedBucketsDependencies;
  /** Bucket after which the next round begins. */
  #after = 0n;

  constructor({ operatorAddress }: { operatorAddress: string }, dependencies: MovedBucketsDependencies) {
    this.#operatorAddress = operatorAddress;
    this.#dependencies = dependencies;
  }

  async round(): Promise<void> {
    const { spdb } = this.#dependencies;
    const rows = await spdb.listBucketMigrations([...COLLECTING.keys()], PAGE, this.#after);
    this.#after = rows.length < PAGE ? 0n : (rows.at(-1)?.bucket_id ?? 0n);
    for (const row of rows) await this.#lookAt(row);
  }

  /** Buckets whose leftovers are to be collected now. */
  async *all(): AsyncGenerator<GCBucketMigrationTask> {
    let after = 0n;
    for (;;) {
      const rows = await this.#dependencies.spdb.listBucketMigrations([...COLLECTING.keys()], PAGE, after);
      for (const row of rows) if (await this.#isOver(row)) yield taskOf(row);
      after = rows.at(-1)?.bucket_id ?? after;
      if (rows.length < PAGE) return;
    }
  }

  /** @throws 60004 when it is not queued */
  async reported(report: Extract<ExecutorTask, { kind: 'gc-bucket-migration' }>): Promise<void> {
    const { queues, spdb } = this.#dependencies;
    const { value, key } = report;
    if (!(await queues.of('gc-bucket-migration').has(key))) throw managerErrors.canceled();
    await spdb.updateBucketMigration(value.bucket_id, {
      last_gc_object_id: value.last_gc_object_id,
      last_gc_gvg_id: value.last_gc_gvg_id,
      total_gvg_num: Number(value.total_gvg_num),
      gc_finished_gvg_num: Number(value.gc_finished_gvg_num),
    });
    const settled = await queues.settle(report);
    if (settled === 'done') await spdb.updateBucketMigration(value.bucket_id, { migration_state: FINISHED });
  }

  async #lookAt(row: BucketMigrationProgress): Promise<void> {
    const { queues, spdb, logger } = this.#dependencies;
    const queue = queues.of('gc-bucket-migration');
    const task = taskOf(row);
    if ((await queue.has(keyOf('gc-bucket-migration', task))) || (await queue.size()) >= queue.capacity) return;
    if (!(await this.#isOver(row))) return;
    const migration_state = COLLECTING.get(row.migration_state)!;
    if (migration_state !== row.migration_state) await spdb.updateBucketMigration(row.bucket_id, { migration_state });
    logger.info('what a moved bucket left is collected', { bucket_id: row.bucket_id, state: migration_state });
    await queues.push('gc-bucket-migration', task);
  }

  /** Whether the bucket is somewhere else for good. One that is gone is the business of the deleted objects. */
  async #isOver({ bucket_id, migration_state }: BucketMigrationProgress): Promise<boolean> {
    const { consensus } = this.#dependencies;
    const bucket = (await consensus.bucketById(bucket_id))?.bucket_info;
    if (!bucket || bucket.bucket_status === storage.BucketStatus.BUCKET_STATUS_MIGRATING) return false;
    if (migration_state !== LEAVING) return true;
    const [family, self] = await Promise.all([
      consensus.family(bucket.global_virtual_group_family_id),
      consensus.spByOperator(this.#operatorAddress),
    ]);
    return family !== undefined && self !== undefined && family.primary_sp_id !== self.id;
  }
}

function taskOf(row: BucketMigrationProgress): GCBucketMigrationTask {
  return {
    task: newTask(),
    bucket_id: row.bucket_id,
    last_gc_object_id: row.last_gc_object_id,
    last_gc_gvg_id: BigInt(row.last_gc_gvg_id),
    finished: false,
    total_gvg_num: BigInt(row.total_gvg_num),
    gc_finished_gvg_num: BigInt(row.gc_finished_gvg_num),
  };
}
