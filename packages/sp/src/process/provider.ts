/** A storage provider, or the part of one that runs in this process. */
import {
  App,
  type BlockSyncer,
  type CallInterceptor,
  createResourceManager,
  type Logger,
  MODULE_NAMES,
  type ModuleDefinition,
  type ModuleName,
  ModuleRegistry,
  type Modules,
  type PartState,
  type Propagator,
  type ResourceManager,
  type RpcObserver,
} from '@prairie/gfsp';
import type { HttpObserver, RunTask } from '@prairie/observe';
import type { WorkerPool } from '@prairie/redundancy';
import { connectModules, RpcServer } from '@prairie/rpc';
import type { ModuleContext } from './context.ts';
import { type Extension, extend } from './extension.ts';
import { Foundations, type Watch } from './foundations.ts';
import { ownModules } from './modules.ts';
import type { ProviderSettings } from './settings.ts';

export interface ProviderDependencies {
  logger: Logger;
  /** Threads for hashing and erasure coding, shared by all providers of a process; the provider's own without it. */
  pool?: WorkerPool;
  extensions?: readonly Extension[];
  /** Stand around calls, stores and requests, for metrics and traces. */
  around?: CallInterceptor;
  watch?: Watch;
  http?: HttpObserver;
  propagator?: Propagator;
  rpc?: RpcObserver;
  /** Stands around the executor's tasks, for metrics and traces. */
  runTask?: RunTask;
  onState?: (part: string, state: PartState) => void;
}

export class Provider {
  readonly settings: ProviderSettings;
  /** Names of the modules that run here. */
  readonly services: readonly string[];
  readonly resources: ResourceManager;
  readonly #app: App;
  readonly #foundations: Foundations;

  private constructor(
    settings: ProviderSettings,
    services: readonly string[],
    inside: { app: App; foundations: Foundations; resources: ResourceManager },
  ) {
    this.settings = settings;
    this.services = services;
    this.resources = inside.resources;
    this.#app = inside.app;
    this.#foundations = inside.foundations;
  }

  /** Opens what the modules stand on and puts them together; nothing runs yet. @throws Error in words, having closed it */
  static async open(settings: ProviderSettings, dependencies: ProviderDependencies): Promise<Provider> {
    const registry = new ModuleRegistry<ModuleContext>(ownModules);
    const parts = extend(registry, dependencies.extensions ?? []);
    const chosen = registry.choose(settings.services);
    const { pool, watch } = dependencies;
    const { logger, http, runTask } = dependencies;
    const app = new App(settings.drainMs === undefined ? {} : { stopTimeoutMs: settings.drainMs }, dependencies);
    const foundations = new Foundations(settings, { pool, watch, parts, client: app.client, logger });
    const resources = parts.resources?.() ?? createResourceManager(settings.limits);
    const contextOf = (name: string): ModuleContext => ({
      ...{ settings, client: app.client, foundations, parts, http, runTask },
      resources: resources.openService(name),
      logger: logger.child({ module: name }),
    });
    try {
      const served = chosen.flatMap(({ serves }) => serves ?? []);
      addStandIns(app, settings, served, dependencies);
      for (const definition of chosen) await addModule(app, definition, contextOf(definition.name));
      addServer(app, settings, served, dependencies);
    } catch (error) {
      await foundations.close();
      throw error;
    }
    return new Provider(
      settings,
      chosen.map(({ name }) => name),
      { app, foundations, resources },
    );
  }

  /** The block syncer, if it runs here. */
  get blocksyncer(): BlockSyncer | undefined {
    return this.services.includes('blocksyncer') ? this.#app.client.blocksyncer : undefined;
  }

  /** Resolves when everything that runs here serves. */
  start(): Promise<void> {
    return this.#app.start();
  }

  /** Stops the modules, then closes what they stood on. */
  async stop(): Promise<void> {
    await this.#app.stop();
    await this.#foundations.close();
  }
}

async function addModule(app: App, definition: ModuleDefinition<ModuleContext>, context: ModuleContext): Promise<void> {
  const part = await definition.create(context);
  app.add(part, definition.serves ? ({ [definition.serves]: part } as Partial<Modules>) : {});
}

/** For the modules of other processes. They come first, so that they go last. */
function addStandIns(
  app: App,
  { endpoints = {}, ...settings }: ProviderSettings,
  served: readonly ModuleName[],
  dependencies: ProviderDependencies,
): void {
  const remote = MODULE_NAMES.filter((name) => !served.includes(name) && endpoints[name]?.length);
  if (remote.length === 0) return;
  const wanted = Object.fromEntries(remote.map((name) => [name, endpoints[name]]));
  const { modules, close } = connectModules(wanted, { ...transport(settings), ...aids(dependencies) });
  app.add({ name: 'rpc-client', start: async () => {}, stop: async () => close() }, only(modules, remote));
}

/** For the modules of this process. It comes last, so that it goes first. */
function addServer(
  app: App,
  settings: ProviderSettings,
  served: readonly ModuleName[],
  dependencies: ProviderDependencies,
): void {
  const { grpcAddress: address } = settings;
  if (address === undefined) return;
  const modules = only(app.client, served);
  app.add(new RpcServer({ address, ...transport(settings) }, { modules, ...aids(dependencies) }));
}

function transport({ grpcTls, grpcMaxMessageBytes }: Omit<ProviderSettings, 'endpoints'>) {
  return {
    ...(grpcTls ? { tls: grpcTls } : {}),
    ...(grpcMaxMessageBytes === undefined ? {} : { maxMessageBytes: grpcMaxMessageBytes }),
  };
}

function aids({ logger, propagator, rpc: observer }: ProviderDependencies) {
  return {
    logger: logger.child({ module: 'rpc' }),
    ...(propagator ? { propagator } : {}),
    ...(observer ? { observer } : {}),
  };
}

function only(modules: Partial<Modules>, names: readonly ModuleName[]): Partial<Modules> {
  return Object.fromEntries(names.map((name) => [name, modules[name]])) as Partial<Modules>;
}
