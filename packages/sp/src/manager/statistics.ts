/** What the manager says of its work (`reference/tasks-and-manager.md` §4.1, §14; features 17.20, 26.8). */
import type { BoundedCache } from '@prairie/chain';
import {
  type ExecutorTaskKind,
  type QueueEntry,
  type QueueState,
  type SpDb,
  TaskState,
  type TasksStats,
} from '@prairie/gfsp';
import type { JobQueues } from './job-queues.ts';
import type { Later } from './later.ts';
import type { UploadJobs } from './upload-jobs.ts';
import type { Uploads } from './uploads.ts';

export interface Books {
  queues: JobQueues;
  uploads: Uploads;
  jobs: UploadJobs;
  later: Later;
  spdb: SpDb;
}

/** Names in the line of the reference's statistics, in its order. */
const LINE: readonly (readonly [string, ExecutorTaskKind])[] = [
  ['replicate', 'replicate'],
  ['seal', 'seal'],
  ['receive', 'receive'],
  ['recovery', 'recover'],
  ['gcObject', 'gc-object'],
  ['gcZombie', 'gc-zombie'],
  ['gcMeta', 'gc-meta'],
  ['gcStaleVersionObject', 'gc-stale-version'],
  ['gcBucketMigration', 'gc-bucket-migration'],
  ['migrateGVG', 'migrate-gvg'],
];

/** `upload[1] replicate[0] …`: tasks in any state, by kind. */
export async function statisticsLine({ queues, uploads, later }: Books): Promise<string> {
  const { whole, parts } = await uploads.counts();
  const counts = [`upload[${whole}]`, `resumableUpload[${parts}]`];
  for (const [name, kind] of LINE) counts.push(`${name}[${await queues.of(kind).size()}]`);
  return [...counts, `later[${(await later.entries()).length}]`].join(' ');
}

export async function tasksStats({ queues, uploads, jobs }: Books): Promise<TasksStats> {
  const { whole, parts } = await uploads.counts();
  return {
    upload_count: whole,
    replicate_count: await queues.of('replicate').size(),
    seal_count: await queues.of('seal').size(),
    resumable_upload_count: parts,
    max_uploading: jobs.maxJobs,
    migrate_gvg_count: await queues.of('migrate-gvg').size(),
    recovery_process_count: await queues.of('recover').size(),
    recovery_failed_list: [],
  };
}

/** Job states (§6.1) by where a task stands; what has none is shown as its queue has it. */
const JOB_STATES: Partial<Record<ExecutorTaskKind, Record<QueueState, keyof typeof TaskState>>> = {
  replicate: {
    ready: 'ALLOC_SECONDARY_DONE',
    waiting: 'ALLOC_SECONDARY_DONE',
    running: 'REPLICATE_OBJECT_DOING',
  },
  seal: { ready: 'SIGN_OBJECT_DONE', waiting: 'SIGN_OBJECT_DONE', running: 'SEAL_OBJECT_DOING' },
};

interface Line {
  key: string;
  kind: string;
  state: string;
  attempts?: number;
  since?: number;
  member?: string;
}

/** One line a task whose key contains `filter`: key, kind, state, attempts, age, member. At most 1000 of a queue. */
export async function queryLines(
  books: Books & { states: Pick<BoundedCache<string, number>, 'get'> },
  filter: string,
): Promise<string[]> {
  const { queues, uploads, jobs } = books;
  const lines: Line[] = [];
  for (const entry of await uploads.queue.scan(filter)) {
    lines.push({ ...lineOf(entry), kind: 'upload', state: 'UPLOAD_OBJECT_DOING', member: entry.task.value.member });
  }
  for (const key of jobs.placing) lines.push({ key, kind: 'replicate', state: 'ALLOC_SECONDARY_DOING' });
  for (const [kind, queue] of queues.all) {
    for (const entry of await queue.scan(filter)) {
      const noted = entry.state === 'running' ? books.states.get(entry.task.key) : undefined;
      const known = JOB_STATES[kind]?.[entry.state] ?? entry.state.toUpperCase();
      const state = kind === 'replicate' && noted !== undefined ? stateName(noted) : known;
      lines.push({ ...lineOf(entry), kind, state });
    }
  }
  lines.push(...(await setAside(books)));
  return lines.filter(({ key }) => key.includes(filter)).map(textOf);
}

/** Objects whose job failed, or is to be taken up again, in the state of their rows. */
async function setAside({ later, spdb }: Books): Promise<Line[]> {
  const lines: Line[] = [];
  for (const { task, attempts, pushedAt } of await later.entries()) {
    const { objectId, key } = task.value;
    const state = stateName((await spdb.getUploadProgress(objectId))?.task_state);
    lines.push({ key: key || `Uploading-id:${objectId}`, kind: 'later', state, attempts, since: pushedAt });
  }
  return lines;
}

function lineOf({ task, attempts, pushedAt, owner }: QueueEntry<unknown>): Omit<Line, 'kind' | 'state'> {
  return { key: task.key, attempts, since: pushedAt, member: owner };
}

function stateName(state: number | undefined): string {
  return Object.entries(TaskState).find(([, number]) => number === state)?.[0] ?? 'GONE';
}

function textOf({ key, kind, state, attempts = 0, since, member }: Line): string {
  const age = since === undefined ? 0 : Math.max(Math.round((Date.now() - since) / 1000), 0);
  return `${key} ${kind} ${state} attempts=${attempts} age=${age}s member=${member || '-'}`;
}
