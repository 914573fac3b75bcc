export { type AppliedEvent, applyBlocks, type SyncedBlock } from './apply-blocks.ts';
export { type BlockSource, type ChainSyncOptions, type SyncedBatch, WORKERS } from './chain-sync.ts';
export { SwitchedError, SyncStoppedError } from './errors.ts';
export { type FixedPayments, fixPayments, refundableOnChain } from './fix-payment.ts';
export { type BlockSyncerDependencies, BlockSyncerModule, type BlockSyncerOptions } from './module.ts';
export { SYNC_MODULES, type SyncModule } from './module-names.ts';
export { type RebuildOptions, type Rebuilt, rebuild } from './rebuild.ts';
export { type BsDbAddresses, SwitchedBsDb } from './switched-bsdb.ts';
export { type SyncStatus, syncStatus } from './sync-status.ts';
