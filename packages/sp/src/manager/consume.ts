import { backoffMs, type LeaseQueue, type Logger, sleep, TaskDispatcher } from '@prairie/gfsp';

/** An engine that does not answer is asked again after 1 s, 2 s, … at most 30 s. */
const AWAY = { baseMs: 1000, maxMs: 30_000 };

/**
 * Works off a queue of the manager's own, one task after the other, until the signal aborts. What fails is tried again
 * by the queue's rules.
 */
export async function consume<T>(
  queue: LeaseQueue<T>,
  { signal, logger }: { signal: AbortSignal; logger: Logger },
  work: (value: T) => Promise<unknown>,
): Promise<void> {
  const dispatcher = new TaskDispatcher([queue]);
  for (let failures = 0; !signal.aborted; ) {
    try {
      const next = await dispatcher.take({ owner: 'manager' }, signal);
      failures = 0;
      if (next) await run(queue, next.task.key, () => work(next.task.value), logger);
    } catch (error) {
      if (signal.aborted) return;
      logger.error('a queue does not answer', { queue: queue.name, error });
      await sleep(backoffMs(++failures, AWAY), signal).catch(() => {});
    }
  }
}

async function run<T>(queue: LeaseQueue<T>, key: string, work: () => Promise<unknown>, logger: Logger): Promise<void> {
  let failure: unknown;
  try {
    await work();
  } catch (error) {
    failure = error;
  }
  if (failure === undefined) await queue.complete(key);
  else {
    logger.warn('a task of the manager is tried again', { queue: queue.name, key, error: failure });
    await queue.fail(key);
  }
}
