/** The provider's tables in maps, for `MapSpDb`. */
import {
  type AuthKey,
  type AuthKeyScope,
  type AuthKeyV2,
  type BucketTraffic,
  type IntegrityMeta,
  PieceCondemnedError,
  type PieceHash,
  type QuotaRequest,
  type ReadRecord,
  type ScrubProgress,
  type ShadowIntegrityMeta,
  type SpDbTables,
  type SpInfo,
  type UploadEvent,
  type UploadProgress,
} from '@prairie/gfsp';
import { ClaimMaps, MapGc } from './map-gc.ts';

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
export class SpDbMaps extends ClaimMaps {
  /** Bytes read, by bucket and month. */
  readonly consumed: Map<string, bigint>;
  readonly authKeys: Map<string, AuthKey>;
  readonly authKeysV2: Map<string, AuthKeyV2>;
  readonly records: ReadRecord[];
  readonly events: UploadEvent[];
  readonly providers: SpInfo[];
  /** The one row, if it is there. */
  readonly scrub: ScrubProgress[];

  constructor(of?: SpDbMaps) {
    super(of);
    this.consumed = new Map(of?.consumed);
    this.authKeys = new Map(of?.authKeys);
    this.authKeysV2 = new Map(of?.authKeysV2);
    this.records = [...(of?.records ?? [])];
    this.events = [...(of?.events ?? [])];
    this.providers = [...(of?.providers ?? [])];
    this.scrub = [...(of?.scrub ?? [])];
  }
}

export class MapTables extends MapGc implements SpDbTables {
  /** Where the rows are at the time of a call. */
  readonly #maps: () => Promise<SpDbMaps>;

  constructor(maps: () => Promise<SpDbMaps>) {
    super(maps);
    this.#maps = maps;
  }

  async addUploadEvents(events: readonly UploadEvent[]): Promise<void> {
    (await this.#maps()).events.push(...events);
  }

  async setSpInfo(rows: readonly SpInfo[]): Promise<number> {
    const { providers } = await this.#maps();
    providers.splice(0, providers.length, ...rows);
    return rows.length;
  }

  async listSpInfo(): Promise<SpInfo[]> {
    return [...(await this.#maps()).providers];
  }

  async insertUploadProgress(objectId: bigint, isAgentUpload: boolean): Promise<void> {
    const { uploads } = await this.#maps();
    if (uploads.has(objectId)) return;
    uploads.set(objectId, { ...NEW_UPLOAD, object_id: objectId, is_agent_upload: isAgentUpload });
  }

  async getUploadProgress(objectId: bigint): Promise<UploadProgress | undefined> {
    return (await this.#maps()).uploads.get(objectId);
  }

  async updateUploadProgress(objectId: bigint, change: Partial<Omit<UploadProgress, 'object_id'>>): Promise<void> {
    const { uploads } = await this.#maps();
    const row = uploads.get(objectId);
    if (!row) throw new Error(`object ${objectId} has no upload progress to update`);
    uploads.set(objectId, { ...row, ...change, update_timestamp_second: Math.floor(Date.now() / 1000) });
  }

  async deleteUploadProgress(objectId: bigint): Promise<void> {
    (await this.#maps()).uploads.delete(objectId);
  }

  async listUploadProgress(states: readonly number[], limit: number, afterObjectId = 0n): Promise<UploadProgress[]> {
    return [...(await this.#maps()).uploads.values()]
      .filter((row) => row.object_id > afterObjectId && states.includes(row.task_state))
      .sort((a, b) => (a.object_id < b.object_id ? -1 : 1))
      .slice(0, limit);
  }

  async setIntegrity(meta: IntegrityMeta): Promise<void> {
    (await this.#maps()).integrity.set(`${meta.object_id} ${meta.redundancy_index}`, meta);
  }

  async getIntegrity(objectId: bigint, redundancyIndex: number): Promise<IntegrityMeta | undefined> {
    return (await this.#maps()).integrity.get(`${objectId} ${redundancyIndex}`);
  }

  async deleteIntegrity(objectId: bigint, redundancyIndex: number): Promise<void> {
    (await this.#maps()).integrity.delete(`${objectId} ${redundancyIndex}`);
  }

  async listIntegrity(
    after: Pick<IntegrityMeta, 'object_id' | 'redundancy_index'> = { object_id: 0n, redundancy_index: -2 },
    limit: number,
  ): Promise<IntegrityMeta[]> {
    type Key = typeof after;
    const isBefore = (a: Key, b: Key) =>
      a.object_id < b.object_id || (a.object_id === b.object_id && a.redundancy_index < b.redundancy_index);
    return [...(await this.#maps()).integrity.values()]
      .filter((row) => isBefore(after, row))
      .sort((a, b) => (isBefore(a, b) ? -1 : 1))
      .slice(0, limit);
  }

  async getScrubProgress(): Promise<ScrubProgress | undefined> {
    return (await this.#maps()).scrub[0];
  }

  async setScrubProgress(progress: ScrubProgress): Promise<void> {
    (await this.#maps()).scrub[0] = progress;
  }

  async setShadowIntegrity(meta: ShadowIntegrityMeta): Promise<void> {
    (await this.#maps()).shadows.set(`${meta.object_id} ${meta.redundancy_index}`, meta);
  }

  async getShadowIntegrity(objectId: bigint, redundancyIndex: number): Promise<ShadowIntegrityMeta | undefined> {
    return (await this.#maps()).shadows.get(`${objectId} ${redundancyIndex}`);
  }

  async deleteShadowIntegrity(objectId: bigint, redundancyIndex: number): Promise<void> {
    (await this.#maps()).shadows.delete(`${objectId} ${redundancyIndex}`);
  }

  async setPieceHash(row: PieceHash): Promise<void> {
    const { object_id, redundancy_index, version } = row;
    if (await this.isCondemned({ object_id, redundancy_index, version })) throw new PieceCondemnedError(row);
    (await this.#maps()).pieces.set(`${row.object_id} ${row.redundancy_index} ${row.segment_index}`, row);
  }

  async listPieceHashes(objectId: bigint, redundancyIndex: number): Promise<PieceHash[]> {
    return [...(await this.#maps()).pieces.values()]
      .filter((row) => row.object_id === objectId && row.redundancy_index === redundancyIndex)
      .sort((a, b) => a.segment_index - b.segment_index);
  }

  async deletePieceHashes(objectId: bigint, redundancyIndex: number): Promise<void> {
    const { pieces } = await this.#maps();
    for (const key of pieces.keys()) if (key.startsWith(`${objectId} ${redundancyIndex} `)) pieces.delete(key);
  }

  async getAuthKey(scope: AuthKeyScope): Promise<AuthKey | undefined> {
    return (await this.#maps()).authKeys.get(scopeKey(scope));
  }

  async replaceAuthKey(key: Omit<AuthKey, 'next_nonce'>): Promise<boolean> {
    const { authKeys } = await this.#maps();
    if (key.current_nonce !== (authKeys.get(scopeKey(key))?.next_nonce ?? 1)) return false;
    authKeys.set(scopeKey(key), { ...key, next_nonce: key.current_nonce + 1 });
    return true;
  }

  async getAuthKeyV2(scope: AuthKeyScope, publicKey: string): Promise<AuthKeyV2 | undefined> {
    return (await this.#maps()).authKeysV2.get(scopeKey(scope, publicKey));
  }

  async putAuthKeyV2(key: AuthKeyV2): Promise<void> {
    (await this.#maps()).authKeysV2.set(scopeKey(key, key.public_key), key);
  }

  async listAuthKeysV2(scope: AuthKeyScope): Promise<AuthKeyV2[]> {
    return [...(await this.#maps()).authKeysV2.values()]
      .filter((key) => scopeKey(key) === scopeKey(scope))
      .sort((a, b) => (a.public_key < b.public_key ? -1 : 1));
  }

  async deleteAuthKeysV2(scope: AuthKeyScope, publicKeys: readonly string[]): Promise<void> {
    const { authKeysV2 } = await this.#maps();
    for (const publicKey of publicKeys) authKeysV2.delete(scopeKey(scope, publicKey));
  }

  async deleteExpiredAuthKeysV2(time: bigint, limit: number): Promise<number> {
    const { authKeysV2 } = await this.#maps();
    const expired = [...authKeysV2].filter(([, key]) => key.expiry_date < time).slice(0, limit);
    for (const [key] of expired) authKeysV2.delete(key);
    return expired.length;
  }

  /** One pool of all three quotas. */
  async consumeReadQuota(request: QuotaRequest, record: ReadRecord): Promise<boolean> {
    const { consumed, records } = await this.#maps();
    const key = `${request.bucket_id} ${request.month}`;
    const sum = (consumed.get(key) ?? 0n) + request.read_size;
    if (sum > request.charged_quota + request.monthly_free_quota + request.free_quota) return false;
    consumed.set(key, sum);
    records.push(record);
    return true;
  }

  async reimburseReadQuota(bucketId: bigint, month: string, size: bigint): Promise<void> {
    const { consumed } = await this.#maps();
    const key = `${bucketId} ${month}`;
    const sum = consumed.get(key) ?? 0n;
    consumed.set(key, sum > size ? sum - size : 0n);
  }

  async getBucketTraffic(bucketId: bigint, month: string): Promise<BucketTraffic | undefined> {
    return trafficOf(await this.#maps(), bucketId, month);
  }

  async getLatestBucketTraffic(bucketId: bigint): Promise<BucketTraffic | undefined> {
    const maps = await this.#maps();
    const months = [...maps.consumed.keys()].filter((key) => key.startsWith(`${bucketId} `)).sort();
    const month = months.at(-1)?.split(' ')[1];
    return month === undefined ? undefined : trafficOf(maps, bucketId, month);
  }

  async listBucketTraffic(month: string, offset: number, limit: number): Promise<BucketTraffic[]> {
    return trafficIn(await this.#maps(), month).slice(offset, offset + limit);
  }

  async countBucketTraffic(month: string): Promise<number> {
    return trafficIn(await this.#maps(), month).length;
  }

  async listTrafficBefore(month: string, limit: number): Promise<Pick<BucketTraffic, 'bucket_id' | 'month'>[]> {
    const keys = [...(await this.#maps()).consumed.keys()].map((key) => key.split(' '));
    const rows = keys.map(([bucket, of]) => ({ bucket_id: BigInt(bucket!), month: of! }));
    return rows.filter((row) => row.month < month).slice(0, limit);
  }

  async deleteTrafficBefore(month: string, limit: number): Promise<number> {
    const { consumed } = await this.#maps();
    const rows = await this.listTrafficBefore(month, limit);
    for (const { bucket_id, month: of } of rows) consumed.delete(`${bucket_id} ${of}`);
    return rows.length;
  }

  async countReadRecordsBefore(timeUs: bigint, limit: number): Promise<number> {
    const { records } = await this.#maps();
    return records.slice(0, limit).filter((row) => row.read_timestamp_us < timeUs).length;
  }

  async deleteReadRecordsBefore(timeUs: bigint, limit: number): Promise<number> {
    const { records } = await this.#maps();
    const oldest = records.splice(0, limit);
    const left = oldest.filter((row) => row.read_timestamp_us >= timeUs);
    records.unshift(...left);
    return oldest.length - left.length;
  }

  async listReadRecords(bucketId: bigint, startUs: bigint, endUs: bigint, limit: number): Promise<ReadRecord[]> {
    return (await this.#maps()).records
      .filter((row) => row.bucket_id === bucketId && row.read_timestamp_us >= startUs && row.read_timestamp_us < endUs)
      .slice(0, limit);
  }
}

/** As if all was read from the charged quota. */
function trafficOf({ consumed }: SpDbMaps, bucket_id: bigint, month: string): BucketTraffic | undefined {
  const read_consumed_size = consumed.get(`${bucket_id} ${month}`);
  return read_consumed_size === undefined ? undefined : { ...NO_TRAFFIC, bucket_id, month, read_consumed_size };
}

function trafficIn(maps: SpDbMaps, month: string): BucketTraffic[] {
  const buckets = [...maps.consumed.keys()].map((key) => key.split(' ')).filter((parts) => parts[1] === month);
  const rows = buckets.flatMap(([bucket]) => trafficOf(maps, BigInt(bucket!), month) ?? []);
  return rows.sort((a, b) => (a.bucket_id < b.bucket_id ? -1 : 1));
}

const scopeKey = ({ user_address, domain }: AuthKeyScope, publicKey = '') => `${user_address} ${publicKey} ${domain}`;
