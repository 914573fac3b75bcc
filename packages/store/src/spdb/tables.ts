import type {
  AuthKey,
  AuthKeyScope,
  AuthKeyV2,
  BucketMigrationChange,
  BucketMigrationProgress,
  BucketTraffic,
  CondemnedKey,
  CondemnedPieces,
  GcObjectProgress,
  IntegrityMeta,
  ObjectClaims,
  PieceHash,
  QuotaRequest,
  ReadRecord,
  RecoverFailedObject,
  RecoverGvg,
  ScrubProgress,
  ShadowIntegrityMeta,
  SpDbTables,
  SpInfo,
  SwapOutUnit,
  UploadEvent,
  UploadProgress,
} from '@prairie/gfsp';
import { AuthKeyRows } from './auth-keys.ts';
import { EventLogRows } from './event-logs.ts';
import { GcRows, isCondemned } from './gc.ts';
import type { Ground } from './ground.ts';
import { IntegrityRows } from './integrity.ts';
import { MigrationRows } from './migration.ts';
import { ProviderRows } from './providers.ts';
import { RecoveryRows } from './recovery.ts';
import { ScrubRows } from './scrub.ts';
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

  listIntegrity(
    after: Pick<IntegrityMeta, 'object_id' | 'redundancy_index'> | undefined,
    limit: number,
  ): Promise<IntegrityMeta[]> {
    return this.#integrity.list(after, limit);
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

  listShadowIntegrity(
    limit: number,
    after?: Pick<ShadowIntegrityMeta, 'object_id' | 'redundancy_index'>,
  ): Promise<ShadowIntegrityMeta[]> {
    return this.#integrity.listShadows(limit, after);
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

  listClaims(objectIds: readonly bigint[]): Promise<Map<bigint, ObjectClaims>> {
    return new GcRows(this.#ground).claims(objectIds);
  }

  listClaimedObjects(after: bigint, until: bigint, limit: number): Promise<bigint[]> {
    return new GcRows(this.#ground).claimedObjects(after, until, limit);
  }

  deletePieceHashesOf(objectId: bigint, redundancyIndex: number, version: bigint): Promise<void> {
    return new GcRows(this.#ground).deletePieces(objectId, redundancyIndex, version);
  }

  setCondemned(row: CondemnedPieces): Promise<void> {
    return new GcRows(this.#ground).set(row);
  }

  getCondemned(key: CondemnedKey): Promise<CondemnedPieces | undefined> {
    return new GcRows(this.#ground).get(key);
  }

  deleteCondemned(key: CondemnedKey): Promise<void> {
    return new GcRows(this.#ground).delete(key);
  }

  listCondemned(limit: number, after = 0n): Promise<CondemnedPieces[]> {
    return new GcRows(this.#ground).list(limit, after);
  }

  isCondemned(key: CondemnedKey): Promise<boolean> {
    return isCondemned(this.#ground.session, key, this.#ground.now());
  }

  setGcProgress(progress: GcObjectProgress): Promise<void> {
    return new GcRows(this.#ground).setProgress(progress);
  }

  deleteGcProgress(taskKey: string): Promise<void> {
    return new GcRows(this.#ground).deleteProgress(taskKey);
  }

  listGcProgress(limit: number): Promise<GcObjectProgress[]> {
    return new GcRows(this.#ground).listProgress(limit);
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

  listTrafficBefore(month: string, limit: number): Promise<Pick<BucketTraffic, 'bucket_id' | 'month'>[]> {
    return this.#traffic.listBefore(month, limit);
  }

  deleteTrafficBefore(month: string, limit: number): Promise<number> {
    return this.#traffic.deleteBefore(month, limit);
  }

  countReadRecordsBefore(timeUs: bigint, limit: number): Promise<number> {
    return this.#traffic.countRecordsBefore(timeUs, limit);
  }

  deleteReadRecordsBefore(timeUs: bigint, limit: number): Promise<number> {
    return this.#traffic.deleteRecordsBefore(timeUs, limit);
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

  listBucketMigrations(states: readonly number[], limit: number, after = 0n): Promise<BucketMigrationProgress[]> {
    return this.#migration.list(states, limit, after);
  }

  getSubscribeProgress(name: string): Promise<bigint> {
    return this.#migration.cursor(name);
  }

  setSubscribeProgress(name: string, value: bigint): Promise<void> {
    return this.#migration.setCursor(name, value);
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

  setRecoverGvg(row: RecoverGvg): Promise<void> {
    return new RecoveryRows(this.#ground).set(row);
  }

  listRecoverGvgs(): Promise<RecoverGvg[]> {
    return new RecoveryRows(this.#ground).list();
  }

  deleteRecoverGvg(gvgId: number): Promise<void> {
    return new RecoveryRows(this.#ground).delete(gvgId);
  }

  insertRecoverFailed(row: RecoverFailedObject): Promise<void> {
    return new RecoveryRows(this.#ground).insertFailed(row);
  }

  setRecoverFailed(row: RecoverFailedObject): Promise<void> {
    return new RecoveryRows(this.#ground).setFailed(row);
  }

  listRecoverFailed(limit: number, after = 0n): Promise<RecoverFailedObject[]> {
    return new RecoveryRows(this.#ground).listFailed(limit, after);
  }

  countRecoverFailed(gvgId: number): Promise<number> {
    return new RecoveryRows(this.#ground).countFailed(gvgId);
  }

  deleteRecoverFailed(objectId: bigint): Promise<void> {
    return new RecoveryRows(this.#ground).deleteFailed(objectId);
  }

  getScrubProgress(): Promise<ScrubProgress | undefined> {
    return new ScrubRows(this.#ground).get();
  }

  setScrubProgress(progress: ScrubProgress): Promise<void> {
    return new ScrubRows(this.#ground).set(progress);
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
