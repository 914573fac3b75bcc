/** How far the tables are, for people and programs. */
import type { EngineName } from '@prairie/store';
import type { BlockSource } from './chain-sync.ts';
import type { SwitchedBsDb } from './switched-bsdb.ts';

export interface SyncStatus {
  engine: EngineName;
  /** A file, or host and database. */
  location: string;
  schemaVersion: number;
  chainId: string;
  /** Of the latest block in the tables, undefined before the first start. */
  height: bigint | undefined;
  hash: string | undefined;
  /** Of that block, unix seconds. */
  time: bigint | undefined;
  chainHeight: bigint;
  /** Blocks. */
  lag: bigint;
}

export async function syncStatus(
  db: SwitchedBsDb,
  chain: Pick<BlockSource, 'chainId' | 'currentHeight'>,
): Promise<SyncStatus> {
  const { current } = db;
  const epoch = await current.epoch.get();
  const chainHeight = await chain.currentHeight();
  const height = epoch?.block_height;
  return {
    engine: current.database.engine,
    location: current.location,
    schemaVersion: await current.schemaVersion(),
    chainId: (await current.epoch.chainId()) ?? chain.chainId,
    height,
    hash: epoch && Buffer.from(epoch.block_hash).toString('hex'),
    time: epoch?.update_time,
    chainHeight,
    lag: chainHeight - (height ?? 0n),
  };
}
