/** Urgency of tasks, 0–255, the highest first (`reference/tasks-and-manager.md` §1.5). */
import type { TaskKind } from './kinds.ts';

/**
 * What a task of a kind begins with. Who makes one may give another: recovery that an operator or a successor asks for
 * has 85, and the receive task that goes with a piece 255 in replication and 85 in migration.
 */
export const TaskPriority: { readonly [K in TaskKind]: number } = {
  'create-bucket-approval': 0,
  'migrate-bucket-approval': 0,
  'create-object-approval': 0,
  'delegate-create-object-approval': 0,
  'replicate-approval': 0,
  upload: 0,
  'resumable-upload': 0,
  replicate: 255,
  seal: 85,
  receive: 21,
  download: 0,
  'download-piece': 0,
  challenge: 0,
  'gc-object': 21,
  'gc-zombie': 21,
  'gc-meta': 21,
  'gc-bucket-migration': 21,
  'gc-stale-version': 21,
  recover: 21,
  'migrate-gvg': 85,
  'migrate-piece': 0,
};

export type Band = 'low' | 'medium' | 'high';

/** First priority of the medium band, and its last. */
const MEDIUM_FROM = 85;
const MEDIUM_TO = 170;

/** The band whose slot a task takes. Seal and group migration (85) are medium here. */
export function bandOf(priority: number): Band {
  if (priority < MEDIUM_FROM) return 'low';
  return priority <= MEDIUM_TO ? 'medium' : 'high';
}

/** The level that is shown; 85 is low here, unlike in {@link bandOf}. */
export function levelOf(priority: number): Band {
  if (priority <= MEDIUM_FROM) return 'low';
  return priority <= MEDIUM_TO ? 'medium' : 'high';
}
