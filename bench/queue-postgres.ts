/** Queues on a PostgreSQL server of their own: pushes and pops per second, and how long a push takes to reach another. */
import { TaskDispatcher } from '@prairie/gfsp';
import { PostgresQueueEngine } from '@prairie/gfsp/postgres';
import { findPostgres, HOW_TO_INSTALL, startPostgres } from '../test/support/postgres.ts';
import { inLanes, percentile, round } from './figures.ts';
import { measure } from './measure.ts';

/** Calls at a time: as many as there are connections, times what waits for one. */
const LANES = 16;
const POOL = 8;
const STANDING_TASKS = 10_000;

const taskOf = (key: string, priority: number) => ({
  key,
  priority,
  value: { object: 1n, checksum: new Uint8Array(32) },
  timeoutMs: 60_000,
  maxAttempts: 3,
});

/** Two managers, each with connections of its own, on one database. `seconds` per line. */
export async function* benchQueuePostgres(seconds: number): AsyncIterable<object> {
  if (!findPostgres()) {
    yield { case: 'queue-postgres', skipped: HOW_TO_INSTALL };
    return;
  }
  const server = await startPostgres();
  const options = { connectionString: server.connectionString, poolSize: POOL };
  const engines = [new PostgresQueueEngine(options), new PostgresQueueEngine(options)] as const;
  try {
    yield await pushPop(engines[0], 0, seconds);
    yield await pushPop(engines[0], STANDING_TASKS, seconds);
    yield await leaseComplete(engines[0], seconds);
    yield await dispatch(engines, seconds);
  } finally {
    await Promise.all(engines.map((engine) => engine.close()));
    await server.remove();
  }
}

/** Each run pushes one task and takes the next one out, beside `standing` others. */
async function pushPop(engine: PostgresQueueEngine, standing: number, seconds: number): Promise<object> {
  const queue = await engine.open({ name: `push-pop-${standing}`, capacity: 1_000_000 });
  const keys = Array.from({ length: standing }, (_, i) => `standing-${i}`);
  await inLanes(keys, LANES, async (key) => queue.push(taskOf(key, key.length % 256)));
  const run = async (index: number): Promise<void> => {
    await queue.push(taskOf(`fresh-${index}-${performance.now()}`, index % 256));
    if (!(await queue.pop())) throw new Error('expected a task: one was just pushed');
  };
  return {
    ...(await measure({ name: 'queue-postgres-push-pop', bytes: 0, concurrency: LANES, run }, seconds)),
    standing,
  };
}

/** The whole life of a task: pushed, handed out, completed. */
async function leaseComplete(engine: PostgresQueueEngine, seconds: number): Promise<object> {
  const queue = await engine.open({ name: 'lease', capacity: 1_000_000 });
  const run = async (index: number): Promise<void> => {
    await queue.push(taskOf(`fresh-${index}-${performance.now()}`, index % 256));
    const lease = await queue.lease('bench');
    if (!lease) throw new Error('expected a task: one was just pushed');
    await queue.complete(lease.task.key);
  };
  return measure({ name: 'queue-postgres-lease-complete', bytes: 0, concurrency: LANES, run }, seconds);
}

/** From the call that pushes at one manager until the one who waits at the other has the task. */
async function dispatch(
  engines: readonly [PostgresQueueEngine, PostgresQueueEngine],
  seconds: number,
): Promise<object> {
  const options = { name: 'dispatch', capacity: 1000 };
  const [here, there] = [await engines[0].open(options), await engines[1].open(options)];
  const dispatcher = new TaskDispatcher([there]);
  const latencies: number[] = [];
  const end = performance.now() + seconds * 1000;
  for (let i = 0; performance.now() < end; i++) {
    const taken = dispatcher.take({ owner: 'bench' }, AbortSignal.timeout(10_000));
    // The waiter's own first question must be over, else the push could be answered by it.
    await new Promise((resolve) => setTimeout(resolve, 10));
    const started = performance.now();
    await here.push(taskOf(`task-${i}`, 100));
    const dispatched = await taken;
    latencies.push(performance.now() - started);
    await there.complete(dispatched?.task.key ?? '');
  }
  const [p50Ms, p99Ms] = [0.5, 0.99].map((part) => round(percentile(latencies, part)));
  return { case: 'queue-postgres-dispatch', runs: latencies.length, p50Ms, p99Ms };
}
