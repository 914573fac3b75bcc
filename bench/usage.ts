/** CPU time and memory of another process, from the system's own count. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** `USER_HZ`, in which Linux tells times to user space: 100 on every platform that Node runs on. */
const TICKS_PER_SECOND = 100;
const SAMPLE_MS = 250;

export interface Usage {
  /** User and system time of all threads, also of those that ended; steps of 10 ms. */
  cpuSeconds: number;
  rssBytes: number;
}

/** @throws Error when there is no such process, or no way to ask on this system */
export async function usageOf(pid: number): Promise<Usage> {
  if (process.platform === 'linux') {
    const [stat, status] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile(`/proc/${pid}/status`, 'utf8'),
    ]);
    return { cpuSeconds: statCpuSeconds(stat), rssBytes: statusRss(status) };
  }
  if (process.platform === 'win32') throw new Error('the benchmark reads CPU times with ps or from /proc: use WSL');
  const { stdout } = await run('ps', ['-o', 'time=,rss=', '-p', String(pid)]);
  const [time, kib] = stdout.trim().split(/\s+/);
  return { cpuSeconds: psSeconds(time ?? ''), rssBytes: Number(kib) * 1024 };
}

/** utime and stime of `/proc/PID/stat`, fields 14 and 15; the name before them may hold blanks and brackets. */
function statCpuSeconds(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

function statusRss(status: string): number {
  const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(status) ?? [];
  if (!kib) throw new Error('the process has ended');
  return Number(kib) * 1024;
}

/** `[[days-]hours:]minutes:seconds[.hundredths]` */
function psSeconds(text: string): number {
  const [clock = '', days = '0'] = text.split('-').reverse();
  const seconds = clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
  if (!(seconds >= 0)) throw new Error(`ps: a time like 1:02.34 is expected, got ${JSON.stringify(text)}`);
  return Number(days) * 86_400 + seconds;
}

export interface Spent {
  seconds: number;
  cpuSeconds: number;
  /** The most that was seen. */
  peakRssBytes: number;
  /** At the end. */
  rssBytes: number;
}

/** What a process spends while something happens. */
export class UsageWindow {
  readonly #pid: number;
  readonly #started: number;
  readonly #before: Usage;
  readonly #timer: NodeJS.Timeout;
  #peak: number;

  private constructor(pid: number, before: Usage) {
    this.#pid = pid;
    this.#before = before;
    this.#peak = before.rssBytes;
    this.#timer = setInterval(() => void this.#sample(), SAMPLE_MS).unref();
    this.#started = performance.now();
  }

  static async open(pid: number): Promise<UsageWindow> {
    return new UsageWindow(pid, await usageOf(pid));
  }

  /** When it was opened. */
  get rssBytesBefore(): number {
    return this.#before.rssBytes;
  }

  async close(): Promise<Spent> {
    const seconds = (performance.now() - this.#started) / 1000;
    clearInterval(this.#timer);
    const after = await usageOf(this.#pid);
    return {
      seconds,
      cpuSeconds: after.cpuSeconds - this.#before.cpuSeconds,
      peakRssBytes: Math.max(this.#peak, after.rssBytes),
      rssBytes: after.rssBytes,
    };
  }

  /** Stops sampling; for when what was measured failed. */
  abandon(): void {
    clearInterval(this.#timer);
  }

  async #sample(): Promise<void> {
    // a process that is gone is reported by whoever needs it
    const usage = await usageOf(this.#pid).catch(() => undefined);
    if (usage) this.#peak = Math.max(this.#peak, usage.rssBytes);
  }
}
