/** Columns that many tables have. */
import { hash, int64, nameOf } from '../../sql/columns.ts';

export const bucketName = nameOf(64);
export const created = { create_at: int64, create_tx_hash: hash, create_time: int64 };
export const updated = { update_at: int64, update_tx_hash: hash, update_time: int64 };
