/** What the schedulers stand on, in tests: real queues and tables, and a chain of a few numbers. */
import {
  type ExecutorTask,
  type ExecutorTaskKind,
  MemoryQueueEngine,
  type Modules,
  type SpDb,
  silentLogger,
} from '@prairie/gfsp';
import { openSpDb } from '@prairie/store';
import { JobQueues } from '../job-queues.ts';

export class GcBench {
  readonly logger = silentLogger;
  readonly engine = new MemoryQueueEngine();
  height = 0n;
  latestId = 0n;
  /** How far the tables are; undefined as far as the chain. */
  tables: bigint | undefined;
  /** Id → height of its removal. */
  readonly deleted = new Map<bigint, bigint>();
  /** Questions for deleted objects. */
  questions = 0;
  spdb!: SpDb;
  queues!: JobQueues;

  static async open(): Promise<GcBench> {
    const bench = new GcBench();
    bench.spdb = await openSpDb({ engine: 'sqlite', path: ':memory:' });
    bench.queues = await JobQueues.open({}, { engine: bench.engine, onGiveUp: () => {} });
    return bench;
  }

  /** Queues are in memory: a restart of the manager loses them. */
  async restart(): Promise<void> {
    this.queues = await JobQueues.open({}, { engine: new MemoryQueueEngine(), onGiveUp: () => {} });
  }

  readonly consensus = { currentHeight: async () => this.height };

  readonly client = {
    metadata: {
      getLatestObjectId: async () => this.latestId,
      listDeletedObjects: async (from: bigint, to: bigint) => {
        this.questions++;
        const end = this.tables !== undefined && this.tables < to ? this.tables : to;
        const found = [...this.deleted].filter(([, height]) => height >= from && height <= end);
        const objects = found
          .sort(([a, of], [b, other]) => Number(of - other) || Number(a - b))
          .map(([id, update_at]) => ({ update_at, object_info: { id } }));
        return { objects, end_block_number: end };
      },
    },
  } as unknown as Modules;

  /** What an executor gets now; undefined without work. */
  async take<K extends ExecutorTaskKind>(kind: K): Promise<Extract<ExecutorTask, { kind: K }> | undefined> {
    const lease = await this.queues.of(kind).lease('executor');
    return lease?.task.value as Extract<ExecutorTask, { kind: K }> | undefined;
  }

  async close(): Promise<void> {
    await this.engine.close();
    await this.spdb.close();
  }
}

export async function allOf<T>(source: AsyncIterable<T>): Promise<T[]> {
  const values: T[] = [];
  for await (const value of source) values.push(value);
  return values;
}
