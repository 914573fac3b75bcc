/**
 * What cannot change while state is kept: providers and their endpoints are written into the chain's genesis. The
 * layout is a file beside the state, so that a later start finds the same ports and a different wish is refused.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { nameOfServer } from './database-server.ts';
import type { DevnetOptions } from './options.ts';
import { choosePorts } from './ports.ts';

export interface Layout {
  version: 1;
  chainId: string;
  endpoints: DevnetOptions['endpoints'];
  rpcPort: number;
  spPorts: number[];
  /** First digits of the SHA-256 of the genesis file that the chain was forked from, hex. */
  genesis?: string;
  /** Server of the providers' tables, without its password; SQLite files when there is none. */
  database?: string;
  /** Buckets of the providers' pieces; files when there are none. */
  pieces?: string;
}

/** The state in a folder was made with other options. */
export class LayoutError extends Error {
  override readonly name = 'LayoutError';
}

/** The layout of the state in `dataDir`, or a new one. @throws LayoutError when the options ask for another */
export async function layoutOf(options: DevnetOptions): Promise<Layout> {
  const file = options.dataDir && join(options.dataDir, 'devnet.json');
  if (file && existsSync(file)) return reuse(JSON.parse(readFileSync(file, 'utf8')) as Layout, options);
  const [rpcPort] = await choosePorts(options.rpcPort, 1);
  const spPorts = await choosePorts(options.spPort, options.providers);
  const { chainId, endpoints } = options;
  const ports = { rpcPort: rpcPort!, spPorts };
  const places = { ...databaseOf(options), ...(options.pieces ? { pieces: options.pieces } : {}) };
  const layout: Layout = { version: 1, chainId, endpoints, ...ports, ...genesisOf(options), ...places };
  if (file) {
    writeFileSync(`${file}.tmp`, `${JSON.stringify(layout)}\n`);
    renameSync(`${file}.tmp`, file);
  }
  return layout;
}

const DIGEST_DIGITS = 16;

function genesisOf({ genesis }: DevnetOptions): Pick<Layout, 'genesis'> {
  if (genesis === undefined) return {};
  return { genesis: createHash('sha256').update(JSON.stringify(genesis)).digest('hex').slice(0, DIGEST_DIGITS) };
}

function databaseOf({ database }: DevnetOptions): Pick<Layout, 'database'> {
  return database ? { database: nameOfServer(database) } : {};
}

function reuse(saved: Layout, options: DevnetOptions): Layout {
  const refuse = (what: string, kept: unknown, asked: unknown) => {
    if (kept === asked) return;
    const next = 'start with --fresh to forget it, or with another --data-dir';
    throw new LayoutError(`the state in ${options.dataDir} has ${what} ${kept}, ${asked} was asked for: ${next}`);
  };
  if (saved.version !== 1) refuse('format', saved.version, 1);
  refuse('genesis file', saved.genesis ?? 'none', genesisOf(options).genesis ?? 'none');
  refuse('tables in', saved.database ?? 'files', databaseOf(options).database ?? 'files');
  refuse('pieces in', saved.pieces ?? 'files', options.pieces ?? 'files');
  refuse('chain id', saved.chainId, options.chainId);
  refuse('endpoints by', saved.endpoints, options.endpoints);
  refuse('providers:', saved.spPorts.length, options.providers);
  if (options.spPort !== 0) refuse('providers from port', saved.spPorts[0], options.spPort);
  return { ...saved, rpcPort: options.rpcPort || saved.rpcPort };
}

/** Deletes the state of a devnet, and nothing else that a folder may hold. */
export function forget(dataDir: string): void {
  if (!existsSync(join(dataDir, 'devnet.json'))) return;
  const { spPorts } = JSON.parse(readFileSync(join(dataDir, 'devnet.json'), 'utf8')) as Layout;
  const folders = ['chain', ...spPorts.map((_, index) => `sp${index + 1}`)];
  for (const name of [...folders, 'devnet.json']) rmSync(join(dataDir, name), { recursive: true, force: true });
}
