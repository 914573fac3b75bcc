/**
 * One owner per key: two processes that count the sequences of one account get in each other's way. Owning is an
 * exclusive lock of the operating system on a file, so it ends with its process, however that ends. The file stays.
 * The folder has to be on a file system that locks (not every network file system does).
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';

export interface KeyLockOptions {
  /** Names the key; safe in a file name. */
  name: string;
  /** Folder of the locks. Without one the lock holds within this process only. */
  folder: string | undefined;
  /** How long to wait for another owner to end. */
  waitMs: number;
}

export interface KeyLock {
  release(): void;
}

/** Owners may take a moment to end: they are asked again this often, for `waitMs` in all. There is no event to wait for. */
const ASK_MS = 100;

/** @throws Error that says who is to be ended, when another has the key for longer than `waitMs` */
export async function lockKey(options: KeyLockOptions): Promise<KeyLock> {
  const { name, folder, waitMs } = options;
  const end = Date.now() + waitMs;
  for (;;) {
    const lock = folder === undefined ? lockHere(name) : lockFile(folder, name);
    if (lock) return lock;
    if (Date.now() >= end) break;
    await sleep(Math.min(ASK_MS, Math.max(1, end - Date.now())));
  }
  const where = folder === undefined ? 'in this process' : `(lock folder ${folder})`;
  throw new Error(
    `another signer owns the key ${name} ${where}: only one may send its transactions. Stop the other one, or start ` +
      `this one without the signer and give it the other's address`,
  );
}

const here = new Set<string>();

function lockHere(name: string): KeyLock | undefined {
  if (here.has(name)) return undefined;
  here.add(name);
  return { release: () => here.delete(name) };
}

const SQLITE_BUSY = 5;

function lockFile(folder: string, name: string): KeyLock | undefined {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = new DatabaseSync(join(folder, `${name}.lock`), { timeout: 0 });
  try {
    // nothing is ever written, so there is nothing for a journal beside it
    file.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch (error) {
    file.close();
    if ((error as { errcode?: number }).errcode === SQLITE_BUSY) return undefined;
    throw error;
  }
  return { release: () => file.close() };
}
