/** Providers' tables on a database server in place of files: two databases for each provider. */
import { createDatabases, dropDatabases, type ServerAddress, type ServerLogin } from '@prairie/store';

/** `postgres://user:password@host:port` or `mysql://…`, as `prairie devnet --database` takes it. */
export type DatabaseServer = ServerLogin;

/** A database server was asked for that cannot be one. */
export class DatabaseServerError extends Error {
  override readonly name = 'DatabaseServerError';
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = { postgres: 5432, mysql: 3306 };
/** Of each pool: servers allow some hundred connections, and eight providers have two pools each. */
const MAX_CONNECTIONS = 4;

/** @throws DatabaseServerError that says what was expected; the text is not repeated, it has a password */
export function parseDatabaseServer(text: string): DatabaseServer {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const engine = url?.protocol.slice(0, -1) ?? '';
  const defaultPort = DEFAULT_PORTS[engine];
  if (!url || defaultPort === undefined || url.hostname === '') {
    throw new DatabaseServerError('expected postgres://user:password@host:port or mysql://user:password@host:port');
  }
  return {
    engine: engine as DatabaseServer['engine'],
    host: url.hostname,
    port: url.port === '' ? defaultPort : Number(url.port),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
  };
}

/** Without the password: what a layout keeps. */
export function nameOfServer({ engine, host, port }: DatabaseServer): string {
  return `${engine}://${host}:${port}`;
}

/** Addresses of the n-th provider's databases. */
export function databasesOf(server: DatabaseServer, id: number): { spdb: ServerAddress; bsdb: ServerAddress } {
  const address = (part: string) => ({
    ...server,
    database: `prairie_sp${id}_${part}`,
    maxConnections: MAX_CONNECTIONS,
  });
  return { spdb: address('spdb'), bsdb: address('bsdb') };
}

/** Makes the databases of providers 1 to `providers` that are not there. */
export function prepareDatabases(server: DatabaseServer, providers: number): Promise<void> {
  return createDatabases(server, namesOf(server, providers));
}

/** Deletes them. */
export function forgetDatabases(server: DatabaseServer, providers: number): Promise<void> {
  return dropDatabases(server, namesOf(server, providers));
}

function namesOf(server: DatabaseServer, providers: number): string[] {
  const ids = Array.from({ length: providers }, (_, index) => index + 1);
  return ids.flatMap((id) => Object.values(databasesOf(server, id)).map(({ database }) => database));
}
