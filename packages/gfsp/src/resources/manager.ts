/** The resources of a process (`reference/tasks-and-manager.md` §2). */
import type { ResourceManager, ResourceScope } from '../contracts/resources.ts';
import { type Limit, NO_LIMIT } from '../tasks/limit.ts';
import { defaultLimit, emptyStat } from './amounts.ts';
import { Scope } from './scope.ts';

export interface ResourceOptions {
  /** Everything is allowed and nothing is counted (`Rcmgr.DisableRcmgr`). */
  disabled?: boolean;
  /** What all modules may take together. Fields that are left out have the default. */
  system?: Partial<Limit>;
  /** What a module may take of it, by its name. Fields that are left out have no limit of their own. */
  services?: Readonly<Record<string, Partial<Limit>>>;
}

/** @throws RangeError for a limit below 0 or with a fraction */
export function createResourceManager(options: ResourceOptions = {}): ResourceManager {
  if (options.disabled) return new Scopes(openScope('system'), openScope);
  const system = new Scope('system', checkedLimit('system', { ...defaultLimit, ...options.system }));
  const services = Object.entries(options.services ?? {});
  const limits = new Map(services.map(([name, part]) => [name, checkedLimit(name, { ...NO_LIMIT, ...part })]));
  return new Scopes(system, (name) => new Scope(name, limits.get(name), system));
}

/** More names than modules and plugins of a process can have: a name that is made up for each request ends here. */
const MAX_SCOPES = 1024;

class Scopes implements ResourceManager {
  readonly system: ResourceScope;
  readonly transient: ResourceScope;
  readonly #scopes: Map<string, ResourceScope>;
  readonly #createService: (name: string) => ResourceScope;

  constructor(system: ResourceScope, createService: (name: string) => ResourceScope) {
    this.system = system;
    this.transient = system;
    this.#scopes = new Map([
      ['system', system],
      ['transient', system],
    ]);
    this.#createService = createService;
  }

  openService(name: string): ResourceScope {
    let scope = this.#scopes.get(name);
    if (scope) return scope;
    if (this.#scopes.size >= MAX_SCOPES) {
      throw new RangeError(`no scope for service ${name}, there are ${MAX_SCOPES}: open one per module, once`);
    }
    scope = this.#createService(name);
    this.#scopes.set(name, scope);
    return scope;
  }

  scopes(): ReadonlyMap<string, ResourceScope> {
    return this.#scopes;
  }
}

/** Allows everything, counts nothing, and is never full. */
function openScope(name: string): ResourceScope {
  return {
    name,
    reserve: () => {},
    release: () => {},
    stat: emptyStat,
    remaining: () => ({ ...NO_LIMIT }),
    beginSpan: () => ({ ...openScope(`${name}/span`), done: () => {} }),
  };
}

function checkedLimit(scope: string, limit: Limit): Limit {
  for (const [name, amount] of Object.entries(limit)) {
    if (amount < 0 || (typeof amount !== 'bigint' && !Number.isInteger(amount))) {
      throw new RangeError(`limit ${name} of ${scope} is ${amount}: expected a whole number from 0 on`);
    }
  }
  return limit;
}
