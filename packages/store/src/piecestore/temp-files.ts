import { randomBytes } from 'node:crypto';
import { opendir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';

/** `.<key>.tmp<pid>-<random>`; other providers leave out the process. */
const TEMP_NAME = /^\..+\.tmp(?:(\d+)-)?[0-9a-zA-Z]*$/;
/** A put takes seconds; a temporary file this old belongs to nobody. */
const ABANDONED_MS = 3_600_000;

/** A name beside the piece, so that the rename stays in one file system; no key starts with a dot. */
export function tempName(key: string): string {
  return `.${key}.tmp${process.pid}-${randomBytes(6).toString('hex')}`;
}

/**
 * Removes what interrupted puts left behind: files of processes that are gone, and old ones. Several processes may
 * have the same directory open, so those of living ones stay.
 */
export async function removeAbandonedTempFiles(directory: string): Promise<number> {
  let removed = 0;
  for await (const entry of await opendir(directory, { bufferSize: 1024 })) {
    const match = entry.isFile() ? TEMP_NAME.exec(entry.name) : null;
    if (!match) continue;
    const path = join(directory, entry.name);
    if (!(isGone(match[1]) || (await isOld(path)))) continue;
    await unlink(path).catch(ignoreMissing);
    removed++;
  }
  return removed;
}

function isGone(pid: string | undefined): boolean {
  if (pid === undefined || Number(pid) === process.pid) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

async function isOld(path: string): Promise<boolean> {
  const status = await stat(path).catch(ignoreMissing);
  return status !== undefined && Date.now() - status.mtimeMs > ABANDONED_MS;
}

export function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
