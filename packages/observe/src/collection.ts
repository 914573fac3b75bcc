/** What garbage collection tells of itself. */
import type { Metrics } from './metrics.ts';

export interface CollectionObserver {
  /** Height of the block that the collection of deleted objects is at. */
  onCollectedBlock: (height: bigint) => void;
  onObjectsDeleted: (count: number) => void;
}

export function observeCollection(metrics: Metrics): CollectionObserver {
  return {
    onCollectedBlock: (height) => {
      metrics.set('gc_block_number', { gc_block_number: 'manager_gc_block_number' }, Number(height));
    },
    onObjectsDeleted: (count) => metrics.add('delete_object_number', { delete_object_number: 'taskexecutor' }, count),
  };
}
