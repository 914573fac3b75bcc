/** A PostgreSQL server of its own for tests and benchmarks. */
import { execFile } from 'node:child_process';
import { chownSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { folderOf, type LocalServer, type ServerKind, skipWithout, startServer } from './local-server.ts';

export interface PostgresServer extends LocalServer {
  /** `postgres://user:password@127.0.0.1:port/postgres`. */
  readonly connectionString: string;
}

export const HOW_TO_INSTALL =
  'PostgreSQL is not installed (no `initdb` and `postgres` in PATH or /usr/lib/postgresql), ' +
  'NOTHING IS TESTED ON IT: `apt-get install postgresql` or `brew install postgresql`';

const DEBIAN = '/usr/lib/postgresql';

/** Folder of the newest installed version's programs; undefined when there is none. */
export function findPostgres(): string | undefined {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : [];
  return folderOf(
    ['initdb', 'postgres'],
    versions.map((version) => join(DEBIAN, version, 'bin')),
  );
}

/** For a suite's `skip`. */
export const skipWithoutPostgres = (): string | false => skipWithout(findPostgres(), HOW_TO_INSTALL);

/**
 * `lasting`: what is committed is written to the disk, as servers do; false where only speed matters.
 * @throws Error that says how to install PostgreSQL
 */
export async function startPostgres({ lasting = true } = {}): Promise<PostgresServer> {
  const programs = findPostgres();
  if (programs === undefined) throw new Error(HOW_TO_INSTALL);
  const server = await startServer(postgres(programs, lasting));
  const { host, port, user, password } = server.login;
  const connectionString = `postgres://${user}:${encodeURIComponent(password)}@${host}:${port}/postgres`;
  return Object.assign(server, { connectionString });
}

const postgres = (programs: string, lasting: boolean): ServerKind => ({
  name: 'PostgreSQL',
  accounts: ['postgres', 'nobody'],
  inMemory: !lasting,
  endSignal: 'QUIT', // its immediate shutdown: after SIGKILL shared memory would stay
  ready: 'ready to accept connections',

  async initialise(folder, { user, password }, account) {
    const passwordFile = join(folder, 'password');
    writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
    if (account) chownSync(passwordFile, account.uid, account.gid);
    const args = ['-D', join(folder, 'data'), '-U', user, '--pwfile', passwordFile, '-A', 'scram-sha-256'];
    const options = { ...account, cwd: folder };
    await promisify(execFile)(join(programs, 'initdb'), [...args, '-E', 'UTF8', '--no-locale', '--no-sync'], options);
  },

  command(folder, { host, port }) {
    const settings = [`listen_addresses=${host}`, 'unix_socket_directories=', 'max_connections=200'];
    if (!lasting) settings.push('fsync=off');
    const args = ['-D', join(folder, 'data'), '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])];
    return [join(programs, 'postgres'), ...args];
  },
});
