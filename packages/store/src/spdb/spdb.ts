/** The provider's own state in one SQLite file. */
import type { IntegrityMeta, PieceHash, QuotaRequest, ReadRecord, SpDb, UploadProgress } from '@prairie/gfsp';
import { openSqlite, type SqliteDatabase } from '../sqlite/database.ts';
import { IntegrityRows } from './integrity.ts';
import { migrations } from './schema.ts';
import { TrafficRows } from './traffic.ts';
import { type UploadChange, UploadProgressRows } from './upload-progress.ts';

export interface SpDbOptions {
  /** File name; `:memory:` for tests. */
  path: string;
  /** Unix seconds. */
  now?: () => number;
}

/**
 * Every call survives `kill -9`. What is acknowledged to others, integrity rows and transactions, survives loss of power
 * too; the rest is found again or done again, and does not pay for an fsync of its own.
 */
export class SqliteSpDb implements SpDb {
  private readonly db: SqliteDatabase;
  private readonly uploads: UploadProgressRows;
  private readonly integrity: IntegrityRows;
  private readonly traffic: TrafficRows;

  constructor({ path, now = () => Math.floor(Date.now() / 1000) }: SpDbOptions) {
    this.db = openSqlite(path, { synchronous: 'full', migrations });
    this.uploads = new UploadProgressRows(this.db, now);
    this.integrity = new IntegrityRows(this.db);
    this.traffic = new TrafficRows(this.db, now);
  }

  insertUploadProgress(objectId: bigint, isAgentUpload: boolean): void {
    this.db.relaxed(() => this.uploads.insert(objectId, isAgentUpload));
  }

  getUploadProgress(objectId: bigint): UploadProgress | undefined {
    return this.uploads.get(objectId);
  }

  /** @throws Error when the object has no row */
  updateUploadProgress(objectId: bigint, change: UploadChange): void {
    this.db.relaxed(() => this.uploads.update(objectId, change));
  }

  deleteUploadProgress(objectId: bigint): void {
    this.db.relaxed(() => this.uploads.delete(objectId));
  }

  listUploadProgress(states: readonly number[], limit: number, afterObjectId = 0n): UploadProgress[] {
    return this.uploads.list(states, limit, afterObjectId);
  }

  setIntegrity(meta: IntegrityMeta): void {
    this.integrity.set(meta);
  }

  getIntegrity(objectId: bigint, redundancyIndex: number): IntegrityMeta | undefined {
    return this.integrity.get(objectId, redundancyIndex);
  }

  deleteIntegrity(objectId: bigint, redundancyIndex: number): void {
    this.integrity.delete(objectId, redundancyIndex);
  }

  setPieceHash(row: PieceHash): void {
    this.db.relaxed(() => this.integrity.setPiece(row));
  }

  listPieceHashes(objectId: bigint, redundancyIndex: number): PieceHash[] {
    return this.integrity.listPieces(objectId, redundancyIndex);
  }

  deletePieceHashes(objectId: bigint, redundancyIndex: number): void {
    this.db.relaxed(() => this.integrity.deletePieces(objectId, redundancyIndex));
  }

  consumeReadQuota(request: QuotaRequest, record: ReadRecord): boolean {
    return this.db.relaxed(() => this.traffic.consume(request, record));
  }

  reimburseReadQuota(bucketId: bigint, month: string, size: bigint): void {
    this.db.relaxed(() => this.traffic.reimburse(bucketId, month, size));
  }

  transaction<T>(work: () => T): T {
    return this.db.transaction(work);
  }

  close(): void {
    this.db.close();
  }
}
