import { mkdir, opendir, stat, unlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { NoSuchKeyError, type PieceStore } from '@prairie/gfsp';
import { renameFile } from './descriptors.ts';
import { DirectorySync, syncDirectory } from './directory-sync.ts';
import { requireDeletablePrefix, requireKey } from './keys.ts';
import { NewFiles } from './new-files.ts';
import { readFileWindow } from './read-window.ts';
import { ignoreMissing, removeAbandonedTempFiles, tempName } from './temp-files.ts';

/**
 * What a put waits for.
 * - `batch`: file and directory are on the disk; concurrent puts share the directory's fsync. Survives power loss.
 * - `always`: the same, each put with a directory fsync of its own.
 * - `never`: the system has the bytes. Survives the end of the process, not of the machine.
 */
export type SyncPolicy = 'batch' | 'always' | 'never';

export interface FilePieceStoreOptions {
  /** Directory of the pieces; made when it is not there. */
  root: string;
  /** Default `batch`. */
  sync?: SyncPolicy;
}

/** Files deleted at a time by `deleteByPrefix`. */
const DELETE_BATCH = 64;

/**
 * Pieces as files, flat in one directory, file name = key: the layout of the reference provider, so that an operator's
 * store can be taken over (`reference/pieces-and-redundancy.md` §13.4). A piece is written aside, synced and renamed:
 * a key shows its old bytes or its new ones, whatever happens.
 */
export class FilePieceStore implements PieceStore {
  readonly #root: string;
  readonly #sync: SyncPolicy;
  readonly #directory: DirectorySync;
  readonly #files = new NewFiles();
  readonly #writes = new Set<Promise<void>>();
  #closed = false;

  private constructor(root: string, sync: SyncPolicy, directory: DirectorySync) {
    this.#root = root;
    this.#sync = sync;
    this.#directory = directory;
  }

  static async open(options: FilePieceStoreOptions): Promise<FilePieceStore> {
    const root = resolve(options.root);
    await makeDirectory(root);
    await removeAbandonedTempFiles(root);
    return new FilePieceStore(root, options.sync ?? 'batch', await DirectorySync.open(root));
  }

  async get(key: string, offset = 0, length?: number, into?: Uint8Array): Promise<Buffer> {
    try {
      return await readFileWindow(this.#path(key), { offset, length }, into);
    } catch (error) {
      throw (error as NodeJS.ErrnoException).code === 'ENOENT' ? new NoSuchKeyError(key) : error;
    }
  }

  async size(key: string): Promise<number | undefined> {
    return (await stat(this.#path(key)).catch(ignoreMissing))?.size;
  }

  async put(key: string, data: Uint8Array): Promise<void> {
    const path = this.#path(key);
    const write = this.#write(path, join(this.#root, tempName(key)), data);
    this.#writes.add(write);
    try {
      await write;
    } finally {
      this.#writes.delete(write);
    }
  }

  // A deletion is not synced: after a power loss the piece may be back, and garbage collection finds it again.
  async delete(key: string): Promise<void> {
    await unlink(this.#path(key)).catch(ignoreMissing);
  }

  async deleteByPrefix(prefix: string): Promise<number> {
    requireDeletablePrefix(prefix);
    let bytes = 0;
    let batch: string[] = [];
    const flush = async () => {
      const sizes = await Promise.all(batch.map((key) => this.#remove(key)));
      bytes += sizes.reduce((sum, size) => sum + size, 0);
      batch = [];
    };
    for await (const key of this.list(prefix)) {
      batch.push(key);
      if (batch.length >= DELETE_BATCH) await flush();
    }
    await flush();
    return bytes;
  }

  /** Reads the whole directory, whatever the prefix: the price of the flat layout. Holds a thousand names at a time. */
  async *list(prefix: string): AsyncGenerator<string> {
    this.#requireOpen();
    for await (const entry of await opendir(this.#root, { bufferSize: 1024 })) {
      if (entry.name.startsWith(prefix) && !entry.name.startsWith('.') && entry.isFile()) yield entry.name;
    }
  }

  /** Waits for the puts under way. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await Promise.allSettled(this.#writes);
    await this.#directory.close();
  }

  async #write(path: string, temp: string, data: Uint8Array): Promise<void> {
    try {
      await this.#files.write(temp, data, this.#sync !== 'never');
      await renameFile(temp, path);
    } catch (error) {
      await unlink(temp).catch(() => undefined);
      throw error;
    }
    if (this.#sync === 'batch') await this.#directory.sync();
    if (this.#sync === 'always') await syncDirectory(this.#root);
  }

  async #remove(key: string): Promise<number> {
    const path = join(this.#root, key);
    const status = await stat(path).catch(ignoreMissing);
    if (!status) return 0;
    await unlink(path).catch(ignoreMissing);
    return status.size;
  }

  #path(key: string): string {
    this.#requireOpen();
    requireKey(key);
    return join(this.#root, key);
  }

  #requireOpen(): void {
    if (this.#closed) throw new Error(`the piece store ${this.#root} is closed`);
  }
}

/** Makes a directory that is still there after a power loss: each new name is synced in its parent. */
async function makeDirectory(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode: 0o755 });
  if (first === undefined) return;
  for (let made = path; made.length >= first.length; made = dirname(made)) await syncDirectory(dirname(made));
}
