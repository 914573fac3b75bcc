/** Figures of the lines that a benchmark prints. A MB is 10^6 bytes, a GB 10^9. */

export const round = (value: number, digits = 3): number => Number(value.toFixed(digits));

/** The value below which `part` of the sample lies; of few values the 99th percentile is the greatest. */
export function percentile(sample: readonly number[], part: number): number {
  const sorted = sample.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

/** The straight line nearest to the points; `fit` is the coefficient of determination, 1 when all are on it. */
export function linearFit(points: readonly (readonly [x: number, y: number])[]): { slope: number; fit: number } {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanX, meanY] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))];
  const sum = (term: (dx: number, dy: number) => number) =>
    points.reduce((total, [x, y]) => total + term(x - meanX, y - meanY), 0);
  const [xx, xy, yy] = [sum((dx) => dx * dx), sum((dx, dy) => dx * dy), sum((_, dy) => dy * dy)];
  return { slope: xy / xx, fit: yy === 0 ? 1 : (xy * xy) / (xx * yy) };
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
