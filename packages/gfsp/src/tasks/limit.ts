/** Amounts of resources, as tasks estimate them and executors offer them (`reference/tasks-and-manager.md` §2.1). */
import { define } from '@prairie/chain';

/** Memory in bytes, the others in pieces. */
export interface Limit {
  memory: bigint;
  tasks: number;
  tasks_high_priority: number;
  tasks_medium_priority: number;
  tasks_low_priority: number;
  fd: number;
  conns: number;
  conns_inbound: number;
  conns_outbound: number;
}
export const Limit = define<Limit>('base.types.gfsplimit.GfSpLimit', {
  memory: [1, 'int64'],
  tasks: [2, 'int32'],
  tasks_high_priority: [3, 'int32'],
  tasks_medium_priority: [4, 'int32'],
  tasks_low_priority: [5, 'int32'],
  fd: [6, 'int32'],
  conns: [7, 'int32'],
  conns_inbound: [8, 'int32'],
  conns_outbound: [9, 'int32'],
});

const INT32_MAX = 2 ** 31 - 1;
const INT64_MAX = 2n ** 63n - 1n;

/** The numbers of a limit; `memory` is the only bigint. */
const counts = [
  'tasks',
  'tasks_high_priority',
  'tasks_medium_priority',
  'tasks_low_priority',
  'fd',
  'conns',
  'conns_inbound',
  'conns_outbound',
] as const;

/** The largest amounts that the wire carries mean that there is no limit. */
export const NO_LIMIT: Readonly<Limit> = { memory: INT64_MAX, ...everyCount(() => INT32_MAX) };

/** A whole limit from a part; the rest is 0. */
export function limitOf(part: Partial<Limit>): Limit {
  return { memory: part.memory ?? 0n, ...everyCount((name) => part[name] ?? 0) };
}

/** Whether every field of the offer is at least the estimate's (the reference's NotLess). */
export function fits(offer: Limit, estimate: Limit): boolean {
  return offer.memory >= estimate.memory && counts.every((name) => offer[name] >= estimate[name]);
}

/** The sum of two amounts; what is more than the wire carries becomes that. */
export function addLimits(a: Limit, b: Limit): Limit {
  const memory = a.memory + b.memory;
  return {
    memory: memory > INT64_MAX ? INT64_MAX : memory,
    ...everyCount((name) => Math.min(a[name] + b[name], INT32_MAX)),
  };
}

/** What is left of `a`; undefined when it has not all of `b`. */
export function subtractLimits(a: Limit, b: Limit): Limit | undefined {
  if (!fits(a, b)) return undefined;
  return { memory: a.memory - b.memory, ...everyCount((name) => a[name] - b[name]) };
}

export function sameLimit(a: Limit, b: Limit): boolean {
  return a.memory === b.memory && counts.every((name) => a[name] === b[name]);
}

function everyCount(of: (name: (typeof counts)[number]) => number): Omit<Limit, 'memory'> {
  return Object.fromEntries(counts.map((name) => [name, of(name)])) as unknown as Omit<Limit, 'memory'>;
}
