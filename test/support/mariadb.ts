/** A MariaDB server of its own for tests. */
import { execFile } from 'node:child_process';
import { chownSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { folderOf, type LocalServer, type ServerKind, skipWithout, startServer } from './local-server.ts';

export const HOW_TO_INSTALL =
  'MariaDB is not installed (no `mariadbd` and `mariadb-install-db` in PATH or /usr/sbin), ' +
  'NOTHING IS TESTED ON IT: `apt-get install mariadb-server` or `brew install mariadb`';

interface Programs {
  server: string;
  install: string;
}

/** undefined when it is not installed. */
export function findMariaDb(): Programs | undefined {
  const server = folderOf(['mariadbd'], ['/usr/sbin']);
  const install = folderOf(['mariadb-install-db']);
  if (server === undefined || install === undefined) return undefined;
  return { server: join(server, 'mariadbd'), install: join(install, 'mariadb-install-db') };
}

/** For a suite's `skip`. */
export const skipWithoutMariaDb = (): string | false => skipWithout(findMariaDb(), HOW_TO_INSTALL);

/** @throws Error that says how to install MariaDB */
export async function startMariaDb(): Promise<LocalServer> {
  const programs = findMariaDb();
  if (!programs) throw new Error(HOW_TO_INSTALL);
  return startServer(mariaDb(programs));
}

/** What is committed survives the server, not the machine: nothing is written through to the disk. */
const QUICK = [
  '--innodb-flush-method=nosync',
  '--innodb-flush-log-at-trx-commit=2',
  '--innodb-doublewrite=0',
  '--innodb-log-file-size=8M',
  '--innodb-buffer-pool-size=64M',
  '--innodb-lock-wait-timeout=5', // seconds; by default a minute
  '--performance-schema=0',
  '--skip-log-bin',
];

const mariaDb = ({ server, install }: Programs): ServerKind => ({
  name: 'MariaDB',
  accounts: ['mysql', 'nobody'],
  endSignal: 'KILL',
  inMemory: true,
  ready: 'ready for connections',

  async initialise(folder, { user, password }, account) {
    const firstStatements = join(folder, 'first.sql');
    const grantee = `'${user}'@'%'`;
    const statements = [
      `CREATE OR REPLACE USER ${grantee} IDENTIFIED BY '${password.replaceAll("'", "''")}';`,
      `GRANT ALL ON *.* TO ${grantee} WITH GRANT OPTION;`,
    ];
    writeFileSync(firstStatements, statements.map((statement) => `${statement}\n`).join(''), { mode: 0o600 });
    if (account) chownSync(firstStatements, account.uid, account.gid);
    // Each has its own folder for temporary tables: a server that starts deletes those it finds, also another's.
    const places = [`--datadir=${join(folder, 'data')}`, `--tmpdir=${folder}`];
    const args = [...places, '--auth-root-authentication-method=normal', '--skip-test-db', '--skip-name-resolve'];
    await promisify(execFile)(install, ['--no-defaults', ...args, ...QUICK], { ...account, cwd: folder });
  },

  command(folder, { host, port }) {
    const files = { datadir: 'data', socket: 'socket', 'pid-file': 'pid', tmpdir: '', 'init-file': 'first.sql' };
    const places = Object.entries(files).map(([option, file]) => `--${option}=${join(folder, file)}`);
    const net = [`--bind-address=${host}`, `--port=${port}`, '--skip-name-resolve', '--max-connections=200'];
    return [server, '--no-defaults', ...places, ...net, ...QUICK];
  },
});
