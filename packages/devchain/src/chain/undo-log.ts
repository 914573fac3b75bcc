/**
 * What the newest blocks have replaced, on disk: from it follow the states after them, and a revert.
 *
 * An entry is the value that a key had before the block; none when the block made the key. The state after block H is
 * that of now with, for every key, the oldest entry above H laid over it.
 */
import type { DatabaseSync } from 'node:sqlite';
import { prepareAll } from './sqlite.ts';

const SCHEMA = `
CREATE TABLE IF NOT EXISTS undo (
  height INTEGER NOT NULL, table_id INTEGER NOT NULL, key TEXT NOT NULL, value BLOB,
  PRIMARY KEY (height, table_id, key)
) WITHOUT ROWID;
`;

const STATEMENTS = {
  add: 'INSERT INTO undo VALUES (?1, ?2, ?3, (SELECT value FROM state WHERE table_id = ?2 AND key = ?3))',
  oldest: 'SELECT MIN(height) AS height FROM undo',
  between: 'SELECT table_id, key, value FROM undo WHERE height BETWEEN ? AND ? ORDER BY height',
  prune: 'DELETE FROM undo WHERE height <= ?',
  drop: 'DELETE FROM undo WHERE height > ?',
} as const;

export interface Replaced {
  tableId: number;
  key: string;
  /** Undefined when the block made the key. */
  value: Uint8Array | undefined;
}

export class UndoLog {
  private readonly statements: ReturnType<typeof prepareAll<keyof typeof STATEMENTS>>;

  constructor(database: DatabaseSync) {
    database.exec(SCHEMA);
    this.statements = prepareAll(database, STATEMENTS);
  }

  /** Keeps what a key holds now; before the block at `height` writes it, once per block and key. */
  add(height: number, tableId: number, key: string): void {
    this.statements.add.run(height, tableId, key);
  }

  /** Height of the oldest block that is kept; undefined when there is none. */
  get oldest(): number | undefined {
    const { height } = this.statements.oldest.get()!;
    return height === null ? undefined : Number(height);
  }

  /** What the blocks of these heights, both inclusive, replaced; oldest first. */
  *between(from: number, to: number): IterableIterator<Replaced> {
    for (const { table_id, key, value } of this.statements.between.iterate(from, to)) {
      yield { tableId: Number(table_id), key: String(key), value: (value ?? undefined) as Uint8Array | undefined };
    }
  }

  /** Forgets the blocks up to this height. */
  prune(height: number): void {
    this.statements.prune.run(height);
  }

  /** Forgets the blocks above this height: they have been taken back. */
  drop(height: number): void {
    this.statements.drop.run(height);
  }
}
