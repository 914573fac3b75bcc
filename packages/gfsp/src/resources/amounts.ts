/** What can be reserved, and where each amount is counted and limited (`reference/tasks-and-manager.md` §2.1, §2.2). */
import type { ScopeStat } from '../contracts/resources.ts';
import type { Limit } from '../tasks/limit.ts';
import { NO_LIMIT } from '../tasks/limit.ts';

/** The limits of a process that configures none: 90 % of 8 GiB, and slots for tasks. */
export const defaultLimit: Readonly<Limit> = {
  ...NO_LIMIT,
  memory: ((8n << 30n) * 9n) / 10n,
  tasks: 10_240,
  tasks_high_priority: 128,
  tasks_medium_priority: 1024,
  tasks_low_priority: 16,
};

/** A counter of a scope. Its name is the same in stats, estimates and limits. */
export type Counter = Exclude<keyof ScopeStat, 'memory'>;

/** Counters that are reserved together, and the total that a limit has of them: the stat has it as their sum. */
export interface Group {
  readonly total?: 'tasks' | 'conns';
  readonly counters: readonly Counter[];
}

export const TASKS: Group = {
  total: 'tasks',
  counters: ['tasks_high_priority', 'tasks_medium_priority', 'tasks_low_priority'],
};

/** After memory, in the order in which the reference reserves. It says nothing of files. */
export const groups: readonly Group[] = [
  { total: 'conns', counters: ['conns_inbound', 'conns_outbound'] },
  { counters: ['fd'] },
  TASKS,
];

const counters = groups.flatMap((group) => group.counters);

export function emptyStat(): ScopeStat {
  return {
    memory: 0n,
    tasks_high_priority: 0,
    tasks_medium_priority: 0,
    tasks_low_priority: 0,
    conns_inbound: 0,
    conns_outbound: 0,
    fd: 0,
  };
}

export function sumOf(stat: ScopeStat, group: Group): number {
  return group.counters.reduce((sum, name) => sum + stat[name], 0);
}

/**
 * An estimate as counters. Totals follow from them.
 * @throws RangeError for an amount below 0 or a part of one, and for a total that is not the sum of its counters
 */
export function amountsOf(estimate: Partial<Limit>): ScopeStat {
  const amounts = emptyStat();
  amounts.memory = estimate.memory ?? 0n;
  if (amounts.memory < 0n) throw new RangeError(`an estimate of ${amounts.memory} bytes: expected 0 or more`);
  for (const name of counters) {
    const count = estimate[name] ?? 0;
    if (!Number.isSafeInteger(count) || count < 0) {
      throw new RangeError(`an estimate of ${count} ${name}: expected a whole number from 0 on`);
    }
    amounts[name] = count;
  }
  for (const group of groups) {
    const given = group.total && estimate[group.total];
    const sum = sumOf(amounts, group);
    if (given !== undefined && given !== sum) {
      throw new RangeError(`an estimate of ${given} ${group.total}, but of ${sum} by ${group.counters.join(', ')}`);
    }
  }
  return amounts;
}

export function add(to: ScopeStat, amounts: ScopeStat): void {
  to.memory += amounts.memory;
  for (const name of counters) to[name] += amounts[name];
}

export function subtract(from: ScopeStat, amounts: ScopeStat): void {
  from.memory -= amounts.memory;
  for (const name of counters) from[name] -= amounts[name];
}

/** The first of the amounts that a stat does not have; undefined when it has all. */
export function missing(stat: ScopeStat, amounts: ScopeStat): keyof ScopeStat | undefined {
  if (amounts.memory > stat.memory) return 'memory';
  return counters.find((name) => amounts[name] > stat[name]);
}
