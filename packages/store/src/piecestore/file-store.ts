import { mkdir, opendir, stat, unlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { NoSuchKeyError, type PieceStore } from '@prairie/gfsp';
import { renameFile } from './descriptors.ts';
import { DirectorySync, syncDirectory } from './directory-sync.ts';
import { DiskCalls } from './disk-calls.ts';
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
  /** How many calls it has under way; for tests. */
  calls?: DiskCalls;
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
  readonly #calls: DiskCalls;
  readonly #files = new NewFiles();
  readonly #writes = new Set<Promise<void>>();
  #closed = false;

  private constructor(root: string, sync: SyncPolicy, directory: DirectorySync, calls: DiskCalls) {
    this.#root = root;
    this.#sync = sync;
    this.#directory = directory;
    this.#calls = calls;
  }

  static async open(options: FilePieceStoreOptions): Promise<FilePieceStore> {
    const root = resolve(options.root);
    await makeDirectory(root);
    await removeAbandonedTempFiles(root);
    const { sync = 'batch', calls = new DiskCalls(`the pieces in ${root}`) } = options;
    return new FilePieceStore(root, sync, await DirectorySync.open(root), calls);
  }

  async get(key: string, offset = 0, length?: number, into?: Uint8Array): Promise<Buffer> {
    const path = this.#path(key);
    try {
      return await this.#calls.run(() => readFileWindow(path, { offset, length }, into));
    } catch (error) {
      throw (error as NodeJS.ErrnoException).code === 'ENOENT' ? new NoSuchKeyError(key) : error;
    }
  }

  async size(key: string): Promise<number | undefined> {
    const path = this.#path(key);
    return (await this.#calls.run(() => stat(path).catch(ignoreMissing)))?.size;
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
    const path = this.#path(key);
    await this.#calls.run(() => unlink(path).catch(ignoreMissing));
  }

  async deleteByPrefix(prefix: string): Promise<number> {
    requireDeletablePrefix(prefix);
    let bytes = 0;
    let batch: string[] = [];
    const flush = async () => {
      const sizes = await Promise.all(batch.map((key) => this.#calls.run(() => this.#remove(key))));
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
    const directory = await this.#calls.run(() => opendir(this.#root, { bufferSize: 1024 }));
    const next = () => this.#calls.run(() => directory.read());
    try {
      for (let entry = await next(); entry; entry = await next()) {
        if (entry.name.startsWith(prefix) && !entry.name.startsWith('.') && entry.isFile()) yield entry.name;
      }
    } finally {
      directory.closeSync();
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
    await this.#calls.run(async () => {
      try {
        await this.#files.write(temp, data, this.#sync !== 'never');
        await renameFile(temp, path);
      } catch (error) {
        await unlink(temp).catch(() => undefined);
        throw error;
      }
    });
    // one call for all who wait
    if (this.#sync === 'batch') await this.#directory.sync();
    if (this.#sync === 'always') await this.#calls.run(() => syncDirectory(this.#root));
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
