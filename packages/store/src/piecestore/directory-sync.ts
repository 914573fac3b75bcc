import { type FileHandle, open } from 'node:fs/promises';
import { SharedSync } from '../shared-sync.ts';

/** Makes renames in a directory durable, those of many writers by one fsync. */
export class DirectorySync {
  readonly #handle: FileHandle | undefined;
  readonly #shared = new SharedSync(async () => this.#handle?.sync());

  private constructor(handle: FileHandle | undefined) {
    this.#handle = handle;
  }

  static async open(directory: string): Promise<DirectorySync> {
    // Windows cannot open a directory; NTFS journals renames itself.
    return new DirectorySync(process.platform === 'win32' ? undefined : await open(directory, 'r'));
  }

  /** Resolves when what was renamed before the call survives a power loss. */
  sync(): Promise<void> {
    return this.#shared.sync();
  }

  async close(): Promise<void> {
    await this.#shared.pending;
    await this.#handle?.close();
  }
}

/** Names that were made in a directory survive a power loss when it resolves. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await DirectorySync.open(path);
  await directory.sync().finally(() => directory.close());
}
