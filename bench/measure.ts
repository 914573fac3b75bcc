/** Measuring parts in this process: wall time, latency and CPU time of repeated work. */
import { percentile, round } from './figures.ts';

export interface Work {
  name: string;
  /** Payload bytes that one run handles; 0 when it is not about bytes. */
  bytes: number;
  /** How many runs at a time. Default 1. */
  concurrency?: number;
  run(index: number): Promise<unknown>;
}

/** One line of a benchmark of parts. Rates are per second of wall time; a GB is 10^9 bytes. */
export interface Measurement {
  case: string;
  runs: number;
  seconds: number;
  runsPerS: number;
  mbPerS?: number;
  cpuMsPerRun: number;
  cpuSecondsPerGB?: number;
  p50Ms: number;
  p99Ms: number;
}

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
  const bytes = work.bytes * runs;
  const perBytes =
    bytes > 0 ? { mbPerS: round(bytes / 1e6 / elapsed, 1), cpuSecondsPerGB: round((cpuSeconds * 1e9) / bytes) } : {};
  return {
    case: work.name,
    runs,
    seconds: round(elapsed),
    runsPerS: round(runs / elapsed, 1),
    cpuMsPerRun: round((cpuSeconds * 1000) / runs),
    p50Ms: round(percentile(latencies, 0.5)),
    p99Ms: round(percentile(latencies, 0.99)),
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
