/** Pieces and the provider's tables in maps: what a user would write to take the place of ours. */
import {
  type IntegrityMeta,
  NoSuchKeyError,
  type PieceHash,
  type PieceStore,
  type QuotaRequest,
  type ReadRecord,
  type SpDb,
  type UploadProgress,
} from '@prairie/gfsp';

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
};

/** Rows never change in their maps, so a copy of the maps is a copy of the tables. */
export class MapSpDb implements SpDb {
  #uploads = new Map<bigint, UploadProgress>();
  #integrity = new Map<string, IntegrityMeta>();
  #pieces = new Map<string, PieceHash>();
  /** Bytes read, by bucket and month. */
  #consumed = new Map<string, bigint>();
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

  transaction<T>(work: () => T): T {
    this.transactions += 1;
    const before = [this.#uploads, this.#integrity, this.#pieces, this.#consumed] as const;
    [this.#uploads, this.#integrity] = [new Map(before[0]), new Map(before[1])];
    [this.#pieces, this.#consumed] = [new Map(before[2]), new Map(before[3])];
    try {
      return work();
    } catch (error) {
      [this.#uploads, this.#integrity, this.#pieces, this.#consumed] = before;
      throw error;
    }
  }

  close(): void {
    this.closed = true;
  }
}
