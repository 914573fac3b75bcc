import { closeSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { syncData } from '../../piecestore/descriptors.ts';
import { syncDirectory } from '../../piecestore/directory-sync.ts';
import { SharedSync } from '../../shared-sync.ts';

/**
 * The write-ahead log of a SQLite file on its disk. SQLite would sync it in the middle of each commit, while nothing else
 * runs; here a thread of the pool does, once for all commits that wait. A checkpoint syncs the log by itself before it
 * writes to the file, and the log stays the same file for as long as a connection is open.
 */
export class LogSync {
  readonly #path: string;
  readonly #shared = new SharedSync(() => this.#sync());
  #fd: number | undefined;
  #failure: Error | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** Resolves when what was committed before the call survives loss of power. @throws Error when the disk fails */
  sync(): Promise<void> {
    return this.#shared.sync();
  }

  /** Resolves when what `sync` was called for so far is on the disk; undefined when it is. */
  get pending(): Promise<void> | undefined {
    return this.#shared.pending;
  }

  async close(): Promise<void> {
    await this.#shared.pending?.catch(() => {});
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }

  /** After a failure the system may have dropped what it could not write, and call the next sync a success: none is tried. */
  async #sync(): Promise<void> {
    if (this.#failure) throw this.#failure;
    try {
      const isFirst = this.#fd === undefined;
      this.#fd ??= openSync(this.#path, 'r+');
      await syncData(this.#fd);
      // its name in the folder may be as new as what is in it
      if (isFirst) await syncDirectory(dirname(this.#path));
    } catch (error) {
      this.#failure = new Error(
        `${this.#path} could not be synced, so nothing more is written durably: check the disk, then start again`,
        { cause: error },
      );
      throw this.#failure;
    }
  }
}
