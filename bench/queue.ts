/** The queues in memory: how many tasks a second, and how long from a push to the executor that waits. */
import { type Limit, limitOf, MemoryQueue, NO_LIMIT, type QueueTask, TaskDispatcher } from '@prairie/gfsp';
import { percentile, round } from './figures.ts';
import { machineLine } from './machine.ts';

const TASKS = 100_000;
/** Executors that wait for work; the reference's default (`MaxExecuteNumber`). */
const WAITERS = 64;
/** Largest pause between two pushes to executors that wait. */
const PAUSE_MS = 2;

interface Aids {
  signal: AbortSignal;
  say: (text: string) => void;
}

export async function* benchQueue({ quick }: { quick: boolean }, { signal, say }: Aids): AsyncGenerator<object> {
  const rounds = quick ? 3 : 10;
  for (const [name, tasks] of [
    ['sizes of a provider', providerTasks()],
    ['10,000 different estimates', anyTasks()],
  ] as const) {
    say(`${TASKS} tasks, ${name}`);
    yield { case: 'queue-push-pop', estimates: name, ...(await fillAndEmpty(tasks, rounds, signal)) };
    yield { case: 'queue-push-pop-steady', estimates: name, ...(await steady(tasks, rounds, signal)) };
  }
  yield await dispatch(quick ? 1000 : 5000, { signal, say });
  yield machineLine();
}

/** Everything in, then everything out. */
async function fillAndEmpty(tasks: readonly QueueTask<number>[], rounds: number, signal: AbortSignal): Promise<object> {
  const [push, pop] = [new Stopwatch(), new Stopwatch()];
  for (let round = 0; round <= rounds; round++) {
    await breathe(signal);
    // the first round warms up
    if (round === 1) [push, pop].map((watch) => watch.reset());
    const queue = new MemoryQueue<number>({ name: 'bench', capacity: TASKS });
    push.time(() => {
      for (const task of tasks) queue.push(task);
    });
    pop.time(() => {
      for (const _ of tasks) taken(queue.popByLimit(OFFER));
    });
  }
  const all = rounds * tasks.length;
  return {
    tasks: tasks.length,
    pushesPerS: round(all / push.seconds, 0),
    popsPerS: round(all / pop.seconds, 0),
    pushPopsPerS: round(all / (push.seconds + pop.seconds), 0),
    cpuUsPerPushPop: round(((push.cpuSeconds + pop.cpuSeconds) * 1e6) / all),
  };
}

/** One in and one out, in turn, of a queue that stays full. */
async function steady(tasks: readonly QueueTask<number>[], rounds: number, signal: AbortSignal): Promise<object> {
  const queue = new MemoryQueue<number>({ name: 'bench', capacity: TASKS });
  for (const task of tasks) queue.push(task);
  const watch = new Stopwatch();
  for (let round = 0; round <= rounds; round++) {
    await breathe(signal);
    if (round === 1) watch.reset();
    watch.time(() => {
      for (let i = 0; i < tasks.length; i++) queue.push(taken(queue.popByLimit(OFFER)));
    });
  }
  const all = rounds * tasks.length;
  return {
    tasks: queue.size(),
    pushPopsPerS: round(all / watch.seconds, 0),
    cpuUsPerPushPop: round((watch.cpuSeconds * 1e6) / all),
  };
}

/** Sums of wall time, and of the CPU time of all threads of this process. */
class Stopwatch {
  seconds = 0;
  cpuSeconds = 0;

  reset(): void {
    this.seconds = 0;
    this.cpuSeconds = 0;
  }

  time(work: () => void): void {
    const cpuBefore = process.cpuUsage();
    const started = performance.now();
    work();
    this.seconds += (performance.now() - started) / 1000;
    const { user, system } = process.cpuUsage(cpuBefore);
    this.cpuSeconds += (user + system) / 1e6;
  }
}

/** From the push to the executor's next line, with as many that wait as one executor has places. */
async function dispatch(count: number, { signal, say }: Aids): Promise<object> {
  say(`${count} tasks to executors that wait`);
  const queues = ['replicate', 'seal', 'receive'].map((name) => new MemoryQueue<number>({ name, capacity: TASKS }));
  const dispatcher = new TaskDispatcher(queues);
  const latencies: number[] = [];
  const done = new AbortController();
  const either = AbortSignal.any([signal, done.signal]);
  const executor = async (owner: string): Promise<void> => {
    while (!either.aborted) {
      const next = await dispatcher.take({ owner, offer: OFFER }, either);
      if (!next) return;
      latencies.push(performance.now() - next.task.value);
      await next.queue.complete(next.task.key);
      if (latencies.length === count) done.abort();
    }
  };
  const executors = Array.from({ length: WAITERS }, (_, index) => executor(`executor-${index}`));
  for (let index = 0; index < count && !either.aborted; index++) {
    await new Promise((resolve) => setTimeout(resolve, Math.random() * PAUSE_MS));
    queues[index % queues.length]!.push({ ...providerTask(index), value: performance.now() });
  }
  await Promise.all(executors);
  signal.throwIfAborted();
  return {
    case: 'queue-dispatch-in-process',
    tasks: latencies.length,
    p50Ms: round(percentile(latencies, 0.5), 4),
    p99Ms: round(percentile(latencies, 0.99), 4),
    maxMs: round(Math.max(...latencies), 4),
  };
}

/** Room for everything, but nothing is without limit: each estimate is compared. */
const OFFER: Limit = { ...NO_LIMIT, memory: 2n ** 60n };

const BANDS = [
  limitOf({ tasks_low_priority: 1 }),
  limitOf({ tasks_medium_priority: 1 }),
  limitOf({ tasks_high_priority: 1 }),
];
/** Memory of a provider's tasks: none, and pieces of up to a segment with its parity. */
const SIZES = [0n, 1n << 16n, 1n << 20n, 1n << 22n, 1n << 24n, 3n << 23n];

function taskOf(index: number, memory: bigint): QueueTask<number> {
  const priority = Math.floor(Math.random() * 256);
  const band = BANDS[priority < 85 ? 0 : priority <= 170 ? 1 : 2]!;
  const estimate = { ...band, tasks: 1, memory };
  return { key: `task-${index}`, priority, value: index, timeoutMs: 60_000, maxAttempts: 3, estimate };
}

const providerTask = (index: number): QueueTask<number> =>
  taskOf(index, SIZES[Math.floor(Math.random() * SIZES.length)]!);

const providerTasks = (): QueueTask<number>[] => Array.from({ length: TASKS }, (_, index) => providerTask(index));

const anyTasks = (): QueueTask<number>[] =>
  Array.from({ length: TASKS }, (_, index) => taskOf(index, BigInt(Math.floor(Math.random() * 3333)) << 13n));

/** Lets the signal be heard between rounds. */
async function breathe(signal: AbortSignal): Promise<void> {
  await new Promise(setImmediate);
  signal.throwIfAborted();
}

function taken<T>(task: T | undefined): T {
  if (task === undefined) throw new Error('the queue has lost a task');
  return task;
}
