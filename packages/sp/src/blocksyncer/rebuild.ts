/**
 * Tables built anew while the present ones serve (`reference/block-syncer-and-db.md` §4, dual DB): the same blocks go into
 * the other database, and once that is not behind any more it is in use. Events are history, so it begins with the
 * chain's first block, or goes on from tables that are whole up to some block: a copy, or a rebuild that was cut short.
 *
 * The present database says in `master_db` that it is not in use any more, in a transaction that sees its epoch: from
 * then on its block syncer writes nothing and goes over. Nobody who waits for heights sees them go back.
 */
import type { Logger } from '@prairie/gfsp';
import { BsDb, type BsDbTables, type DatabaseAddress, type Epoch } from '@prairie/store';
import { type BlockSource, ChainSync, type ChainSyncOptions, type SyncedBatch } from './chain-sync.ts';
import { SyncStoppedError } from './errors.ts';
import { isGenesis } from './genesis.ts';
import type { SwitchedBsDb } from './switched-bsdb.ts';

export interface RebuildOptions extends ChainSyncOptions {
  /** The first block that the other database lacks: it has the tables as of the block before. Without: from the first. */
  from?: bigint | undefined;
}

export interface RebuildDependencies {
  db: SwitchedBsDb;
  chain: BlockSource;
  logger: Logger;
  /** After each transaction. */
  onProgress?: (batch: SyncedBatch) => void;
}

export interface Rebuilt {
  /** Of the tables that are in use now. */
  height: bigint;
  /** Where they are. */
  location: string;
  /** Where the block syncer wrote before. */
  left: string;
}

/** Row of `data_migration_record`: false while a rebuild is under way. */
const JOB = 'prairie_rebuild';

/** Resolves when the tables that were built are in use. @throws SyncStoppedError in words for what cannot be */
export async function rebuild(
  options: RebuildOptions,
  dependencies: RebuildDependencies,
  signal: AbortSignal,
): Promise<Rebuilt> {
  const { db: present, chain, onProgress } = dependencies;
  const address = present.otherAddress;
  if (!address) {
    throw new SyncStoppedError(
      `there is no second database beside ${present.current.location}: name one with Prairie.BsDBStandby`,
    );
  }
  const built = await openBuilt(address, options.from, chain);
  const done = new AbortController();
  try {
    const comparable = await isOfChain(present.current, chain);
    const sync = new ChainSync(options, {
      ...dependencies,
      db: built,
      guard: notInUse(built),
      onSynced: async (batch) => {
        onProgress?.(batch);
        if (chain.knownHeight > sync.height) return;
        if (await takePlace(present.current, built, sync.height, comparable)) done.abort();
      },
    });
    await sync.open();
    // it may have come this far before
    const isThere = sync.height >= (await chain.currentHeight());
    if (isThere && (await takePlace(present.current, built, sync.height, comparable))) done.abort();
    await sync.run(AbortSignal.any([signal, done.signal]));
    signal.throwIfAborted();
    return { height: sync.height, location: built.location, left: present.current.location };
  } finally {
    await built.close();
  }
}

/** Tables to go on with, or empty ones. */
async function openBuilt(address: DatabaseAddress, from: bigint | undefined, chain: BlockSource): Promise<BsDb> {
  const found = await BsDb.open(address);
  try {
    if (from !== undefined) await checkCopy(found, from, chain);
    const goesOn = from !== undefined || (await found.maintenance.isMigrated(JOB)) === false;
    if (goesOn) return await begun(found);
  } catch (error) {
    await found.close();
    throw error;
  }
  await found.close();
  await BsDb.erase(address);
  return begun(await BsDb.open(address));
}

async function begun(db: BsDb): Promise<BsDb> {
  await db.transaction(async ({ maintenance }) => {
    await maintenance.setMaster(false);
    await maintenance.setMigrated(JOB, false);
  });
  return db;
}

async function checkCopy(db: BsDb, from: bigint, chain: BlockSource): Promise<void> {
  const height = (await db.epoch.get())?.block_height;
  const head = await chain.currentHeight();
  if (from > head + 1n) throw new SyncStoppedError(`block ${from} is not there yet: the chain is at ${head}`);
  if (height === from - 1n) return;
  const has = height === undefined ? 'is empty' : `is at block ${height}`;
  throw new SyncStoppedError(
    `to go on from block ${from}, ${db.location} must have the tables as of block ${from - 1n}, and it ${has}: ` +
      'blocks tell what changed, not what was there. Restore a copy of that height into it (every provider of the ' +
      "chain has the same tables), or leave out --from to begin with the chain's first block",
  );
}

function notInUse(db: BsDb): (tables: BsDbTables) => Promise<void> {
  return async ({ maintenance }) => {
    if (await maintenance.isMaster())
      throw new SyncStoppedError(`${db.location} is in use: another rebuild was faster`);
  };
}

/** Whether heights of the present tables mean something: they may be of another chain, which is why they are replaced. */
async function isOfChain(db: BsDb, chain: BlockSource): Promise<boolean> {
  const epoch = await db.epoch.get();
  const chainId = await db.epoch.chainId();
  if (!epoch || (chainId !== undefined && chainId !== chain.chainId)) return false;
  if (epoch.block_height > (await chain.currentHeight())) return false;
  return isGenesis(epoch) || (await isOnChain(epoch, chain));
}

async function isOnChain({ block_height, block_hash }: Epoch, chain: BlockSource): Promise<boolean> {
  const stop = new AbortController();
  for await (const [block] of chain.subscribeBatches(block_height, stop.signal, { prefetch: 1 })) {
    return block!.hash === Buffer.from(block_hash).toString('hex').toUpperCase();
  }
  return false;
}

/** Whether it did: not while the present tables are further on. */
async function takePlace(present: BsDb, built: BsDb, height: bigint, comparable: boolean): Promise<boolean> {
  const left = await present.transaction(async ({ epoch, maintenance }) => {
    const theirs = (await epoch.get())?.block_height ?? 0n;
    if (comparable && theirs > height) return false;
    await maintenance.setMaster(false);
    return true;
  });
  if (!left) return false;
  // should it end here, neither is in use: the block syncer takes the one that was again, and the rebuild is repeated
  await built.transaction(async ({ maintenance }) => {
    await maintenance.setMaster(true);
    await maintenance.setMigrated(JOB, true);
  });
  return true;
}
