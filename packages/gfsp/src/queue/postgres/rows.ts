/** Tasks as rows, and back. */
import type { Limit } from '../../tasks/limit.ts';
import type { QueueEntry, QueueState, QueueTask } from '../contracts.ts';
import type { QueueCodec } from './codec.ts';
import type { Row } from './database.ts';
import { queueDatabaseErrors } from './errors.ts';

/** The order of a limit's fields in a row's array. */
export const LIMIT_FIELDS = [
  'memory',
  'tasks',
  'tasks_high_priority',
  'tasks_medium_priority',
  'tasks_low_priority',
  'fd',
  'conns',
  'conns_inbound',
  'conns_outbound',
] as const satisfies readonly (keyof Limit)[];

/** An index entry of PostgreSQL holds 2,704 bytes; the name of the queue is in it too. */
const MAX_KEY_BYTES = 2048;
const MAX_VALUE_BYTES = 8 << 20;
/** About 31 years. Longer ones are as good as for ever, and a sum with the clock stays exact. */
const MAX_DURATION_MS = 1e12;
const MAX_ATTEMPTS = 2 ** 31 - 1;

/** An entry, with what tells whether the row has changed since: `seq` of the last time it became ready, and its state. */
export interface StoredEntry<T> extends QueueEntry<T> {
  readonly rank: number;
  readonly seq: string;
  /** Unix milliseconds; see the table. */
  readonly at: number;
}

export function limitToRow(limit: Limit): string[] {
  return LIMIT_FIELDS.map((field) => String(limit[field]));
}

function limitFromRow(row: readonly string[]): Limit {
  const [memory = '0', ...rest] = row;
  const counts = LIMIT_FIELDS.slice(1).map((field, at) => [field, Number(rest[at])]);
  return { memory: BigInt(memory), ...Object.fromEntries(counts) } as Limit;
}

/** Default of `QueueStrategies.limit`. */
export function fits(offer: Limit, { estimate }: Pick<QueueTask<unknown>, 'estimate'>): boolean {
  return estimate === undefined || LIMIT_FIELDS.every((field) => offer[field] >= estimate[field]);
}

export const duration = (ms: number): number => Math.round(Math.min(Math.max(ms, 0), MAX_DURATION_MS));

/** key, value, priority, timeout_ms, max_attempts, estimate. @throws 970007 */
export function taskToRow<T>(task: QueueTask<T>, codec: QueueCodec<T>): unknown[] {
  const { key, priority, timeoutMs, maxAttempts, estimate } = task;
  refuseIf(Buffer.byteLength(key) > MAX_KEY_BYTES || key.includes('\0'), () => {
    return `task key of ${Buffer.byteLength(key)} bytes: expected at most ${MAX_KEY_BYTES}, and no NUL`;
  });
  refuseIf(!Number.isInteger(priority) || priority < 0 || priority > 255, () => {
    return `task ${key} has priority ${priority}: expected 0 to 255`;
  });
  const value = codec.encode(task.value);
  refuseIf(Buffer.byteLength(value) > MAX_VALUE_BYTES || value.includes('\0'), () => {
    return `the value of task ${key} takes ${Buffer.byteLength(value)} bytes: expected at most ${MAX_VALUE_BYTES}, and no NUL`;
  });
  const attempts = Math.min(maxAttempts, MAX_ATTEMPTS);
  return [key, value, priority, duration(timeoutMs), attempts, estimate ? limitToRow(estimate) : null];
}

/** @throws 970004 when the codec does not read what is there */
export function entryFromRow<T>(row: Row, codec: QueueCodec<T>): StoredEntry<T> {
  return {
    task: taskFromRow(row, codec),
    state: row.state as QueueState,
    attempts: Number(row.attempts),
    pushedAt: Number(row.pushed_at),
    owner: String(row.owner),
    rank: Number(row.rank),
    seq: String(row.seq),
    at: Number(row.at),
  };
}

export function taskFromRow<T>(row: Row, codec: QueueCodec<T>): QueueTask<T> {
  return {
    key: String(row.key),
    priority: Number(row.priority),
    value: decode(row, codec),
    timeoutMs: Number(row.timeout_ms),
    maxAttempts: Number(row.max_attempts),
    ...(Array.isArray(row.estimate) ? { estimate: limitFromRow(row.estimate.map(String)) } : {}),
  };
}

function decode<T>(row: Row, codec: QueueCodec<T>): T {
  try {
    return codec.decode(String(row.value));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw queueDatabaseErrors.failed(
      `task ${String(row.key)} of queue ${String(row.queue)} cannot be read: ${reason}; was it written by another version?`,
    );
  }
}

function refuseIf(wrong: boolean, say: () => string): void {
  if (wrong) throw queueDatabaseErrors.unsuitable(say());
}
