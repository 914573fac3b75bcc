/** The block syncer's tables and its chain, as a configuration has them: for commands, beside a provider that may run. */
import { existsSync } from 'node:fs';
import { ChainClient } from '@prairie/chain';
import { type BlockSyncerOptions, SwitchedBsDb } from '../blocksyncer/index.ts';
import type { SpConfig } from '../config/index.ts';
import { databasesOf, writtenTables } from './databases.ts';
import { settingsOf } from './settings-of.ts';

export interface SyncedTables {
  db: SwitchedBsDb;
  chain: ChainClient;
  /** How the configuration wants blocks to be read. */
  options: BlockSyncerOptions;
}

/** Opens both, and closes them behind `work`. @throws Error in words when there are no tables */
export async function withSyncedTables<T>(config: SpConfig, work: (tables: SyncedTables) => Promise<T>): Promise<T> {
  const settings = settingsOf(config, { version: '' });
  const addresses = writtenTables(databasesOf(settings));
  const { main } = addresses;
  if (main.engine === 'sqlite' && !existsSync(main.path)) {
    throw new Error(
      `there are no tables in ${main.path}: a provider that runs makes them (Prairie.DataDir says where)`,
    );
  }
  const { rpcUrls: rpcUrl, chainId } = settings.chain;
  const chain = new ChainClient({ rpcUrl, chainId });
  try {
    const db = await SwitchedBsDb.open(addresses);
    try {
      return await work({ db, chain, options: settings.modules.blocksyncer ?? {} });
    } finally {
      await db.close();
    }
  } finally {
    chain.close();
  }
}
