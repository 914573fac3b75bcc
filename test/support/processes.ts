/** The processes of a devnet's providers, as the devnet writes them down (`processes.json`). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface ProcessEntry {
  name: string;
  pid: number;
  sp: number;
  services: string[];
  restarts: number;
  /** `host:port` of its calls from other processes. */
  grpc: string;
}

export function processesIn(dataDir: string): ProcessEntry[] {
  const text = readFileSync(join(dataDir, 'processes.json'), 'utf8');
  const entries = Object.entries(JSON.parse(text) as Record<string, Omit<ProcessEntry, 'name'>>);
  return entries.map(([name, entry]) => ({ name, ...entry }));
}

/** Resolves when the process of that name has been started again after `restarts` times. */
export async function restarted(dataDir: string, { name, restarts }: ProcessEntry, seconds = 60): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const now = processesIn(dataDir).find((entry) => entry.name === name);
    if (now && now.restarts > restarts) return;
    if (Date.now() > deadline) throw new Error(`${name} was not started again within ${seconds} s`);
    await sleep(100);
  }
}
