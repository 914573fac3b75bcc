/** Read quota, and who used it (`reference/block-syncer-and-db.md` §11.3). */
import { int64, text, time, uint64, varchar } from '../../sql/columns.ts';
import { defineTable } from '../../sql/definition.ts';

export const bucketTrafficTable = defineTable({
  name: 'bucket_traffic',
  columns: {
    bucket_id: uint64,
    month: varchar(191),
    bucket_name: text,
    read_consumed_size: uint64,
    free_quota_consumed_size: uint64,
    monthly_free_quota_consumed_size: uint64,
    free_quota_size: uint64,
    charged_quota_size: uint64,
    monthly_quota_size: uint64,
    modified_time: time,
  },
  primaryKey: ['bucket_id', 'month'],
  indexes: [{ name: 'month_index', columns: ['month', 'bucket_id'] }],
});

export const readRecordTable = defineTable({
  name: 'read_record',
  columns: {
    bucket_id: uint64,
    object_id: uint64,
    user_address: varchar(191),
    read_timestamp_us: int64,
    bucket_name: text,
    object_name: text,
    read_size: uint64,
  },
  counter: 'read_record_id',
  indexes: [
    { name: 'bucket_time_index', columns: ['bucket_id', 'read_timestamp_us'] },
    { name: 'bucket_to_read_record', columns: ['bucket_id'], engines: ['mysql'] },
    { name: 'object_to_read_record', columns: ['object_id'], engines: ['mysql'] },
    { name: 'user_to_read_record', columns: ['user_address'], engines: ['mysql'] },
    { name: 'time_to_read_record', columns: ['read_timestamp_us'], engines: ['mysql'] },
  ],
});
