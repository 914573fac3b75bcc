import { Server, type ServiceDefinition, type UntypedServiceImplementation } from '@grpc/grpc-js';
import type { Lifecycle, Logger, Modules, Propagator, RpcObserver } from '@prairie/gfsp';
import { MAX_MESSAGE_BYTES, type RpcTls, serverCredentials, serverOptions } from '../channel-options.ts';
import { fromBytes, toBytes } from '../codec.ts';
import type { RpcService, ServedService } from '../method.ts';
import { serverInterceptors } from '../observed.ts';
import { moduleServices } from '../services/index.ts';
import { ADAPTERS, type AdapterDependencies } from './adapters.ts';
import { serveHealth } from './health.ts';
import { serveReflection } from './reflection.ts';

export interface RpcServerOptions {
  /** `host:port`; port 0 takes a free one. */
  address: string;
  /** Callers have to show a certificate. Without it anybody who reaches the port may call. */
  tls?: RpcTls;
  /** Largest message taken or sent. Default 64 MiB; the reference allows 3 GiB. */
  maxMessageBytes?: number;
  /** Calls of one connection at a time; more wait at the caller. Default 1000. */
  maxStreams?: number;
  /** What runs when the server stops may take so long. Default 8 s: less than an app gives a part. */
  drainMs?: number;
}

export interface RpcServerDependencies {
  /** Modules of this process. Calls of the others are answered with an error that says so. */
  modules: Partial<Modules>;
  logger: Logger;
  propagator?: Propagator;
  /** Told of every call. */
  observer?: RpcObserver;
  /** Services of plugins. */
  extraServices?: readonly ServedService[];
}

/** Serves the modules of a process to others. All services are there whatever modules run. */
export class RpcServer implements Lifecycle {
  readonly name = 'rpc';
  readonly #options: RpcServerOptions;
  readonly #dependencies: RpcServerDependencies;
  readonly #server: Server;
  readonly #stopping = new AbortController();
  readonly #breaking = new AbortController();
  #address: string | undefined;

  constructor(options: RpcServerOptions, dependencies: RpcServerDependencies) {
    this.#options = options;
    this.#dependencies = dependencies;
    const { maxMessageBytes = MAX_MESSAGE_BYTES, maxStreams = 1000 } = options;
    const interceptors = serverInterceptors(dependencies.observer);
    this.#server = new Server({ ...serverOptions(maxMessageBytes, maxStreams), interceptors });
  }

  /** Where it listens, `host:port`. @throws before it has started */
  get address(): string {
    if (!this.#address) throw new Error('the RPC server has no address before it has started');
    return this.#address;
  }

  async start(): Promise<void> {
    const { modules, logger, propagator, extraServices = [] } = this.#dependencies;
    const { address, tls } = this.#options;
    const own = [...moduleServices(modules, address), ...extraServices];
    const names = new Set(own.map(({ service }) => service.name));
    const all = [...own, serveHealth((name) => names.has(name)), ...serveReflection(own.map(({ service }) => service))];
    const adapter = { logger, propagator, stopping: this.#stopping.signal, breaking: this.#breaking.signal };
    for (const served of all) this.#server.addService(...definition(served, adapter));
    const port = await new Promise<number>((resolve, reject) => {
      this.#server.bindAsync(address, serverCredentials(tls), (error, bound) => {
        if (error) reject(new Error(`cannot listen on ${address}: ${error.message}`, { cause: error }));
        else resolve(bound);
      });
    });
    this.#address = `${address.slice(0, address.lastIndexOf(':'))}:${port}`;
    logger.info('serves modules', { address: this.#address, modules: Object.keys(modules), tls: tls !== undefined });
  }

  /** Takes no new calls, ends the held ones, and waits for the others until `drainMs`; then it ends those too. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    const { drainMs = 8000 } = this.#options;
    const drained = new Promise<void>((resolve) => this.#server.tryShutdown(() => resolve()));
    if (await isDoneWithin(drained, drainMs)) return;
    this.#dependencies.logger.warn('calls are broken off', { waited_ms: drainMs });
    this.#breaking.abort();
    await isDoneWithin(drained, FORCED_MS);
    this.#server.forceShutdown();
  }
}

/** Time for the last answers to leave. */
const FORCED_MS = 500;

async function isDoneWithin(work: Promise<void>, ms: number): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<false>();
  const timer = setTimeout(() => resolve(false), ms);
  const isDone = await Promise.race([work.then(() => true), late]);
  clearTimeout(timer);
  return isDone;
}

function definition(
  { service, handlers }: ServedService,
  dependencies: AdapterDependencies,
): [ServiceDefinition, UntypedServiceImplementation] {
  const methods = Object.entries((service as RpcService).methods);
  const specs = methods.map(([name, method]) => [
    name,
    {
      path: method.path,
      requestStream: method.kind === 'up' || method.kind === 'both',
      responseStream: method.kind === 'down' || method.kind === 'both',
      requestSerialize: (value: object) => toBytes(method.request, value),
      requestDeserialize: fromBytes(method.request),
      responseSerialize: (value: object) => toBytes(method.response, value),
      responseDeserialize: fromBytes(method.response),
    },
  ]);
  const calls = methods.map(([name, method]) => {
    const handler = handlers[name];
    if (!handler) throw new Error(`service ${service.name} has no handler for its method ${name}`);
    return [name, ADAPTERS[method.kind](method, handler, dependencies)];
  });
  return [Object.fromEntries(specs), Object.fromEntries(calls)];
}
