/**
 * Another choice of groups: fill one after the other instead of all alike, so that few groups are in use and the stake of
 * the others can be withdrawn.
 *
 *   [Prairie]
 *   Plugins = ["./examples/custom-gvg-picker/extension.ts"]
 */
import type { Extension, VirtualGroupPicker } from '@prairie/sp';

/** Candidates have room already: what is full, frozen or refused is not among them. */
const fullestFirst: VirtualGroupPicker = {
  pickFamily: (families) => fullest(families),
  pickGroup: (groups) => fullest(groups),
};

function fullest<T extends { staked: bigint; used: bigint }>(candidates: readonly T[]): T | undefined {
  return candidates.reduce<T | undefined>((best, next) => {
    // used / staked, without dividing: sizes are beyond what a number holds exactly
    return best && best.used * next.staked >= next.used * best.staked ? best : next;
  }, undefined);
}

export const extension: Extension = { parts: { picker: () => fullestFirst } };
