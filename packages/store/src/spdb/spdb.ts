/** The provider's own state in one SQLite file. */
import type {
  AuthKey,
  AuthKeyScope,
  AuthKeyV2,
  BucketMigrationChange,
  BucketMigrationProgress,
  BucketTraffic,
  IntegrityMeta,
  PieceHash,
  QuotaRequest,
  ReadRecord,
  ShadowIntegrityMeta,
  SpDb,
  SwapOutUnit,
  UploadProgress,
} from '@prairie/gfsp';
import { openSqlite, type SqliteDatabase } from '../sqlite/database.ts';
import { AuthKeyRows } from './auth-keys.ts';
import { IntegrityRows } from './integrity.ts';
import { MigrationRows } from './migration.ts';
import { migrations } from './schema.ts';
import { ShadowIntegrityRows } from './shadow-integrity.ts';
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
  private readonly shadowIntegrity: ShadowIntegrityRows;
  private readonly traffic: TrafficRows;
  private readonly authKeys: AuthKeyRows;
  private readonly migration: MigrationRows;

  constructor({ path, now = () => Math.floor(Date.now() / 1000) }: SpDbOptions) {
    this.db = openSqlite(path, { synchronous: 'full', migrations });
    this.uploads = new UploadProgressRows(this.db, now);
    this.integrity = new IntegrityRows(this.db);
    this.shadowIntegrity = new ShadowIntegrityRows(this.db);
    this.traffic = new TrafficRows(this.db, now);
    this.authKeys = new AuthKeyRows(this.db, now);
    this.migration = new MigrationRows(this.db);
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

  setShadowIntegrity(meta: ShadowIntegrityMeta): void {
    this.shadowIntegrity.set(meta);
  }

  getShadowIntegrity(objectId: bigint, redundancyIndex: number): ShadowIntegrityMeta | undefined {
    return this.shadowIntegrity.get(objectId, redundancyIndex);
  }

  deleteShadowIntegrity(objectId: bigint, redundancyIndex: number): void {
    this.shadowIntegrity.delete(objectId, redundancyIndex);
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

  getBucketTraffic(bucketId: bigint, month: string): BucketTraffic | undefined {
    return this.traffic.get(bucketId, month);
  }

  getLatestBucketTraffic(bucketId: bigint): BucketTraffic | undefined {
    return this.traffic.newest(bucketId);
  }

  listBucketTraffic(month: string, offset: number, limit: number): BucketTraffic[] {
    return this.traffic.list(month, offset, limit);
  }

  countBucketTraffic(month: string): number {
    return this.traffic.count(month);
  }

  listReadRecords(bucketId: bigint, startUs: bigint, endUs: bigint, limit: number): ReadRecord[] {
    return this.traffic.listRecords(bucketId, startUs, endUs, limit);
  }

  getBucketMigration(bucketId: bigint): BucketMigrationProgress | undefined {
    return this.migration.get(bucketId);
  }

  updateBucketMigration(bucketId: bigint, change: BucketMigrationChange): void {
    this.migration.update(bucketId, change);
  }

  deleteBucketMigration(bucketId: bigint): void {
    this.migration.delete(bucketId);
  }

  insertSwapOutUnit(unit: SwapOutUnit): boolean {
    return this.migration.insertSwapOut(unit);
  }

  getSwapOutUnit(swapOutKey: string, isDestSp: boolean): SwapOutUnit | undefined {
    return this.migration.getSwapOut(swapOutKey, isDestSp);
  }

  getAuthKey(scope: AuthKeyScope): AuthKey | undefined {
    return this.authKeys.get(scope);
  }

  replaceAuthKey(key: Omit<AuthKey, 'next_nonce'>): boolean {
    return this.authKeys.replace(key);
  }

  getAuthKeyV2(scope: AuthKeyScope, publicKey: string): AuthKeyV2 | undefined {
    return this.authKeys.getV2(scope, publicKey);
  }

  putAuthKeyV2(key: AuthKeyV2): void {
    this.authKeys.putV2(key);
  }

  listAuthKeysV2(scope: AuthKeyScope): AuthKeyV2[] {
    return this.authKeys.listV2(scope);
  }

  deleteAuthKeysV2(scope: AuthKeyScope, publicKeys: readonly string[]): void {
    this.authKeys.deleteV2(scope, publicKeys);
  }

  deleteExpiredAuthKeysV2(time: bigint, limit: number): number {
    return this.db.relaxed(() => this.authKeys.deleteExpiredV2(time, limit));
  }

  transaction<T>(work: () => T): T {
    return this.db.transaction(work);
  }

  close(): void {
    this.db.close();
  }
}
