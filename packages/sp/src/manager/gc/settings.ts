/** How often what is collected (section `GC` of the configuration; `reference/tasks-and-manager.md` §8.3). */

export interface GcSettings {
  /** Between two looks for deleted objects. */
  objectMs: number;
  /** Blocks that one task covers. */
  objectBlocks: bigint;
  /** The newest blocks: what was deleted in them stays for now. */
  objectSafeBlocks: bigint;
  /** Pieces and rows of no object are collected. */
  zombies: boolean;
  zombieMs: number;
  /** Object ids that one task covers. */
  zombieIds: bigint;
  /** The newest ids, which are left alone. */
  zombieSafeIds: bigint;
  /** Between two passes over the piece store itself; 0: none by itself. */
  storeMs: number;
  meta: boolean;
  metaMs: number;
  staleVersions: boolean;
  staleVersionMs: number;
  /** Pieces that a collection deletes in a second, at most. */
  rate: number;
  /** Days that traffic rows and read records are kept, and records deleted at a time. */
  trafficDays: number;
  recordDays: number;
  recordLimit: number;
  /** Buckets of this provider that are older are discontinued. Default: none are. */
  discontinue?: { intervalMs: number; keepDays: number };
}

/** Of the reference, but that all is on: nothing that anybody needs is deleted. */
export const defaultGcSettings: GcSettings = {
  objectMs: 60_000,
  objectBlocks: 1000n,
  objectSafeBlocks: 1000n,
  zombies: true,
  zombieMs: 600_000,
  zombieIds: 10_000n,
  zombieSafeIds: 1000n,
  storeMs: 86_400_000,
  meta: true,
  metaMs: 600_000,
  staleVersions: true,
  staleVersionMs: 60_000,
  rate: 500,
  trafficDays: 90,
  recordDays: 30,
  recordLimit: 100,
};
