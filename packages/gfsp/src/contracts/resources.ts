/**
 * What resource managers offer (`reference/tasks-and-manager.md` §2): exact accounting of memory, connections, files
 * and task slots, in scopes that stand in one another: system → transient → service → span. A reservation counts in
 * its scope and in all above it, or in none.
 */
import type { Limit } from '../tasks/limit.ts';

/** What is taken in a scope. Memory in bytes. */
export interface ScopeStat {
  memory: bigint;
  tasks_high_priority: number;
  tasks_medium_priority: number;
  tasks_low_priority: number;
  conns_inbound: number;
  conns_outbound: number;
  fd: number;
}

/** Share of a scope's memory that a reservation may fill: limit × (1 + priority) / 256. */
export const ReservationPriority = { low: 101, medium: 152, high: 203, always: 255 } as const;

export interface ResourceScope {
  /** `system`, `transient`, `manager`, `manager/span`. */
  readonly name: string;
  /**
   * Takes everything in `estimate` or nothing, at once. Totals (`tasks`, `conns`) may be left out: they follow from
   * their parts. `priority` bounds the share of memory; default: all of it.
   * @throws resourceErrors 981001 "resource limit exceeded", 981002 "resource scope closed"
   * @throws RangeError for amounts that make no sense
   */
  reserve(estimate: Partial<Limit>, priority?: number): void;
  /** Gives back what was reserved in this scope. @throws Error when more comes back than was taken here: a bug */
  release(estimate: Partial<Limit>): void;
  stat(): ScopeStat;
  /**
   * What could be reserved now, here and in all scopes above: memory and task slots (fd and connections are 0, as the
   * wire has them). Nothing once a span or one around it is done.
   */
  remaining(): Limit;
  /** A scope for one operation. @throws resourceErrors 981002 once this one is done */
  beginSpan(): ResourceSpan;
}

export interface ResourceSpan extends ResourceScope {
  /** Returns all that the span holds, and closes it. A second call does nothing. */
  done(): void;
}

export interface ResourceManager {
  readonly system: ResourceScope;
  /** The system scope by another name (§2.2). */
  readonly transient: ResourceScope;
  /** A module's scope, with its own limit when one is configured. The same name gives the same scope. */
  openService(name: string): ResourceScope;
  /** Scopes by name, for gauges. */
  scopes(): ReadonlyMap<string, ResourceScope>;
}
