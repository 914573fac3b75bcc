/** Which events are handled, by the names of `BlockSyncer.Modules` (`reference/block-syncer-and-db.md` §1). */
import { SYNC_MODULES, type SyncModule } from '../module-names.ts';
import { bucketHandlers } from './buckets.ts';
import { exitEventHandlers } from './exit-events.ts';
import { groupHandlers } from './groups.ts';
import type { Handler } from './handler.ts';
import { objectHandlers } from './objects.ts';
import { paymentHandlers } from './payments.ts';
import { permissionHandlers } from './permissions.ts';
import { prefixTreeHandlers } from './prefix-tree.ts';
import { storageProviderHandlers } from './storage-providers.ts';
import { tagHandlers } from './tags.ts';
import { virtualGroupHandlers } from './virtual-groups.ts';

/** What is done for an event, by its type and in this order. */
export type Handlers = ReadonlyMap<string, readonly Handler[]>;

/** Objects come before the folders of their names. */
const byModule: Readonly<Record<SyncModule, readonly Handler[]>> = {
  // the epoch is written with every block, the bucket of an object's id with the object
  epoch: [],
  bucket: bucketHandlers,
  object: objectHandlers,
  object_id_map: [],
  prefix_tree: prefixTreeHandlers,
  group: groupHandlers,
  permission: permissionHandlers,
  payment: paymentHandlers,
  storage_provider: storageProviderHandlers,
  virtual_group: virtualGroupHandlers,
  sp_exit_events: exitEventHandlers,
  general: tagHandlers,
};

/** The handlers of some modules; of all without a list. */
export function handlersOf(modules: readonly SyncModule[] = SYNC_MODULES): Handlers {
  const chosen = SYNC_MODULES.filter((name) => modules.includes(name));
  return Map.groupBy(
    chosen.flatMap((name) => byModule[name]),
    (handler) => handler.type,
  );
}
