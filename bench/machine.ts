/** What a machine's core can do: the unit in which costs are compared between machines. */
import { createHash, randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { round } from './figures.ts';

const BLOCK = 16 << 20;
const SECONDS = 0.5;

/** SHA-256 of one core, GB/s: the whole hashing of blocks too large for the cache, as providers do it. */
export function sha256Speed(): number {
  const block = randomBytes(BLOCK);
  hash(block);
  const started = process.cpuUsage();
  const end = performance.now() + SECONDS * 1000;
  let bytes = 0;
  while (performance.now() < end) {
    hash(block);
    bytes += BLOCK;
  }
  // CPU time, not wall time: a core shared with others is not a slower one
  const { user, system } = process.cpuUsage(started);
  return bytes / 1e9 / ((user + system) / 1e6);
}

const hash = (block: Uint8Array): Buffer => createHash('sha256').update(block).digest();

/** Speeds seen in the course of a run. */
export class Sha256Meter {
  readonly #seen: number[] = [];

  sample(): void {
    this.#seen.push(sha256Speed());
  }

  /** Mean of the last `count` samples, GB/s; of all without a count. */
  mean(count = this.#seen.length): number {
    const last = this.#seen.slice(-count);
    return last.reduce((sum, speed) => sum + speed, 0) / last.length;
  }
}

/** The last line of a run: where it ran, with the speed seen in its course or now, and what else is worth knowing. */
export function machineLine(
  sha?: Sha256Meter,
  conditions: Record<string, number> = {},
): Record<string, string | number> & { case: string } {
  return {
    case: 'machine',
    sha256GBPerS: round(sha ? sha.mean() : sha256Speed()),
    cores: availableParallelism(),
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
    ...conditions,
  };
}
