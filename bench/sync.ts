import { type ChainBlock, type ChainEvent, greenfieldStorage as storage } from '@prairie/chain';
import { silentLogger } from '@prairie/gfsp';
import { BlockSyncerModule } from '@prairie/sp';
import { blockOf, eventOf, OWNER, RecordedChain } from '@prairie/sp/testing/blocksyncer';
import { BsDb, type DatabaseAddress } from '@prairie/store';
import { DatabaseServers } from '@prairie/store/testing';
import { round } from './figures.ts';

const OBJECTS_PER_BLOCK = 100;
/** Objects for each second that is asked for. */
const OBJECTS_PER_SECOND = 4000;
/** As a syncer that is far behind gets them. */
const BATCH = 64;

interface SyncLine {
  case: string;
  /** Created and sealed: two events each, in a folder of ten. */
  objects: number;
  seconds: number;
  eventsPerS: number;
  cpuUsPerEvent: number;
}

/** What the block syncer writes while it catches up, by engine: objects of one bucket that are created and sealed. */
export async function* benchSync(seconds: number, say: (text: string) => void): AsyncGenerator<SyncLine> {
  const objects = Math.ceil((seconds * OBJECTS_PER_SECOND) / OBJECTS_PER_BLOCK) * OBJECTS_PER_BLOCK;
  const blocks = blocksOf(objects);
  const servers = new DatabaseServers();
  try {
    for (const { engine, skip, fresh } of servers.engines) {
      if (skip) say(skip);
      else yield { case: `sync: catch-up, ${engine}`, objects, ...(await catchUp(await fresh(), blocks, objects)) };
    }
  } finally {
    await servers.close();
  }
}

async function catchUp(address: DatabaseAddress, blocks: ChainBlock[], objects: number) {
  const db = await BsDb.open(address);
  const chain = new RecordedChain(blocks);
  chain.batch = BATCH;
  const syncer = new BlockSyncerModule({}, { db, chain, logger: silentLogger });
  const cpuBefore = process.cpuUsage();
  const began = performance.now();
  await syncer.start();
  await syncer.waitForHeight(chain.knownHeight, 600_000);
  const elapsed = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(cpuBefore);
  await syncer.stop();
  await db.close();
  const events = 2 * objects;
  return {
    seconds: round(elapsed),
    eventsPerS: round(events / elapsed, 0),
    cpuUsPerEvent: round((user + system) / events, 1),
  };
}

function blocksOf(objects: number): ChainBlock[] {
  const bucket = { bucket_id: 1n, bucket_name: 'photos', owner: OWNER, payment_address: OWNER };
  const blocks = [blockOf(1n, [[eventOf(storage.EventCreateBucket, bucket)]])];
  for (let first = 1; first <= objects; first += OBJECTS_PER_BLOCK) {
    const txs = Array.from({ length: OBJECTS_PER_BLOCK }, (_, i) => lifeOf(BigInt(first + i))).flat();
    blocks.push(blockOf(BigInt(blocks.length) + 1n, txs));
  }
  return blocks;
}

/** A transaction that creates the object, and one that seals it. */
function lifeOf(object_id: bigint): ChainEvent[][] {
  const checksums = Array.from({ length: 7 }, (_, i) => Buffer.alloc(32, i));
  const names = { object_id, object_name: `2026/${object_id / 10n}/photo-${object_id}.jpg`, bucket_name: 'photos' };
  const { OBJECT_STATUS_SEALED: status } = storage.ObjectStatus;
  const facts = { bucket_id: 1n, owner: OWNER, creator: OWNER, payload_size: 1_000_000n, content_type: 'image/jpeg' };
  const groups = { global_virtual_group_id: 1, local_virtual_group_id: 1 };
  return [
    [eventOf(storage.EventCreateObject, { ...names, ...facts, checksums, create_at: 1_795_219_200n })],
    [eventOf(storage.EventSealObject, { ...names, ...groups, status, operator: OWNER, checksums })],
  ];
}
