import { constants } from 'node:fs';
import { unlink } from 'node:fs/promises';
import { isPageAligned, PageMemory } from '@prairie/gfsp';
import { syncData, truncateTo, withFile, writeFully } from './descriptors.ts';

/** Smaller pieces are written faster through the system's cache. */
const DIRECT_FROM = 256 << 10;
/** What disks take at a time; no file system asks for more. */
const BLOCK_BYTES = 4096;
const NEW_FILE = constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY;
/** What a file system answers that cannot write around its cache, or not from where the bytes are. */
const UNABLE = new Set(['EINVAL', 'EOPNOTSUPP', 'ENOTSUP']);

/**
 * Writes new files. Large pieces in page memory go around the system's cache: most are written once and hardly read, and
 * filling the cache with them takes more CPU than hashing them (`docs/decisions/piece-files.md`).
 */
export class NewFiles {
  /** undefined where the system has no such thing. */
  #directFlag: number | undefined = constants.O_DIRECT;
  readonly #tails = new PageMemory(1 << 20);

  /** The whole file; on the disk when it resolves, if `isSynced`. When it fails, a part may be there. @throws EEXIST */
  async write(path: string, data: Uint8Array, isSynced: boolean): Promise<void> {
    if (await this.#tryDirect(path, data, isSynced)) return;
    await withFile(path, NEW_FILE, async (fd) => {
      await writeFully(fd, data, 0);
      if (isSynced) await syncData(fd);
    });
  }

  /** false when it cannot be done this way, and nothing is there. */
  async #tryDirect(path: string, data: Uint8Array, isSynced: boolean): Promise<boolean> {
    if (!this.#directFlag || data.length < DIRECT_FROM || !isPageAligned(data)) return false;
    try {
      await withFile(path, NEW_FILE | this.#directFlag, async (fd) => {
        await this.#writeBlocks(fd, data);
        if (isSynced) await syncData(fd);
      });
      return true;
    } catch (error) {
      if (!UNABLE.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
      this.#directFlag = undefined;
      await unlink(path).catch(() => undefined);
      return false;
    }
  }

  /** Whole blocks as they are; the rest in a block of its own, of which what is too much is cut off. */
  async #writeBlocks(fd: number, data: Uint8Array): Promise<void> {
    const inBlocks = data.length - (data.length % BLOCK_BYTES);
    await writeFully(fd, data.subarray(0, inBlocks), 0);
    if (inBlocks === data.length) return;
    const tail = this.#tails.take(BLOCK_BYTES);
    try {
      tail.fill(0).set(data.subarray(inBlocks));
      await writeFully(fd, tail, inBlocks);
    } finally {
      this.#tails.give(tail);
    }
    await truncateTo(fd, data.length);
  }
}
