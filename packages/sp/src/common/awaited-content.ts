import type { greenfieldStorage as storage } from '@prairie/chain';
import type { Consensus } from '@prairie/gfsp';

/**
 * The object with the content that it waits for: of an update, that of its shadow (`reference/gateway-http.md` §6.1, 11).
 * The version is part of the piece keys, so that without it an update would be written over the sealed content.
 * undefined when the update has ended meanwhile.
 */
export async function awaitedContent(
  object: storage.ObjectInfo,
  { consensus }: { consensus: Pick<Consensus, 'shadowObject'> },
): Promise<storage.ObjectInfo | undefined> {
  if (!object.is_updating) return object;
  const shadow = await consensus.shadowObject(object.bucket_name, object.object_name);
  return shadow && withShadow(object, shadow);
}

export function withShadow(object: storage.ObjectInfo, shadow: storage.ShadowObjectInfo): storage.ObjectInfo {
  const { payload_size, checksums, version, updated_at } = shadow;
  return { ...object, payload_size, checksums, version, updated_at };
}
