/** Where the tables of a provider are. */
import { join } from 'node:path';
import type { DatabaseAddress, EngineName } from '@prairie/store';
import type { BsDbAddresses } from '../blocksyncer/index.ts';
import type { SpConfig } from '../config/index.ts';
import type { ProviderSettings } from './settings.ts';

export interface Databases {
  /** The provider's own state. */
  spdb: DatabaseAddress;
  /** The block syncer's picture of the chain, as metadata reads it. */
  bsdb: DatabaseAddress;
  /** Where the block syncer writes it, when that is another address. */
  bsdbWriter?: DatabaseAddress;
  /** Where the picture is made anew while the other one is used; without, it cannot be. */
  bsdbStandby?: DatabaseAddress;
  /** Where that is written, when that is another address. */
  bsdbStandbyWriter?: DatabaseAddress;
}

/** Those of the settings; without, files in the data folder, or memory where there is none. */
export function databasesOf({ databases, dataDir }: Pick<ProviderSettings, 'databases' | 'dataDir'>): Databases {
  const file = (name: string): DatabaseAddress => ({
    engine: 'sqlite',
    path: dataDir === undefined ? ':memory:' : join(dataDir, name),
  });
  if (databases) return databases;
  const standby = dataDir === undefined ? {} : { bsdbStandby: file('bs-standby.db') };
  return { spdb: file('sp.db'), bsdb: file('bs.db'), ...standby };
}

/** Where the block syncer writes its tables, and makes them anew. */
export function writtenTables({ bsdb, bsdbWriter, bsdbStandby, bsdbStandbyWriter }: Databases): BsDbAddresses {
  return { main: bsdbWriter ?? bsdb, standby: bsdbStandbyWriter ?? bsdbStandby };
}

/** Of a configuration that names servers (`reference/cli-and-config.md` §3.2); undefined for files in the data folder. */
export function configuredDatabases({ prairie, spDb, bsDb, blockSyncer }: SpConfig): Databases | undefined {
  const { database: engine } = prairie;
  if (engine === 'sqlite') return undefined;
  const bsdb = serverAddress(engine, bsDb);
  const bsdbStandby = prairie.bsDbStandby === '' ? undefined : { ...bsdb, database: prairie.bsDbStandby };
  const { bsDbWriteAddress } = blockSyncer;
  const writer = bsDbWriteAddress === '' ? undefined : hostAndPort(engine, bsDbWriteAddress);
  return {
    ...{ spdb: serverAddress(engine, spDb), bsdb },
    ...(writer ? { bsdbWriter: { ...bsdb, ...writer } } : {}),
    ...(bsdbStandby ? { bsdbStandby } : {}),
    ...(bsdbStandby && writer ? { bsdbStandbyWriter: { ...bsdbStandby, ...writer } } : {}),
  };
}

type Server = Exclude<EngineName, 'sqlite'>;

const PORTS: Readonly<Record<Server, number>> = { mysql: 3306, postgres: 5432 };

function serverAddress(engine: Server, section: SpConfig['spDb'] | SpConfig['bsDb']): DatabaseAddress {
  const { user, passwd: password, address, database } = section;
  const { maxOpenConns: maxConnections, connMaxIdleTime: idleSeconds, connMaxLifetime: lifetimeSeconds } = section;
  const pool = { maxConnections, idleSeconds, lifetimeSeconds };
  return { engine, ...hostAndPort(engine, address), user, password, database, ...pool };
}

/** Of text that the configuration has accepted. */
function hostAndPort(engine: Server, text: string): { host: string; port: number } {
  const [, host = '', port] = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(text) ?? [];
  const bare = host.replace(/^\[|\]$/g, '');
  return { host: bare === '' ? '127.0.0.1' : bare, port: port === undefined ? PORTS[engine] : Number(port) };
}
