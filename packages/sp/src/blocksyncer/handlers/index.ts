import { bucketHandlers } from './buckets.ts';
import { exitEventHandlers } from './exit-events.ts';
import { groupHandlers } from './groups.ts';
import type { Handler } from './handler.ts';
import { objectHandlers } from './objects.ts';
import { paymentHandlers } from './payments.ts';
import { permissionHandlers } from './permissions.ts';
import { storageProviderHandlers } from './storage-providers.ts';
import { tagHandlers } from './tags.ts';
import { virtualGroupHandlers } from './virtual-groups.ts';

/** What is done for an event, by its type and in this order. */
export const handlers: ReadonlyMap<string, readonly Handler[]> = Map.groupBy(
  [
    ...bucketHandlers,
    ...objectHandlers,
    ...groupHandlers,
    ...permissionHandlers,
    ...paymentHandlers,
    ...storageProviderHandlers,
    ...virtualGroupHandlers,
    ...exitEventHandlers,
    ...tagHandlers,
  ],
  (handler) => handler.type,
);
