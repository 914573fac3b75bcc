import type { Consensus } from '@prairie/gfsp';

/** Twice what a node may be behind another one: the one that tells the height, and the one that answers after it. */
const SETTLE_BLOCKS = 6n;
const SETTLE_MS = 120_000;

export interface SettleOptions {
  /** To wait for. Default 6. */
  blocks?: bigint | undefined;
  /** Until then they have to come. Default 2 min. */
  timeoutMs?: number;
  signal?: AbortSignal | undefined;
}

/**
 * Resolves when the chain's answers know of all that was on it before: any of several nodes may answer, and one may be
 * some blocks behind another. @throws what the chain throws; the signal's reason; when no blocks come
 */
export async function settled(
  consensus: Pick<Consensus, 'currentHeight' | 'waitForHeight'>,
  { blocks = SETTLE_BLOCKS, timeoutMs = SETTLE_MS, signal }: SettleOptions = {},
): Promise<void> {
  const height = await consensus.currentHeight();
  const deadline = AbortSignal.timeout(timeoutMs);
  await consensus.waitForHeight(height + blocks, signal ? AbortSignal.any([signal, deadline]) : deadline);
}
