/** What a queue engine on PostgreSQL can be told. */
import type { ClientConfig } from 'pg';
import type { QueueCodec } from './codec.ts';
import { queueDatabaseErrors } from './errors.ts';

export interface PostgresQueueOptions {
  /** `postgres://user:password@host:port/database?sslmode=…`. */
  connectionString: string;
  /** Takes the place of the password in the connection string, so that the string can stand in a file. */
  password?: string;
  /** Created when it is not there. Lower case letters, digits and `_`. Default `prairie_queue`. */
  schema?: string;
  /** Connections for statements, 1–64; one more listens. Default 4. */
  poolSize?: number;
  /** Statements that may wait for a connection. Default 10,240. */
  maxPending?: number;
  /** A statement that takes longer is ended. Default 10 s. */
  statementTimeoutMs?: number;
  /** To be connected, or to get a connection of the pool. Default 5 s. */
  connectTimeoutMs?: number;
  /** Pauses between attempts to listen again after the connection was lost. Default 100 ms to 10 s. */
  reconnect?: { baseMs: number; maxMs: number };
  /** What is due is asked for at least so often, in case a manager died with an announcement unsent. Default 30 s. */
  sweepMs?: number;
  /** How the values of a queue are written. Default: JSON with bigint and bytes. */
  codecOf?: (queue: string) => QueueCodec<unknown> | undefined;
}

export interface ResolvedOptions
  extends Required<Omit<PostgresQueueOptions, 'connectionString' | 'password' | 'codecOf'>> {
  client: ClientConfig;
  /** `host:port/database`, for messages. */
  where: string;
  /** What must not be in any message. */
  secrets: string[];
}

/**
 * Every statement has an index in the order that it needs. A queue that has just grown from nothing has no statistics
 * yet: the planner would believe it small, and sort 100,000 rows to hand out one. Plans do not depend on the arguments.
 */
const PLANNER = [
  'enable_seqscan=off',
  'enable_bitmapscan=off',
  'enable_sort=off',
  'plan_cache_mode=force_generic_plan',
];

const SCHEMA = /^[a-z_][a-z0-9_]{0,47}$/;

/** @throws 970005 that names the option, never its value when that is a secret */
export function resolveOptions(options: PostgresQueueOptions): ResolvedOptions {
  const url = parseUrl(options.connectionString);
  if (options.password !== undefined) url.password = encodeURIComponent(options.password);
  const resolved: ResolvedOptions = {
    schema: options.schema ?? 'prairie_queue',
    poolSize: inRange('poolSize', options.poolSize ?? 4, 1, 64),
    maxPending: inRange('maxPending', options.maxPending ?? 10_240, 1, 1_000_000),
    statementTimeoutMs: inRange('statementTimeoutMs', options.statementTimeoutMs ?? 10_000, 100, 600_000),
    connectTimeoutMs: inRange('connectTimeoutMs', options.connectTimeoutMs ?? 5000, 100, 600_000),
    reconnect: options.reconnect ?? { baseMs: 100, maxMs: 10_000 },
    sweepMs: inRange('sweepMs', options.sweepMs ?? 30_000, 1000, 3_600_000),
    client: {},
    where: `${url.hostname || 'localhost'}:${url.port || 5432}${url.pathname}`,
    secrets: [url.password, decodeURIComponent(url.password)].filter((secret) => secret !== ''),
  };
  if (!SCHEMA.test(resolved.schema)) {
    throw queueDatabaseErrors.options(
      `queue schema ${JSON.stringify(resolved.schema)}: expected 1 to 48 lower case letters, digits and _, not a digit first`,
    );
  }
  resolved.client = clientConfig(resolved, url);
  return resolved;
}

function clientConfig(options: ResolvedOptions, url: URL): ClientConfig {
  return {
    connectionString: url.href,
    application_name: 'prairie-queue',
    connectionTimeoutMillis: options.connectTimeoutMs,
    statement_timeout: options.statementTimeoutMs,
    // The server ends a statement first; this is for a server that does not answer any more.
    query_timeout: options.statementTimeoutMs + 2000,
    idle_in_transaction_session_timeout: options.statementTimeoutMs,
    keepAlive: true,
    options: PLANNER.map((setting) => `-c ${setting}`).join(' '),
  };
}

function parseUrl(connectionString: string): URL {
  const url = URL.canParse(connectionString) ? new URL(connectionString) : undefined;
  const isKnown = url?.protocol === 'postgres:' || url?.protocol === 'postgresql:';
  // A lone percent sign would make the driver throw an error with the password in it.
  if (url && isKnown && !/%(?![0-9a-f]{2})/i.test(connectionString)) return url;
  throw queueDatabaseErrors.options(
    'queue connection string: expected postgres://user:password@host:port/database, with % written as %25 ' +
      '(what came is not shown: it may hold a password)',
  );
}

function inRange(name: string, value: number, min: number, max: number): number {
  if (Number.isSafeInteger(value) && value >= min && value <= max) return value;
  throw queueDatabaseErrors.options(`queue ${name} ${value}: expected a whole number from ${min} to ${max}`);
}
