import { pickByFreeShare } from './pick.ts';

/** How full something is, in bytes. Candidates have room: used is under 95 % of staked, and staked is over 0. */
export interface SpaceOfCandidate {
  /** What the deposits pay for. */
  readonly staked: bigint;
  /** What is stored. */
  readonly used: bigint;
}

export interface FamilyCandidate extends SpaceOfCandidate {
  readonly familyId: number;
  /** Its groups, usable ones and others. */
  readonly groups: readonly GroupCandidate[];
}

export interface GroupCandidate extends SpaceOfCandidate {
  readonly groupId: number;
  readonly familyId: number;
  /** In the order of the redundancy index. */
  readonly secondarySpIds: readonly number[];
}

/**
 * Chooses among what can be used: refused and frozen providers, those that are not in service, and what is full are left
 * out before. Called for each new bucket (family) and each upload (group), so it must answer at once.
 */
export interface VirtualGroupPicker {
  /** One of the candidates, for a new bucket; undefined has a new family made. */
  pickFamily(candidates: readonly FamilyCandidate[]): FamilyCandidate | undefined;
  /** One of the candidates, all of one family, for an object; undefined has a new group made. */
  pickGroup(candidates: readonly GroupCandidate[]): GroupCandidate | undefined;
}

/** The more likely, the larger the free share is (`reference/tasks-and-manager.md` §9.3, §9.4). */
export class FreeSpacePicker implements VirtualGroupPicker {
  readonly #random: () => number;

  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  pickFamily(candidates: readonly FamilyCandidate[]): FamilyCandidate | undefined {
    return pickByFreeShare(candidates, (family) => family, this.#random);
  }

  pickGroup(candidates: readonly GroupCandidate[]): GroupCandidate | undefined {
    return pickByFreeShare(candidates, (group) => group, this.#random);
  }
}
