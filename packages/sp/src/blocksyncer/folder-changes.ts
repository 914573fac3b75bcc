/** Names of objects as one transaction changes them: new ones are kept until it ends, and written many at a time. */
import type { BsDbTables, NamedObject } from '@prairie/store';

/** Names that wait. */
const MAX_NEW = 1000;

export class FolderChanges {
  readonly #tables: BsDbTables;
  /** Not written yet; of a name the latest. */
  readonly #new = new Map<string, NamedObject>();

  constructor(tables: BsDbTables) {
    this.#tables = tables;
  }

  async insert(bucket: string, objectName: string, objectId: bigint): Promise<void> {
    if (this.#new.size >= MAX_NEW) await this.finish();
    this.#new.set(keyOf(bucket, objectName), { bucket, objectName, objectId });
  }

  /** Folders that are empty then go with it. */
  async remove(bucket: string, objectName: string, objectId: bigint): Promise<void> {
    const key = keyOf(bucket, objectName);
    if (this.#new.get(key)?.objectId === objectId) {
      this.#new.delete(key);
      return;
    }
    // whether a folder is empty is told by what is written
    await this.finish();
    await this.#tables.prefixTree.remove(bucket, objectName, objectId);
  }

  /** Writes what waits: at the end of the transaction, too. */
  async finish(): Promise<void> {
    const entries = [...this.#new.values()];
    this.#new.clear();
    if (entries.length > 0) await this.#tables.prefixTree.insertAll(entries);
  }
}

/** Names of buckets have no slash. */
const keyOf = (bucket: string, objectName: string): string => `${bucket}/${objectName}`;
