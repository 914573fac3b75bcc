/**
 * Where the checksums of an object's content stand: those of an update in the shadow's row until it is sealed
 * (`reference/pieces-and-redundancy.md` §5.1, §9.7), so that the old content stays whole meanwhile.
 */
import type { greenfieldStorage as storage } from '@prairie/chain';
import type { IntegrityMeta, ShadowIntegrityMeta, SpDb } from '@prairie/gfsp';

/** Redundancy index of the primary's own segments. */
export const PRIMARY = -1;

type Content = Pick<storage.ObjectInfo, 'id' | 'version' | 'updated_at'>;
/** As a task has it: of an update, with the size, checksums, version and time of its shadow. */
type Incoming = Content & Pick<storage.ObjectInfo, 'is_updating' | 'payload_size'>;
type Checksums = Pick<IntegrityMeta, 'integrity_checksum' | 'piece_checksum_list'>;

/**
 * Of the content that the chain says the object has. For a moment after its seal an update's row has not taken the
 * place of the old one yet.
 */
export function storedIntegrity(
  spdb: Pick<SpDb, 'getIntegrity' | 'getShadowIntegrity'>,
  object: Content,
  index: number,
): IntegrityMeta | undefined {
  return matchingShadow(spdb, object, index) ?? spdb.getIntegrity(object.id, index);
}

/** Of content that comes in; of an upload in parts its list still grows, and its checksum is empty. */
export function incomingIntegrity(
  spdb: Pick<SpDb, 'getIntegrity' | 'getShadowIntegrity'>,
  object: Incoming,
  index: number,
): IntegrityMeta | undefined {
  return object.is_updating ? matchingShadow(spdb, object, index) : spdb.getIntegrity(object.id, index);
}

export function setIncomingIntegrity(spdb: SpDb, object: Incoming, index: number, checksums: Checksums): void {
  const row = { object_id: object.id, redundancy_index: index, object_size: object.payload_size, ...checksums };
  if (!object.is_updating) return spdb.setIntegrity(row);
  spdb.setShadowIntegrity({ ...row, version: object.version, updated_at: object.updated_at });
}

/** The sealed content's row stays, if there is one. */
export function deleteIncomingIntegrity(spdb: SpDb, object: Incoming, index: number): void {
  if (!object.is_updating) spdb.deleteIntegrity(object.id, index);
  else if (matchingShadow(spdb, object, index)) spdb.deleteShadowIntegrity(object.id, index);
}

/** After a seal: what was an update's is the object's now, and what is left of an earlier update goes. */
export function promoteIntegrity(spdb: SpDb, sealed: Pick<Content, 'id' | 'version'>, index: number): void {
  spdb.transaction(() => {
    const shadow = spdb.getShadowIntegrity(sealed.id, index);
    if (!shadow || shadow.version > sealed.version) return;
    if (shadow.version === sealed.version) {
      const { object_id, redundancy_index, integrity_checksum, piece_checksum_list, object_size } = shadow;
      spdb.setIntegrity({ object_id, redundancy_index, integrity_checksum, piece_checksum_list, object_size });
    }
    spdb.deleteShadowIntegrity(sealed.id, index);
  });
}

function matchingShadow(
  spdb: Pick<SpDb, 'getShadowIntegrity'>,
  { id, version, updated_at }: Content,
  index: number,
): ShadowIntegrityMeta | undefined {
  // without an update there is no shadow: nobody pays for looking
  if (version === 0n) return undefined;
  const shadow = spdb.getShadowIntegrity(id, index);
  return shadow?.version === version && shadow.updated_at === updated_at ? shadow : undefined;
}
