/** Marks that a chain can go back to, on disk, with what is not part of a block: the mempool and settings. */
import type { DatabaseSync } from 'node:sqlite';
import { prepareAll } from './sqlite.ts';

const SCHEMA = `
CREATE TABLE IF NOT EXISTS snapshots (
  id INTEGER PRIMARY KEY AUTOINCREMENT, height INTEGER NOT NULL, settings TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS snapshot_txs (
  snapshot INTEGER NOT NULL, position INTEGER NOT NULL, tx BLOB NOT NULL, PRIMARY KEY (snapshot, position)
) WITHOUT ROWID;
`;

const STATEMENTS = {
  add: 'INSERT INTO snapshots (height, settings) VALUES (?, ?)',
  addTx: 'INSERT INTO snapshot_txs VALUES (?, ?, ?)',
  all: 'SELECT id, height, settings FROM snapshots ORDER BY id',
  oldest: 'SELECT MIN(height) AS height FROM snapshots',
  txs: 'SELECT tx FROM snapshot_txs WHERE snapshot = ? ORDER BY position',
  drop: 'DELETE FROM snapshots WHERE id >= ? AND id < ?',
  dropTxs: 'DELETE FROM snapshot_txs WHERE snapshot >= ? AND snapshot < ?',
} as const;

export interface Snapshot {
  /** Never used again, also after the snapshot is gone. */
  id: number;
  height: number;
  /** By name, those that a revert puts back. */
  settings: Readonly<Record<string, unknown>>;
}

export class Snapshots {
  private readonly statements: ReturnType<typeof prepareAll<keyof typeof STATEMENTS>>;

  constructor(database: DatabaseSync) {
    database.exec(SCHEMA);
    this.statements = prepareAll(database, STATEMENTS);
  }

  /** Returns the id. To be called within a transaction. */
  add(height: number, settings: Snapshot['settings'], txs: readonly Uint8Array[]): number {
    const id = Number(this.statements.add.run(height, JSON.stringify(settings)).lastInsertRowid);
    for (const [position, tx] of txs.entries()) this.statements.addTx.run(id, position, tx);
    return id;
  }

  /** Oldest first. */
  get all(): Snapshot[] {
    return this.statements.all.all().map(({ id, height, settings }) => ({
      id: Number(id),
      height: Number(height),
      settings: JSON.parse(String(settings)) as Snapshot['settings'],
    }));
  }

  /** Height of the oldest; undefined without any. */
  get oldestHeight(): number | undefined {
    const { height } = this.statements.oldest.get()!;
    return height === null ? undefined : Number(height);
  }

  /** What waited in the mempool, oldest first. */
  txs(id: number): Uint8Array[] {
    return this.statements.txs.all(id).map(({ tx }) => tx as Uint8Array);
  }

  /** Drops those with ids from `from` up to below `to`. */
  drop(from: number, to: number = Number.MAX_SAFE_INTEGER): void {
    this.statements.drop.run(from, to);
    this.statements.dropTxs.run(from, to);
  }
}
