import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadConfig } from '../config/index.ts';
import { configuredDatabases, databasesOf } from './databases.ts';

const configured = (text: string, env: Record<string, string> = {}) =>
  configuredDatabases(loadConfig({ text, env }).config);

test('tables are files in the data folder, or in memory without one', () => {
  assert.equal(configured('[SpDB]\nUser = "sp"\n'), undefined);
  assert.deepEqual(databasesOf({ dataDir: '/data' }), {
    spdb: { engine: 'sqlite', path: '/data/sp.db' },
    bsdb: { engine: 'sqlite', path: '/data/bs.db' },
    bsdbStandby: { engine: 'sqlite', path: '/data/bs-standby.db' },
  });
  assert.deepEqual(databasesOf({ dataDir: undefined }).spdb, { engine: 'sqlite', path: ':memory:' });
});

test('servers are where the sections say, with what the environment says above it', () => {
  const text = `
    [Prairie]
    Database = "mysql"
    [SpDB]
    User = "sp"
    Passwd = "wrong"
    Address = "db.example.org:3307"
    MaxOpenConns = 4
    ConnMaxIdleTime = 60
    [BsDB]
    Address = "[::1]"
    [BlockSyncer]
    BsDBWriteAddress = "writer"
  `;
  const found = configured(text, { SP_DB_PASSWORD: 'right', BS_DB_USER: 'bs' });
  const pool = { maxConnections: 16, idleSeconds: 2048, lifetimeSeconds: 2048 };
  const bsdb = {
    engine: 'mysql',
    port: 3306,
    user: 'bs',
    password: 'test',
    database: 'block_syncer',
    ...pool,
  } as const;
  assert.deepEqual(found, {
    spdb: {
      ...{ engine: 'mysql', host: 'db.example.org', port: 3307, user: 'sp', password: 'right' },
      ...{ database: 'storage_provider_db', maxConnections: 4, idleSeconds: 60, lifetimeSeconds: 2048 },
    },
    bsdb: { ...bsdb, host: '::1' },
    bsdbWriter: { ...bsdb, host: 'writer' },
  });
  assert.equal(databasesOf({ dataDir: '/data', databases: found! }), found);
});

test('the standby is another database of the same servers', () => {
  const text = `
    [Prairie]
    Database = "postgres"
    BsDBStandby = "again"
    [BlockSyncer]
    BsDBWriteAddress = "writer:1"
  `;
  const { bsdbWriter, bsdbStandby, bsdbStandbyWriter } = configured(text)!;
  const places = [bsdbWriter, bsdbStandby, bsdbStandbyWriter].map(
    (one) => one?.engine === 'postgres' && `${one.host}:${one.port} ${one.database}`,
  );
  assert.deepEqual(places, ['writer:1 block_syncer', '127.0.0.1:5432 again', 'writer:1 again']);
});

test('PostgreSQL is at its own port when the address has none', () => {
  const found = configured('[Prairie]\nDatabase = "postgres"\n[SpDB]\nAddress = "db"\n[BsDB]\nAddress = "db:6000"\n');
  const places = [found?.spdb, found?.bsdb].map((one) => one?.engine === 'postgres' && `${one.host}:${one.port}`);
  assert.deepEqual(places, ['db:5432', 'db:6000']);
});
