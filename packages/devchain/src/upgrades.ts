/**
 * Upgrades of the network, in their order, and from which height a chain has each (`reference/chain-rpc.md` §16).
 *
 * A devnet is born with all of them. A chain that follows the history of another states heights; an upgrade that has
 * none is never active there, as on a network whose node configuration does not list it.
 */
export const UPGRADES = [
  'Nagqu',
  'Pampas',
  'Manchurian',
  'Hulunbeier',
  'HulunbeierPatch',
  'Ural',
  'Pawnee',
  'Serengeti',
  'Erdos',
  'Veld',
  'Mongolian',
  'Altai',
  'Savanna',
] as const;

export type Upgrade = (typeof UPGRADES)[number];

/** The block that executes an upgrade, and has it. */
export type UpgradeHeights = Readonly<Partial<Record<Upgrade, number>>>;

/** Active before the first block: nothing is executed, genesis holds what the upgrades would have changed. */
const BORN_WITH_ALL: UpgradeHeights = Object.fromEntries(UPGRADES.map((name) => [name, 0]));

export class UpgradePlan {
  readonly heights: UpgradeHeights;

  /** @throws Error for a name that is no upgrade, and for heights out of order */
  constructor(heights: UpgradeHeights = BORN_WITH_ALL) {
    this.heights = heights;
    let last = 0;
    for (const [name, height] of Object.entries(heights)) {
      if (!UPGRADES.includes(name as Upgrade))
        throw new Error(`upgrade ${name}: one of ${UPGRADES.join(', ')} expected`);
      if (!Number.isSafeInteger(height) || height < 0)
        throw new Error(`upgrade ${name}: height expected, got ${height}`);
    }
    for (const name of UPGRADES) {
      const height = heights[name];
      // Altai came to local networks late, and alone
      if (height === undefined || name === 'Altai') continue;
      if (height < last) throw new Error(`upgrade ${name} at height ${height} is before the one before it, at ${last}`);
      last = height;
    }
  }

  isActive(upgrade: Upgrade, height: bigint): boolean {
    const from = this.heights[upgrade];
    return from !== undefined && height >= BigInt(from);
  }

  /** Those that the block of this height executes, in order. */
  executedAt(height: bigint): Upgrade[] {
    if (height === 0n) return [];
    return UPGRADES.filter((name) => this.heights[name] !== undefined && BigInt(this.heights[name]!) === height);
  }

  /** Whether genesis has everything already. */
  get bornWithAll(): boolean {
    return UPGRADES.every((name) => this.heights[name] === 0);
  }
}
