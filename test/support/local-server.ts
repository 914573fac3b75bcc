/**
 * A server for tests and benchmarks, of a database or an object storage: on a free port of this machine, in a temporary folder. Both go with the
 * process that started it, however that ends.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, chownSync, constants, existsSync, mkdtempSync, readFileSync, rmSync, statfsSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

export interface Login {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
}

export interface LocalServer {
  /** Of one who may do everything. */
  readonly login: Login;
  /** Ends the server at once, as a crash does. What was committed stays. */
  crash(): Promise<void>;
  /** Starts it again, on the same port. */
  start(): Promise<void>;
  /** Ends the server and removes its folder. */
  remove(): Promise<void>;
}

/** A kind of server: how its folder is made, how it is started, and how it is known to be ready. */
export interface ServerKind {
  /** For people, and in the folder's name. */
  readonly name: string;
  /** Accounts that it may run as when the test runs as root, which servers refuse; none for one that does not. */
  readonly accounts: readonly string[];
  /** Ends it at once without leaving anything of it behind. */
  readonly endSignal: 'KILL' | 'QUIT';
  /** In memory where there is room: a server that is made for a moment would wait for the disk most of the time. */
  readonly inMemory?: boolean;
  /** What it says on its standard error when it takes connections. */
  readonly ready: string;
  initialise(folder: string, login: Login, account: Account | undefined): Promise<void>;
  command(folder: string, login: Login): readonly [program: string, ...args: string[]];
}

export interface Account {
  uid: number;
  gid: number;
}

const MEMORY = '/dev/shm';
const MEMORY_NEEDED = 1 << 30;
const START_DEADLINE_MS = 60_000;
/** Of what a server said, when it does not start. */
const LAST_LINES = 20;

/**
 * Stands between the test and the server: ends the server when the test's process ends, also by `kill -9`, because then
 * its standard input ends. The word `keep` on it leaves the folder. Descriptor 3 ends with the server.
 */
const GUARD = `
trap '' INT TERM HUP
signal=$1 folder=$2; shift 2
"$@" 2>&3 3>&- & server=$!
exec 3>&-
read -r word
kill -"$signal" $server 2>/dev/null
wait $server
[ "$word" = keep ] || rm -rf "$folder"
`;

/** The same for all: servers listen on this machine only. It has what connection strings and quotes must escape. */
const PASSWORD = "a secret: p@ss/wo'rd";

/** Ports that are tried: another test may take one between the look and the start. */
const PORTS = 3;

export async function startServer(kind: ServerKind): Promise<LocalServer> {
  for (let tried = 1; ; tried++) {
    try {
      return await startOnce(kind);
    } catch (error) {
      if (tried === PORTS || !(error instanceof Error && /address already in use/i.test(error.message))) throw error;
    }
  }
}

async function startOnce(kind: ServerKind): Promise<LocalServer> {
  const folder = mkdtempSync(join(kind.inMemory ? roomyFolder() : tmpdir(), `prairie-${kind.name.toLowerCase()}-`));
  const account = accountFor(kind);
  const login = { host: '127.0.0.1', port: await freePort(), user: 'prairie', password: PASSWORD };
  const server = new GuardedServer(kind, folder, login, account);
  try {
    if (account) chownSync(folder, account.uid, account.gid);
    await kind.initialise(folder, login, account);
    await server.start();
  } catch (error) {
    await server.remove();
    throw error;
  }
  return server;
}

/** Linux has a folder in memory; in containers it is often too small. */
function roomyFolder(): string {
  if (!existsSync(MEMORY)) return tmpdir();
  const { bavail, bsize } = statfsSync(MEMORY);
  return bavail * bsize > MEMORY_NEEDED ? MEMORY : tmpdir();
}

/** The first of `folders`, or of those in `PATH`, that has all `programs`. */
export function folderOf(programs: readonly string[], folders: readonly string[] = []): string | undefined {
  const runs = (path: string): boolean => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  };
  return [...folders, ...(process.env.PATH ?? '').split(delimiter)].find((folder) =>
    programs.every((program) => runs(join(folder, program))),
  );
}

/** For a suite's `skip`: why it is left out, false when it runs. In CI it runs, and fails by what is missing. */
export function skipWithout(installed: unknown, howToInstall: string): string | false {
  return installed || process.env.CI === 'true' ? false : howToInstall;
}

class GuardedServer implements LocalServer {
  readonly login: Login;
  readonly #kind: ServerKind;
  readonly #folder: string;
  readonly #account: Account | undefined;
  #guard: ChildProcess | undefined;

  constructor(kind: ServerKind, folder: string, login: Login, account: Account | undefined) {
    this.#kind = kind;
    this.#folder = folder;
    this.login = login;
    this.#account = account;
  }

  async start(): Promise<void> {
    const { name, endSignal, ready } = this.#kind;
    const command = this.#kind.command(this.#folder, this.login);
    const guard = spawn('/bin/sh', ['-c', GUARD, name, endSignal, this.#folder, ...command], {
      ...this.#account,
      cwd: this.#folder,
      stdio: ['pipe', 'ignore', 'ignore', 'pipe'],
    });
    this.#guard = guard;
    guard.stdin?.on('error', () => {}); // of a guard that has ended
    const output = guard.stdio[3] as Readable;
    const said: string[] = [];
    let isReady = false;
    for await (const line of createInterface({ input: output, signal: AbortSignal.timeout(START_DEADLINE_MS) })) {
      said.push(line);
      isReady = line.includes(ready);
      if (isReady) break;
    }
    // What it says from now on would fill the pipe if nobody took it.
    output.resume();
    if (!isReady) throw new Error(`${name} does not start: ${said.slice(-LAST_LINES).join('\n')}`);
  }

  crash(): Promise<void> {
    return this.#end('keep\n');
  }

  async remove(): Promise<void> {
    await this.#end('');
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #end(lastWord: string): Promise<void> {
    const guard = this.#guard;
    this.#guard = undefined;
    if (!guard || guard.exitCode !== null || guard.signalCode !== null) return;
    const ended = once(guard, 'exit');
    guard.stdin?.end(lastWord);
    await ended;
  }
}

function accountFor({ name, accounts }: ServerKind): Account | undefined {
  if (process.getuid?.() !== 0 || accounts.length === 0) return undefined;
  const known = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const found = accounts.flatMap((account) => known.filter(([own]) => own === account))[0];
  if (!found) throw new Error(`${name} does not run as root: expected an account ${accounts.join(' or ')} here`);
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
