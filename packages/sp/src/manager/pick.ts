/** Choosing among families and groups by their free space (`reference/tasks-and-manager.md` §9.3–9.5). */
import type { GroupInfo } from './group-view.ts';

/** Used beyond that share of its stake, a group takes no more. */
const MAX_USAGE_PERCENT = 95n;

export interface Space {
  staked: bigint;
  used: bigint;
}

export function spaceOf(groups: readonly GroupInfo[]): Space {
  return groups.reduce(
    (sum, { gvg, stakedSize }) => ({ staked: sum.staked + stakedSize, used: sum.used + gvg.stored_size }),
    { staked: 0n, used: 0n },
  );
}

export function hasRoom({ staked, used }: Space): boolean {
  return staked > 0n && used * 100n < staked * MAX_USAGE_PERCENT;
}

/** Whether the chain would seal an object of that size there. */
export function fits({ staked, used }: Space, payloadSize: bigint): boolean {
  return used + payloadSize <= staked;
}

/** One of the items, more likely the larger its free share is. undefined when there are none. */
export function pickByFreeShare<T>(
  items: readonly T[],
  space: (item: T) => Space,
  random: () => number = Math.random,
): T | undefined {
  const weights = items.map((item) => {
    const { staked, used } = space(item);
    return Number(((staked - used) * 1_000_000n) / staked);
  });
  let left = random() * weights.reduce((sum, weight) => sum + weight, 0);
  for (const [index, item] of items.entries()) {
    left -= weights[index]!;
    if (left < 0) return item;
  }
  return items.at(-1);
}

const MAX_TRIES = 10_000;

/**
 * Secondaries for a new group: `count` of the candidates, the first ones if possible, in their order. A family takes
 * each ordered list once only (chain code 1126), so lists that are `taken` are passed over.
 * undefined when there are too few candidates, or no other list.
 */
export function chooseSecondaries(
  candidates: readonly number[],
  count: number,
  taken: readonly (readonly number[])[],
): number[] | undefined {
  const known = new Set(taken.map(String));
  let tries = 0;
  for (const list of combinations(candidates, count)) {
    for (let turn = 0; turn < Math.max(count, 1); turn++) {
      const rotated = [...list.slice(turn), ...list.slice(0, turn)];
      if (!known.has(String(rotated))) return rotated;
      if (++tries > MAX_TRIES) return undefined;
      // Another order of the same providers spreads nothing: other providers come first, if there are any.
      if (candidates.length > count) break;
    }
  }
  return undefined;
}

/** All ways to take `count` items in order, those with the first items first. */
function* combinations<T>(items: readonly T[], count: number): Generator<T[]> {
  if (count === 0) yield [];
  else {
    for (let first = 0; first + count <= items.length; first++) {
      for (const rest of combinations(items.slice(first + 1), count - 1)) yield [items[first]!, ...rest];
    }
  }
}
