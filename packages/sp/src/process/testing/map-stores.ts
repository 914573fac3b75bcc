/** Pieces and the provider's tables in maps: what a user would write to take the place of ours. */
import {
  type AuthKey,
  type AuthKeyScope,
  type AuthKeyV2,
  type BucketMigrationChange,
  type BucketMigrationProgress,
  type BucketTraffic,
  type IntegrityMeta,
  NoSuchKeyError,
  type PieceHash,
  type PieceStore,
  type QuotaRequest,
  type ReadRecord,
  type ShadowIntegrityMeta,
  type SpDb,
  type SwapOutUnit,
  type UploadProgress,
} from '@prairie/gfsp';
import { MapMigrations } from './map-migrations.ts';

export class MapPieceStore implements PieceStore {
  readonly pieces = new Map<string, Buffer>();
  closed = false;

  async get(key: string, offset = 0, length = Number.POSITIVE_INFINITY): Promise<Buffer> {
    const piece = this.pieces.get(key);
    if (!piece) throw new NoSuchKeyError(key);
    if (offset < 0 || length < 0) throw new RangeError(`${length} bytes from ${offset}: expected 0 or more`);
    return Buffer.from(piece.subarray(offset, Math.min(offset + length, piece.length)));
  }

  async put(key: string, data: Uint8Array): Promise<void> {
    this.pieces.set(key, Buffer.from(data));
  }

  async delete(key: string): Promise<void> {
    this.pieces.delete(key);
  }

  async deleteByPrefix(prefix: string): Promise<number> {
    if (prefix === '') throw new Error('a prefix to delete names at least one character');
    let bytes = 0;
    for (const [key, piece] of this.pieces) {
      if (key.startsWith(prefix) && this.pieces.delete(key)) bytes += piece.length;
    }
    return bytes;
  }

  async *list(prefix: string): AsyncGenerator<string> {
    for (const key of [...this.pieces.keys()]) if (key.startsWith(prefix)) yield key;
  }

  async close(): Promise<void> {
    this.closed = true;
  }
}

const NEW_UPLOAD: Omit<UploadProgress, 'object_id' | 'is_agent_upload'> = {
  task_state: 0,
  global_virtual_group_id: 0,
  task_state_description: '',
  error_description: '',
  secondary_endpoints: [],
  secondary_signatures: [],
  create_timestamp_second: 0,
  update_timestamp_second: 0,
  content_time: 0n,
};

const NO_TRAFFIC = {
  bucket_name: '',
  free_quota_consumed_size: 0n,
  monthly_free_quota_consumed_size: 0n,
  free_quota_size: 0n,
  charged_quota_size: 0n,
  monthly_quota_size: 0n,
};

/** Rows never change in their maps, so a copy of the maps is a copy of the tables. */
export class MapSpDb implements SpDb {
  #uploads = new Map<bigint, UploadProgress>();
  #integrity = new Map<string, IntegrityMeta>();
  #shadows = new Map<string, ShadowIntegrityMeta>();
  #pieces = new Map<string, PieceHash>();
  /** Bytes read, by bucket and month. */
  #consumed = new Map<string, bigint>();
  #authKeys = new Map<string, AuthKey>();
  #authKeysV2 = new Map<string, AuthKeyV2>();
  #migrations = new MapMigrations();
  readonly records: ReadRecord[] = [];
  transactions = 0;
  closed = false;

  insertUploadProgress(objectId: bigint, isAgentUpload: boolean): void {
    if (this.#uploads.has(objectId)) return;
    this.#uploads.set(objectId, { ...NEW_UPLOAD, object_id: objectId, is_agent_upload: isAgentUpload });
  }

  getUploadProgress(objectId: bigint): UploadProgress | undefined {
    return this.#uploads.get(objectId);
  }

  updateUploadProgress(objectId: bigint, change: Partial<Omit<UploadProgress, 'object_id'>>): void {
    const row = this.#uploads.get(objectId);
    if (!row) throw new Error(`object ${objectId} has no upload progress to update`);
    this.#uploads.set(objectId, { ...row, ...change, update_timestamp_second: Math.floor(Date.now() / 1000) });
  }

  deleteUploadProgress(objectId: bigint): void {
    this.#uploads.delete(objectId);
  }

  listUploadProgress(states: readonly number[], limit: number, afterObjectId = 0n): UploadProgress[] {
    return [...this.#uploads.values()]
      .filter((row) => row.object_id > afterObjectId && states.includes(row.task_state))
      .sort((a, b) => (a.object_id < b.object_id ? -1 : 1))
      .slice(0, limit);
  }

  setIntegrity(meta: IntegrityMeta): void {
    this.#integrity.set(`${meta.object_id} ${meta.redundancy_index}`, meta);
  }

  getIntegrity(objectId: bigint, redundancyIndex: number): IntegrityMeta | undefined {
    return this.#integrity.get(`${objectId} ${redundancyIndex}`);
  }

  deleteIntegrity(objectId: bigint, redundancyIndex: number): void {
    this.#integrity.delete(`${objectId} ${redundancyIndex}`);
  }

  setShadowIntegrity(meta: ShadowIntegrityMeta): void {
    this.#shadows.set(`${meta.object_id} ${meta.redundancy_index}`, meta);
  }

  getShadowIntegrity(objectId: bigint, redundancyIndex: number): ShadowIntegrityMeta | undefined {
    return this.#shadows.get(`${objectId} ${redundancyIndex}`);
  }

  deleteShadowIntegrity(objectId: bigint, redundancyIndex: number): void {
    this.#shadows.delete(`${objectId} ${redundancyIndex}`);
  }

  setPieceHash(row: PieceHash): void {
    this.#pieces.set(`${row.object_id} ${row.redundancy_index} ${row.segment_index}`, row);
  }

  listPieceHashes(objectId: bigint, redundancyIndex: number): PieceHash[] {
    return [...this.#pieces.values()]
      .filter((row) => row.object_id === objectId && row.redundancy_index === redundancyIndex)
      .sort((a, b) => a.segment_index - b.segment_index);
  }

  deletePieceHashes(objectId: bigint, redundancyIndex: number): void {
    for (const row of this.listPieceHashes(objectId, redundancyIndex)) {
      this.#pieces.delete(`${objectId} ${redundancyIndex} ${row.segment_index}`);
    }
  }

  getAuthKey(scope: AuthKeyScope): AuthKey | undefined {
    return this.#authKeys.get(scopeKey(scope));
  }

  replaceAuthKey(key: Omit<AuthKey, 'next_nonce'>): boolean {
    if (key.current_nonce !== (this.getAuthKey(key)?.next_nonce ?? 1)) return false;
    this.#authKeys.set(scopeKey(key), { ...key, next_nonce: key.current_nonce + 1 });
    return true;
  }

  getAuthKeyV2(scope: AuthKeyScope, publicKey: string): AuthKeyV2 | undefined {
    return this.#authKeysV2.get(scopeKey(scope, publicKey));
  }

  putAuthKeyV2(key: AuthKeyV2): void {
    this.#authKeysV2.set(scopeKey(key, key.public_key), key);
  }

  listAuthKeysV2(scope: AuthKeyScope): AuthKeyV2[] {
    return [...this.#authKeysV2.values()]
      .filter((key) => scopeKey(key) === scopeKey(scope))
      .sort((a, b) => (a.public_key < b.public_key ? -1 : 1));
  }

  deleteAuthKeysV2(scope: AuthKeyScope, publicKeys: readonly string[]): void {
    for (const publicKey of publicKeys) this.#authKeysV2.delete(scopeKey(scope, publicKey));
  }

  deleteExpiredAuthKeysV2(time: bigint, limit: number): number {
    const expired = [...this.#authKeysV2].filter(([, key]) => key.expiry_date < time).slice(0, limit);
    for (const [key] of expired) this.#authKeysV2.delete(key);
    return expired.length;
  }

  /** One pool of all three quotas. */
  consumeReadQuota(request: QuotaRequest, record: ReadRecord): boolean {
    const key = `${request.bucket_id} ${request.month}`;
    const consumed = (this.#consumed.get(key) ?? 0n) + request.read_size;
    if (consumed > request.charged_quota + request.monthly_free_quota + request.free_quota) return false;
    this.#consumed.set(key, consumed);
    this.records.push(record);
    return true;
  }

  reimburseReadQuota(bucketId: bigint, month: string, size: bigint): void {
    const key = `${bucketId} ${month}`;
    const consumed = this.#consumed.get(key) ?? 0n;
    this.#consumed.set(key, consumed > size ? consumed - size : 0n);
  }

  /** As if all was read from the charged quota. */
  getBucketTraffic(bucketId: bigint, month: string): BucketTraffic | undefined {
    const read_consumed_size = this.#consumed.get(`${bucketId} ${month}`);
    if (read_consumed_size === undefined) return undefined;
    return { ...NO_TRAFFIC, bucket_id: bucketId, month, read_consumed_size };
  }

  getLatestBucketTraffic(bucketId: bigint): BucketTraffic | undefined {
    const months = [...this.#consumed.keys()].filter((key) => key.startsWith(`${bucketId} `)).sort();
    const month = months.at(-1)?.split(' ')[1];
    return month === undefined ? undefined : this.getBucketTraffic(bucketId, month);
  }

  listBucketTraffic(month: string, offset: number, limit: number): BucketTraffic[] {
    const buckets = [...this.#consumed.keys()].map((key) => key.split(' ')).filter((parts) => parts[1] === month);
    const rows = buckets.flatMap(([bucket]) => this.getBucketTraffic(BigInt(bucket!), month) ?? []);
    return rows.sort((a, b) => (a.bucket_id < b.bucket_id ? -1 : 1)).slice(offset, offset + limit);
  }

  countBucketTraffic(month: string): number {
    return this.listBucketTraffic(month, 0, this.#consumed.size).length;
  }

  listReadRecords(bucketId: bigint, startUs: bigint, endUs: bigint, limit: number): ReadRecord[] {
    return this.records
      .filter((row) => row.bucket_id === bucketId && row.read_timestamp_us >= startUs && row.read_timestamp_us < endUs)
      .slice(0, limit);
  }

  getBucketMigration(bucketId: bigint): BucketMigrationProgress | undefined {
    return this.#migrations.getBucketMigration(bucketId);
  }

  updateBucketMigration(bucketId: bigint, change: BucketMigrationChange): void {
    this.#migrations.updateBucketMigration(bucketId, change);
  }

  deleteBucketMigration(bucketId: bigint): void {
    this.#migrations.deleteBucketMigration(bucketId);
  }

  insertSwapOutUnit(unit: SwapOutUnit): boolean {
    return this.#migrations.insertSwapOutUnit(unit);
  }

  getSwapOutUnit(swapOutKey: string, isDestSp: boolean): SwapOutUnit | undefined {
    return this.#migrations.getSwapOutUnit(swapOutKey, isDestSp);
  }

  transaction<T>(work: () => T): T {
    this.transactions += 1;
    const migrations = this.#migrations;
    this.#migrations = new MapMigrations(migrations);
    const before = [this.#uploads, this.#integrity, this.#pieces, this.#consumed] as const;
    const shadows = this.#shadows;
    this.#shadows = new Map(shadows);
    [this.#uploads, this.#integrity] = [new Map(before[0]), new Map(before[1])];
    [this.#pieces, this.#consumed] = [new Map(before[2]), new Map(before[3])];
    try {
      return work();
    } catch (error) {
      [this.#uploads, this.#integrity, this.#pieces, this.#consumed] = before;
      this.#migrations = migrations;
      this.#shadows = shadows;
      throw error;
    }
  }

  close(): void {
    this.closed = true;
  }
}

const scopeKey = ({ user_address, domain }: AuthKeyScope, publicKey = '') => `${user_address} ${publicKey} ${domain}`;
