import type { ModuleName, Modules } from '../contracts/modules.ts';
import type { Logger } from '../logger.ts';
import type { Lifecycle } from './lifecycle.ts';

/** A lifecycle that says which modules it calls. */
export interface AppPart extends Lifecycle {
  /** Modules it may call from its start on: they are started before it and stopped after it. */
  readonly needs?: readonly ModuleName[];
  /** Modules it calls later only: they have to be there, in any order. */
  readonly uses?: readonly ModuleName[];
}

/** One call between modules. */
export interface ModuleCall {
  readonly module: ModuleName;
  readonly method: string;
  readonly args: readonly unknown[];
}

/** Stands around a call; `next` makes it and gives what the module gave: a promise, a stream, or a promise of one. */
export type CallInterceptor = <R>(call: ModuleCall, next: () => R) => R;

export type PartState = 'waiting' | 'starting' | 'running' | 'stopping' | 'stopped' | 'failed';

export interface AppOptions {
  /** Stopping one part may take so long; then the next one's turn comes. Default 10 s. */
  stopTimeoutMs?: number;
}

export interface AppDependencies {
  logger: Logger;
  /** Stands around every call between modules, for metrics and traces. */
  around?: CallInterceptor;
  /** Told when a part changes its state, for probes. */
  onState?: (part: string, state: PartState) => void;
}

interface Registered {
  part: AppPart;
  provides: Partial<Modules>;
}

export const MODULE_NAMES: readonly ModuleName[] = [
  'authenticator',
  'approver',
  'uploader',
  'downloader',
  'receiver',
  'manager',
  'signer',
  'metadata',
  'blocksyncer',
  'p2p',
];

/**
 * One process: parts that are started in the order of their needs and stopped in reverse, and the modules they give to
 * one another through `client`.
 */
export class App {
  /** Every module. A call goes to this process's own, or to the stand-in of one elsewhere that a part provides. */
  readonly client: Modules;
  readonly #registered: Registered[] = [];
  readonly #modules: Partial<Modules> = {};
  readonly #observed = new Map<ModuleName, Modules[ModuleName]>();
  readonly #dependencies: AppDependencies;
  readonly #stopTimeoutMs: number;
  readonly #running: AppPart[] = [];
  #starting: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;

  constructor(options: AppOptions, dependencies: AppDependencies) {
    this.#stopTimeoutMs = options.stopTimeoutMs ?? 10_000;
    this.#dependencies = dependencies;
    this.client = this.#makeClient();
  }

  /**
   * Adds a part, before the start. `provides` are the modules it serves: its own, or stand-ins for another process's.
   * @throws when the name or one of the modules is there already
   */
  add(part: AppPart, provides: Partial<Modules> = {}): this {
    if (this.#starting) throw new Error(`${part.name} comes too late: the app has started`);
    if (this.#registered.some((other) => other.part.name === part.name)) {
      throw new Error(`two parts of one process are named ${part.name}: give each its own name`);
    }
    for (const name of Object.keys(provides) as ModuleName[]) {
      if (this.#modules[name]) throw new Error(`module ${name} is provided twice: by ${part.name} and another part`);
    }
    Object.assign(this.#modules, provides);
    this.#registered.push({ part, provides });
    this.#tell(part, 'waiting');
    return this;
  }

  /** Starts all parts. When one cannot start, what runs is stopped again. @throws what went wrong, naming the part */
  start(): Promise<void> {
    this.#starting ??= this.#start();
    return this.#starting;
  }

  /** Stops all parts, the last started first. Does not throw: what fails to stop is logged and left. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #start(): Promise<void> {
    for (const part of this.#inOrder()) {
      if (this.#stopping) throw new Error(`the app was stopped before ${part.name} had started`);
      this.#running.push(part);
      const began = performance.now();
      this.#tell(part, 'starting');
      try {
        await part.start();
      } catch (error) {
        this.#tell(part, 'failed');
        await this.#stopRunning();
        const reason = error instanceof Error ? error.message : String(error);
        throw new Error(`${part.name} could not start: ${reason}`, { cause: error });
      }
      this.#tell(part, 'running');
      this.#dependencies.logger.debug('started', { part: part.name, ms: Math.round(performance.now() - began) });
    }
  }

  async #stop(): Promise<void> {
    await this.#starting?.catch(() => {});
    await this.#stopRunning();
  }

  async #stopRunning(): Promise<void> {
    for (let part = this.#running.pop(); part; part = this.#running.pop()) {
      await this.#stopPart(part);
    }
  }

  async #stopPart(part: AppPart): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    this.#tell(part, 'stopping');
    const deadline = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), this.#stopTimeoutMs);
    });
    try {
      const result = await Promise.race([Promise.resolve(part.stop()), deadline]);
      if (result === 'late')
        this.#dependencies.logger.warn('left behind', { part: part.name, waited_ms: this.#stopTimeoutMs });
    } catch (error) {
      this.#dependencies.logger.error('could not stop', { part: part.name, error });
    } finally {
      clearTimeout(timer);
      this.#tell(part, 'stopped');
    }
  }

  #tell(part: AppPart, state: PartState): void {
    this.#dependencies.onState?.(part.name, state);
  }

  /** Parts, each after those that serve what it needs. @throws when a module is missing or parts need each other */
  #inOrder(): AppPart[] {
    const order: AppPart[] = [];
    const path: string[] = [];
    const visit = (registered: Registered): void => {
      const { part } = registered;
      if (order.includes(part)) return;
      if (path.includes(part.name)) {
        const circle = [...path.slice(path.indexOf(part.name)), part.name].join(' → ');
        throw new Error(`parts need each other to start: ${circle}; declare one of these as "uses" instead of "needs"`);
      }
      path.push(part.name);
      for (const name of part.uses ?? []) this.#provider(name, part);
      for (const name of part.needs ?? []) visit(this.#provider(name, part));
      path.pop();
      order.push(part);
    };
    for (const registered of this.#registered) visit(registered);
    return order;
  }

  #provider(name: ModuleName, needer: AppPart): Registered {
    const found = this.#registered.find(({ provides }) => provides[name]);
    if (!found) {
      throw new Error(`${needer.name} needs module ${name}, which this process neither runs nor is connected to`);
    }
    return found;
  }

  #makeClient(): Modules {
    const client = {} as Modules;
    for (const name of MODULE_NAMES) {
      Object.defineProperty(client, name, {
        enumerable: true,
        get: () => this.#called(name),
      });
    }
    return client;
  }

  #called(name: ModuleName): Modules[ModuleName] {
    const module = this.#modules[name];
    if (!module) throw new Error(`module ${name} was called, but this process neither runs nor is connected to it`);
    const { around } = this.#dependencies;
    if (!around) return module;
    const known = this.#observed.get(name) ?? observed(name, module, around);
    this.#observed.set(name, known);
    return known;
  }
}

/** The module with every call going through `around`. */
function observed<M extends object>(name: ModuleName, module: M, around: CallInterceptor): M {
  const calls = new Map<PropertyKey, unknown>();
  return new Proxy(module, {
    get(target, property) {
      const known = calls.get(property);
      if (known) return known;
      // read and called on the module itself: a proxy has none of its private fields
      const value: unknown = Reflect.get(target, property, target);
      if (typeof value !== 'function') return value;
      const call = (...args: unknown[]) =>
        around({ module: name, method: String(property), args }, () => value.apply(target, args));
      calls.set(property, call);
      return call;
    },
  });
}
