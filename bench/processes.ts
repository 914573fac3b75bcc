/** What it costs that a provider runs in several processes, and what one costs that has nothing to do. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { silentLogger } from '@prairie/gfsp';
import { connectModules } from '@prairie/rpc';
import { startDevnet } from '../test/support/devnet-process.ts';
import { processesIn } from '../test/support/processes.ts';
import { now } from './clock.ts';
import { percentile, round } from './figures.ts';
import { machineLine } from './machine.ts';
import { UsageWindow } from './usage.ts';

interface Aids {
  signal: AbortSignal;
  say: (text: string) => void;
}

/** After the start: what a provider does once is over. */
const SETTLE_MS = 10_000;
/** Executors that wait for work; the reference's default (`MaxExecuteNumber`). */
const WAITERS = 64;

export async function* benchProcesses({ quick }: { quick: boolean }, aids: Aids): AsyncGenerator<object> {
  yield await dispatchAcrossProcesses(quick ? 500 : 5000, aids);
  yield* idleProviders(quick ? 10 : 30, aids);
  yield machineLine();
}

/** From the push in a manager's process to the task in an executor's, which holds its question open. */
async function dispatchAcrossProcesses(tasks: number, { signal, say }: Aids): Promise<object> {
  const script = fileURLToPath(new URL('./dispatch-process.ts', import.meta.url));
  const address = `127.0.0.1:${20_000 + Math.floor(Math.random() * 10_000)}`;
  const argument = JSON.stringify({ address, tasks, pauseMs: 2 });
  const child = spawn(process.execPath, [script, argument], { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  const connection = connectModules({ manager: [address] }, { logger: silentLogger });
  const latencies: number[] = [];
  const done = new AbortController();
  const either = AbortSignal.any([signal, done.signal]);
  const waiter = async (member: string) => {
    while (!either.aborted) {
      const task = await connection.modules.manager.askTask({ member }, either).catch(() => undefined);
      if (task?.kind !== 'seal') continue;
      latencies.push(now() - Number(task.value.task.logs));
      if (latencies.length === tasks) done.abort();
    }
  };
  const waiters = Array.from({ length: WAITERS }, (_, index) => waiter(`executor-${index}`));
  await sleep(500);
  say(`${tasks} tasks from one process to another`);
  child.stdin.write('go\n');
  await Promise.all(waiters);
  await connection.close();
  child.kill('SIGKILL');
  return {
    case: 'queue-dispatch-across-processes',
    tasks: latencies.length,
    p50Ms: round(percentile(latencies, 0.5)),
    p99Ms: round(percentile(latencies, 0.99)),
    maxMs: round(Math.max(...latencies)),
  };
}

/** Whole providers in processes of their own beside a chain that makes a block every half second. */
async function* idleProviders(seconds: number, { signal, say }: Aids): AsyncGenerator<object> {
  const dataDir = await mkdtemp(join(tmpdir(), 'prairie-idle-'));
  const devnet = await startDevnet([
    ...['--data-dir', dataDir, '--rpc-port', '0', '--sp-port', '0', '--shape', 'processes'],
  ]);
  try {
    say(`idle providers: ${seconds} s`);
    await sleep(SETTLE_MS, undefined, { signal });
    const windows = await Promise.all(processesIn(dataDir).map(({ pid }) => UsageWindow.open(pid)));
    await sleep(seconds * 1000, undefined, { signal });
    const spent = await Promise.all(windows.map((window) => window.close()));
    const cores = spent.map(({ cpuSeconds, seconds: measured }) => cpuSeconds / measured);
    yield {
      case: 'idle-provider',
      providers: spent.length,
      seconds,
      cores: round(cores.reduce((sum, each) => sum + each, 0) / cores.length, 4),
      worstCores: round(Math.max(...cores), 4),
      rssMB: round(spent[0]!.rssBytes / 1e6, 1),
      cpuOf: 'one whole provider, without its chain',
    };
  } finally {
    await devnet.end();
    await rm(dataDir, { recursive: true, force: true });
  }
}
