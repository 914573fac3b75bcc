/** §7: the folders of objects' names, which follow objects that come and go. */
import { greenfieldStorage as storage } from '@prairie/chain';
import { type Handler, on } from './handler.ts';

export const prefixTreeHandlers: readonly Handler[] = [
  on(storage.EventCreateObject, (e, at) => at.folders.insert(e.bucket_name, e.object_name, e.object_id)),
  on(storage.EventCopyObject, (e, at) => at.folders.insert(e.dst_bucket_name, e.dst_object_name, e.dst_object_id)),
  on(storage.EventCancelCreateObject, (e, at) => at.folders.remove(e.bucket_name, e.object_name, e.object_id)),
  on(storage.EventDeleteObject, (e, at) => at.folders.remove(e.bucket_name, e.object_name, e.object_id)),
  on(storage.EventRejectSealObject, async (e, at) => {
    if (!e.for_update) await at.folders.remove(e.bucket_name, e.object_name, e.object_id);
  }),
];
