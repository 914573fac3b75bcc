/** Gauges that are read when somebody scrapes. */
import type { BlockSyncer, ResourceManager } from '@prairie/gfsp';
import type { Health } from './health.ts';
import type { Metrics } from './metrics.ts';

/** What modules could still reserve: one series a scope, spans of single operations left out. */
export function watchResources(metrics: Metrics, manager: ResourceManager): void {
  metrics.onScrape(() => {
    for (const [name, scope] of manager.scopes()) {
      if (name.includes('/')) continue;
      const left = scope.remaining();
      metrics.set('remaining_memory_resource', { remaining_memory_resource: name }, Number(left.memory));
      metrics.set('remaining_task_resource', { remaining_task_resource: name }, left.tasks);
      metrics.set('remaining_high_task_resource', { remaining_high_task_resource: name }, left.tasks_high_priority);
      metrics.set(
        'remaining_medium_task_resource',
        { remaining_medium_task_resource: name },
        left.tasks_medium_priority,
      );
      metrics.set('remaining_low_task_resource', { remaining_task_resource: name }, left.tasks_low_priority);
    }
  });
}

/** 1 or 0 under `status_check`. */
export function watchHealth(metrics: Metrics, health: Health): void {
  metrics.onScrape(() => {
    metrics.set('status_check', { status_check: 'healthy' }, Number(health.healthy));
    metrics.set('status_check', { status_check: 'ready' }, Number(health.ready));
  });
}

interface PoolUse {
  used: number;
  idle: number;
  waiting: number;
}

/** Connections of the database that is called `spdb` or `bsdb`. */
export function watchPool(metrics: Metrics, name: string, pool: () => PoolUse): void {
  const labels = { db_name: name };
  metrics.onScrape(() => {
    const { used, idle, waiting } = pool();
    metrics.set('go_sql_open_connections', labels, used + idle);
    metrics.set('go_sql_in_use_connections', labels, used);
    metrics.set('go_sql_idle_connections', labels, idle);
    metrics.set('sql_waiting_callers', labels, waiting);
  });
}

/** Follows the block syncer until `signal` aborts. Resolves then, also when the syncer ends before. */
export async function watchHeight(metrics: Metrics, syncer: BlockSyncer, signal: AbortSignal): Promise<void> {
  try {
    for await (const height of syncer.heights(signal)) {
      metrics.set('block_syncer_height', { block_syncer_height: 'blocksyncer' }, Number(height));
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
