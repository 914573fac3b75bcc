/** Syncs in processes that are killed at random moments, and what is in the tables at the end. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { DatabaseAddress } from '@prairie/store';
import { type Cell, openRaw } from '@prairie/store/testing';
import { type GeneratedOptions, randomOf } from './generated-chain.ts';

const CHILD = fileURLToPath(new URL('./sync-child.ts', import.meta.url));
/** From a block that is written to the kill: a transaction of a few blocks takes as long. */
const LONGEST_MS = 12;

export type Dump = Readonly<Record<string, string[]>>;

/** All rows but for numbers that only count insertions, and tables about the schema. */
export async function dumpOf(address: DatabaseAddress): Promise<Dump> {
  const raw = await openRaw(address);
  try {
    const tables = (await raw.tables()).filter((name) => !/schema|migration|version/.test(name)).sort();
    const dump: Record<string, string[]> = {};
    for (const name of tables) {
      const rows = await raw.rows(`SELECT * FROM ${address.engine === 'mysql' ? `\`${name}\`` : `"${name}"`}`);
      if (rows.length > 0) dump[name] = rows.map(textOf).sort();
    }
    return dump;
  } finally {
    await raw.close();
  }
}

const textOf = ({ id: _auto, ...row }: Readonly<Record<string, Cell>>): string => JSON.stringify(row);

/** Syncs to the end. Resolves with how often it was killed on the way: `kills` times, or fewer when it was faster. */
export async function syncKilled(
  address: DatabaseAddress,
  options: GeneratedOptions,
  { kills, random = randomOf(options.seed) }: { kills: number; random?: () => number },
): Promise<number> {
  for (let killed = 0; ; killed++) {
    const isLast = killed === kills;
    if (await syncOnce({ address, ...options }, isLast ? undefined : random)) return killed;
  }
}

let cache: string | undefined;

/** Most of the time of a process is its start: the first one that comes to its end leaves what the next ones can use. */
function compileCache(): string {
  if (cache !== undefined) return cache;
  const folder = mkdtempSync(join(tmpdir(), 'sync-child-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  cache = folder;
  return folder;
}

/** One process. Whether it came to the end. */
async function syncOnce(options: object, random: (() => number) | undefined): Promise<boolean> {
  const child = spawn(process.execPath, [CHILD, JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_COMPILE_CACHE: compileCache() },
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code));
  });
  // from while it begins to some blocks on
  let linesLeft = random ? Math.floor(random() * 20) : Number.POSITIVE_INFINITY;
  for await (const _line of createInterface({ input: child.stdout })) {
    if (linesLeft-- > 0) continue;
    await Promise.race([sleep(random!() * LONGEST_MS), ended]);
    child.kill('SIGKILL');
    break;
  }
  const code = await ended;
  if (code !== 0 && code !== null) throw new Error(`the process that syncs ended with ${code}`);
  return code === 0;
}
