/** Buckets by name, id and owner. */

import { addressBytes } from '@prairie/chain';
import { idBytes, type RowOf } from '../sqlite/columns.ts';
import type { SqliteDatabase } from '../sqlite/database.ts';
import { Table } from '../sqlite/table.ts';
import { bucketTable } from './schema/resources.ts';

export type BucketRow = RowOf<typeof bucketTable.columns>;

export class Buckets {
  private readonly db: SqliteDatabase;
  private readonly table: Table<typeof bucketTable.columns>;

  constructor(db: SqliteDatabase) {
    this.db = db;
    this.table = new Table(db, bucketTable);
  }

  /** A removed bucket of the same name gives way. */
  put(row: Partial<BucketRow>): void {
    this.table.replace(row);
  }

  update(bucketId: bigint, set: Partial<BucketRow>): void {
    this.table.update({ bucket_id: bucketId }, set);
  }

  /** Buckets that are not removed. */
  updateLive(bucketName: string, set: Partial<BucketRow>): void {
    this.table.update({ bucket_name: bucketName, removed: false }, set);
  }

  /** Adds to the bucket's sums; the deltas may be negative. */
  addSizes(bucketId: bigint, storage: bigint, charge: bigint): void {
    this.db.run(
      `UPDATE buckets SET storage_size = storage_size + ?, charge_size = charge_size + ? WHERE bucket_id = ?`,
      [storage, charge, idBytes(bucketId)],
    );
  }

  /** Sets (or clears) one bit of `off_chain_status`. */
  setOffChainBit(bucketName: string, bit: number, on: boolean, set: Partial<BucketRow>): void {
    const sql = `UPDATE buckets SET off_chain_status = (off_chain_status & ~?) | ? WHERE bucket_name = ? AND removed = 0`;
    if (this.db.run(sql, [bit, on ? bit : 0, bucketName]) > 0) this.updateLive(bucketName, set);
  }

  /** The latest bucket of the name, removed or not. */
  byName(bucketName: string): BucketRow | undefined {
    return this.table.get({ bucket_name: bucketName });
  }

  liveByName(bucketName: string): BucketRow | undefined {
    return this.table.get({ bucket_name: bucketName, removed: false });
  }

  byId(bucketId: bigint): BucketRow | undefined {
    return this.table.get({ bucket_id: bucketId });
  }

  liveById(bucketId: bigint): BucketRow | undefined {
    return this.table.get({ bucket_id: bucketId, removed: false });
  }

  /** Newest first. */
  ofOwner(owner: string, includeRemoved: boolean, limit: number): BucketRow[] {
    const live = includeRemoved ? '' : 'AND removed = 0';
    return this.table.select(`WHERE owner = ? ${live} ORDER BY create_at DESC, id DESC LIMIT ?`, [
      addressBytes(owner),
      limit,
    ]);
  }

  countOfOwner(owner: string, includeRemoved: boolean): number {
    const live = includeRemoved ? '' : 'AND removed = 0';
    return this.table.count(`WHERE owner = ? ${live}`, [addressBytes(owner)]);
  }

  /** Live ones, by id. */
  ofPayer(paymentAccount: string, limit: number): BucketRow[] {
    const tail = 'WHERE payment_address = ? AND removed = 0 ORDER BY bucket_id LIMIT ?';
    return this.table.select(tail, [addressBytes(paymentAccount), limit]);
  }

  /** Live ones in status created, the oldest first; `createdBefore` in unix seconds. */
  ofFamilyBefore(familyId: number, createdBefore: bigint, limit: number): BucketRow[] {
    const tail = `WHERE global_virtual_group_family_id = ? AND removed = 0 AND create_time < ?
      AND status = 'BUCKET_STATUS_CREATED' ORDER BY create_time, id LIMIT ?`;
    return this.table.select(tail, [familyId, createdBefore, limit]);
  }
}
