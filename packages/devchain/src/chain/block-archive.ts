/** The blocks of a chain on disk, with the indexes of their transactions and events. */
import type { DatabaseSync } from 'node:sqlite';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { txHash } from '@prairie/chain';
import { BlockCache } from './block-cache.ts';
import type { BlockRecord } from './block-types.ts';
import { type IndexEntry, indexOf, TX_INDEX } from './event-index.ts';
import { prepareAll } from './sqlite.ts';

const SCHEMA = `
CREATE TABLE IF NOT EXISTS blocks (height INTEGER PRIMARY KEY, hash BLOB NOT NULL, record BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS blocks_by_hash ON blocks (hash);
CREATE TABLE IF NOT EXISTS txs (
  hash BLOB NOT NULL, height INTEGER NOT NULL, position INTEGER NOT NULL, PRIMARY KEY (hash, height, position)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS event_index (
  kind INTEGER NOT NULL, term INTEGER NOT NULL, height INTEGER NOT NULL, position INTEGER NOT NULL,
  PRIMARY KEY (kind, term, height, position)
) WITHOUT ROWID;
`;

const STATEMENTS = {
  ends: 'SELECT MIN(height) AS first, MAX(height) AS last FROM blocks',
  addBlock: 'INSERT INTO blocks VALUES (?, ?, ?)',
  removeBlock: 'DELETE FROM blocks WHERE height = ?',
  block: 'SELECT record FROM blocks WHERE height = ?',
  blockByHash: 'SELECT height FROM blocks WHERE hash = ?',
  addTx: 'INSERT OR REPLACE INTO txs VALUES (?, ?, ?)',
  removeTx: 'DELETE FROM txs WHERE hash = ? AND height = ?',
  // a transaction that failed may come again in a later block: the later one counts
  tx: 'SELECT height, position FROM txs WHERE hash = ? ORDER BY height DESC, position DESC LIMIT 1',
  addIndex: 'INSERT OR IGNORE INTO event_index VALUES (?, ?, ?, ?)',
  removeIndex: 'DELETE FROM event_index WHERE kind = ? AND term = ? AND height = ? AND position = ?',
  occurrences:
    'SELECT height, position FROM event_index WHERE kind = ? AND term = ? AND height BETWEEN ? AND ? ORDER BY height, position',
  occursAt: 'SELECT 1 FROM event_index WHERE kind = ? AND term = ? AND height = ? AND position = ?',
  txHeights:
    'SELECT DISTINCT height FROM event_index WHERE kind = ? AND term = 0 AND height BETWEEN ? AND ? ORDER BY height',
} as const;

const CLEAR = 'DELETE FROM blocks; DELETE FROM txs; DELETE FROM event_index;';

export interface ArchivedBlock {
  record: BlockRecord;
  /** Transaction hashes in block order, 32 bytes each. */
  txHashes: readonly Uint8Array[];
  index: readonly IndexEntry[];
}

export interface TxPosition {
  height: number;
  position: number;
}

export class BlockArchive {
  protected readonly database: DatabaseSync;
  /** What an empty block looks like: shared text of all blocks, so that each costs a few hundred bytes. */
  protected dictionary = Buffer.alloc(0);
  private readonly blockStatements: ReturnType<typeof prepareAll<keyof typeof STATEMENTS>>;
  private readonly blocks = new BlockCache();

  constructor(database: DatabaseSync) {
    this.database = database;
    database.exec(SCHEMA);
    this.blockStatements = prepareAll(database, STATEMENTS);
  }

  /** Height of the last block, 0 before the first. */
  get height(): number {
    return Number(this.blockStatements.ends.get()!.last ?? 0);
  }

  /** Height of the oldest block: 1, unless the chain began with the state of another. 0 before the first block. */
  get firstHeight(): number {
    return Number(this.blockStatements.ends.get()!.first ?? 0);
  }

  block(height: number): BlockRecord | undefined {
    const cached = this.blocks.get(height);
    if (cached) return cached;
    const row = this.blockStatements.block.get(height);
    if (!row) return undefined;
    const text = inflateRawSync(row.record as Uint8Array, { dictionary: this.dictionary }).toString('utf8');
    const record = JSON.parse(text) as BlockRecord;
    this.blocks.set(height, record);
    return record;
  }

  heightOfHash(hash: Uint8Array): number | undefined {
    const row = this.blockStatements.blockByHash.get(hash);
    return row && Number(row.height);
  }

  tx(hash: Uint8Array): TxPosition | undefined {
    const row = this.blockStatements.tx.get(hash);
    return row && { height: Number(row.height), position: Number(row.position) };
  }

  /** Where an index term occurs in a range of heights, both inclusive, in chain order. */
  *occurrences(kind: number, term: bigint, from: number, to: number): IterableIterator<TxPosition> {
    for (const row of this.blockStatements.occurrences.iterate(kind, term, from, to)) {
      yield { height: Number(row.height), position: Number(row.position) };
    }
  }

  /** Whether an index term occurs there. */
  occursAt(kind: number, term: bigint, { height, position }: TxPosition): boolean {
    return this.blockStatements.occursAt.get(kind, term, height, position) !== undefined;
  }

  /** Transactions of a range of heights, both inclusive, in chain order. */
  *txsBetween(from: number, to: number): IterableIterator<TxPosition> {
    for (const row of this.blockStatements.txHeights.iterate(TX_INDEX, from, to)) {
      const height = Number(row.height);
      const count = this.block(height)?.block.block.data.txs.length ?? 0;
      for (let position = 0; position < count; position++) yield { height, position };
    }
  }

  /** Within a transaction. The block is served from memory only once that is through: {@link keep}. */
  protected addBlock({ record, txHashes, index }: ArchivedBlock): void {
    const { addBlock, addTx, addIndex } = this.blockStatements;
    const { height } = record;
    const packed = deflateRawSync(Buffer.from(JSON.stringify(record)), { level: 1, dictionary: this.dictionary });
    addBlock.run(height, Buffer.from(record.block.block_id.hash, 'hex'), packed);
    for (const [position, hash] of txHashes.entries()) addTx.run(hash, height, position);
    for (const { kind, term, position } of index) addIndex.run(kind, term, height, position);
  }

  protected keep(record: BlockRecord): void {
    this.blocks.set(record.height, record);
  }

  /**
   * Within a transaction: removes the blocks above a height, from the newest on. What is indexed is found by the events
   * of each block, not by walking all. Returns the hashes of their transactions, in upper-case hex.
   */
  protected removeBlocksAbove(height: number): string[] {
    const removed: string[] = [];
    for (let above = this.height; above > height; above--) removed.push(...this.removeBlock(this.block(above)!));
    this.blocks.clear();
    return removed;
  }

  /** Within a transaction. */
  protected removeAllBlocks(): void {
    this.database.exec(CLEAR);
    this.blocks.clear();
  }

  private removeBlock(record: BlockRecord): string[] {
    const { removeIndex, removeTx, removeBlock } = this.blockStatements;
    const { height } = record;
    for (const { kind, term, position } of indexOf(record)) removeIndex.run(kind, term, height, position);
    const hashes = record.block.block.data.txs.map((tx) => txHash(Buffer.from(tx, 'base64')));
    for (const hash of hashes) removeTx.run(Buffer.from(hash, 'hex'), height);
    removeBlock.run(height);
    return hashes;
  }
}
