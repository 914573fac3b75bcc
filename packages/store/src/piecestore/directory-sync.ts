import { type FileHandle, open } from 'node:fs/promises';

/**
 * Makes renames in a directory durable. One fsync serves everyone who asked before it began: many concurrent writers
 * pay for few of them.
 */
export class DirectorySync {
  readonly #handle: FileHandle | undefined;
  #next: PromiseWithResolvers<void> | undefined;
  #running = false;

  private constructor(handle: FileHandle | undefined) {
    this.#handle = handle;
  }

  static async open(directory: string): Promise<DirectorySync> {
    // Windows cannot open a directory; NTFS journals renames itself.
    return new DirectorySync(process.platform === 'win32' ? undefined : await open(directory, 'r'));
  }

  /** Resolves when what was renamed before the call survives a power loss. */
  sync(): Promise<void> {
    this.#next ??= Promise.withResolvers();
    const { promise } = this.#next;
    if (!this.#running) void this.#run();
    return promise;
  }

  async close(): Promise<void> {
    if (this.#next || this.#running) await this.sync();
    await this.#handle?.close();
  }

  async #run(): Promise<void> {
    this.#running = true;
    while (this.#next) {
      const batch = this.#next;
      this.#next = undefined;
      try {
        await this.#handle?.sync();
        batch.resolve();
      } catch (error) {
        batch.reject(error);
      }
    }
    this.#running = false;
  }
}
