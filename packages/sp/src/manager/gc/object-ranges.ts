/** Which blocks are looked through for deleted objects, and how far that is (`reference/tasks-and-manager.md` §7, §8.2, §8.3). */
import {
  type Consensus,
  type ExecutorTask,
  type GCObjectTask,
  type GcObjectProgress,
  keyOf,
  type Logger,
  type Modules,
  newTask,
  type SpDb,
} from '@prairie/gfsp';
import { managerErrors } from '../errors.ts';
import type { JobQueues } from '../job-queues.ts';
import type { GcSettings } from './settings.ts';

export type ObjectRangesOptions = Pick<GcSettings, 'objectBlocks' | 'objectSafeBlocks'>;

export interface ObjectRangesDependencies {
  queues: JobQueues;
  spdb: Pick<SpDb, 'setGcProgress' | 'deleteGcProgress' | 'listGcProgress'>;
  client: Pick<Modules, 'metadata'>;
  consensus: Pick<Consensus, 'currentHeight'>;
  logger: Logger;
}

type Report = Extract<ExecutorTask, { kind: 'gc-object' }>;

/** Unfinished ranges at most, and the finished one that remembers how far it went. */
const MAX_ROWS = 1000;
/** Room in the queue for new ranges, whatever fails. */
const ROOM_FOR_NEW = 1;

/**
 * Ranges of blocks become tasks when they are old enough. A range's row is there before its task, and holds the task's
 * progress, so that nothing is skipped whatever ends in between. The row of the newest finished range stays: it says
 * where to go on after a restart, which the reference forgets.
 */
export class ObjectRanges {
  readonly #options: ObjectRangesOptions;
  readonly #dependencies: ObjectRangesDependencies;
  /** First block of the next range; undefined until the rows were read. */
  #cursor: bigint | undefined;
  /** Key of the range that was taken up last. */
  #taken = '';

  constructor(options: ObjectRangesOptions, dependencies: ObjectRangesDependencies) {
    this.#options = options;
    this.#dependencies = dependencies;
  }

  /** First block that no range has covered yet. */
  async cursor(): Promise<bigint> {
    if (this.#cursor === undefined) {
      const rows = await this.#dependencies.spdb.listGcProgress(MAX_ROWS);
      this.#cursor = rows.reduce((next, { end_gc_block_id: end }) => (end >= next ? end + 1n : next), 0n);
    }
    return this.#cursor;
  }

  /** The newest block whose deletions may be acted on; below 0 on a young chain. */
  async safeBlock(): Promise<bigint> {
    return (await this.#dependencies.consensus.currentHeight()) - this.#options.objectSafeBlocks;
  }

  /** First block that may still have something to collect: of an unfinished range, or the next one. */
  async oldest(): Promise<bigint> {
    const open = (await this.#dependencies.spdb.listGcProgress(MAX_ROWS)).filter((row) => !isFinished(row));
    return open.reduce((oldest, row) => earlier(row.current_gc_block_id, oldest), await this.cursor());
  }

  /** Pushes what a restart or a failure left, then what has become old enough, as long as there is room. */
  async round(): Promise<void> {
    await this.resume();
    const safe = await this.safeBlock();
    for (let from = await this.cursor(); from <= safe && (await this.#mayOpen()); from = await this.cursor()) {
      const found = await this.#dependencies.client.metadata.listDeletedObjects(from, safe);
      const [first] = found.objects;
      // blocks without a deletion cost one question, however many they are
      if (!first) {
        this.#cursor = later(found.end_block_number + 1n, from);
        return;
      }
      // of a removed object the height of its removal
      const start = later(first.update_at, from);
      const end = earlier(start + this.#options.objectBlocks, found.end_block_number);
      await this.#open(start, end);
      this.#cursor = end + 1n;
    }
  }

  /** Progress of a range, its end, or its failure. @throws 60004 when it is not queued, or behind what is known */
  async reported(report: Report): Promise<void> {
    const { queues, spdb } = this.#dependencies;
    const { current_block_number: current, last_deleted_object_id: last } = report.value;
    const row = (await spdb.listGcProgress(MAX_ROWS)).find(({ task_key }) => task_key === report.key);
    const settled = await queues.settle(report);
    if (settled === 'again' || settled === 'dropped') return;
    const isBehind =
      row &&
      (row.current_gc_block_id > current || (row.current_gc_block_id === current && row.last_deleted_object_id > last));
    if (settled === 'progress' && isBehind) throw managerErrors.canceled();
    await spdb.setGcProgress(rowOf(report.key, report.value));
    if (settled === 'done') await this.#forgetFinished();
  }

  async #mayOpen(): Promise<boolean> {
    const rows = await this.#dependencies.spdb.listGcProgress(MAX_ROWS);
    return rows.length < MAX_ROWS && (await this.#room()) > 0;
  }

  async #room(): Promise<number> {
    const queue = this.#dependencies.queues.of('gc-object');
    return queue.capacity - (await queue.size());
  }

  async #open(start: bigint, end: bigint): Promise<void> {
    const { spdb, queues } = this.#dependencies;
    const task = taskOf({
      start_gc_block_id: start,
      end_gc_block_id: end,
      current_gc_block_id: start,
      last_deleted_object_id: 0n,
    });
    await spdb.setGcProgress(rowOf(keyOf('gc-object', task), task));
    await queues.push('gc-object', task);
  }

  /** Ranges that are in the tables and in no queue: of before a restart, or given up after failures. They take turns. */
  async resume(): Promise<void> {
    const { spdb, queues, logger } = this.#dependencies;
    const queue = queues.of('gc-object');
    const open = (await spdb.listGcProgress(MAX_ROWS)).filter((row) => !isFinished(row));
    const isNext = ({ task_key }: GcObjectProgress) => task_key > this.#taken;
    for (const row of [...open.filter(isNext), ...open.filter((row) => !isNext(row))]) {
      if (await queue.has(row.task_key)) continue;
      if ((await this.#room()) <= ROOM_FOR_NEW) return;
      logger.debug('a range of deleted objects is taken up', { key: row.task_key, block: row.current_gc_block_id });
      await queues.push('gc-object', taskOf(row));
      this.#taken = row.task_key;
    }
  }

  /** Of those that are finished only the newest stays. */
  async #forgetFinished(): Promise<void> {
    const { spdb } = this.#dependencies;
    const finished = (await spdb.listGcProgress(MAX_ROWS)).filter(isFinished);
    const newest = finished.reduce((end, row) => later(end, row.end_gc_block_id), 0n);
    for (const { task_key, end_gc_block_id } of finished) {
      if (end_gc_block_id < newest) await spdb.deleteGcProgress(task_key);
    }
  }
}

type Place = Pick<
  GcObjectProgress,
  'start_gc_block_id' | 'end_gc_block_id' | 'current_gc_block_id' | 'last_deleted_object_id'
>;

/** The same key as before: the time of its making is in it. */
function taskOf(row: Place & { task_key?: string }): GCObjectTask {
  const created = /-time(\d{1,18})$/.exec(row.task_key ?? '')?.[1];
  return {
    task: newTask(created === undefined ? {} : { create_time: BigInt(created) }),
    start_block_number: row.start_gc_block_id,
    end_block_number: row.end_gc_block_id,
    current_block_number: row.current_gc_block_id,
    last_deleted_object_id: row.last_deleted_object_id,
    running: false,
  };
}

function rowOf(task_key: string, task: GCObjectTask): GcObjectProgress {
  return {
    task_key,
    start_gc_block_id: task.start_block_number,
    end_gc_block_id: task.end_block_number,
    current_gc_block_id: task.current_block_number,
    last_deleted_object_id: task.last_deleted_object_id,
  };
}

const isFinished = ({ current_gc_block_id, end_gc_block_id }: GcObjectProgress): boolean =>
  current_gc_block_id > end_gc_block_id;
const earlier = (a: bigint, b: bigint): bigint => (a < b ? a : b);
const later = (a: bigint, b: bigint): bigint => (a > b ? a : b);
