/** Figures of the lines that a benchmark prints. A MB is 10^6 bytes, a GB 10^9. */

export const round = (value: number, digits = 3): number => Number(value.toFixed(digits));

/** The value below which `part` of the sample lies; of few values the 99th percentile is the greatest. */
export function percentile(sample: readonly number[], part: number): number {
  const sorted = sample.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

const UNITS: Readonly<Record<string, number>> = { KiB: 1 << 10, MiB: 1 << 20, GiB: 1 << 30 };

/** Bytes of `64KiB`. @throws Error when it is no such size */
export function sizeOf(text: string): number {
  const [, count, unit] = /^([1-9]\d{0,5})(KiB|MiB|GiB)$/.exec(text) ?? [];
  if (!count || !unit) throw new Error(`a size like 64KiB, 16MiB or 1GiB is expected, got ${JSON.stringify(text)}`);
  return Number(count) * UNITS[unit]!;
}

/** Calls `work` for every item, `width` at a time, in order. The first error ends all and is thrown. */
export async function inLanes<T>(items: readonly T[], width: number, work: (item: T) => Promise<void>): Promise<void> {
  let next = 0;
  let failed = false;
  const lane = async () => {
    while (next < items.length && !failed) {
      try {
        await work(items[next++]!);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: width }, lane));
}
