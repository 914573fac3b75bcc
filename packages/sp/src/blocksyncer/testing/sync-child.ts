/**
 * A process that syncs generated blocks, to be killed: `sync-child.ts '{"address":…,"seed":1,"blocks":300,"events":20}'`.
 * A line for the start and one for each height that is written; it ends by itself at the last.
 */
import { silentLogger } from '@prairie/gfsp';
import { BsDb, type DatabaseAddress } from '@prairie/store';
import { BlockSyncerModule } from '../module.ts';
import { type GeneratedOptions, generatedBlocks } from './generated-chain.ts';
import { RecordedChain } from './recorded-chain.ts';

export interface ChildOptions extends GeneratedOptions {
  address: DatabaseAddress;
}

const { address, ...options } = JSON.parse(process.argv[2]!) as ChildOptions;
const chain = new RecordedChain(generatedBlocks(options));
chain.batch = 8;
const db = await BsDb.open(address);
const syncer = new BlockSyncerModule({ commitNumber: 100 }, { db, chain, logger: silentLogger });
process.stdout.write('started\n');
syncer.onBlock(({ height }) => process.stdout.write(`${height}\n`));
await syncer.start();
await syncer.waitForHeight(BigInt(options.blocks), 60_000);
await syncer.stop();
await db.close();
