/** A real server on a free port, and stand-ins that call it. */
import type { TestContext } from 'node:test';
import { type ModuleName, type Modules, silentLogger } from '@prairie/gfsp';
import { type ConnectOptions, connectModules } from '../client/connect-modules.ts';
import { RpcServer, type RpcServerDependencies, type RpcServerOptions } from '../server/rpc-server.ts';

export const ALL_MODULES: readonly ModuleName[] = [
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

/** Modules with the methods that a test calls. */
export type Stubs = { [M in ModuleName]?: Partial<Modules[M]> };

type Given = Partial<RpcServerOptions & Omit<RpcServerDependencies, 'modules'>>;

export async function startServer(t: TestContext, stubs: Stubs, given: Given = {}): Promise<RpcServer> {
  const { address = '127.0.0.1:0', ...options } = given;
  const modules = stubs as Partial<Modules>;
  const server = new RpcServer({ drainMs: 1000, ...options, address }, { logger: silentLogger, ...options, modules });
  await server.start();
  t.after(() => server.stop());
  return server;
}

/** Stand-ins for all modules at `addresses`. */
export function connectAll(t: TestContext, addresses: readonly string[], options: ConnectOptions = {}): Modules {
  const endpoints = Object.fromEntries(ALL_MODULES.map((name) => [name, addresses]));
  const { modules, close } = connectModules(endpoints, options);
  t.after(close);
  return modules as unknown as Modules;
}

/** Resolves when `condition` holds; it is asked after each turn of the event loop. */
export async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('what was waited for did not happen within 20 s');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Values as they are compared: a Buffer and an Uint8Array of the same bytes are the same. */
export function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return `bytes ${Buffer.from(value).toString('hex')}`;
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Map) return { map: [...value].map(plain) };
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}
