export type { AppliedEvent } from './apply-block.ts';
export { SyncStoppedError } from './errors.ts';
export {
  type BlockSource,
  type BlockSyncerDependencies,
  BlockSyncerModule,
  type BlockSyncerOptions,
  type SyncedBlock,
} from './module.ts';
