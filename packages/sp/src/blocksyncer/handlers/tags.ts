/** §5.10. */
import { greenfieldStorage as storage } from '@prairie/chain';
import { type At, type Handler, on } from './handler.ts';

/** `grn:b::bucket`, `grn:o::bucket/object`, `grn:g:owner:group`. */
const GRN = /^grn:(?:b::(?<bucket>[^/]+)|o::(?<in>[^/]+)\/(?<object>.+)|g:(?<owner>0x[0-9a-fA-F]{40}):(?<group>.+))$/s;

async function setTag(e: storage.EventSetTag, at: At): Promise<void> {
  const names = GRN.exec(e.resource)?.groups;
  if (!names) throw new Error(`resource ${e.resource}: a bucket's, object's or group's name expected`);
  const set = { tags: e.tags ?? { tags: [] }, update_at: at.height, update_time: at.time };
  if (names.bucket) await at.db.buckets.updateLive(names.bucket, set);
  else if (names.object) {
    await at.objects.write();
    await at.db.objects.updateLive(names.in!, names.object, set);
  } else await at.db.groups.updateByName(names.owner!, names.group!, set);
}

export const tagHandlers: readonly Handler[] = [on(storage.EventSetTag, setTag)];
