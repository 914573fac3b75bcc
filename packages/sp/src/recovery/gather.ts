/** Pieces of a segment from several holders, no more of them than needed. */
import { GfSpError } from '@prairie/gfsp';
import { pause } from '../common/pause.ts';

/** A holder of one piece. */
export interface Source {
  /** Redundancy index of its piece. */
  readonly index: number;
  fetch(signal: AbortSignal): Promise<Uint8Array>;
}

export interface GatherOptions {
  /** Pieces that are waited for before `accept` is called. */
  needed: number;
  /** When no more are to be had, `accept` is called with as few as these too. */
  least: number;
  /** Milliseconds without an arrival until one holder more is asked. */
  hedgeMs: number;
  signal: AbortSignal;
}

/** What came, and whom nothing came from. */
export interface Gathered {
  /** By redundancy index. */
  readonly pieces: Map<number, Uint8Array>;
  readonly failures: Map<number, string>;
}

/** What is made of the pieces; undefined when one more is needed. `latest` is the piece that came last. */
export type Accept<T> = (
  pieces: ReadonlyMap<number, Uint8Array>,
  latest: number,
  isAll: boolean,
) => Promise<T | undefined>;

type Settled = { index: number; bytes?: Uint8Array; error?: unknown };

/**
 * Asks as many sources as pieces are needed, in their order, one more for each that fails, is slow, or whose piece does
 * not fit. Ends all calls with the first result. The second of the pair says what came, for whoever gets no result.
 */
export async function gather<T>(
  sources: readonly Source[],
  options: GatherOptions,
  accept: Accept<T>,
): Promise<{ made: T | undefined; gathered: Gathered }> {
  const end = new AbortController();
  try {
    return await collect(sources, { ...options, signal: AbortSignal.any([options.signal, end.signal]) }, accept);
  } finally {
    end.abort(new Error('enough pieces are there'));
  }
}

async function collect<T>(
  sources: readonly Source[],
  { needed, least, hedgeMs, signal }: GatherOptions,
  accept: Accept<T>,
): Promise<{ made: T | undefined; gathered: Gathered }> {
  const gathered: Gathered = { pieces: new Map(), failures: new Map() };
  const { pieces, failures } = gathered;
  const rest = [...sources];
  const running = new Map<number, Promise<Settled>>();
  const startOne = (): void => {
    const source = rest.shift();
    if (source) running.set(source.index, settledOf(source, signal));
  };
  for (let wanted = needed, tried = 0; ; ) {
    signal.throwIfAborted();
    while (running.size + pieces.size < wanted && rest.length > 0) startOne();
    if (running.size === 0) return { made: undefined, gathered };
    const settled = await nextOf(running, rest.length > 0 ? hedgeMs : undefined, signal);
    if (!settled) {
      startOne();
      continue;
    }
    const { index, bytes, error } = settled;
    running.delete(index);
    if (bytes) pieces.set(index, bytes);
    else failures.set(index, GfSpError.from(error).message);
    // a failure may have been the last answer that was waited for
    const isAll = running.size === 0 && rest.length === 0;
    if (pieces.size === tried || pieces.size < (isAll ? least : wanted)) continue;
    tried = pieces.size;
    const made = await accept(pieces, [...pieces.keys()].at(-1)!, isAll);
    if (made !== undefined) return { made, gathered };
    wanted = tried + 1;
  }
}

async function settledOf({ index, fetch }: Source, signal: AbortSignal): Promise<Settled> {
  try {
    return { index, bytes: await fetch(signal) };
  } catch (error) {
    return { index, error };
  }
}

/** The first answer; undefined when none came in time. @throws the signal's reason */
async function nextOf(
  running: ReadonlyMap<number, Promise<Settled>>,
  waitMs: number | undefined,
  signal: AbortSignal,
): Promise<Settled | undefined> {
  const answered = new AbortController();
  const waits =
    waitMs === undefined ? [] : [pause(waitMs, AbortSignal.any([signal, answered.signal])).then(() => undefined)];
  for (const wait of waits) wait.catch(() => {});
  try {
    return await Promise.race([...running.values(), ...waits]);
  } finally {
    answered.abort();
  }
}
