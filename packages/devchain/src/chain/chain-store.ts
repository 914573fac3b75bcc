/**
 * The chain on disk: one SQLite file. A block is one transaction that writes the keys it changed, its header and
 * results, and the indexes of its transactions, so whatever kills the process, a whole block is the last one. Of the
 * newest blocks it also keeps what they replaced: an older state can be read, and the chain can go back to it.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { sha256 } from '@prairie/chain';
import type { Change } from '../state/index.ts';
import type { UpgradeHeights } from '../upgrades.ts';
import { type ArchivedBlock, BlockArchive } from './block-archive.ts';
import type { BlockRecord } from './block-types.ts';
import { indexOf } from './event-index.ts';
import { type Snapshot, Snapshots } from './snapshots.ts';
import { inTransaction, prepareAll } from './sqlite.ts';
import { UndoLog } from './undo-log.ts';

export type { TxPosition } from './block-archive.ts';
export type { Snapshot } from './snapshots.ts';

const SCHEMA = `
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value BLOB) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS tables (id INTEGER PRIMARY KEY, name TEXT UNIQUE NOT NULL);
CREATE TABLE IF NOT EXISTS state (
  table_id INTEGER NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL, PRIMARY KEY (table_id, key)
) WITHOUT ROWID;
`;

const STATEMENTS = {
  meta: 'SELECT value FROM meta WHERE key = ?',
  setMeta: 'INSERT OR REPLACE INTO meta VALUES (?, ?)',
  tables: 'SELECT id, name FROM tables',
  addTable: 'INSERT INTO tables (name) VALUES (?)',
  tableEntries: 'SELECT key, value FROM state WHERE table_id = ? ORDER BY key',
  setState: 'INSERT OR REPLACE INTO state VALUES (?, ?, ?)',
  removeState: 'DELETE FROM state WHERE table_id = ? AND key = ?',
  clearState: 'DELETE FROM state',
} as const;

/** States that can be read: those after the newest blocks, as many as this. */
const HISTORY_BLOCKS = 1000;

export interface StoreOptions {
  /** Without one everything is in memory and ends with the process. */
  directory?: string | undefined;
  /** Blocks whose state can be read besides the last one's. Default 1000. */
  historyBlocks?: number | undefined;
}

export interface Commit extends ArchivedBlock {
  changes: readonly Change[];
}

/** What a chain begins with, besides its state. */
export interface Birth {
  /** The genesis file. */
  text: string;
  upgrades: UpgradeHeights;
  /** An empty block, as text that all blocks share. */
  sample: BlockRecord;
}

/** What came back when blocks were taken back. */
export interface Reverted {
  /** The values that were put back. */
  changes: Change[];
  /** Of the transactions in those blocks, upper-case hex. */
  txHashes: string[];
}

export class ChainStore extends BlockArchive {
  private readonly statements: ReturnType<typeof prepareAll<keyof typeof STATEMENTS>>;
  private readonly undo: UndoLog;
  private readonly marks: Snapshots;
  private readonly tableIds = new Map<string, number>();
  private readonly historyBlocks: number;
  /** Height of the oldest state that can be read. */
  private floor: number;

  constructor({ directory, historyBlocks = HISTORY_BLOCKS }: StoreOptions) {
    if (!Number.isSafeInteger(historyBlocks) || historyBlocks < 0) {
      throw new Error(`historyBlocks: a number of blocks expected, got ${historyBlocks}`);
    }
    super(openDatabase(directory));
    this.database.exec(SCHEMA);
    this.statements = prepareAll(this.database, STATEMENTS);
    this.undo = new UndoLog(this.database);
    this.marks = new Snapshots(this.database);
    this.remember();
    this.historyBlocks = historyBlocks;
    this.floor = (this.undo.oldest ?? this.height + 1) - 1;
  }

  /** The genesis file this chain began with, as text; undefined for a new chain. */
  get genesis(): string | undefined {
    return this.text('genesis');
  }

  /** The upgrades that this chain follows; undefined for a new chain. */
  get upgrades(): UpgradeHeights | undefined {
    const stored = this.text('upgrades');
    return stored === undefined ? undefined : (JSON.parse(stored) as UpgradeHeights);
  }

  /** What was last saved under a name; undefined when nothing was. */
  setting(name: string): unknown {
    const stored = this.text(`setting/${name}`);
    return stored === undefined ? undefined : JSON.parse(stored);
  }

  /** Any JSON value but undefined. On disk when this returns. */
  saveSetting(name: string, value: unknown): void {
    this.statements.setMeta.run(`setting/${name}`, Buffer.from(JSON.stringify(value)));
  }

  /** The entries of one state table, in key order. */
  *tableEntries(name: string): IterableIterator<[string, Uint8Array]> {
    const id = this.tableIds.get(name);
    if (id === undefined) return;
    for (const row of this.statements.tableEntries.iterate(id)) yield [String(row.key), row.value as Uint8Array];
  }

  /** What the chain starts with; nothing is on disk before it, and all of it after. */
  commitGenesis(birth: Birth, changes: readonly Change[]): void {
    this.whole(() => {
      this.writeBirth(birth);
      this.writeChanges(changes);
    });
  }

  commit(commit: Commit): void {
    this.whole(() => {
      this.addBlock(commit);
      this.keepReplaced(commit.record.height, commit.changes);
      this.writeChanges(commit.changes);
    });
    this.keep(commit.record);
  }

  /** Height of the oldest state that {@link replacedSince} reaches. */
  get oldestState(): number {
    return this.floor;
  }

  /** What the blocks above `height` replaced: oldest first, so that a key's first value is the one after `height`. */
  *replacedSince(height: number): IterableIterator<Change> {
    const names = new Map([...this.tableIds].map(([name, id]) => [id, name]));
    for (const { tableId, key, value } of this.undo.between(height + 1, this.height)) {
      yield { table: names.get(tableId)!, key, value };
    }
  }

  /** Marks the last block as one that the chain can go back to, with what waits for the next. Returns the mark's id. */
  addSnapshot(settings: Snapshot['settings'], txs: readonly Uint8Array[]): number {
    return inTransaction(this.database, () => this.marks.add(this.height, settings, txs));
  }

  /** Oldest first. */
  get snapshots(): Snapshot[] {
    return this.marks.all;
  }

  /** What waited when the snapshot was taken, oldest first. */
  snapshotTxs(id: number): Uint8Array[] {
    return this.marks.txs(id);
  }

  /** Forgets one snapshot. What it alone kept goes with the next block. */
  dropSnapshot(id: number): void {
    inTransaction(this.database, () => this.marks.drop(id, id + 1));
  }

  /** Goes back to a snapshot and its settings, all at once: later blocks and later snapshots are gone. */
  revert({ id, height, settings }: Snapshot): Reverted {
    const oldest = new Map<string, Change>();
    for (const change of this.replacedSince(height)) {
      const name = `${change.table}\0${change.key}`;
      if (!oldest.has(name)) oldest.set(name, change);
    }
    const changes = [...oldest.values()];
    const txHashes = inTransaction(this.database, () => {
      this.writeChanges(changes);
      this.undo.drop(height);
      this.marks.drop(id + 1);
      for (const [name, value] of Object.entries(settings)) this.saveSetting(name, value);
      return this.removeBlocksAbove(height);
    });
    return { changes, txHashes };
  }

  /**
   * Replaces everything by the state after one block of a chain, all at once: there are no older blocks, snapshots or
   * states. With `birth` that chain's beginnings too, which an empty store needs.
   */
  replace(record: BlockRecord, state: Iterable<Change>, birth?: Birth): void {
    this.whole(() => {
      this.removeAllBlocks();
      this.statements.clearState.run();
      this.undo.prune(Number.MAX_SAFE_INTEGER);
      this.marks.drop(0);
      if (birth) this.writeBirth(birth);
      for (const change of state) this.writeChange(change);
      const txHashes = record.block.block.data.txs.map((tx) => sha256(Buffer.from(tx, 'base64')));
      this.addBlock({ record, txHashes, index: indexOf(record) });
    });
    this.floor = record.height;
  }

  close(): void {
    this.database.close();
  }

  /** A transaction; of one that fails nothing is left, in memory either. */
  private whole(work: () => void): void {
    try {
      inTransaction(this.database, work);
    } catch (error) {
      this.remember();
      throw error;
    }
  }

  /** What is kept in memory beside the database. */
  private remember(): void {
    this.tableIds.clear();
    for (const { id, name } of this.statements.tables.all()) this.tableIds.set(String(name), Number(id));
    this.dictionary = Buffer.from(this.meta('dictionary') ?? []);
  }

  private text(key: string): string | undefined {
    const stored = this.meta(key);
    return stored && Buffer.from(stored).toString('utf8');
  }

  private meta(key: string): Uint8Array | undefined {
    return this.statements.meta.get(key)?.value as Uint8Array | undefined;
  }

  private writeBirth({ text, upgrades, sample }: Birth): void {
    this.dictionary = Buffer.from(JSON.stringify(sample));
    this.statements.setMeta.run('dictionary', this.dictionary);
    this.statements.setMeta.run('genesis', Buffer.from(text));
    this.statements.setMeta.run('upgrades', Buffer.from(JSON.stringify(upgrades)));
  }

  /** Before the changes are written: the values that they replace. Then what is older than need be goes. */
  private keepReplaced(height: number, changes: readonly Change[]): void {
    const marked = this.marks.oldestHeight;
    if (this.historyBlocks > 0 || marked !== undefined) {
      for (const { table, key } of changes) this.undo.add(height, this.tableId(table), key);
    }
    const floor = Math.min(height - this.historyBlocks, marked ?? height);
    if (floor <= this.floor) return;
    this.undo.prune(floor);
    this.floor = floor;
  }

  private writeChanges(changes: readonly Change[]): void {
    for (const change of changes) this.writeChange(change);
  }

  private writeChange({ table, key, value }: Change): void {
    const id = this.tableId(table);
    if (value) this.statements.setState.run(id, key, value);
    else this.statements.removeState.run(id, key);
  }

  private tableId(name: string): number {
    const known = this.tableIds.get(name);
    if (known !== undefined) return known;
    const id = Number(this.statements.addTable.run(name).lastInsertRowid);
    this.tableIds.set(name, id);
    return id;
  }
}

function openDatabase(directory: string | undefined): DatabaseSync {
  if (directory !== undefined) mkdirSync(directory, { recursive: true });
  const database = new DatabaseSync(directory === undefined ? ':memory:' : join(directory, 'chain.db'));
  // NORMAL with a write-ahead log: a killed process loses nothing, a power cut at most the newest blocks
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 2000;');
  return database;
}
