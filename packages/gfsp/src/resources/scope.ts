/** Scopes that stand in one another: what is taken in one is taken in all above it (`reference/tasks-and-manager.md` §2.2). */
import { ReservationPriority, type ResourceSpan, type ScopeStat } from '../contracts/resources.ts';
import { type Limit, limitOf, NO_LIMIT } from '../tasks/limit.ts';
import { add, amountsOf, emptyStat, groups, missing, subtract, sumOf, TASKS } from './amounts.ts';
import { resourceErrors } from './errors.ts';

/** Any scope. Those of the system and of services are never closed: their users see a `ResourceScope`. */
export class Scope implements ResourceSpan {
  readonly name: string;
  /** Without one only the scopes above limit it. */
  readonly #limit: Readonly<Limit> | undefined;
  readonly #parent: Scope | undefined;
  /** All that is taken here and in spans inside. */
  readonly #stat = emptyStat();
  /** What is taken here: spans give back the rest themselves. */
  readonly #own = emptyStat();
  #closed = false;

  constructor(name: string, limit: Readonly<Limit> | undefined, parent?: Scope) {
    this.name = name;
    this.#limit = limit;
    this.#parent = parent;
  }

  /** Nothing is taken before all scopes have agreed, so there is nothing to roll back. */
  reserve(estimate: Partial<Limit>, priority: number = ReservationPriority.always): void {
    const amounts = amountsOf(estimate);
    const share = shareOf(priority);
    const chain = this.#chain();
    for (const scope of chain) scope.#requireOpen();
    for (const scope of chain) scope.#requireMemory(amounts.memory, share);
    for (const scope of chain) scope.#requireCounts(amounts);
    for (const scope of chain) add(scope.#stat, amounts);
    add(this.#own, amounts);
  }

  release(estimate: Partial<Limit>): void {
    const amounts = amountsOf(estimate);
    const short = missing(this.#own, amounts);
    if (short) {
      throw new Error(
        `${this.name} gives back ${amounts[short]} ${short} and took ${this.#own[short]}: expected no more`,
      );
    }
    subtract(this.#own, amounts);
    this.#giveBack(amounts);
  }

  stat(): ScopeStat {
    return { ...this.#stat };
  }

  /** The least that is left in this scope and in those above; nothing once it is closed. */
  remaining(): Limit {
    const left: Limit = { ...NO_LIMIT, fd: 0, conns: 0, conns_inbound: 0, conns_outbound: 0 };
    for (const scope of this.#chain()) {
      if (scope.#closed) return limitOf({});
      if (!scope.#limit) continue;
      left.memory = least(left.memory, scope.#memoryLeft(FULL_SHARE));
      left.tasks = Math.min(left.tasks, scope.#limit.tasks - sumOf(scope.#stat, TASKS));
      for (const name of TASKS.counters) left[name] = Math.min(left[name], scope.#limit[name] - scope.#stat[name]);
    }
    return left;
  }

  beginSpan(): Scope {
    this.#requireOpen();
    return new Scope(`${this.name}/span`, undefined, this);
  }

  done(): void {
    if (this.#closed) return;
    this.#giveBack(this.stat());
    subtract(this.#own, this.#own);
    this.#closed = true;
  }

  /** This scope and those above, from the inside out. */
  #chain(): Scope[] {
    const chain: Scope[] = [];
    for (let scope: Scope | undefined = this; scope; scope = scope.#parent) chain.push(scope);
    return chain;
  }

  /** A closed scope has returned what was taken through it: above it there is nothing more to give back. */
  #giveBack(amounts: ScopeStat): void {
    for (let scope: Scope | undefined = this; scope && !scope.#closed; scope = scope.#parent) {
      subtract(scope.#stat, amounts);
    }
  }

  #requireOpen(): void {
    if (this.#closed) throw resourceErrors.closed(`resource scope closed: ${this.name} has ended, begin another`);
  }

  #requireMemory(amount: bigint, share: bigint): void {
    const left = this.#memoryLeft(share);
    if (amount > left) throw this.#exceeded('memory', amount, left);
  }

  #memoryLeft(share: bigint): bigint {
    if (!this.#limit || this.#limit.memory === NO_LIMIT.memory) return NO_LIMIT.memory;
    const left = (this.#limit.memory * share) / FULL_SHARE - this.#stat.memory;
    return left < 0n ? 0n : left;
  }

  #requireCounts(amounts: ScopeStat): void {
    if (!this.#limit) return;
    for (const group of groups) {
      if (group.total) this.#requireCount(group.total, sumOf(amounts, group), sumOf(this.#stat, group));
      for (const name of group.counters) this.#requireCount(name, amounts[name], this.#stat[name]);
    }
  }

  #requireCount(name: Exclude<keyof Limit, 'memory'>, asked: number, used: number): void {
    const left = (this.#limit?.[name] ?? NO_LIMIT[name]) - used;
    if (asked > left) throw this.#exceeded(name, asked, left);
  }

  #exceeded(what: string, asked: bigint | number, left: bigint | number): Error {
    return resourceErrors.exceeded(
      `resource limit exceeded: ${this.name} has ${left} ${what} left and is asked for ${asked}, try again later`,
    );
  }
}

/** All of a limit, in 256ths: what the priority `always` (255) may fill. */
const FULL_SHARE = 256n;

/** 256ths of the memory that a reservation of this priority may fill. */
function shareOf(priority: number): bigint {
  if (!Number.isInteger(priority) || priority < 0 || priority > ReservationPriority.always) {
    throw new RangeError(`a reservation of priority ${priority}: expected 0 to ${ReservationPriority.always}`);
  }
  return BigInt(priority) + 1n;
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
