import {
  type Logger,
  type ModuleName,
  type Modules,
  type Propagator,
  type RpcObserver,
  silentLogger,
} from '@prairie/gfsp';
import { clientCredentials, clientOptions, MAX_MESSAGE_BYTES, PAYLOAD_BYTES, type RpcTls } from '../channel-options.ts';
import { clientInterceptors } from '../observed.ts';
import { STAND_INS } from '../services/index.ts';
import { Connection } from './connection.ts';
import { Endpoint } from './endpoint.ts';
import { EndpointPool } from './pool.ts';

export interface ConnectOptions {
  /** Absent: the other side is not checked, and must not want a certificate either. */
  tls?: RpcTls;
  /** How long a call waits for a peer that is away. Default 5 s. */
  waitMs?: number;
  /** Payload bytes in one message of an upload. Default 256 KiB, at most 1 MiB. */
  payloadBytes?: number;
  /** Largest message taken or sent. Default 64 MiB. */
  maxMessageBytes?: number;
  propagator?: Propagator;
  /** Told of every call. */
  observer?: RpcObserver;
  logger?: Logger;
}

/** Module → addresses `host:port` of processes that run it. */
export type Endpoints = Partial<Record<ModuleName, readonly string[]>>;

export interface ConnectedModules<E extends Endpoints> {
  /** Stand-ins for the modules that have endpoints. */
  readonly modules: {
    [K in keyof E & ModuleName]: E[K] extends readonly string[] ? Modules[K] : Modules[K] | undefined;
  };
  /** Ends all calls and connections. */
  close(): void;
}

const MAX_PAYLOAD_BYTES = 1024 * 1024;

/**
 * Stand-ins that call modules in other processes. Nothing is connected before the first call; a channel is shared by
 * all modules at its address. Several addresses of a module take turns.
 * @throws when a module has no address, or a TLS file cannot be read
 */
export function connectModules<const E extends Endpoints>(
  endpoints: E,
  options: ConnectOptions = {},
): ConnectedModules<E> {
  const { waitMs = 5000, payloadBytes = PAYLOAD_BYTES, maxMessageBytes = MAX_MESSAGE_BYTES } = options;
  const { logger = silentLogger, propagator } = options;
  const credentials = clientCredentials(options.tls);
  const channels = new Map<string, Endpoint>();
  const channel = { ...clientOptions(maxMessageBytes), interceptors: clientInterceptors(options.observer) };
  const endpointAt = (address: string): Endpoint => {
    const known = channels.get(address) ?? new Endpoint(address, credentials, channel);
    channels.set(address, known);
    return known;
  };
  const connect = <K extends ModuleName>(name: K, addresses: readonly string[]): Modules[K] => {
    if (addresses.length === 0) throw new Error(`module ${name} has no endpoint: give at least one host:port`);
    const pool = new EndpointPool(name, [...new Set(addresses)].map(endpointAt));
    const payload = Math.min(payloadBytes, MAX_PAYLOAD_BYTES);
    return STAND_INS[name](new Connection({ waitMs, payloadBytes: payload, propagator }, pool));
  };
  const entries = Object.entries(endpoints) as [ModuleName, readonly string[] | undefined][];
  const modules = entries.flatMap(([name, addresses]) => (addresses ? [[name, connect(name, addresses)]] : []));
  logger.debug('modules elsewhere', { modules: entries.map(([name]) => name), addresses: [...channels.keys()] });
  return {
    modules: Object.fromEntries(modules),
    close: () => {
      for (const endpoint of channels.values()) endpoint.close();
    },
  };
}
