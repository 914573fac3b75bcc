/** Accounts that income of groups and families flows to (`reference/chain-rpc.md` §9). */
import { derivedAddress } from '@prairie/chain';

function ofModule(kind: string, id: number): string {
  const key = Buffer.alloc(4);
  key.writeUInt32LE(id);
  return derivedAddress('module', Buffer.concat([Buffer.from(`virtualgroup\0${kind}`), key]));
}

/** Income of a group's secondaries. */
export const gvgAddress = (id: number): string => ofModule('global_virtual_group', id);

/** Income of a family's primary. */
export const familyAddress = (id: number): string => ofModule('global_virtual_group_family', id);
