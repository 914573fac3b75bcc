/** Kinds of events, as `BlockSyncer.Modules` names them (`reference/block-syncer-and-db.md` §1). */
export const SYNC_MODULES = [
  'epoch',
  'bucket',
  'object',
  'object_id_map',
  'prefix_tree',
  'group',
  'permission',
  'payment',
  'storage_provider',
  'virtual_group',
  'sp_exit_events',
  'general',
] as const;

export type SyncModule = (typeof SYNC_MODULES)[number];
