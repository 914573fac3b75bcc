/**
 * Where the checksums of an object's content stand: those of an update in the shadow's row until it is sealed
 * (`reference/pieces-and-redundancy.md` §5.1, §9.7), so that the old content stays whole meanwhile.
 */
import type { greenfieldStorage as storage } from '@prairie/chain';
import type { GcTables, IntegrityMeta, IntegrityTables, ShadowIntegrityMeta } from '@prairie/gfsp';

/** Redundancy index of the primary's own segments. */
export const PRIMARY = -1;

type Content = Pick<storage.ObjectInfo, 'id' | 'version' | 'updated_at'>;
/** As a task has it: of an update, with the size, checksums, version and time of its shadow. */
type Incoming = Content & Pick<storage.ObjectInfo, 'is_updating' | 'payload_size'>;
type Checksums = Pick<IntegrityMeta, 'integrity_checksum' | 'piece_checksum_list'>;
type Readable = Pick<IntegrityTables, 'getIntegrity' | 'getShadowIntegrity'>;

/**
 * Of the content that the chain says the object has. For a moment after its seal an update's row has not taken the
 * place of the old one yet. The shadow is looked at first: one that is gone by then has taken that place already.
 */
export async function storedIntegrity(
  tables: Readable,
  object: Content,
  index: number,
): Promise<IntegrityMeta | undefined> {
  return (await matchingShadow(tables, object, index)) ?? tables.getIntegrity(object.id, index);
}

/** Of content that comes in; of an upload in parts its list still grows, and its checksum is empty. */
export function incomingIntegrity(
  tables: Readable,
  object: Incoming,
  index: number,
): Promise<IntegrityMeta | undefined> {
  return object.is_updating ? matchingShadow(tables, object, index) : tables.getIntegrity(object.id, index);
}

export function setIncomingIntegrity(
  tables: Pick<IntegrityTables, 'setIntegrity' | 'setShadowIntegrity'>,
  object: Incoming,
  index: number,
  checksums: Checksums,
): Promise<void> {
  const row = { object_id: object.id, redundancy_index: index, object_size: object.payload_size, ...checksums };
  if (!object.is_updating) return tables.setIntegrity(row);
  return tables.setShadowIntegrity({ ...row, version: object.version, updated_at: object.updated_at });
}

/** The sealed content's row stays, if there is one. Looks before it deletes: `tables` are those of a transaction. */
export async function deleteIncomingIntegrity(tables: IntegrityTables, object: Incoming, index: number): Promise<void> {
  if (!object.is_updating) await tables.deleteIntegrity(object.id, index);
  else if (await matchingShadow(tables, object, index)) await tables.deleteShadowIntegrity(object.id, index);
}

/**
 * After a seal: what was an update's is the object's now, and what is left of an earlier update goes. Pieces of the
 * content before are condemned with that: garbage collection deletes them. `tables` are those of a transaction.
 */
export async function promoteIntegrity(
  tables: IntegrityTables & Pick<GcTables, 'setCondemned'>,
  sealed: Pick<Content, 'id' | 'version'>,
  index: number,
): Promise<void> {
  const shadow = await tables.getShadowIntegrity(sealed.id, index);
  if (!shadow || shadow.version > sealed.version) return;
  if (shadow.version === sealed.version) {
    const before = await tables.getIntegrity(sealed.id, index);
    await condemn(tables, before, sealed.version - 1n);
    const { object_id, redundancy_index, integrity_checksum, piece_checksum_list, object_size } = shadow;
    await tables.setIntegrity({ object_id, redundancy_index, integrity_checksum, piece_checksum_list, object_size });
  } else await condemn(tables, shadow, shadow.version);
  await tables.deleteShadowIntegrity(sealed.id, index);
}

/** Pieces of a content that nobody will ever need. */
async function condemn(
  tables: Pick<GcTables, 'setCondemned'>,
  row: IntegrityMeta | undefined,
  version: bigint,
): Promise<void> {
  const segment_count = row?.piece_checksum_list.length ?? 0;
  if (!row || segment_count === 0) return;
  const { object_id, redundancy_index } = row;
  await tables.setCondemned({ object_id, redundancy_index, version, segment_count, blocked_until: 0 });
}

async function matchingShadow(
  tables: Pick<IntegrityTables, 'getShadowIntegrity'>,
  { id, version, updated_at }: Content,
  index: number,
): Promise<ShadowIntegrityMeta | undefined> {
  // without an update there is no shadow: nobody pays for looking
  if (version === 0n) return undefined;
  const shadow = await tables.getShadowIntegrity(id, index);
  return shadow?.version === version && shadow.updated_at === updated_at ? shadow : undefined;
}
