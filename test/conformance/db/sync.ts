/** Blocks through the block syncer, into a database. */
import { silentLogger } from '@prairie/gfsp';
import { BlockSyncerModule } from '@prairie/sp';
import type { BsDb } from '@prairie/store';
import type { RecordedSource } from './blocks.ts';

const TIMEOUT_MS = 60_000;

/** Resolves when all blocks of the chain are in the tables. */
export async function sync(db: BsDb, chain: RecordedSource): Promise<void> {
  const height = chain.knownHeight;
  let stopped: Error | undefined;
  const onStopped = (error: Error): void => {
    stopped = error;
  };
  const syncer = new BlockSyncerModule({ onStopped }, { db, chain, logger: silentLogger });
  try {
    await syncer.start();
    if (!(await syncer.waitForHeight(height, TIMEOUT_MS))) {
      throw new Error(`block ${height} is not in the tables, they are at ${syncer.height}`, { cause: stopped });
    }
  } finally {
    await syncer.stop();
  }
}
