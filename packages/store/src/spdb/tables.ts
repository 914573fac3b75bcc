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
  SpDbTables,
  SpInfo,
  SwapOutUnit,
  UploadEvent,
  UploadProgress,
} from '@prairie/gfsp';
import { AuthKeyRows } from './auth-keys.ts';
import { EventLogRows } from './event-logs.ts';
import type { Ground } from './ground.ts';
import { IntegrityRows } from './integrity.ts';
import { MigrationRows } from './migration.ts';
import { ProviderRows } from './providers.ts';
import { TrafficRows } from './traffic.ts';
import { type UploadChange, UploadRows } from './uploads.ts';

/** The rows of all tables, each kind made when it is first used: most transactions are about one or two. */
export class SqlTables implements SpDbTables {
  readonly #ground: Ground;
  #uploadRows: UploadRows | undefined;
  #integrityRows: IntegrityRows | undefined;
  #trafficRows: TrafficRows | undefined;
  #authKeyRows: AuthKeyRows | undefined;
  #migrationRows: MigrationRows | undefined;

  constructor(ground: Ground) {
    this.#ground = ground;
  }

  insertUploadProgress(objectId: bigint, isAgentUpload: boolean): Promise<void> {
    return this.#uploads.insert(objectId, isAgentUpload);
  }

  getUploadProgress(objectId: bigint): Promise<UploadProgress | undefined> {
    return this.#uploads.get(objectId);
  }

  updateUploadProgress(objectId: bigint, change: UploadChange): Promise<void> {
    return this.#uploads.update(objectId, change);
  }

  deleteUploadProgress(objectId: bigint): Promise<void> {
    return this.#uploads.delete(objectId);
  }

  listUploadProgress(states: readonly number[], limit: number, afterObjectId = 0n): Promise<UploadProgress[]> {
    return this.#uploads.list(states, limit, afterObjectId);
  }

  setIntegrity(meta: IntegrityMeta): Promise<void> {
    return this.#integrity.set(meta);
  }

  getIntegrity(objectId: bigint, redundancyIndex: number): Promise<IntegrityMeta | undefined> {
    return this.#integrity.get(objectId, redundancyIndex);
  }

  deleteIntegrity(objectId: bigint, redundancyIndex: number): Promise<void> {
    return this.#integrity.delete(objectId, redundancyIndex);
  }

  setShadowIntegrity(meta: ShadowIntegrityMeta): Promise<void> {
    return this.#integrity.setShadow(meta);
  }

  getShadowIntegrity(objectId: bigint, redundancyIndex: number): Promise<ShadowIntegrityMeta | undefined> {
    return this.#integrity.getShadow(objectId, redundancyIndex);
  }

  deleteShadowIntegrity(objectId: bigint, redundancyIndex: number): Promise<void> {
    return this.#integrity.deleteShadow(objectId, redundancyIndex);
  }

  setPieceHash(row: PieceHash): Promise<void> {
    return this.#integrity.setPiece(row);
  }

  listPieceHashes(objectId: bigint, redundancyIndex: number): Promise<PieceHash[]> {
    return this.#integrity.listPieces(objectId, redundancyIndex);
  }

  deletePieceHashes(objectId: bigint, redundancyIndex: number): Promise<void> {
    return this.#integrity.deletePieces(objectId, redundancyIndex);
  }

  consumeReadQuota(request: QuotaRequest, record: ReadRecord): Promise<boolean> {
    return this.#traffic.consume(request, record);
  }

  reimburseReadQuota(bucketId: bigint, month: string, size: bigint): Promise<void> {
    return this.#traffic.reimburse(bucketId, month, size);
  }

  getBucketTraffic(bucketId: bigint, month: string): Promise<BucketTraffic | undefined> {
    return this.#traffic.get(bucketId, month);
  }

  getLatestBucketTraffic(bucketId: bigint): Promise<BucketTraffic | undefined> {
    return this.#traffic.newest(bucketId);
  }

  listBucketTraffic(month: string, offset: number, limit: number): Promise<BucketTraffic[]> {
    return this.#traffic.list(month, offset, limit);
  }

  countBucketTraffic(month: string): Promise<number> {
    return this.#traffic.count(month);
  }

  listReadRecords(bucketId: bigint, startUs: bigint, endUs: bigint, limit: number): Promise<ReadRecord[]> {
    return this.#traffic.listRecords(bucketId, startUs, endUs, limit);
  }

  getBucketMigration(bucketId: bigint): Promise<BucketMigrationProgress | undefined> {
    return this.#migration.get(bucketId);
  }

  updateBucketMigration(bucketId: bigint, change: BucketMigrationChange): Promise<void> {
    return this.#migration.update(bucketId, change);
  }

  deleteBucketMigration(bucketId: bigint): Promise<void> {
    return this.#migration.delete(bucketId);
  }

  insertSwapOutUnit(unit: SwapOutUnit): Promise<boolean> {
    return this.#migration.insertSwapOut(unit);
  }

  getSwapOutUnit(swapOutKey: string, isDestSp: boolean): Promise<SwapOutUnit | undefined> {
    return this.#migration.getSwapOut(swapOutKey, isDestSp);
  }

  getAuthKey(scope: AuthKeyScope): Promise<AuthKey | undefined> {
    return this.#authKeys.get(scope);
  }

  replaceAuthKey(key: Omit<AuthKey, 'next_nonce'>): Promise<boolean> {
    return this.#authKeys.replace(key);
  }

  getAuthKeyV2(scope: AuthKeyScope, publicKey: string): Promise<AuthKeyV2 | undefined> {
    return this.#authKeys.getV2(scope, publicKey);
  }

  putAuthKeyV2(key: AuthKeyV2): Promise<void> {
    return this.#authKeys.putV2(key);
  }

  listAuthKeysV2(scope: AuthKeyScope): Promise<AuthKeyV2[]> {
    return this.#authKeys.listV2(scope);
  }

  deleteAuthKeysV2(scope: AuthKeyScope, publicKeys: readonly string[]): Promise<void> {
    return this.#authKeys.deleteV2(scope, publicKeys);
  }

  deleteExpiredAuthKeysV2(time: bigint, limit: number): Promise<number> {
    return this.#authKeys.deleteExpiredV2(time, limit);
  }

  addUploadEvents(events: readonly UploadEvent[]): Promise<void> {
    return new EventLogRows(this.#ground).add(events);
  }

  setSpInfo(rows: readonly SpInfo[]): Promise<number> {
    return new ProviderRows(this.#ground).set(rows);
  }

  listSpInfo(): Promise<SpInfo[]> {
    return new ProviderRows(this.#ground).list();
  }

  get #uploads(): UploadRows {
    this.#uploadRows ??= new UploadRows(this.#ground);
    return this.#uploadRows;
  }

  get #integrity(): IntegrityRows {
    this.#integrityRows ??= new IntegrityRows(this.#ground);
    return this.#integrityRows;
  }

  get #traffic(): TrafficRows {
    this.#trafficRows ??= new TrafficRows(this.#ground);
    return this.#trafficRows;
  }

  get #authKeys(): AuthKeyRows {
    this.#authKeyRows ??= new AuthKeyRows(this.#ground);
    return this.#authKeyRows;
  }

  get #migration(): MigrationRows {
    this.#migrationRows ??= new MigrationRows(this.#ground);
    return this.#migrationRows;
  }
}
