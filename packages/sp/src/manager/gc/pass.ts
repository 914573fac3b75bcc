import type { GcFinding, GcKind } from '@prairie/gfsp';
import {
  collectDeletedObjects,
  collectMeta,
  collectMigratedBucket,
  collectOrphans,
  collectStaleVersions,
  collectZombies,
  type GcRun,
  type GcTools,
} from '../../gc/index.ts';
import type { MovedBuckets } from './moved-buckets.ts';
import type { ObjectRanges } from './object-ranges.ts';
import type { GcSettings } from './settings.ts';
import type { ZombieRanges } from './zombie-ranges.ts';

export interface PassParts {
  settings: GcSettings;
  objects: ObjectRanges;
  zombies: ZombieRanges;
  moved: MovedBuckets;
  tools: GcTools;
}

type Work = (run: GcRun, parts: PassParts) => Promise<void>;

/** What a pass of each kind goes through, whatever the configuration lets run by itself. */
const works: Readonly<Record<GcKind, Work>> = {
  async object(run, { objects, tools }) {
    const [from, to] = [await objects.oldest(), await objects.safeBlock()];
    if (from <= to) await collectDeletedObjects({ from, to }, run, tools);
  },
  /** Rows first: what they claim is then found in the store as nobody's. */
  async zombie(run, { zombies, tools }) {
    const to = await zombies.lastId();
    if (to > 0n) await collectZombies({ from: 0n, to }, run, tools);
    await collectOrphans(run, tools);
  },
  async meta(run, { settings, tools }) {
    await collectMeta(settings, run, tools);
  },
  async stale(run, { tools }) {
    await collectStaleVersions(run, tools);
  },
  async migration({ onProgress: _, ...run }, { moved, tools }) {
    for await (const task of moved.all()) await collectMigratedBucket(task, run, tools);
  },
};

/** What every run of the manager keeps to. */
export function boundsOf({ rate, zombieSafeIds, objectSafeBlocks }: GcSettings) {
  return { rate, safeObjectIds: zombieSafeIds, safeBlocks: objectSafeBlocks };
}

/** One pass over everything of these kinds, now. @throws what the first one that fails throws */
export async function pass(kinds: readonly GcKind[], run: GcRun, parts: PassParts): Promise<void> {
  const bounds = boundsOf(parts.settings);
  const told = run.dryRun ? { onFinding: once(run.onFinding) } : {};
  for (const kind of kinds) {
    run.signal?.throwIfAborted();
    await works[kind]({ ...bounds, ...run, ...told }, parts);
  }
}

/** Names that a dry run remembers; what comes after so many may be told twice. */
const REMEMBERED = 100_000;

/** In a dry run nothing goes, so that the next kind comes upon it again: a piece or row is told once. */
function once(tell: GcRun['onFinding']): (finding: GcFinding) => Promise<void> {
  const told = new Set<string>();
  return async (finding) => {
    const { kind, keys, rows } = finding;
    // a deletion by age names no single row
    const name = kind === 'meta' ? undefined : (keys[0] ?? rows[0]);
    if (name !== undefined && told.has(name)) return;
    if (name !== undefined && told.size < REMEMBERED) told.add(name);
    await tell?.(finding);
  };
}
