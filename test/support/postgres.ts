/** A PostgreSQL server of its own for tests and benchmarks: on a free port, in a temporary folder that goes with it. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';

export interface PostgresServer {
  /** `postgres://user:password@127.0.0.1:port/postgres`. */
  readonly connectionString: string;
  readonly password: string;
  /** Ends the server at once, as a crash does. What was committed stays. */
  crash(): Promise<void>;
  /** Starts it again, on the same port. */
  start(): Promise<void>;
  /** Ends the server and removes its folder. */
  remove(): Promise<void>;
}

export const HOW_TO_INSTALL =
  'PostgreSQL is not installed here (no `initdb` and `postgres` in PATH or /usr/lib/postgresql): ' +
  'NOTHING ABOUT QUEUES ON POSTGRESQL WAS TESTED. Install it with `apt-get install postgresql` or `brew install postgresql`.';

const USER = 'prairie';
const PASSWORD = 'a secret: p@ss/word';
const START_DEADLINE_MS = 30_000;

interface Binaries {
  initdb: string;
  postgres: string;
}

/** The newest installed version; undefined when there is none. */
export function findPostgres(): Binaries | undefined {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...versions.map((version) => join(debian, version, 'bin')),
    ...(process.env.PATH ?? '').split(delimiter),
  ];
  const folder = folders.find((one) => existsSync(join(one, 'initdb')) && existsSync(join(one, 'postgres')));
  return folder === undefined ? undefined : { initdb: join(folder, 'initdb'), postgres: join(folder, 'postgres') };
}

/** @throws Error that says how to install PostgreSQL */
export async function startPostgres(): Promise<PostgresServer> {
  const binaries = findPostgres();
  if (!binaries) throw new Error(HOW_TO_INSTALL);
  const folder = mkdtempSync(join(tmpdir(), 'prairie-postgres-'));
  const server = new LocalServer(binaries, folder, await freePort());
  try {
    server.initialise();
    await server.start();
  } catch (error) {
    await server.remove();
    throw error;
  }
  return server;
}

class LocalServer implements PostgresServer {
  readonly password = PASSWORD;
  readonly connectionString: string;
  readonly #binaries: Binaries;
  readonly #folder: string;
  readonly #port: number;
  readonly #account = accountForServer();
  #process: ChildProcess | undefined;
  readonly #onExit = (): void => {
    this.#process?.kill('SIGQUIT');
  };

  constructor(binaries: Binaries, folder: string, port: number) {
    this.#binaries = binaries;
    this.#folder = folder;
    this.#port = port;
    this.connectionString = `postgres://${USER}:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}/postgres`;
    process.once('exit', this.#onExit);
  }

  initialise(): void {
    const passwordFile = join(this.#folder, 'password');
    writeFileSync(passwordFile, `${PASSWORD}\n`, { mode: 0o600 });
    for (const path of [this.#folder, passwordFile]) {
      if (this.#account) chownSync(path, this.#account.uid, this.#account.gid);
    }
    const args = ['-D', join(this.#folder, 'data'), '-U', USER, '--pwfile', passwordFile, '-A', 'scram-sha-256'];
    execFileSync(this.#binaries.initdb, [...args, '-E', 'UTF8', '--no-locale'], { ...this.#account, stdio: 'pipe' });
  }

  async start(): Promise<void> {
    const args = ['-D', join(this.#folder, 'data'), '-p', String(this.#port)];
    const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories='].flatMap((setting) => ['-c', setting]);
    const child = spawn(this.#binaries.postgres, [...args, ...settings], {
      ...this.#account,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#process = child;
    const said: string[] = [];
    const lines = createInterface({ input: child.stderr, signal: AbortSignal.timeout(START_DEADLINE_MS) });
    let ready = false;
    for await (const line of lines) {
      said.push(line);
      ready = line.includes('ready to accept connections');
      if (ready) break;
    }
    // What it says from now on would fill the pipe if nobody took it.
    child.stderr.resume();
    if (!ready) throw new Error(`PostgreSQL does not start: ${said.slice(-20).join('\n')}`);
  }

  async crash(): Promise<void> {
    await this.#end('SIGQUIT');
  }

  async remove(): Promise<void> {
    await this.#end('SIGQUIT');
    process.off('exit', this.#onExit);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }
}

/** PostgreSQL refuses to run as root: then it gets the account of its package, or the one without rights. */
function accountForServer(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const found = accounts.find(([name]) => name === 'postgres') ?? accounts.find(([name]) => name === 'nobody');
  if (!found)
    throw new Error('PostgreSQL does not run as root: expected an account `postgres` or `nobody` on this machine');
  return { uid: Number(found[2]), gid: Number(found[3]) };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('expected a port');
  return address.port;
}
