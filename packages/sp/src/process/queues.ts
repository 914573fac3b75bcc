import { type Logger, MemoryQueueEngine, type QueueEngine } from '@prairie/gfsp';
import type { Foundations } from './foundations.ts';
import type { ProviderSettings } from './settings.ts';

/** The engine of the manager's queues: in memory, or PostgreSQL when several managers share them. */
export function managerQueues(
  { queue }: ProviderSettings,
  foundations: Foundations,
  logger: Logger,
): Promise<QueueEngine> {
  return foundations.queueEngine(async () => {
    if (queue?.engine !== 'postgres') return new MemoryQueueEngine();
    // loaded only here: a provider without it does not pay for a driver
    const { PostgresQueueEngine } = await import('@prairie/gfsp/postgres');
    const { url: connectionString, schema } = queue;
    return new PostgresQueueEngine({ connectionString, ...(schema ? { schema } : {}) }, { logger });
  });
}
