/**
 * The chain on disk: one SQLite file. A block is one transaction that writes the keys it changed, its header and
 * results, and the indexes of its transactions, so whatever kills the process, a whole block is the last one.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { BoundedCache } from '@prairie/chain';
import type { Change } from '../state/index.ts';
import type { UpgradeHeights } from '../upgrades.ts';
import type { BlockRecord } from './block-types.ts';
import { type IndexEntry, TX_INDEX } from './event-index.ts';

const SCHEMA = `
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value BLOB) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS tables (id INTEGER PRIMARY KEY, name TEXT UNIQUE NOT NULL);
CREATE TABLE IF NOT EXISTS state (
  table_id INTEGER NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL, PRIMARY KEY (table_id, key)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS blocks (height INTEGER PRIMARY KEY, hash BLOB NOT NULL, record BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS blocks_by_hash ON blocks (hash);
CREATE TABLE IF NOT EXISTS txs (
  hash BLOB PRIMARY KEY, height INTEGER NOT NULL, position INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS event_index (
  kind INTEGER NOT NULL, term INTEGER NOT NULL, height INTEGER NOT NULL, position INTEGER NOT NULL,
  PRIMARY KEY (kind, term, height, position)
) WITHOUT ROWID;
`;

/** Blocks kept in memory. */
const CACHED_BLOCKS = 64;

export interface Commit {
  record: BlockRecord;
  /** Transaction hashes in block order, 32 bytes each. */
  txHashes: readonly Uint8Array[];
  index: readonly IndexEntry[];
  changes: readonly Change[];
}

/** What a chain begins with, besides the state of its genesis file. */
export interface Birth {
  /** The genesis file. */
  text: string;
  upgrades: UpgradeHeights;
  /** An empty block, as text that all blocks share. */
  sample: BlockRecord;
}

export interface TxPosition {
  height: number;
  position: number;
}

export class ChainStore {
  private readonly database: DatabaseSync;
  private readonly statements: ReturnType<typeof prepare>;
  private readonly tableIds = new Map<string, number>();
  private readonly blocks = new BoundedCache<number, BlockRecord>(CACHED_BLOCKS);
  /** What an empty block looks like: shared text of all blocks, so that each costs a few hundred bytes. */
  private dictionary = Buffer.alloc(0);

  /** Without a directory everything is in memory and ends with the process. */
  constructor(options: { directory?: string | undefined }) {
    if (options.directory !== undefined) mkdirSync(options.directory, { recursive: true });
    const file = options.directory === undefined ? ':memory:' : join(options.directory, 'chain.db');
    this.database = new DatabaseSync(file);
    // NORMAL with a write-ahead log: a killed process loses nothing, a power cut at most the newest blocks
    this.database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 2000;');
    this.database.exec(SCHEMA);
    this.statements = prepare(this.database);
    for (const row of this.database.prepare('SELECT id, name FROM tables').all()) {
      this.tableIds.set(String(row.name), Number(row.id));
    }
    const dictionary = this.meta('dictionary');
    if (dictionary) this.dictionary = Buffer.from(dictionary);
  }

  /** The genesis file this chain began with, as text; undefined for a new chain. */
  get genesis(): string | undefined {
    const stored = this.meta('genesis');
    return stored && Buffer.from(stored).toString('utf8');
  }

  /** The upgrades that this chain follows; undefined for a new chain. */
  get upgrades(): UpgradeHeights | undefined {
    const stored = this.meta('upgrades');
    return stored && (JSON.parse(Buffer.from(stored).toString('utf8')) as UpgradeHeights);
  }

  /** Height of the last block, 0 before the first. */
  get height(): number {
    return Number(this.statements.height.get()!.height ?? 0);
  }

  /** The entries of one state table, in key order. */
  *tableEntries(name: string): IterableIterator<[string, Uint8Array]> {
    const id = this.tableIds.get(name);
    if (id === undefined) return;
    for (const row of this.statements.tableEntries.iterate(id)) yield [String(row.key), row.value as Uint8Array];
  }

  /** What the chain starts with; nothing is on disk before it, and all of it after. */
  commitGenesis({ text, upgrades, sample }: Birth, changes: readonly Change[]): void {
    this.transaction(() => {
      this.dictionary = Buffer.from(JSON.stringify(sample));
      this.statements.setMeta.run('dictionary', this.dictionary);
      this.statements.setMeta.run('genesis', Buffer.from(text));
      this.statements.setMeta.run('upgrades', Buffer.from(JSON.stringify(upgrades)));
      this.writeChanges(changes);
    });
  }

  commit({ record, txHashes, index, changes }: Commit): void {
    this.transaction(() => {
      const { height } = record;
      this.statements.addBlock.run(height, Buffer.from(record.block.block_id.hash, 'hex'), this.packed(record));
      for (const [position, hash] of txHashes.entries()) this.statements.addTx.run(hash, height, position);
      for (const { kind, term, position } of index) this.statements.addIndex.run(kind, term, height, position);
      this.writeChanges(changes);
    });
    this.blocks.set(record.height, record);
  }

  block(height: number): BlockRecord | undefined {
    const cached = this.blocks.get(height);
    if (cached) return cached;
    const row = this.statements.block.get(height);
    if (!row) return undefined;
    const text = inflateRawSync(row.record as Uint8Array, { dictionary: this.dictionary }).toString('utf8');
    const record = JSON.parse(text) as BlockRecord;
    this.blocks.set(height, record);
    return record;
  }

  heightOfHash(hash: Uint8Array): number | undefined {
    const row = this.statements.blockByHash.get(hash);
    return row && Number(row.height);
  }

  tx(hash: Uint8Array): TxPosition | undefined {
    const row = this.statements.tx.get(hash);
    return row && { height: Number(row.height), position: Number(row.position) };
  }

  /** Where an index term occurs, in chain order. Terms are hashes: the caller looks at the events themselves. */
  *occurrences(kind: number, term: bigint): IterableIterator<TxPosition> {
    for (const row of this.statements.occurrences.iterate(kind, term)) {
      yield { height: Number(row.height), position: Number(row.position) };
    }
  }

  /** Transactions of a range of heights, both inclusive, in chain order. */
  *txsBetween(from: number, to: number): IterableIterator<TxPosition> {
    for (const row of this.statements.txHeights.iterate(TX_INDEX, from, to)) {
      const height = Number(row.height);
      const count = this.block(height)?.block.block.data.txs.length ?? 0;
      for (let position = 0; position < count; position++) yield { height, position };
    }
  }

  close(): void {
    this.database.close();
  }

  private meta(key: string): Uint8Array | undefined {
    return this.statements.meta.get(key)?.value as Uint8Array | undefined;
  }

  private packed(record: BlockRecord): Buffer {
    return deflateRawSync(Buffer.from(JSON.stringify(record)), { level: 1, dictionary: this.dictionary });
  }

  private writeChanges(changes: readonly Change[]): void {
    for (const { table, key, value } of changes) {
      const id = this.tableId(table);
      if (value) this.statements.setState.run(id, key, value);
      else this.statements.removeState.run(id, key);
    }
  }

  private tableId(name: string): number {
    const known = this.tableIds.get(name);
    if (known !== undefined) return known;
    const id = Number(this.statements.addTable.run(name).lastInsertRowid);
    this.tableIds.set(name, id);
    return id;
  }

  private transaction(work: () => void): void {
    this.database.exec('BEGIN IMMEDIATE');
    try {
      work();
      this.database.exec('COMMIT');
    } catch (error) {
      this.database.exec('ROLLBACK');
      throw error;
    }
  }
}

function prepare(database: DatabaseSync) {
  const statements = {
    meta: 'SELECT value FROM meta WHERE key = ?',
    setMeta: 'INSERT OR REPLACE INTO meta VALUES (?, ?)',
    height: 'SELECT MAX(height) AS height FROM blocks',
    addTable: 'INSERT INTO tables (name) VALUES (?)',
    tableEntries: 'SELECT key, value FROM state WHERE table_id = ? ORDER BY key',
    setState: 'INSERT OR REPLACE INTO state VALUES (?, ?, ?)',
    removeState: 'DELETE FROM state WHERE table_id = ? AND key = ?',
    addBlock: 'INSERT INTO blocks VALUES (?, ?, ?)',
    block: 'SELECT record FROM blocks WHERE height = ?',
    blockByHash: 'SELECT height FROM blocks WHERE hash = ?',
    // a transaction that failed may come again in a later block: the later one counts
    addTx: 'INSERT OR REPLACE INTO txs VALUES (?, ?, ?)',
    tx: 'SELECT height, position FROM txs WHERE hash = ?',
    addIndex: 'INSERT OR IGNORE INTO event_index VALUES (?, ?, ?, ?)',
    occurrences: 'SELECT height, position FROM event_index WHERE kind = ? AND term = ? ORDER BY height, position',
    txHeights:
      'SELECT DISTINCT height FROM event_index WHERE kind = ? AND term = 0 AND height BETWEEN ? AND ? ORDER BY height',
  } satisfies Record<string, string>;
  return Object.fromEntries(Object.entries(statements).map(([name, sql]) => [name, database.prepare(sql)])) as Record<
    keyof typeof statements,
    StatementSync
  >;
}
