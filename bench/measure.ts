/** Measuring: wall time, latency and CPU time of repeated work. */

export interface Work {
  name: string;
  /** Payload bytes that one run handles; 0 when it is not about bytes. */
  bytes: number;
  /** How many runs at a time. Default 1. */
  concurrency?: number;
  run(index: number): Promise<unknown>;
}

/** One line of `npm run bench`. Rates are per second of wall time; a GB is 10^9 bytes. */
export interface Measurement {
  name: string;
  runs: number;
  seconds: number;
  runs_per_second: number;
  mb_per_second?: number;
  cpu_ms_per_run: number;
  cpu_seconds_per_gb?: number;
  p50_ms: number;
  p99_ms: number;
}

const round = (value: number, digits = 3): number => Number(value.toFixed(digits));

/** Runs for about `seconds`, after a tenth of that to warm up. CPU time is that of all threads of this process. */
export async function measure(work: Work, seconds: number): Promise<Measurement> {
  await repeat(work, seconds / 10);
  const cpuBefore = process.cpuUsage();
  const started = performance.now();
  const latencies = await repeat(work, seconds);
  const elapsed = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(cpuBefore);
  const cpuSeconds = (user + system) / 1e6;
  const runs = latencies.length;
  latencies.sort((a, b) => a - b);
  const bytes = work.bytes * runs;
  const perBytes =
    bytes > 0
      ? { mb_per_second: round(bytes / 1e6 / elapsed, 1), cpu_seconds_per_gb: round((cpuSeconds * 1e9) / bytes) }
      : {};
  return {
    name: work.name,
    runs,
    seconds: round(elapsed),
    runs_per_second: round(runs / elapsed, 1),
    cpu_ms_per_run: round((cpuSeconds * 1000) / runs),
    p50_ms: round(percentile(latencies, 0.5)),
    p99_ms: round(percentile(latencies, 0.99)),
    ...perBytes,
  };
}

async function repeat(work: Work, seconds: number): Promise<number[]> {
  const end = performance.now() + seconds * 1000;
  const latencies: number[] = [];
  let index = 0;
  const lane = async () => {
    do {
      const started = performance.now();
      await work.run(index++);
      latencies.push(performance.now() - started);
    } while (performance.now() < end);
  };
  await Promise.all(Array.from({ length: work.concurrency ?? 1 }, lane));
  return latencies;
}

function percentile(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]!;
}
