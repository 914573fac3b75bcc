/** Metadata on tables in memory, for tests. */
import { type BsDbReader, type Metadata, silentLogger } from '@prairie/gfsp';
import { BsDb, type BsDbTables } from '@prairie/store';
import { memorySpDb } from '../testing/memory-spdb.ts';
import { type MetadataDependencies, type MetadataOptions, metadataModule } from './module.ts';

export const openTables = (): Promise<BsDb> => BsDb.open({ engine: 'sqlite', path: ':memory:' });

export type Change = (tables: BsDbTables) => Promise<unknown>;

/** What a block does to the tables. */
export async function change(db: BsDb, work: Change): Promise<void> {
  await db.transaction(async (tables) => {
    await work(tables);
  });
}

/** At this height, with a chain that is there too and knows nothing. */
export function metadataOn(
  bsdb: BsDbReader,
  height: bigint,
  options: Partial<MetadataOptions> = {},
  dependencies: Partial<MetadataDependencies> = {},
): Metadata {
  return metadataModule(
    { operatorAddress: `0x${'00'.repeat(20)}`, ...options },
    {
      bsdb,
      spdb: memorySpDb(),
      chain: {
        currentHeight: async () => height,
        objectById: async () => undefined,
        bucketById: async () => undefined,
        spPrice: async () => undefined,
      },
      progress: { height, waitForHeight: async () => false },
      logger: silentLogger,
      ...dependencies,
    },
  );
}
