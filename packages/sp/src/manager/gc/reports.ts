/** What executors report of the collection's tasks. */
import type { ExecutorTask, ExecutorTaskKind, GcKind } from '@prairie/gfsp';

export type GcTaskKind = Extract<ExecutorTaskKind, `gc-${string}`>;
export type GcReport = Extract<ExecutorTask, { kind: GcTaskKind }>;

/** Queue → what it is about, in lists. */
export const SUBJECTS: Readonly<Record<GcTaskKind, GcKind>> = {
  'gc-object': 'object',
  'gc-zombie': 'zombie',
  'gc-meta': 'meta',
  'gc-stale-version': 'stale',
  'gc-bucket-migration': 'migration',
};

/** It goes on. */
export const isProgress = ({ kind, value }: GcReport): boolean => {
  if (kind === 'gc-object') return value.current_block_number <= value.end_block_number;
  return kind === 'gc-bucket-migration' && !value.finished;
};

export const isGcReport = (task: ExecutorTask): task is GcReport => task.kind in SUBJECTS;
